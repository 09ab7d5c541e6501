"""The journal's tables: what happened, and under which number each audience was told of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import WITHOUT_ROWID, Base, UtcDateTime

_HAS_SUBJECT = text("subject IS NOT NULL")
# A query of rows that are about nobody in particular says so by this, or it can't use their index.
IS_GENERAL = text("journal.subject IS NULL")
_GENERAL = text("subject IS NULL")


class JournalRow(Base):
    """One fact of one trip."""

    __tablename__ = "journal"
    __table_args__ = (
        Index("ix_journal_general", "trip_id", "kind", sqlite_where=_GENERAL, postgresql_where=_GENERAL),
        Index(
            "ix_journal_subject",
            "subject",
            "trip_id",
            "sequence",
            sqlite_where=_HAS_SUBJECT,
            postgresql_where=_HAS_SUBJECT,
        ),
        WITHOUT_ROWID,
    )

    trip_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(40))
    payload: Mapped[str] = mapped_column(Text)
    hmac: Mapped[str] = mapped_column(String(64))


class AudienceEntry(Base):
    """Which journal row an audience was told of, under the audience's own number."""

    __tablename__ = "audience_entries"
    __table_args__ = WITHOUT_ROWID

    audience: Mapped[str] = mapped_column(String(60), primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    trip_id: Mapped[int]
    journal_sequence: Mapped[int]


class AudienceHead(Base):
    """The last number of each audience."""

    __tablename__ = "audience_heads"
    __table_args__ = WITHOUT_ROWID

    audience: Mapped[str] = mapped_column(String(60), primary_key=True)
    sequence: Mapped[int]
