"""Guidance cards: what staff tell people about a topic, in which words, and how often it was said."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.desks.models.trips import OfTrip


class GuidanceCard(OfTrip, Base):
    """A short answer about a topic, or a general one (`topic_id` None). Its words are those of the edition `edition`.

    It is out of date once `good_until` is past, or `review_months` have gone by since `reviewed_on`.
    """

    __tablename__ = "guidance_cards"
    __table_args__ = (Index("ix_guidance_cards_trip_id", "trip_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topics.id"))
    edition: Mapped[int] = mapped_column(Integer, default=1)
    good_until: Mapped[date | None] = mapped_column(Date)
    review_months: Mapped[int] = mapped_column(Integer)
    reviewed_on: Mapped[date] = mapped_column(Date)
    reviewed_by: Mapped[int | None]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class GuidanceEdition(Base):
    """A card's words as they stood from `at` on; never changed afterwards. `source_kind`: circular, law, web, other."""

    __tablename__ = "guidance_editions"
    __table_args__ = (UniqueConstraint("card_id", "number"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("guidance_cards.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    title_fa: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200), default="")
    body_fa: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text, default="")
    source_kind: Mapped[str] = mapped_column(String(10), default="other")
    source: Mapped[str] = mapped_column(String(400), default="")
    source_date: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]


class GuidanceUse(OfTrip, Base):
    """Somebody was answered by an edition: at the end of a demand's service, or as a contact that left no demand."""

    __tablename__ = "guidance_uses"
    __table_args__ = (
        Index("ix_guidance_uses_trip_id", "trip_id", "card_id", "at"),
        Index("ix_guidance_uses_demand_id", "demand_id"),
        Index("ix_guidance_uses_edition_id", "edition_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("guidance_cards.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("guidance_editions.id"))
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demands.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    user_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class GuidanceGap(OfTrip, Base):
    """Words that no card was found by, folded, and how often somebody asked for one. Nobody is named in them."""

    __tablename__ = "guidance_gaps"
    __table_args__ = (UniqueConstraint("trip_id", "words"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    words: Mapped[str] = mapped_column(String(120))
    count: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
