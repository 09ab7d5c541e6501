"""What is done at a counter. Every act answers with the counter as it is afterwards, also where it was refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.errors import NotFound, Refusal
from deskops.core.forms import Form
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform, wants_fragment
from deskops.demands import forms, queries, rules
from deskops.demands.services import claim, contacts, places, serving, sharing
from deskops.demands.services.places import own_place
from deskops.demands.views.console import done, refused, seen
from deskops.demands.views.room import blueprint

View = Callable[..., ResponseReturnValue]
_PLACE = "/trips/<int:trip_id>/places/<int:place_id>"
_TICKET = f"{_PLACE}/tickets/<int:ticket_id>"
_ENDING = {"outcome", "note", "version"}
_REASONS = {refusal.code: refusal.message for refusal in serving.NOBODY_CALLED}


def at_counter(view: View) -> View:
    """Show the counter with the reason where an act is refused. What isn't the actor's to see stays not found."""

    @wraps(view)
    def shown(trip_id: int, place_id: int, **ids: int) -> ResponseReturnValue:
        try:
            return view(trip_id, place_id, **ids)
        except NotFound:
            raise
        except Refusal as refusal:
            return refused(trip_id, place_id, refusal)

    return shown


def _number(form: Form, work: Callable[[UnitOfWork], Any]) -> int:
    """Do the work once; the number of the ticket that it returns, 0 for none."""

    def numbered(uow: UnitOfWork) -> dict[str, Any]:
        row = work(uow)
        return {"number": getattr(row, "number", 0), "id": getattr(row, "id", 0)}

    answer = perform(current_actor(), form.model_dump(mode="json"), numbered)
    return int(answer.data["number"])


@blueprint.post(f"{_PLACE}/next")
@access("queue.serve")
@at_counter
def call_next(trip_id: int, place_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    _number(form, lambda uow: claim.call_next(uow, actor, trip_id, place_id))
    return seen(trip_id, place_id)


@blueprint.post(f"{_TICKET}/serve")
@access("queue.serve")
@at_counter
def serve(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    _number(form, lambda uow: serving.serve(uow, actor, trip_id, ticket_id, version=form.version))
    return seen(trip_id, place_id)


@blueprint.post(f"{_TICKET}/hold")
@access("queue.serve")
@at_counter
def hold(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    _number(form, lambda uow: serving.hold(uow, actor, trip_id, ticket_id, version=form.version))
    return seen(trip_id, place_id)


@blueprint.post(f"{_TICKET}/resume")
@access("queue.serve")
@at_counter
def resume(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    _number(form, lambda uow: serving.resume(uow, actor, trip_id, ticket_id, place_id))
    return seen(trip_id, place_id)


@blueprint.post(f"{_TICKET}/return")
@access("queue.serve")
@at_counter
def return_to_queue(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    number = _number(form, lambda uow: serving.return_to_queue(uow, actor, trip_id, ticket_id))
    return done(trip_id, place_id, gettext("%(number)s waits again, with the same age.", number=number))


@blueprint.post(f"{_TICKET}/no-show")
@access("queue.serve")
@at_counter
def no_show(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        row = serving.no_show(uow, actor, trip_id, ticket_id, version=form.version)
        return {"number": row.number, "status": row.status}

    missed = perform(actor, form.model_dump(mode="json"), work).data
    if missed["status"] == rules.WAITING:
        text = gettext("%(number)s was not reached, and waits at the site again.", number=missed["number"])
    else:
        text = gettext("%(number)s did not come.", number=missed["number"])
    return done(trip_id, place_id, text, undo=ticket_id)


@blueprint.post(f"{_TICKET}/recall")
@access("queue.serve")
@at_counter
def recall(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    _number(form, lambda uow: serving.recall(uow, actor, trip_id, ticket_id, place_id))
    return seen(trip_id, place_id)


@blueprint.post(f"{_TICKET}/finish")
@access("queue.serve")
@at_counter
def finish(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.FinishHereForm.of_request(), current_actor()
    if form.call_next:
        return _finish_and_call_next(trip_id, place_id, ticket_id, form)
    facts = form.model_dump(include=_ENDING)
    number = _number(form, lambda uow: serving.finish(uow, actor, trip_id, ticket_id, **facts))
    return done(trip_id, place_id, gettext("%(number)s is done.", number=number), undo=ticket_id)


def _finish_and_call_next(
    trip_id: int, place_id: int, ticket_id: int, form: forms.FinishHereForm
) -> ResponseReturnValue:
    """One transaction; where nobody can be called, the end stands and the counter says why."""
    actor, facts = current_actor(), form.model_dump(include=_ENDING)

    def work(uow: UnitOfWork) -> dict[str, Any]:
        reason = serving.finish_and_call_next(uow, actor, trip_id, ticket_id, place_id, **facts)
        return {"not_called": reason.code if reason else None}

    code = perform(actor, form.model_dump(mode="json"), work).data["not_called"]
    if code is None:
        return seen(trip_id, place_id)
    return done(
        trip_id, place_id, gettext("The service is ended. %(reason)s", reason=_REASONS[code]), undo=ticket_id
    )


@blueprint.post(f"{_TICKET}/leave")
@access("queue.serve")
@at_counter
def leave(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    number = _number(form, lambda uow: serving.leave(uow, actor, trip_id, ticket_id))
    return done(trip_id, place_id, gettext("%(number)s left the queue.", number=number))


@blueprint.post(f"{_TICKET}/arrive")
@access("queue.serve")
@at_counter
def arrive(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    number = _number(form, lambda uow: serving.arrive(uow, actor, trip_id, ticket_id))
    return done(
        trip_id, place_id, gettext("%(number)s has arrived, and waits with the same age.", number=number)
    )


@blueprint.get(f"{_TICKET}/transfer")
@access("queue.serve")
def transfer_choices(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    """Where the person could go on to: every desk with its queue, and the topics."""
    with runtime.current().database.reading() as session:
        ticket = queries.ticket(session, trip_id, ticket_id)
        known = queries.names_of(session, trip_id)
        choices = queries.transfer_choices(session, trip_id, ticket)
        topics = queries.intake_choices(session, trip_id).topics
    template = "demands/_transfer.html" if wants_fragment() else "demands/transfer.html"
    return render_template(
        template, trip_id=trip_id, place_id=place_id, trip=known, names=known, ticket=ticket, choices=choices,
        topics=[topic for topic in topics if topic.id != ticket.topic_id],
    )  # fmt: skip


@blueprint.post(f"{_TICKET}/transfer")
@access("queue.serve")
@at_counter
def transfer(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.TransferForm.of_request(), current_actor()
    facts = form.model_dump()
    number = _number(form, lambda uow: sharing.transfer(uow, actor, trip_id, ticket_id, **facts))
    return done(trip_id, place_id, gettext("%(number)s was handed on; number and age stay.", number=number))


@blueprint.post(f"{_TICKET}/undo")
@access("queue.serve")
@at_counter
def undo(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    number = _number(form, lambda uow: serving.undo(uow, actor, trip_id, ticket_id))
    return done(trip_id, place_id, gettext("The last step with %(number)s was taken back.", number=number))


@blueprint.post(f"{_PLACE}/pause")
@access("place.work")
@at_counter
def pause(trip_id: int, place_id: int) -> ResponseReturnValue:
    form, actor = forms.PausePlaceForm.of_request(), current_actor()
    _number(form, lambda uow: places.pause_place(uow, actor, trip_id, place_id, reason=form.reason))
    return seen(trip_id, place_id)


@blueprint.post(f"{_PLACE}/resume")
@access("place.work")
@at_counter
def resume_place(trip_id: int, place_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    _number(form, lambda uow: places.resume_place(uow, actor, trip_id, place_id))
    return seen(trip_id, place_id)


@blueprint.post(f"{_PLACE}/close")
@access("place.work")
@at_counter
def close(trip_id: int, place_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    _number(form, lambda uow: places.close_place(uow, actor, trip_id, place_id))
    return done(trip_id, place_id, gettext("The counter is closed. Thank you for today."))


@blueprint.post(f"{_PLACE}/help")
@access("place.work")
@at_counter
def ask_help(trip_id: int, place_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    _number(form, lambda uow: places.ask_help(uow, actor, trip_id, place_id))
    return seen(trip_id, place_id)


@blueprint.post(f"{_PLACE}/help/<int:asking_id>/answer")
@access("place.work")
@at_counter
def answer_help(trip_id: int, place_id: int, asking_id: int) -> ResponseReturnValue:
    """From one's own console: I am coming; or, for one's own counter, it is settled."""
    form, actor = forms.MomentForm.of_request(), current_actor()
    _number(form, lambda uow: places.answer_help(uow, actor, trip_id, asking_id))
    return done(trip_id, place_id, gettext("The call for help is answered."))


@blueprint.post(f"{_PLACE}/contact")
@access("contact.record")
@at_counter
def record_contact(trip_id: int, place_id: int) -> ResponseReturnValue:
    """One key for contacts that leave no demand."""
    form, actor = forms.QuickContactForm.of_request(), current_actor()

    def work(uow: UnitOfWork) -> None:
        place = own_place(uow, actor, trip_id, place_id)
        channel = rules.CHANNEL_OF_PLACE[place.kind]
        contacts.record_contact(
            uow, actor, trip_id, channel=channel, result=form.result, desk_id=place.desk_id, place_id=place_id
        )

    _number(form, work)
    if form.result == "unanswered":
        return done(trip_id, place_id, gettext("Recorded: attempted, no answer."))
    return done(trip_id, place_id, gettext("Recorded: answered, nothing to register."))
