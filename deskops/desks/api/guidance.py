"""JSON API of guidance cards: list, search, read, add, edit."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks import queries, services
from deskops.desks.api.trips import api
from deskops.desks.forms.guidance import CardFilterForm, CardForm, EditCardForm
from deskops.desks.models import GuidanceCard
from deskops.desks.queries import CardDetail, CardUses, FoundCard

_CARDS = "/<int:trip_id>/guidance"


@api.get(_CARDS)
@access("guidance.view")
def cards(trip_id: int) -> ResponseReturnValue:
    """With `q`, those that are found by it, `topic_id`'s first, as at a counter; without, all that the filters take."""
    wanted = CardFilterForm.of_query()
    today = local_day(clock.now())
    with runtime.current().database.reading() as session:
        if wanted.q:
            found = queries.find_cards(session, trip_id, wanted.q, topic_id=wanted.topic_id)
        else:
            known = queries.cards_of_trip(session, trip_id)
            found = [line for line in known if wanted.takes(line.topic_id, line.retired, line.flag(today))]
    return jsonify({"cards": [_line_json(line, today) for line in found]})


@api.get(f"{_CARDS}/<int:card_id>")
@access("guidance.view")
def card(trip_id: int, card_id: int) -> ResponseReturnValue:
    """A card with every edition and how often it was used."""
    today = local_day(clock.now())
    with runtime.current().database.reading() as session:
        detail = queries.card_detail(session, trip_id, card_id)
        uses = queries.uses_by_card(session, trip_id, today).get(card_id, CardUses())
    return jsonify(_detail_json(detail, today) | {"uses": asdict(uses)})


@api.post(_CARDS)
@access("guidance.edit")
def create_card(trip_id: int) -> ResponseReturnValue:
    form, actor = CardForm.of_request(), current_actor()
    answer = perform(
        actor,
        form.model_dump(mode="json"),
        lambda uow: _made(services.add_card(uow, actor, trip_id, form.edit())),
        status=201,
    )
    return jsonify(answer.data), answer.status


@api.patch(f"{_CARDS}/<int:card_id>")
@access("guidance.edit")
def change_card(trip_id: int, card_id: int) -> ResponseReturnValue:
    """The card as it is to be, whole; other words make a new edition."""
    form, actor = EditCardForm.of_request(), current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return _made(services.edit_card(uow, actor, trip_id, card_id, form.version, form.edit()))

    answer = perform(actor, form.model_dump(mode="json"), work)
    return jsonify(answer.data), answer.status


def _made(card: GuidanceCard) -> dict[str, Any]:
    return {"id": card.id, "edition": card.edition, "version": card.version}


def _line_json(line: FoundCard, today: date) -> dict[str, Any]:
    return {
        "id": line.id,
        "topic_id": line.topic_id,
        "edition": line.edition,
        "title_fa": line.title_fa,
        "title_en": line.title_en,
        "out_of_date": line.flag(today),
        "retired": line.retired,
        "version": line.version,
    }


def _detail_json(detail: CardDetail, today: date) -> dict[str, Any]:
    data = asdict(detail) | {"out_of_date": detail.flag(today)}
    for name in ("good_until", "reviewed_on", "retired_at"):
        data[name] = None if data[name] is None else data[name].isoformat()
    for edition in data["editions"]:
        edition["at"] = edition["at"].isoformat()
        edition["source_date"] = edition["source_date"] and edition["source_date"].isoformat()
    return data
