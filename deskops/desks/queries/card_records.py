"""A trip's guidance cards as records of its set-up file."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.desks.document import Card
from deskops.desks.document.cards import CARD_WORDS
from deskops.desks.models import GuidanceCard, GuidanceEdition

CARDS, EDITIONS = table_of(GuidanceCard), table_of(GuidanceEdition)
_OF_CARD = ("good_until", "review_months", "reviewed_on")


def cards_of_setup(session: Session, trip_id: int, topics: Mapping[int, str]) -> tuple[Card, ...]:
    """The cards in force with the words that hold, oldest first; `topics` are codes by id. One about a topic that isn't
    among them is left out with it.
    """
    holds = (EDITIONS.c.card_id == CARDS.c.id) & (EDITIONS.c.number == CARDS.c.edition)
    columns = [
        CARDS.c.topic_id,
        *(CARDS.c[name] for name in _OF_CARD),
        *(EDITIONS.c[name] for name in CARD_WORDS),
    ]
    in_force = (CARDS.c.trip_id == trip_id, CARDS.c.retired_at.is_(None))
    query = select(*columns).join(EDITIONS, holds).where(*in_force).order_by(CARDS.c.id)
    return tuple(
        Card(
            topic=topics.get(row.topic_id), **{name: getattr(row, name) for name in (*_OF_CARD, *CARD_WORDS)}
        )
        for row in session.execute(query)
        if row.topic_id is None or row.topic_id in topics
    )
