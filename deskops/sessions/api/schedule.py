"""JSON API of officials' hours."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.queries import catalogue
from deskops.sessions.api.blueprint import api
from deskops.sessions.forms import (
    CancelSessionForm,
    ChangeSessionForm,
    ComeForm,
    LaySessionsForm,
    PresenceForm,
    ScheduleQuery,
)
from deskops.sessions.queries.conflicts import conflicts_of
from deskops.sessions.queries.results import funnel_of
from deskops.sessions.queries.schedule import session_line, sessions_between
from deskops.sessions.services import holding, planning

SHOWN = timedelta(days=31)


@api.get("/sessions")
@access("session.view")
def schedule(trip_id: int) -> ResponseReturnValue:
    """`{sessions, conflicts: {id: [{kind, with_id}]}}` from `day` until `until`, a month from today without them; of one
    `official` or all.
    """
    query = ScheduleQuery.of_query()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        first = query.day or local_day(clock.now())
        last = query.until or first + SHOWN
        lines = sessions_between(session, trip_id, first, last, official_id=query.official)
        conflicts = conflicts_of(session, names, lines)
    told = {session_id: [asdict(one) for one in found] for session_id, found in conflicts.items()}
    return jsonify({"sessions": [line.as_json() for line in lines], "conflicts": told})


@api.post("/sessions")
@access("session.plan")
def lay_sessions(trip_id: int) -> ResponseReturnValue:
    """A schedule, with hours such as 09:00, is answered by `{ids}`."""
    actor, form = current_actor(), LaySessionsForm.of_request()
    schedule, hours = form.schedule(), form.hours()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"ids": planning.lay(uow, actor, trip_id, schedule, hours)}

    answer = perform(actor, form.model_dump(mode="json"), work, status=201)
    return jsonify(answer.data), answer.status


@api.get("/sessions/<int:session_id>")
@access("session.view")
def session(trip_id: int, session_id: int) -> ResponseReturnValue:
    """One session with its `funnel`: attempted, answered, registered, referred, closed; and orders."""
    with runtime.current().database.reading() as opened:
        catalogue(opened, trip_id)
        line = session_line(opened, trip_id, session_id)
        funnel = funnel_of(opened, trip_id, line)
    return jsonify({**line.as_json(), "funnel": funnel.as_json()})


@api.put("/sessions/<int:session_id>")
@access("session.plan")
def change_session(trip_id: int, session_id: int) -> ResponseReturnValue:
    """The hours as they are to be, with the `version` that was seen; `rest`: of the series from here on. `{ids}`."""
    actor, form = current_actor(), ChangeSessionForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        changed = planning.change(
            uow,
            actor,
            trip_id,
            session_id,
            form.hours(),
            version=form.version,
            day=form.day,
            rest=form.rest,
        )
        return {"ids": changed}

    return jsonify(perform(actor, form.model_dump(mode="json"), work).data)


@api.post("/sessions/<int:session_id>/cancel")
@access("session.plan")
def cancel_session(trip_id: int, session_id: int) -> ResponseReturnValue:
    """`{ids}` of what isn't held; `rest`: of the series from here on."""
    actor, form = current_actor(), CancelSessionForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        gone = planning.cancel(uow, actor, trip_id, session_id, reason=form.reason, rest=form.rest)
        return {"ids": gone}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.post("/sessions/announce")
@access("session.plan")
def announce(trip_id: int) -> ResponseReturnValue:
    """All that is planned ahead goes into the public notice: `{ids}`."""
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"ids": planning.announce(uow, actor, trip_id)}

    return jsonify(perform(actor, {}, work).data)


@api.post("/sessions/<int:session_id>/come")
@access("session.hold")
def come(trip_id: int, session_id: int) -> ResponseReturnValue:
    """The official is there: `{place_id}` of the counter that was opened for them."""
    actor, form = current_actor(), ComeForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"place_id": holding.come(uow, actor, trip_id, session_id, form.attendee_ids)}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.post("/sessions/<int:session_id>/leave")
@access("session.hold")
def leave(trip_id: int, session_id: int) -> ResponseReturnValue:
    """The official goes, and their counter closes."""
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        holding.leave(uow, actor, trip_id, session_id)
        return {}

    return jsonify(perform(actor, {}, work).data)


@api.post("/sessions/<int:session_id>/presence")
@access("session.note")
def note_presence(trip_id: int, session_id: int) -> ResponseReturnValue:
    """Whether the official, or a deputy, came."""
    actor, form = current_actor(), PresenceForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        holding.note_presence(uow, actor, trip_id, session_id, form.attendee_id, came=form.came)
        return {}

    return jsonify(perform(actor, form.model_dump(), work).data)
