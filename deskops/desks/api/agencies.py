"""JSON API of agencies, under /api/v1/agencies."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.desks.api.answering import answer_changed
from deskops.desks.forms.agencies import EditAgencyForm, NewAgencyForm
from deskops.desks.queries.agencies import AgencyLine, agency_tree
from deskops.desks.services import agencies as services

agencies_api = Blueprint("agencies_api", __name__, url_prefix="/api/v1/agencies")


@agencies_api.get("")
@access("agency.manage")
def find() -> ResponseReturnValue:
    """The tree in its order, each agency with its depth; `q` narrows it, `retired` shows those too."""
    with runtime.current().database.reading() as session:
        lines = agency_tree(session, request.args.get("q", "")[:200], retired="retired" in request.args)
    return jsonify({"agencies": [_agency_json(line) for line in lines]})


@agencies_api.post("")
@access("agency.manage")
def add() -> ResponseReturnValue:
    form = NewAgencyForm.of_request()
    actor = current_actor()
    return answer_changed(form, lambda uow: services.add_agency(uow, actor, form.code, form.edit()), 201)


@agencies_api.put("/<int:agency_id>")
@access("agency.manage")
def edit(agency_id: int) -> ResponseReturnValue:
    """The whole agency as it is to be, with the version that was seen."""
    form = EditAgencyForm.of_request()
    actor = current_actor()
    return answer_changed(
        form, lambda uow: services.edit_agency(uow, actor, agency_id, form.version, form.edit())
    )


def _agency_json(line: AgencyLine) -> dict[str, Any]:
    known = line.agency
    retired_at = None if known.retired_at is None else known.retired_at.isoformat()
    days_off = known.days_off.split(",") if known.days_off else []
    counted = {"depth": line.depth, "desks": line.desks, "officers": line.officers}
    return asdict(known) | counted | {"retired_at": retired_at, "days_off": days_off}
