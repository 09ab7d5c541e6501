"""Guidance cards: written, edited into new editions, reviewed, retired; and what people asked for in vain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.text import name_form
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.upsert import upsert
from deskops.desks import rules
from deskops.desks.models import DeskTopic, GuidanceCard, GuidanceEdition, GuidanceGap, Topic
from deskops.desks.services.changes import Changes

LONGEST_TITLE, LONGEST_BODY = 200, 4000
SOURCE_KINDS = ("circular", "law", "web", "other")
WHAT = "guidance"


@dataclass(frozen=True, kw_only=True)
class CardWords:
    """What an edition says. `source_kind` as in SOURCE_KINDS; English may be empty."""

    title_fa: str
    body_fa: str
    title_en: str = ""
    body_en: str = ""
    source_kind: str = "other"
    source: str = ""
    source_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class CardEdit:
    """What a card is to be. `topic_id` None: it is a general one."""

    words: CardWords
    topic_id: int | None = None
    good_until: date | None = None
    review_months: int = 6


@dataclass(frozen=True)
class CardRow:
    """One row of a file: its line, and a topic by its code, empty for a general card."""

    line: int
    topic: str
    words: CardWords
    good_until: date | None = None


@dataclass(frozen=True)
class RowRefusal:
    """Why a row wasn't taken. `field` is the column at fault."""

    line: int
    field: str
    message: str


def add_card(uow: UnitOfWork, actor: Actor, trip_id: int, edit: CardEdit) -> GuidanceCard:
    """A new card, reviewed today. Raises Forbidden, NotFound, InvalidInput for a topic of another trip."""
    _check_may(uow, actor, trip_id, edit.topic_id)
    _check_topic(uow, trip_id, edit.topic_id)
    changes = Changes(uow, trip_id)
    card = _add(uow, changes, trip_id, edit)
    changes.keep(WHAT, card.id, edit.words.title_fa)
    return card


def add_cards(uow: UnitOfWork, actor: Actor, trip_id: int, rows: Sequence[CardRow]) -> list[RowRefusal]:
    """Many cards as one change, or none of them: whatever is wrong with any row is returned. Raises Forbidden."""
    if actor.desk_ids("guidance.edit", trip_id) is not None:
        raise Forbidden()
    actor.require("guidance.edit", trip_id)
    query = select(Topic.code, Topic.id).where(Topic.trip_id == trip_id)
    topics: dict[str, int | None] = {"": None} | {row.code: row.id for row in uow.session.execute(query)}
    refusals = [refusal for row in rows for refusal in _faults(row, topics)] + _twice(
        uow, trip_id, rows, topics
    )
    if refusals or not rows:
        return sorted(refusals, key=lambda refusal: refusal.line)
    changes = Changes(uow, trip_id)
    for row in rows:
        edit = CardEdit(words=row.words, topic_id=topics[row.topic], good_until=row.good_until)
        card = _add(uow, changes, trip_id, edit)
    changes.keep(WHAT, card.id, gettext("%(num)s guidance cards", num=len(rows)))
    return []


def edit_card(
    uow: UnitOfWork, actor: Actor, trip_id: int, card_id: int, version: int, edit: CardEdit
) -> GuidanceCard:
    """Change a card. Other words are a new edition, reviewed today; the old ones stay as they were said.

    Raises Forbidden, NotFound, StaleVersion, InvalidInput.
    """
    card = locked_card(uow, actor, trip_id, card_id)
    if version != card.version:
        raise StaleVersion(details={"yours": version, "current": card.version})
    _check_may(uow, actor, trip_id, edit.topic_id)
    _check_topic(uow, trip_id, edit.topic_id)
    changes = Changes(uow, trip_id)
    values: dict[str, Any] = {
        "topic_id": edit.topic_id,
        "good_until": edit.good_until,
        "review_months": edit.review_months,
    }
    if _words_of(_edition(uow, card)) != edit.words:
        last = select(func.max(GuidanceEdition.number)).where(GuidanceEdition.card_id == card.id)
        number = (uow.session.scalar(last) or 0) + 1
        changes.add(_new_edition(uow, card.id, number, edit.words))
        values |= {"edition": number} | _reviewed(uow)
    changes.update(card, **values)
    changes.keep(WHAT, card.id, edit.words.title_fa)
    return card


def review_card(uow: UnitOfWork, actor: Actor, trip_id: int, card_id: int) -> GuidanceCard:
    """It was looked at today and still holds: a last good day that is past is taken out. Raises Forbidden, NotFound."""
    card = locked_card(uow, actor, trip_id, card_id)
    today = local_day(uow.now)
    still_good = card.good_until if card.good_until is None or card.good_until >= today else None
    return _change(uow, card, good_until=still_good, **_reviewed(uow))


def retire_card(uow: UnitOfWork, actor: Actor, trip_id: int, card_id: int, *, retired: bool) -> GuidanceCard:
    """Take a card out of every search, or bring it back. Raises Forbidden, NotFound."""
    card = locked_card(uow, actor, trip_id, card_id)
    return _change(uow, card, retired_at=(card.retired_at or uow.now) if retired else None)


