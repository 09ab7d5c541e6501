"""What the tests of guidance cards begin with."""

from datetime import date
from typing import Any

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks import queries
from deskops.desks.queries import CardDetail, FoundCard
from deskops.desks.services import add_card, edit_card
from deskops.desks.services.guidance import CardEdit, CardWords
from tests.small_trip import SmallTrip

TITLE = "مدارک وام کارگشایی"
BODY = "کارت ملی و شناسنامه را به بانک می‌آورند."


def an_edit(
    title: str = TITLE,
    body: str = BODY,
    *,
    topic_id: int | None = None,
    good_until: date | None = None,
    review_months: int = 6,
    **words: Any,
) -> CardEdit:
    said = CardWords(title_fa=title, body_fa=body, **words)
    return CardEdit(words=said, topic_id=topic_id, good_until=good_until, review_months=review_months)


def a_card(trip: SmallTrip, title: str = TITLE, *, topic: str | None = "loan", **more: Any) -> CardDetail:
    """Written by the system, about one of the small trip's topics or about none."""
    edit = an_edit(title, topic_id=None if topic is None else trip.topics[topic], **more)
    with unit_of_work(SYSTEM) as uow:
        card_id = add_card(uow, SYSTEM, trip.id, edit).id
    return card_of(trip, card_id)


def reword(trip: SmallTrip, card: CardDetail, body: str) -> CardDetail:
    """A new edition of a card, which says something else."""
    edit = an_edit(card.shown.title_fa, body, topic_id=card.topic_id)
    with unit_of_work(SYSTEM) as uow:
        edit_card(uow, SYSTEM, trip.id, card.id, card.version, edit)
    return card_of(trip, card.id)


def card_of(trip: SmallTrip, card_id: int) -> CardDetail:
    with runtime.current().database.reading() as session:
        return queries.card_detail(session, trip.id, card_id)


def found(trip: SmallTrip, words: str, topic: str | None = None) -> list[FoundCard]:
    with runtime.current().database.reading() as session:
        return queries.find_cards(
            session, trip.id, words, topic_id=None if topic is None else trip.topics[topic]
        )


def titles(cards: list[FoundCard]) -> list[str]:
    return [card.title_fa for card in cards]
