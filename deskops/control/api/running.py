"""JSON API of the wall, readiness, broadcasts, emergency stops and the rehearsal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor, forget_recognised
from deskops.control import queries, services
from deskops.control.forms import BroadcastForm, RehearsalForm, StopForm
from deskops.control.queries.broadcasts import BroadcastLine, broadcast_page, to_see
from deskops.control.queries.estimates import estimates
from deskops.control.queries.readiness import readiness_board
from deskops.control.queries.rehearsals import rehearsal_of
from deskops.control.queries.stops import stops_in_force
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.queries import catalogue

api = Blueprint("control_api", __name__, url_prefix="/api/v1/trips/<int:trip_id>")


@api.get("/wall")
@access("wall.view")
def wall(trip_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        return jsonify(queries.wall_snapshot(session, trip_id).as_json() | {"at": clock.now().isoformat()})


@api.get("/estimates")
@access("wall.view")
def wait_estimates(trip_id: int) -> ResponseReturnValue:
    """`{day, whole, places: [{place, judged, within, bias, mean_wait}], offers, arrivals, correction, topics}`: how
    the waits that people were told today came out. Minutes; place 0 is the phone; `within` is the share within five minutes.
    """
    with runtime.current().database.reading() as session:
        return jsonify(estimates(session, trip_id, clock.now()).as_json())


@api.get("/readiness")
@access("readiness.view")
def readiness(trip_id: int) -> ResponseReturnValue:
    """`{state, faults, desks: [{desk_id, state, checks: [{name, state, reason, figures}]}]}`, most faults first."""
    with runtime.current().database.reading() as session:
        board = readiness_board(session, trip_id)
    desks = [
        {"desk_id": desk.desk_id, "state": desk.state, "checks": [asdict(check) for check in desk.checks]}
        for desk in board.desks
    ]
    return jsonify({"state": board.state, "faults": board.faults, "desks": desks})


@api.get("/broadcasts")
@access("broadcast.send")
def broadcasts(trip_id: int) -> ResponseReturnValue:
    """`{broadcasts, page, pages}`: the newest first, each with how many have seen it and how many have not; `?page=` for
    older ones.
    """
    actor = current_actor()
    mine = None if actor.desk_ids("broadcast.send", trip_id) is None else actor.user_id
    with runtime.current().database.reading() as session:
        page = broadcast_page(session, trip_id, mine, request.args.get("page", 1, type=int))
    lines = [_line_json(one.line) | {"seen": len(one.seen), "unseen": len(one.unseen)} for one in page.lines]
    return jsonify({"broadcasts": lines, "page": page.number, "pages": page.pages})


@api.get("/broadcasts/mine")
@access("broadcast.see")
def said(trip_id: int) -> ResponseReturnValue:
    """What is said to the asker, and not seen yet."""
    with runtime.current().database.reading() as session:
        lines = to_see(session, current_actor(), trip_id)
    return jsonify({"broadcasts": [_line_json(line) for line in lines]})


@api.post("/broadcasts")
@access("broadcast.send")
def send(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), BroadcastForm.of_request()
    new = form.new(local_day(clock.now()))

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": services.send(uow, actor, trip_id, new).id}

    answer = perform(actor, form.model_dump(mode="json"), work, status=201)
    return jsonify(answer.data), answer.status


@api.post("/broadcasts/<int:broadcast_id>/withdraw")
@access("broadcast.send")
def withdraw(trip_id: int, broadcast_id: int) -> ResponseReturnValue:
    actor = current_actor()
    answer = perform(actor, {}, lambda uow: {"id": services.withdraw(uow, actor, trip_id, broadcast_id).id})
    return jsonify(answer.data), answer.status


@api.post("/broadcasts/<int:broadcast_id>/seen")
@access("broadcast.see")
def see(trip_id: int, broadcast_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        services.see(uow, actor, trip_id, broadcast_id)
        return {"id": broadcast_id}

    answer = perform(actor, {}, work)
    return jsonify(answer.data), answer.status


@api.get("/stops")
@access("desk.stop")
def stops(trip_id: int) -> ResponseReturnValue:
    """The stops in force."""
    with runtime.current().database.reading() as session:
        lines = stops_in_force(session, trip_id)
    return jsonify({"stops": [asdict(line) | {"at": line.at.isoformat()} for line in lines]})


@api.post("/stops")
@access("desk.stop")
def stop(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), StopForm.of_request()
    wanted = form.model_dump()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": services.stop(uow, actor, trip_id, **wanted).id}

    answer = perform(actor, wanted, work, status=201)
    return jsonify(answer.data), answer.status


@api.post("/stops/<int:stop_id>/resume")
@access("desk.stop")
def resume(trip_id: int, stop_id: int) -> ResponseReturnValue:
    actor = current_actor()
    answer = perform(actor, {}, lambda uow: {"opened": services.resume(uow, actor, trip_id, stop_id)})
    return jsonify(answer.data), answer.status


@api.get("/rehearsal")
@access("rehearsal.run")
def rehearsal(trip_id: int) -> ResponseReturnValue:
    """`{rehearsal}`: its id, pace and figures; None where none runs."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        running = rehearsal_of(session, trip_id)
    facts = running and asdict(running) | {"started_at": running.started_at.isoformat()}
    return jsonify({"rehearsal": facts})


@api.post("/rehearsal")
@access("rehearsal.run")
def start_rehearsal(trip_id: int) -> ResponseReturnValue:
    """`{id}`: the rehearsal is a trip of that id."""
    actor, wanted = current_actor(), RehearsalForm.of_request().model_dump()
    answer = perform(
        actor,
        wanted,
        lambda uow: {"id": services.start_rehearsal(uow, actor, trip_id, **wanted)},
        status=201,
    )
    forget_recognised()
    return jsonify(answer.data), answer.status


@api.post("/rehearsal/pace")
@access("rehearsal.run")
def change_rehearsal(trip_id: int) -> ResponseReturnValue:
    actor, wanted = current_actor(), RehearsalForm.of_request().model_dump()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        services.change_rehearsal(uow, actor, trip_id, **wanted)
        return wanted

    answer = perform(actor, wanted, work)
    return jsonify(answer.data), answer.status


@api.post("/rehearsal/end")
@access("rehearsal.run")
def end_rehearsal(trip_id: int) -> ResponseReturnValue:
    """Wipe it whole."""
    actor = current_actor()
    answer = perform(actor, {}, lambda uow: {"id": services.end_rehearsal(uow, actor, trip_id)})
    forget_recognised()
    return jsonify(answer.data), answer.status


def _line_json(line: BroadcastLine) -> dict[str, Any]:
    facts = {"id": line.id, "text": line.text, "urgent": line.urgent, **asdict(line.aim)}
    day = line.day and line.day.isoformat()
    return facts | {"day": day, "at": line.at.isoformat(), "withdrawn": line.withdrawn_at is not None}
