"""JSON API of the balance: where the trouble is, advice, staff moves, what-if."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor, forget_recognised
from deskops.control.api.running import api
from deskops.control.forms.balance import AcceptForm, CannotForm, MoveForm, RefuseForm, WhatIfForm
from deskops.control.queries.advice import advice_here, advice_of
from deskops.control.queries.moves import asked_of, moves_here, state_of
from deskops.control.queries.trouble import trouble as trouble_of
from deskops.control.queries.what_if import what_if as answer_of
from deskops.control.services import advising, moving
from deskops.core import runtime
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.queries import catalogue


@api.get("/balance")
@access("balance.view")
def trouble(trip_id: int) -> ResponseReturnValue:
    """`{places, desks, idle, homeless, stops}`: who waits longest now, and in 30 and 60 minutes. Place 0 is the phone."""
    with runtime.current().database.reading() as session:
        return jsonify(trouble_of(session, trip_id).as_json())


@api.post("/balance/what-if")
@access("balance.view")
def what_if(trip_id: int) -> ResponseReturnValue:
    """`{changes: [{kind: more|fewer|close, desk_id | site_id, counters, at: "14:00"}]}` is answered by the waits without and
    with them: `{now, looks, places, desks, person_minutes, waiting, oldest, shared}`. Nothing is changed by it.
    """
    wanted = WhatIfForm.of_request().imagined()
    with runtime.current().database.reading() as session:
        return jsonify(answer_of(session, trip_id, wanted).as_json())


@api.get("/balance/advice")
@access("balance.view")
def advice(trip_id: int) -> ResponseReturnValue:
    """`{advice}`: what is proposed, with who could move, then what was decided within the hour."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        return jsonify({"advice": [line.as_json() for line in advice_here(session, trip_id)]})


@api.post("/balance/advice/<int:advice_id>/accept")
@access("balance.decide")
def accept_advice(trip_id: int, advice_id: int) -> ResponseReturnValue:
    """`{people: [users], counters, target_desk_id, version}`, all of them optional: without, as it was advised."""
    actor, wanted = current_actor(), AcceptForm.of_request().wanted()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": advising.accept(uow, actor, trip_id, advice_id, **wanted).id}

    answer = perform(actor, wanted, work)
    with runtime.current().database.reading() as session:
        return jsonify(advice_of(session, trip_id, answer.data["id"]).as_json()), answer.status


@api.post("/balance/advice/<int:advice_id>/refuse")
@access("balance.decide")
def refuse_advice(trip_id: int, advice_id: int) -> ResponseReturnValue:
    actor, wanted = current_actor(), RefuseForm.of_request().model_dump()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": advising.refuse(uow, actor, trip_id, advice_id, **wanted).id}

    answer = perform(actor, wanted, work)
    return jsonify(answer.data), answer.status


@api.post("/balance/advice/<int:advice_id>/take-back")
@access("balance.decide")
def take_back_advice(trip_id: int, advice_id: int) -> ResponseReturnValue:
    actor = current_actor()
    answer = perform(actor, {}, lambda uow: {"id": advising.take_back(uow, actor, trip_id, advice_id).id})
    return jsonify(answer.data), answer.status


@api.get("/balance/moves")
@access("balance.view")
def moves(trip_id: int) -> ResponseReturnValue:
    """`{moves}`: people under way, and those whose move ended within the hour."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        return jsonify({"moves": [line.as_json() for line in moves_here(session, trip_id)]})


@api.get("/balance/moves/mine")
@access("staff_move.answer")
def my_moves(trip_id: int) -> ResponseReturnValue:
    """`{moves}`: what the asker is asked, or on their way to."""
    with runtime.current().database.reading() as session:
        lines = asked_of(session, trip_id, current_actor().user_id)
        return jsonify({"moves": [line.as_json() for line in lines]})


@api.post("/balance/moves")
@access("balance.decide")
def ask_to_move(trip_id: int) -> ResponseReturnValue:
    """`{user_id, desk_id, now}` is answered by `{id, state, desk_id}`; with `now` they aren't asked, but go: at once, or
    after the person they serve.
    """
    actor, form = current_actor(), MoveForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        ask = moving.move_now if form.now else moving.ask_to_move
        return state_of(ask(uow, actor, trip_id, user_id=form.user_id, desk_id=form.desk_id))

    answer = perform(actor, form.model_dump(), work, status=201)
    forget_recognised()
    return jsonify(answer.data), answer.status


@api.post("/balance/moves/<int:move_id>/take-back")
@access("balance.decide")
def take_back_move(trip_id: int, move_id: int) -> ResponseReturnValue:
    actor = current_actor()
    answer = perform(actor, {}, lambda uow: {"id": moving.take_back_move(uow, actor, trip_id, move_id).id})
    return jsonify(answer.data), answer.status


@api.post("/balance/moves/<int:move_id>/now")
@access("balance.decide")
def move_now(trip_id: int, move_id: int) -> ResponseReturnValue:
    """Whoever was asked goes at once, or after the person they serve: `{id, state, desk_id}`."""
    actor = current_actor()
    answer = perform(actor, {}, lambda uow: state_of(moving.send_now(uow, actor, trip_id, move_id)))
    forget_recognised()
    return jsonify(answer.data), answer.status


@api.post("/balance/moves/<int:move_id>/go")
@access("staff_move.answer")
def go(trip_id: int, move_id: int) -> ResponseReturnValue:
    """`{id, state, desk_id}`: the asker's counter is closed. Where the desk is at the same site and has a free counter, that
    one is open in their name (state arrived); else they may open one there.
    """
    actor = current_actor()
    answer = perform(actor, {}, lambda uow: state_of(moving.go(uow, actor, trip_id, move_id)))
    forget_recognised()
    return jsonify(answer.data), answer.status


@api.post("/balance/moves/<int:move_id>/decline")
@access("staff_move.answer")
def decline(trip_id: int, move_id: int) -> ResponseReturnValue:
    actor, wanted = current_actor(), CannotForm.of_request().model_dump()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": moving.decline(uow, actor, trip_id, move_id, **wanted).id}

    answer = perform(actor, wanted, work)
    return jsonify(answer.data), answer.status
