"""Admission: coordinators hand a link or a badge code to the staff of their own trip, and to nobody else."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts import scopes as role_scopes
from deskops.accounts import services
from deskops.accounts.access import access, current_actor
from deskops.accounts.queries import lists
from deskops.accounts.rules import admissible
from deskops.accounts.services import managing
from deskops.accounts.views.blueprint import blueprint
from deskops.accounts.views.handing_over import hand_over, link_address
from deskops.accounts.views.words import ROLE_NAMES
from deskops.core import runtime
from deskops.core.errors import NotFound
from deskops.core.text import clean_line
from deskops.core.unit_of_work import UnitOfWork, unit_of_work


@blueprint.get("/trips/<int:trip_id>/admission")
@access("account.admit")
def admission(trip_id: int) -> ResponseReturnValue:
    query = clean_line(request.args.get("q", "")[:80])
    with runtime.current().database.reading() as session:
        found = lists.users(session, query, request.args.get("page", 1, type=int), trip_id)
        places = role_scopes.scopes(session)
    return render_template(
        "accounts/admission.html", found=found, query=query, places=places, roles=ROLE_NAMES, trip_id=trip_id
    )


@blueprint.post("/trips/<int:trip_id>/admission/<int:user_id>/link")
@access("account.admit")
def admit_by_link(trip_id: int, user_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as uow:
        _require_admissible(uow, trip_id, user_id)
        token = services.make_link(uow, user_id)
    return hand_over("link", link_address(token), user_id, url_for("accounts.admission", trip_id=trip_id))


@blueprint.post("/trips/<int:trip_id>/admission/<int:user_id>/badge")
@access("account.admit")
def admit_by_badge(trip_id: int, user_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as uow:
        _require_admissible(uow, trip_id, user_id)
        code = services.make_badge(uow, user_id)
    return hand_over("badge", code, user_id, url_for("accounts.admission", trip_id=trip_id))


def _require_admissible(uow: UnitOfWork, trip_id: int, user_id: int) -> None:
    """In the transaction that makes the secret, so that a role given meanwhile can't slip in. Others don't
    exist for the asker.
    """
    if not admissible(managing.grants_of(uow, user_id), trip_id):
        raise NotFound()
