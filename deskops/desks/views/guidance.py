"""The cards of a trip, for whoever keeps them: the list with its filters and gaps, one card, its print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts.access import access, current_actor
from deskops.accounts.actor import Actor
from deskops.core import clock, runtime
from deskops.core.dates import date_text, local_day
from deskops.core.errors import Forbidden, InvalidInput, NotFound, Refusal
from deskops.core.i18n import LANGUAGES, gettext, using_language
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks import queries, services
from deskops.desks.forms.guidance import (
    GENERAL,
    CardFilterForm,
    CardForm,
    EditCardForm,
    RetireCardForm,
    ReviewCardForm,
)
from deskops.desks.models import GuidanceCard
from deskops.desks.queries import CardDetail, CardUses, Catalogue, FoundCard
from deskops.desks.views.blueprint import blueprint

_CARDS = "/<int:trip_id>/guidance"
_CARD = f"{_CARDS}/<int:card_id>"
ON_A_PAGE = 50


@blueprint.get(_CARDS)
@access("guidance.view")
def guidance(trip_id: int) -> ResponseReturnValue:
    return _list_page(trip_id)


@blueprint.post(_CARDS)
@access("guidance.edit")
def add_card(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = CardForm.of_request()
        body = form.model_dump(mode="json")
        made = perform(
            actor, body, lambda uow: _made(services.add_card(uow, actor, trip_id, form.edit())), status=201
        )
    except (NotFound, Forbidden):
        raise
    except InvalidInput as error:
        return _list_page(trip_id, error.errors), 422
    flash(gettext("The card is there, and is found from now on."), "ok")
    return redirect(url_for("desks.card", trip_id=trip_id, card_id=made.data["id"]), 303)


@blueprint.get(_CARD)
@access("guidance.view")
def card(trip_id: int, card_id: int) -> ResponseReturnValue:
    return _card_page(trip_id, card_id)


@blueprint.post(_CARD)
@access("guidance.edit")
def edit_card(trip_id: int, card_id: int) -> ResponseReturnValue:
    """Other words are a new edition; what was typed stays in the form where it is refused."""
    actor = current_actor()
    try:
        form = EditCardForm.of_request()

        def work(uow: UnitOfWork) -> dict[str, Any]:
            return _made(services.edit_card(uow, actor, trip_id, card_id, form.version, form.edit()))

        perform(actor, form.model_dump(mode="json"), work)
    except (NotFound, Forbidden):
        raise
    except InvalidInput as error:
        return _card_page(trip_id, card_id, error.errors), 422
    except Refusal as refusal:
        return _card_page(trip_id, card_id, {refusal.field or "title_fa": refusal.text()}), refusal.status
    flash(gettext("The card was changed. What was said before stays readable."), "ok")
    return redirect(url_for("desks.card", trip_id=trip_id, card_id=card_id), 303)


@blueprint.post(f"{_CARD}/review")
@access("guidance.edit")
def review_card(trip_id: int, card_id: int) -> ResponseReturnValue:
    actor = current_actor()
    body = ReviewCardForm.of_request().model_dump()
    perform(actor, body, lambda uow: _made(services.review_card(uow, actor, trip_id, card_id)))
    flash(gettext("Marked as reviewed today."), "ok")
    return redirect(url_for("desks.card", trip_id=trip_id, card_id=card_id), 303)


@blueprint.post(f"{_CARD}/retire")
@access("guidance.edit")
def retire_card(trip_id: int, card_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), RetireCardForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return _made(services.retire_card(uow, actor, trip_id, card_id, retired=form.retired))

    perform(actor, form.model_dump(), work)
    done = gettext("The card is retired.") if form.retired else gettext("The card is found again.")
    flash(done, "ok")
    return redirect(url_for("desks.card", trip_id=trip_id, card_id=card_id), 303)


@blueprint.get(f"{_CARD}/print")
@access("guidance.view")
def print_card(trip_id: int, card_id: int) -> ResponseReturnValue:
    """One edition on A5 in both languages; the one that is said now unless `edition` names another."""
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        detail = queries.card_detail(session, trip_id, card_id)
    said = detail.numbered(request.args.get("edition", detail.edition, type=int))
    topic = names.topics.get(detail.topic_id or 0)
    return render_template(
        "desks/guidance_print.html",
        trip=names.trip,
        card=detail,
        said=said,
        topic=topic,
        words={language: _printed(language, said.source_date) for language in LANGUAGES},
    )


def _printed(language: str, source_date: date | None) -> dict[str, str]:
    """What a printed card says about itself, in one of the languages."""
    with using_language(language):
        return {
            "source": gettext("Source"),
            "date": date_text(source_date) if source_date else "",
            "printed": gettext("Printed on %(day)s", day=date_text(clock.now())),
        }


def _made(card: GuidanceCard) -> dict[str, Any]:
    return {"id": card.id, "version": card.version}


def _may_edit(actor: Actor, names: Catalogue, topic_id: int | None) -> bool:
    """Whether the actor may write about a topic: who is bound to desks, about what those desks do."""
    if not actor.may("guidance.edit", names.trip.id):
        return False
    desks = actor.desk_ids("guidance.edit", names.trip.id)
    return desks is None or any(topic_id in names.desks[desk].speeds for desk in desks if desk in names.desks)


def _topics_to_write(actor: Actor, names: Catalogue) -> list[tuple[int | str, str]]:
    topics: list[tuple[int | str, str]] = [("", gettext("General, of no topic"))]
    topics = topics if _may_edit(actor, names, None) else []
    own = [topic for topic in names.assignable_topics() if _may_edit(actor, names, topic.id)]
    return topics + [(topic.id, topic.name) for topic in own]


def _topics_to_filter(names: Catalogue) -> list[tuple[int | str, str]]:
    topics = [(topic.id, topic.name) for topic in names.assignable_topics()]
    return [("", gettext("All topics")), (GENERAL, gettext("General, of no topic")), *topics]


def _list_page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    wanted = CardFilterForm.of_query()
    actor, today = current_actor(), local_day(clock.now())
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        lines = _wanted(session, trip_id, wanted, today)
        uses = queries.uses_by_card(session, trip_id, today)
        gaps = queries.gaps_of(session, trip_id)
    pages = max(1, -(-len(lines) // ON_A_PAGE))
    page = min(wanted.page, pages)
    return render_template(
        "desks/guidance.html",
        trip=names.trip,
        names=names,
        lines=lines[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        found=len(lines),
        page=page,
        pages=pages,
        page_url=_page_url(trip_id, wanted),
        uses=uses,
        unused=CardUses(),
        gaps=gaps,
        wanted=wanted,
        today=today,
        topics=_topics_to_write(actor, names),
        filter_topics=_topics_to_filter(names),
        typed=request.form,
        errors=errors or {},
    )


def _wanted(session: Session, trip_id: int, wanted: CardFilterForm, today: date) -> list[FoundCard]:
    """Typed words look through what is not retired, as at the counters."""
    cards = queries.cards_of_trip(session, trip_id)
    if wanted.q:
        cards = queries.find_cards(session, trip_id, wanted.q, limit=len(cards))
    return [line for line in cards if wanted.takes(line.topic_id, line.retired, line.flag(today))]


def _page_url(trip_id: int, wanted: CardFilterForm) -> Callable[[int], str]:
    kept = wanted.model_dump(exclude={"page"}, exclude_defaults=True)
    return lambda page: url_for("desks.guidance", trip_id=trip_id, page=page, **kept)


def _card_page(trip_id: int, card_id: int, errors: dict[str, str] | None = None) -> str:
    actor, today = current_actor(), local_day(clock.now())
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        detail = queries.card_detail(session, trip_id, card_id)
        uses = queries.uses_by_card(session, trip_id, today).get(card_id, CardUses())
    return render_template(
        "desks/guidance_card.html",
        trip=names.trip,
        names=names,
        card=detail,
        uses=uses,
        today=today,
        may_edit=_may_edit(actor, names, detail.topic_id),
        topics=_topics_to_write(actor, names),
        opened=request.args.get("edition", type=int),
        typed=request.form if "title_fa" in request.form else _as_typed(detail),
        errors=errors or {},
    )


def _as_typed(card: CardDetail) -> dict[str, Any]:
    """The fields of the form as the card stands, days as the reader writes them."""
    said = asdict(card.shown)
    days = {"source_date": said["source_date"], "good_until": card.good_until}
    shown = {name: "" if day is None else date_text(day) for name, day in days.items()}
    return said | shown | {"topic_id": card.topic_id or "", "review_months": card.review_months}
