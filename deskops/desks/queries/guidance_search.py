"""Finding guidance cards while a person talks: a trip's cards in memory, folded once.

Cards are few and change seldom, so every process keeps them, and reads anew what changed as soon as the journal has a
newer change of set-up. A search looks through folded text for words that begin as typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core import runtime
from deskops.core.database import Database, table_of
from deskops.core.i18n import PERSIAN
from deskops.core.i18n import lang as current_language
from deskops.core.text import ZWNJ, search_words
from deskops.desks import rules
from deskops.desks.models import GuidanceCard, GuidanceEdition
from deskops.desks.queries.catalogue import Change, TopicLabel, catalogue, forget_wiped, last_change

CARDS, EDITIONS = table_of(GuidanceCard), table_of(GuidanceEdition)
FOUND = 12
_OPENING = 140


@dataclass(frozen=True)
class FoundCard:
    """A card in a list of those found. `flag`: expired, unreviewed, or None where it can be relied on."""

    id: int
    edition_id: int
    edition: int
    topic_id: int | None
    title_fa: str
    title_en: str
    opening_fa: str
    opening_en: str
    good_until: date | None
    reviewed_on: date
    review_months: int
    retired: bool
    version: int

    @property
    def title(self) -> str:
        """In the current language; Persian where there is no English one."""
        return self.title_fa if current_language() == PERSIAN else self.title_en or self.title_fa

    @property
    def opening(self) -> str:
        """How the answer begins, in the same language."""
        return self.opening_fa if current_language() == PERSIAN else self.opening_en or self.opening_fa

    def flag(self, today: date) -> str | None:
        """Why it isn't to be relied on, as in rules."""
        return rules.out_of_date(self.good_until, self.reviewed_on, self.review_months, today)


@dataclass(frozen=True)
class _Words:
    """An edition's folded words, each after a space; in memory as long as the edition is the card's."""

    title_fa: str
    title_en: str
    opening_fa: str
    opening_en: str
    title: str
    body: str


@dataclass(frozen=True)
class _Index:
    """A trip's cards as of one change of set-up, in the order of their topics; `topics` holds topics' folded words."""

    change: Change
    cards: Sequence[FoundCard]
    words: Mapping[int, _Words]
    topics: Mapping[int | None, str]


_kept: WeakKeyDictionary[Database, dict[int, _Index]] = WeakKeyDictionary()


def find_cards(
    session: Session, trip_id: int, query: str, *, topic_id: int | None = None, limit: int = FOUND
) -> list[FoundCard]:
    """Cards in which something begins with each of the words: first those of a topic, then by where the words stand.

    Without words: the topic's cards, then the general ones. Retired cards are not found. Raises NotFound.
    """
    index, typed = _index(session, trip_id), [f" {word}" for word in search_words(query)]
    if not typed:
        near = (card for card in index.cards if card.topic_id in {topic_id, None} and not card.retired)
        return sorted(near, key=lambda card: card.topic_id is None)[:limit]
    ranked = []
    for place, card in enumerate(index.cards):
        rank = None if card.retired else _rank(index, card, typed)
        if rank is not None:
            ranked.append((card.topic_id != topic_id or topic_id is None, rank, place))
    return [index.cards[place] for _, _, place in sorted(ranked)[:limit]]


def cards_of_trip(session: Session, trip_id: int) -> Sequence[FoundCard]:
    """All cards of a trip, retired ones too, in the order of their topics. Raises NotFound."""
    return _index(session, trip_id).cards


def _rank(index: _Index, card: FoundCard, typed: Sequence[str]) -> int | None:
    """0: all in the title, 1: in title and topic, 2: some in the body only. None: something is nowhere."""
    words, topic = index.words[card.edition_id], index.topics.get(card.topic_id, "")
    missing = [word for word in typed if word not in words.title]
    if not missing:
        return 0
    missing = [word for word in missing if word not in topic]
    if not missing:
        return 1
    return 2 if all(word in words.body for word in missing) else None


def _index(session: Session, trip_id: int) -> _Index:
    kept = _kept.setdefault(runtime.current().database, {})
    # Before the reading: what changes meanwhile is then read again next time, instead of never.
    change = last_change(session, trip_id)
    known = kept.get(trip_id)
    if known is None or known.change != change:
        forget_wiped(session, kept, trip_id)
        known = kept[trip_id] = _read(session, trip_id, change, {} if known is None else known.words)
    return known


def _read(session: Session, trip_id: int, change: Change, folded: Mapping[int, _Words]) -> _Index:
    topics = catalogue(session, trip_id).topics
    rows = session.execute(
        select(CARDS, EDITIONS.c.id.label("edition_id"))
        .join(EDITIONS, (EDITIONS.c.card_id == CARDS.c.id) & (EDITIONS.c.number == CARDS.c.edition))
        .where(CARDS.c.trip_id == trip_id)
    ).all()
    words = _words(session, [row.edition_id for row in rows], folded)
    order = {topic_id: place for place, topic_id in enumerate(topics)}
    cards = [_card(row, words[row.edition_id]) for row in rows]
    cards.sort(key=lambda card: (order.get(card.topic_id or 0, -1), card.title_fa))
    return _Index(change, cards, words, {topic.id: _folded(_topic_words(topic)) for topic in topics.values()})


def _words(session: Session, wanted: Iterable[int], folded: Mapping[int, _Words]) -> dict[int, _Words]:
    """Editions never change, so only those not folded yet are read; all at once, where most of them are new."""
    known = {edition_id: folded[edition_id] for edition_id in wanted if edition_id in folded}
    missing = [edition_id for edition_id in wanted if edition_id not in known]
    for start in range(0, len(missing), 500):
        query = select(EDITIONS).where(EDITIONS.c.id.in_(missing[start : start + 500]))
        known.update((row.id, _folded_words(row)) for row in session.execute(query))
    return known


def _folded_words(row: Any) -> _Words:
    return _Words(
        title_fa=row.title_fa,
        title_en=row.title_en,
        opening_fa=row.body_fa[:_OPENING],
        opening_en=row.body_en[:_OPENING],
        title=_folded(f"{row.title_fa} {row.title_en}"),
        body=_folded(f"{row.body_fa} {row.body_en} {row.source}"),
    )


def _topic_words(topic: TopicLabel) -> str:
    return " ".join((topic.name_fa, topic.name_en, topic.short_fa, topic.short_en, topic.synonyms))


def _folded(text: str) -> str:
    """As `search_form`, but each word once and all at once: half as much to fold, and to look through."""
    joined = " ".join(word.replace(ZWNJ, "") for word in text.split() if ZWNJ in word)
    return " " + " ".join((*search_words(text), *search_words(joined)))


def _card(row: Any, words: _Words) -> FoundCard:
    return FoundCard(
        id=row.id,
        edition_id=row.edition_id,
        edition=row.edition,
        topic_id=row.topic_id,
        title_fa=words.title_fa,
        title_en=words.title_en,
        opening_fa=words.opening_fa,
        opening_en=words.opening_en,
        good_until=row.good_until,
        reviewed_on=row.reviewed_on,
        review_months=row.review_months,
        retired=row.retired_at is not None,
        version=row.version,
    )
