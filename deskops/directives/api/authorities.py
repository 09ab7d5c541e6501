"""JSON API of how far officials' orders go."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.web import perform
from deskops.directives.api.blueprint import api
from deskops.directives.forms import AuthorityForm, DelegationForm
from deskops.directives.queries.authorities import AuthorityLine, authority_lines, sees_all_authorities
from deskops.directives.services import authorities as services


@api.get("/authorities")
@access("authority.view")
def authorities(trip_id: int) -> ResponseReturnValue:
    """`{authorities: [{id, official_id, every_agency, agency_ids, most_rials, superior_id, delegated_by, starts_at,
    ends_at}]}`: what holds or will hold, an official's own for them; `most_rials` is null without limit.
    """
    actor, now = current_actor(), clock.now()
    whose = None if sees_all_authorities(actor, trip_id) else actor.user_id
    with runtime.current().database.reading() as session:
        lines = authority_lines(session, trip_id, now, user_id=whose)
        return jsonify({"authorities": [_line_json(line) for line in lines]})


@api.post("/authorities")
@access("authority.set")
def set_authority(trip_id: int) -> ResponseReturnValue:
    """Fields of the page's form: `official_id`, `scope` (every, these, none), `agency_ids`, `money` (none, up_to, any),
    `tomans`, `superior_id`, `since`, `until`, `reason`. Answers `{id}`.
    """
    actor, form = current_actor(), AuthorityForm.of_request()
    wanted = form.written()
    answer = perform(
        actor,
        form.model_dump(mode="json"),
        lambda uow: {"id": services.set_authority(uow, actor, trip_id, wanted)},
        status=201,
    )
    return jsonify(answer.data), answer.status


@api.post("/delegations")
@access("directive.sign")
def delegate(trip_id: int) -> ResponseReturnValue:
    """Lend one's own to `official_id` for `length` hours or days (`unit`), with `reason`; limits as above.

    Answers `{id}`.
    """
    actor, form = current_actor(), DelegationForm.of_request()
    limits = form.limits()
    answer = perform(
        actor,
        form.model_dump(mode="json"),
        lambda uow: {
            "id": services.delegate(uow, actor, trip_id, form.official_id, limits, form.lasts, form.reason)
        },
        status=201,
    )
    return jsonify(answer.data), answer.status


@api.post("/authorities/<int:authority_id>/revoke")
@access("authority.view")
def revoke_authority(trip_id: int, authority_id: int) -> ResponseReturnValue:
    """A coordinator any line, an official what they delegated."""
    actor = current_actor()
    answer = perform(actor, {}, lambda uow: {"id": services.revoke(uow, actor, trip_id, authority_id)})
    return jsonify(answer.data), answer.status


def _line_json(line: AuthorityLine) -> dict[str, Any]:
    row = line.row
    return {
        "id": row.id,
        "official_id": row.user_id,
        "every_agency": row.every_agency,
        "agency_ids": sorted(line.agency_ids),
        "most_rials": row.most_rials,
        "superior_id": row.superior_id,
        "delegated_by": row.delegated_by,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": None if row.ends_at is None else row.ends_at.isoformat(),
    }
