"""JSON API of breaks."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor, forget_recognised
from deskops.control.api.running import api
from deskops.control.forms.breaks import RelieverForm
from deskops.control.models import StaffBreak
from deskops.control.queries.breaks import breaks_of
from deskops.control.services import breaks
from deskops.core import clock, runtime
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.queries import catalogue


@api.get("/breaks")
@access("presence.mark")
def break_list(trip_id: int) -> ResponseReturnValue:
    """`{people, break_after, break_minutes}`: who is checked in at desks, in the order in which breaks are due; a desk
    head's own desk.
    """
    own = current_actor().desk_ids("presence.mark", trip_id)
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        found = breaks_of(session, trip_id, clock.now())
    people = [one.as_json() for one in found.at(own)]
    limits = {"break_after": found.break_after, "break_minutes": found.break_minutes}
    return jsonify({"people": people} | limits)


@api.post("/breaks/<int:staff_id>/begin")
@access("presence.mark")
def begin_break(trip_id: int, staff_id: int) -> ResponseReturnValue:
    """`{reliever_id}`: a staff member who goes on at the counter; without one it pauses."""
    actor, form = current_actor(), RelieverForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return _state(breaks.begin_break(uow, actor, trip_id, staff_id, reliever_id=form.reliever_id))

    answer = perform(actor, form.model_dump(), work)
    forget_recognised()
    return jsonify(answer.data), answer.status


@api.post("/breaks/<int:staff_id>/end")
@access("presence.mark")
def end_break(trip_id: int, staff_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        breaks.end_break(uow, actor, trip_id, staff_id)
        return {"staff_id": staff_id}

    answer = perform(actor, {}, work)
    return jsonify(answer.data), answer.status


@api.post("/breaks/mine")
@access("shift.own")
def ask_for_break(trip_id: int) -> ResponseReturnValue:
    """The asker would have a break."""
    actor = current_actor()
    answer = perform(actor, {}, lambda uow: _state(breaks.ask_for_break(uow, actor, trip_id)))
    return jsonify(answer.data), answer.status


@api.post("/breaks/mine/withdraw")
@access("shift.own")
def withdraw_break(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        breaks.withdraw_break(uow, actor, trip_id)
        return {}

    answer = perform(actor, {}, work)
    return jsonify(answer.data), answer.status


def _state(row: StaffBreak) -> dict[str, Any]:
    return {"staff_id": row.staff_id, "state": row.state, "relieved": row.reliever_id is not None}
