"""JSON API of counters and tickets, under /api/v1/trips/<trip_id>/."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.demands import forms, queries
from deskops.demands.api.demands import answered, api, ticket_json
from deskops.demands.services import claim, places, serving, sharing
from deskops.desks.models import Place


def place_json(place: Place) -> dict[str, Any]:
    """A counter and its state."""
    return {
        "id": place.id,
        "desk_id": place.desk_id,
        "number": place.number,
        "state": place.state,
        "reason": place.reason,
        "ready": place.ready,
        "help_asked": place.help_asked_at is not None,
        "version": place.version,
    }


@api.post("/places/<int:place_id>/open")
@access("place.work")
def open_place(trip_id: int, place_id: int) -> ResponseReturnValue:
    form = forms.OpenPlaceForm.of_request()
    actor = current_actor()
    return answered(
        form,
        lambda uow: place_json(
            places.open_place(uow, actor, trip_id, place_id, languages=form.languages, at=form.at)
        ),
    )


@api.post("/places/<int:place_id>/pause")
@access("place.work")
def pause_place(trip_id: int, place_id: int) -> ResponseReturnValue:
    form = forms.PausePlaceForm.of_request()
    actor = current_actor()
    return answered(
        form, lambda uow: place_json(places.pause_place(uow, actor, trip_id, place_id, reason=form.reason))
    )


@api.post("/places/<int:place_id>/close")
@access("place.work")
def close_place(trip_id: int, place_id: int) -> ResponseReturnValue:
    form = forms.MomentForm.of_request()
    actor = current_actor()
    return answered(
        form, lambda uow: place_json(places.close_place(uow, actor, trip_id, place_id, at=form.at))
    )


@api.post("/places/<int:place_id>/help")
@access("place.work")
def ask_help(trip_id: int, place_id: int) -> ResponseReturnValue:
    form = forms.MomentForm.of_request()
    actor = current_actor()
    return answered(form, lambda uow: place_json(places.ask_help(uow, actor, trip_id, place_id)))


@api.post("/places/<int:place_id>/help/answer")
@access("place.work")
def answer_help(trip_id: int, place_id: int) -> ResponseReturnValue:
    form = forms.MomentForm.of_request()
    actor = current_actor()
    return answered(form, lambda uow: place_json(places.answer_help(uow, actor, trip_id, place_id)))


@api.post("/places/<int:place_id>/next")
@access("queue.serve")
def call_next(trip_id: int, place_id: int) -> ResponseReturnValue:
    form = forms.MomentForm.of_request()
    actor = current_actor()

    def work(uow: Any) -> dict[str, Any]:
        row = claim.call_next(uow, actor, trip_id, place_id, at=form.at)
        return {"ticket": None if row is None else ticket_json(row)}

    return answered(form, work)


@api.post("/places/<int:place_id>/call")
@access("queue.direct")
def call_ticket(trip_id: int, place_id: int) -> ResponseReturnValue:
    form = forms.CallTicketForm.of_request()
    actor = current_actor()
    return answered(
        form,
        lambda uow: ticket_json(claim.call_ticket(uow, actor, trip_id, place_id, form.ticket_id, at=form.at)),
    )


@api.get("/tickets")
@access("queue.view")
def tickets_at_places(trip_id: int) -> ResponseReturnValue:
    """Who is at a counter or put aside by one: where a system goes on that was away."""
    with runtime.current().database.reading() as session:
        lines = queries.tickets_at_places(session, trip_id)
    return jsonify({"tickets": [ticket_json(line) for line in lines]})


@api.post("/tickets/<int:ticket_id>/serve")
@access("queue.serve")
def serve(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form = forms.MomentForm.of_request()
    actor = current_actor()
    return answered(
        form,
        lambda uow: ticket_json(
            serving.serve(uow, actor, trip_id, ticket_id, at=form.at, version=form.version)
        ),
    )


@api.post("/tickets/<int:ticket_id>/hold")
@access("queue.serve")
def hold(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form = forms.MomentForm.of_request()
    actor = current_actor()
    return answered(
        form, lambda uow: ticket_json(serving.hold(uow, actor, trip_id, ticket_id, version=form.version))
    )


@api.post("/tickets/<int:ticket_id>/resume")
@access("queue.serve")
def resume(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form = forms.AtPlaceForm.of_request()
    actor = current_actor()
    return answered(
        form, lambda uow: ticket_json(serving.resume(uow, actor, trip_id, ticket_id, form.place_id))
    )


@api.post("/tickets/<int:ticket_id>/return")
@access("queue.serve")
def return_to_queue(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form = forms.MomentForm.of_request()
    actor = current_actor()
    return answered(form, lambda uow: ticket_json(serving.return_to_queue(uow, actor, trip_id, ticket_id)))


@api.post("/tickets/<int:ticket_id>/no-show")
@access("queue.serve")
def no_show(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form = forms.MomentForm.of_request()
    actor = current_actor()
    return answered(
        form,
        lambda uow: ticket_json(
            serving.no_show(uow, actor, trip_id, ticket_id, at=form.at, version=form.version)
        ),
    )


@api.post("/tickets/<int:ticket_id>/recall")
@access("queue.serve")
def recall(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form = forms.AtPlaceForm.of_request()
    actor = current_actor()
    return answered(
        form, lambda uow: ticket_json(serving.recall(uow, actor, trip_id, ticket_id, form.place_id))
    )


@api.post("/tickets/<int:ticket_id>/finish")
@access("queue.serve")
def finish(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form = forms.FinishForm.of_request()
    actor = current_actor()
    facts = form.model_dump()
    return answered(form, lambda uow: ticket_json(serving.finish(uow, actor, trip_id, ticket_id, **facts)))


@api.post("/tickets/<int:ticket_id>/leave")
@access("queue.serve")
def leave(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form = forms.MomentForm.of_request()
    actor = current_actor()
    return answered(form, lambda uow: ticket_json(serving.leave(uow, actor, trip_id, ticket_id, at=form.at)))


@api.post("/tickets/<int:ticket_id>/arrive")
@access("queue.serve")
def arrive(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form = forms.MomentForm.of_request()
    actor = current_actor()
    return answered(form, lambda uow: ticket_json(serving.arrive(uow, actor, trip_id, ticket_id)))


@api.post("/tickets/<int:ticket_id>/transfer")
@access("queue.serve")
def transfer(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form = forms.TransferForm.of_request()
    actor = current_actor()
    facts = form.model_dump()
    return answered(form, lambda uow: ticket_json(sharing.transfer(uow, actor, trip_id, ticket_id, **facts)))


@api.post("/tickets/<int:ticket_id>/undo")
@access("queue.serve")
def undo(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form = forms.MomentForm.of_request()
    actor = current_actor()
    return answered(form, lambda uow: ticket_json(serving.undo(uow, actor, trip_id, ticket_id)))
