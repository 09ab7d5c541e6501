"""JSON API of recorded days that are played again with another rule."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.control.api.running import api
from deskops.control.forms.replays import ReplayForm
from deskops.control.queries.replays import line_of, replays_of
from deskops.control.services import replaying
from deskops.core import clock, runtime
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.demands.queries.recorded import days_recorded, today_of
from deskops.desks.queries import catalogue


@api.get("/balance/replays")
@access("balance.replay")
def replays(trip_id: int) -> ResponseReturnValue:
    """`{days: [{day, people}], replays}`: what can be played, and what was, the latest first."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        days = days_recorded(session, trip_id, today_of(session, trip_id, clock.now()))
        found = [line.as_json() for line in replays_of(session, trip_id)]
    listed = [{"day": day.isoformat(), "people": count} for day, count in days]
    return jsonify({"days": listed, "replays": found})


@api.post("/balance/replays")
@access("balance.replay")
def ask_replay(trip_id: int) -> ResponseReturnValue:
    """`{day, policies}` is answered by `{id}`; the worker plays it."""
    actor, form = current_actor(), ReplayForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": replaying.ask_replay(uow, actor, trip_id, form.day, form.policies).id}

    answer = perform(actor, form.model_dump(mode="json"), work, status=201)
    return jsonify(answer.data), answer.status


@api.get("/balance/replays/<int:replay_id>")
@access("balance.replay")
def replay(trip_id: int, replay_id: int) -> ResponseReturnValue:
    """Its state, and what has been played: `lines` of `{policy, figures, curve}`, the day as it was ("really") first."""
    with runtime.current().database.reading() as session:
        return jsonify(line_of(replaying.replay_of(session, trip_id, replay_id)).as_json())


@api.post("/balance/replays/<int:replay_id>/cancel")
@access("balance.replay")
def cancel_replay(trip_id: int, replay_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"state": replaying.cancel_replay(uow, actor, trip_id, replay_id).state}

    return jsonify(perform(actor, {}, work).data)
