"""Reads of guidance cards beside their search: one card with its editions, how often each was used, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from deskops.accounts.queries import names_of_users
from deskops.core.database import table_of
from deskops.core.dates import day_bounds
from deskops.core.errors import NotFound
from deskops.core.i18n import PERSIAN
from deskops.core.i18n import lang as current_language
from deskops.desks import rules
from deskops.desks.models import GuidanceCard, GuidanceEdition, GuidanceGap, GuidanceUse
from deskops.desks.queries.guidance_search import find_cards

_GAPS_LOOKED_AT = 60
_GAPS_SHOWN = 20


@dataclass(frozen=True)
class EditionText:
    """What a card said from `at` on, and who wrote it: empty for the system."""

    id: int
    number: int
    title_fa: str
    title_en: str
    body_fa: str
    body_en: str
    source_kind: str
    source: str
    source_date: date | None
    at: datetime
    author: str

    def title_in(self, lang: str) -> str:
        """The title in a language; Persian where there is no other."""
        return self.title_fa if lang == PERSIAN else self.title_en or self.title_fa

    def body_in(self, lang: str) -> str:
        """The answer in a language, in the same way."""
        return self.body_fa if lang == PERSIAN else self.body_en or self.body_fa

    @property
    def title(self) -> str:
        """The title in the current language."""
        return self.title_in(current_language())

    @property
    def body(self) -> str:
        """The answer in the current language."""
        return self.body_in(current_language())


@dataclass(frozen=True)
class CardDetail:
    """A card with all its editions, newest first. `reviewer` is a name, empty for the system."""

    id: int
    topic_id: int | None
    edition: int
    good_until: date | None
    review_months: int
    reviewed_on: date
    reviewer: str
    retired_at: datetime | None
    version: int
    editions: list[EditionText]

    @property
    def shown(self) -> EditionText:
        """The edition that is said now."""
        return self.numbered(self.edition)

    def numbered(self, number: int) -> EditionText:
        """One edition. Raises NotFound."""
        for edition in self.editions:
            if edition.number == number:
                return edition
        raise NotFound()

    def flag(self, today: date) -> str | None:
        """Why it isn't to be relied on, as in rules."""
        return rules.out_of_date(self.good_until, self.reviewed_on, self.review_months, today)


@dataclass(frozen=True)
class CardUses:
    """How often people were answered by a card."""

    today: int = 0
    all: int = 0


@dataclass(frozen=True)
class Gap:
    """Words by which a card was asked for, and how often."""

    words: str
    count: int
    last_at: datetime


@dataclass(frozen=True)
class Said:
    """An edition of a card by which a demand was answered."""

    card_id: int
    number: int
    title: str
    at: datetime


def said_about(session: Session, demand_id: int) -> list[Said]:
    """By which editions a demand was answered, oldest first."""
    query = (
        select(GuidanceEdition, GuidanceUse.at)
        .join(GuidanceUse, GuidanceUse.edition_id == GuidanceEdition.id)
        .where(GuidanceUse.demand_id == demand_id)
        .order_by(GuidanceUse.id)
    )
    rows = session.execute(query).all()
    return [Said(row.card_id, row.number, _edition(row, "").title, at) for row, at in rows]


def card_detail(session: Session, trip_id: int, card_id: int) -> CardDetail:
    """One card. Raises NotFound."""
    query = select(GuidanceCard).where(GuidanceCard.id == card_id, GuidanceCard.trip_id == trip_id)
    card = session.scalar(query)
    if card is None:
        raise NotFound()
    rows = session.scalars(
        select(GuidanceEdition)
        .where(GuidanceEdition.card_id == card.id)
        .order_by(GuidanceEdition.number.desc())
    ).all()
    wrote = {row.user_id for row in rows} | {card.reviewed_by}
    people = names_of_users(session, {user_id for user_id in wrote if user_id is not None})
    return CardDetail(
        id=card.id,
        topic_id=card.topic_id,
        edition=card.edition,
        good_until=card.good_until,
        review_months=card.review_months,
        reviewed_on=card.reviewed_on,
        reviewer=people.get(card.reviewed_by or 0, ""),
        retired_at=card.retired_at,
        version=card.version,
        editions=[_edition(row, people.get(row.user_id or 0, "")) for row in rows],
    )


def uses_by_card(session: Session, trip_id: int, today: date) -> dict[int, CardUses]:
    """How often each card was used, by its id; cards that never were are missing."""
    uses = table_of(GuidanceUse)
    begin, end = day_bounds(today)
    is_today = case(((uses.c.at >= begin) & (uses.c.at < end), 1), else_=0)
    query = (
        select(uses.c.card_id, func.count().label("all"), func.sum(is_today).label("today"))
        .where(uses.c.trip_id == trip_id)
        .group_by(uses.c.card_id)
    )
    return {row.card_id: CardUses(int(row.today), row.all) for row in session.execute(query)}


def gaps_of(session: Session, trip_id: int) -> list[Gap]:
    """What was asked for most, and still has no card."""
    query = select(GuidanceGap).where(GuidanceGap.trip_id == trip_id)
    rows = session.scalars(
        query.order_by(GuidanceGap.count.desc(), GuidanceGap.id.desc()).limit(_GAPS_LOOKED_AT)
    )
    gaps = [Gap(row.words, row.count, row.last_at) for row in rows]
    return [gap for gap in gaps if not find_cards(session, trip_id, gap.words, limit=1)][:_GAPS_SHOWN]


def _edition(row: GuidanceEdition, author: str) -> EditionText:
    return EditionText(
        id=row.id,
        number=row.number,
        title_fa=row.title_fa,
        title_en=row.title_en,
        body_fa=row.body_fa,
        body_en=row.body_en,
        source_kind=row.source_kind,
        source=row.source,
        source_date=row.source_date,
        at=row.at,
        author=author,
    )
