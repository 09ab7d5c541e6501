"""JSON API of the end of the day."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.accounts.actor import Actor
from deskops.core import clock, runtime
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import Work
from deskops.demands.api.demands import answered, api
from deskops.demands.forms import ClosingForm
from deskops.demands.queries.closing import DeskAtEnd, end_of_day
from deskops.demands.services import closing as services
from deskops.desks.queries import catalogue


@api.get("/closing")
@access("trip.setup")
def end(trip_id: int) -> ResponseReturnValue:
    """`{desks, idle, invited, next_day}`; a desk has those who wait for it, `desk_id` None those who wait for none. `ending`
    says that its hours are over, or soon will be.
    """
    with runtime.current().database.reading() as session:
        page = end_of_day(session, catalogue(session, trip_id), clock.now())
    desks = [_desk_json(group, page.ending) for group in page.desks]
    facts = {"idle": page.idle, "invited": page.invited, "next_day": page.next_day.isoformat()}
    return jsonify({"desks": desks, **facts})


@api.post("/closing")
@access("trip.setup")
def close_day(trip_id: int) -> ResponseReturnValue:
    """Close desks, with what becomes of each person of theirs; all of it or nothing."""
    form = ClosingForm.of_request()
    return answered(form, closing_work(current_actor(), trip_id, form))


def closing_work(actor: Actor, trip_id: int, form: ClosingForm) -> Work:
    """Close the desks of a form as things stand in the transaction: `{count}`."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        wanted = services.closing_of(
            uow.session, trip_id, form.desk_ids, form.everybody, form.choices, form.day
        )
        return {"count": services.close_desks(uow, actor, trip_id, wanted)}

    return work


def _desk_json(group: DeskAtEnd, ending: set[int]) -> dict[str, Any]:
    people = [asdict(one) | {"registered_at": one.registered_at.isoformat()} for one in group.people]
    facts: dict[str, Any] = {"desk_id": None, "state": None, "ending": False}
    if group.desk is not None and group.line is not None:
        facts = {"desk_id": group.desk.id, "state": group.line.state, "ending": group.desk.id in ending}
    return facts | {"served": group.served, "people": people}
