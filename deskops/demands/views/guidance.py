"""Guidance cards while the person talks: found by typing, read out, and counted as the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform, wants_fragment
from deskops.demands import forms, queries
from deskops.demands.queries import AtCounter
from deskops.demands.services import guidance as services
from deskops.demands.views.acts import at_counter
from deskops.demands.views.console import done
from deskops.demands.views.room import blueprint, message_of, toast
from deskops.desks import queries as desks
from deskops.desks.services import ask_for_card

_CARDS = "/trips/<int:trip_id>/guidance"
_PLACE = "/trips/<int:trip_id>/places/<int:place_id>"
PANEL = "guidance-panel"


@dataclass(frozen=True)
class Search:
    """What is looked for, and from where: at a counter of one's own, or with a topic chosen on a form."""

    trip_id: int
    words: str
    topic_id: int | None
    counter: AtCounter | None

    def addresses(self) -> dict[str, int]:
        """What the panel's further addresses carry along."""
        if self.counter is not None:
            return {"place_id": self.counter.place_id}
        return {} if self.topic_id is None else {"topic_id": self.topic_id}


@blueprint.get(f"{_CARDS}/find")
@access("guidance.view")
def find_guidance(trip_id: int) -> ResponseReturnValue:
    form = forms.FindGuidanceForm.of_query()
    search = _search(trip_id, form)
    with runtime.current().database.reading() as session:
        found = desks.find_cards(session, trip_id, search.words, topic_id=search.topic_id)
        card = desks.card_detail(session, trip_id, found[0].id) if found and form.open else None
    return _panel(search, found=found, card=card, none_found=bool(form.open and not found))


@blueprint.get(f"{_CARDS}/<int:card_id>/read")
@access("guidance.view")
def read_guidance(trip_id: int, card_id: int) -> ResponseReturnValue:
    search = _search(trip_id, forms.FindGuidanceForm.of_query())
    with runtime.current().database.reading() as session:
        card = desks.card_detail(session, trip_id, card_id)
    return _panel(search, card=card)


@blueprint.post(f"{_CARDS}/missing")
@access("guidance.ask")
def ask_for_guidance(trip_id: int) -> ResponseReturnValue:
    """Nothing was found: the coordinators see what was asked for."""
    actor = current_actor()
    try:
        form = forms.AskForGuidanceForm.of_request()
        perform(actor, form.model_dump(), lambda uow: {"words": ask_for_card(uow, actor, trip_id, form.q)})
    except NotFound:
        raise
    except Refusal as refusal:
        return _asked_for(trip_id, message_of(refusal), "bad", refusal.status)
    return _asked_for(trip_id, gettext("The coordinators see that this card is missing."), "ok", 200)


@blueprint.post(f"{_PLACE}/tickets/<int:ticket_id>/guidance")
@access("queue.serve")
@at_counter
def finish_with_card(trip_id: int, place_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.UseGuidanceForm.of_request(), current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        row = services.finish_with_card(uow, actor, trip_id, ticket_id, **form.model_dump())
        return {"number": row.number}

    number = perform(actor, form.model_dump(), work).data["number"]
    return done(
        trip_id, place_id, gettext("%(number)s was answered by guidance.", number=number), undo=ticket_id
    )


@blueprint.post(f"{_PLACE}/guidance")
@access("contact.record")
@at_counter
def contact_with_card(trip_id: int, place_id: int) -> ResponseReturnValue:
    form, actor = forms.UseGuidanceForm.of_request(), current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        edition_id = form.edition_id
        return {"id": services.record_contact_with_card(uow, actor, trip_id, place_id, edition_id=edition_id)}

    made = perform(actor, form.model_dump(), work).data["id"]
    undo_at = url_for("demands.undo_contact", trip_id=trip_id, place_id=place_id, contact_id=made)
    return done(
        trip_id, place_id, gettext("Recorded: answered by guidance, nothing to register."), undo_at=undo_at
    )


@blueprint.post(f"{_PLACE}/contacts/<int:contact_id>/undo")
@access("contact.record")
@at_counter
def undo_contact(trip_id: int, place_id: int, contact_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        services.take_back_contact(uow, actor, trip_id, contact_id)
        return {}

    perform(actor, forms.MomentForm.of_request().model_dump(mode="json"), work)
    return done(trip_id, place_id, gettext("The answer by guidance was taken back."))


def _search(trip_id: int, form: forms.FindGuidanceForm) -> Search:
    """With a person at the counter, their topic comes first."""
    if form.place_id is None:
        return Search(trip_id, form.q, form.topic_id, None)
    with runtime.current().database.reading() as session:
        counter = queries.at_counter(session, trip_id, form.place_id, current_actor().user_id)
    topic_id = form.topic_id if counter.current is None else counter.current.topic_id
    return Search(trip_id, form.q, topic_id, counter)


def _panel(search: Search, **shown: Any) -> str:
    """The whole panel, or what changes in it; without script, the panel on a page of its own."""
    with runtime.current().database.reading() as session:
        names = queries.names_of(session, search.trip_id)
    part = (
        "demands/_guidance.html"
        if request.headers.get("HX-Target") == PANEL
        else "demands/_guidance_shown.html"
    )
    template = part if wants_fragment() else "demands/guidance.html"
    return render_template(
        template,
        trip_id=search.trip_id,
        trip=names,
        names=names,
        search=search,
        today=local_day(clock.now()),
        may_ask=current_actor().may("guidance.ask", search.trip_id),
        **{"found": None, "card": None, "none_found": False} | shown,
    )


def _asked_for(trip_id: int, text: str, kind: str, status: int) -> ResponseReturnValue:
    if not wants_fragment():
        flash(text, kind)
        return redirect(url_for("demands.find_guidance", trip_id=trip_id), 303)
    answer = make_response("", status)
    answer.headers.update(toast(text, kind=kind))
    return answer