def ask_for_card(uow: UnitOfWork, actor: Actor, trip_id: int, query: str) -> str:
    """Count that somebody found no card by these words; returns what was kept of them.

    Raises InvalidInput where nothing remains without the numbers in it, Forbidden, NotFound.
    """
    actor.require("guidance.ask", trip_id)
    words = rules.gap_words(query)
    if words is None:
        raise InvalidInput({"q": gettext("Type what the card should be about, in a word or two.")})
    gaps = table_of(GuidanceGap)
    row = {"trip_id": trip_id, "words": words, "count": 1, "last_at": uow.now}
    statement = upsert(uow.session, gaps).values(row)
    again = {"count": gaps.c.count + 1, "last_at": statement.excluded.last_at}
    uow.session.execute(statement.on_conflict_do_update(index_elements=["trip_id", "words"], set_=again))
    return words


def locked_card(uow: UnitOfWork, actor: Actor, trip_id: int, card_id: int) -> GuidanceCard:
    """A card that the actor may change. Raises NotFound, Forbidden."""
    query = select(GuidanceCard).where(GuidanceCard.id == card_id, GuidanceCard.trip_id == trip_id)
    card = uow.session.scalar(query.with_for_update())
    if card is None:
        raise NotFound()
    _check_may(uow, actor, trip_id, card.topic_id)
    return card


def _add(uow: UnitOfWork, changes: Changes, trip_id: int, edit: CardEdit) -> GuidanceCard:
    card = GuidanceCard(
        trip_id=trip_id,
        topic_id=edit.topic_id,
        edition=1,
        good_until=edit.good_until,
        review_months=edit.review_months,
        version=1,
        **_reviewed(uow),
    )
    changes.add(card)
    changes.add(_new_edition(uow, card.id, 1, edit.words))
    return card


def _change(uow: UnitOfWork, card: GuidanceCard, **values: Any) -> GuidanceCard:
    changes = Changes(uow, card.trip_id)
    changes.update(card, **values)
    changes.keep(WHAT, card.id, _edition(uow, card).title_fa)
    return card


def _new_edition(uow: UnitOfWork, card_id: int, number: int, words: CardWords) -> GuidanceEdition:
    return GuidanceEdition(
        card_id=card_id, number=number, at=uow.now, user_id=uow.actor.user_id, **asdict(words)
    )


def _reviewed(uow: UnitOfWork) -> dict[str, Any]:
    return {"reviewed_on": local_day(uow.now), "reviewed_by": uow.actor.user_id}


def _edition(uow: UnitOfWork, card: GuidanceCard) -> GuidanceEdition:
    query = select(GuidanceEdition).where(
        GuidanceEdition.card_id == card.id, GuidanceEdition.number == card.edition
    )
    return uow.session.scalars(query).one()


def _words_of(edition: GuidanceEdition) -> CardWords:
    return CardWords(**{name: getattr(edition, name) for name in CardWords.__dataclass_fields__})


def _check_may(uow: UnitOfWork, actor: Actor, trip_id: int, topic_id: int | None) -> None:
    """Who is bound to desks writes about those desks' topics. Raises Forbidden, NotFound."""
    actor.require("guidance.edit", trip_id)
    desks = actor.desk_ids("guidance.edit", trip_id)
    if desks is None:
        return
    own = select(DeskTopic.topic_id).where(DeskTopic.desk_id.in_(desks), DeskTopic.topic_id == topic_id)
    if uow.session.scalar(own.limit(1)) is None:
        raise Forbidden()


def _check_topic(uow: UnitOfWork, trip_id: int, topic_id: int | None) -> None:
    known = select(Topic.id).where(Topic.id == topic_id, Topic.trip_id == trip_id)
    if topic_id is not None and uow.session.scalar(known) is None:
        raise InvalidInput({"topic_id": gettext("Choose a topic of this trip.")})


def _faults(row: CardRow, topics: dict[str, int | None]) -> list[RowRefusal]:
    words = row.words
    sizes = {
        "title_fa": (words.title_fa, 1, LONGEST_TITLE),
        "title_en": (words.title_en, 0, LONGEST_TITLE),
        "body_fa": (words.body_fa, 1, LONGEST_BODY),
        "body_en": (words.body_en, 0, LONGEST_BODY),
    }
    faults = {}
    for field, (text, least, most) in sizes.items():
        if len(text) < least:
            faults[field] = gettext("This is needed.")
        elif len(text) > most:
            faults[field] = gettext("This is too long: %(max_length)s characters at most.", max_length=most)
    if row.topic not in topics:
        faults["topic"] = gettext("No topic of this trip has this code.")
    if words.source_kind not in SOURCE_KINDS:
        faults["source_kind"] = gettext("Choose one from the list.")
    return [RowRefusal(row.line, field, message) for field, message in faults.items()]


def _twice(
    uow: UnitOfWork, trip_id: int, rows: Sequence[CardRow], topics: dict[str, int | None]
) -> list[RowRefusal]:
    """Two cards of one topic with one title, however typed, could not be told apart."""
    query = (
        select(GuidanceCard.topic_id, GuidanceEdition.title_fa)
        .join(GuidanceEdition, GuidanceEdition.card_id == GuidanceCard.id)
        .where(GuidanceCard.trip_id == trip_id, GuidanceEdition.number == GuidanceCard.edition)
    )
    seen = {(topic_id, name_form(title)) for topic_id, title in uow.session.execute(query)}
    refusals = []
    for row in rows:
        key = (topics.get(row.topic), name_form(row.words.title_fa))
        if key in seen:
            message = gettext("This topic has a card of this title already.")
            refusals.append(RowRefusal(row.line, "title_fa", message))
        seen.add(key)
    return refusals
