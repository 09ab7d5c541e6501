"""What somebody is about to set up: answers and files between one page and the next."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime

KEEP_DRAFTS = timedelta(days=14)


class SetupDraft(Base):
    """A guided set-up under way, or a file between its dry run and its import; only who began it sees it.

    `kind` is "trip", or the kind of list that the file holds; `answers` is JSON of what was typed; `start` says what a new
    trip starts from: template, empty, file, or a trip's id.
    """

    __tablename__ = "setup_drafts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trips.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    start: Mapped[str] = mapped_column(String(20), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    answers: Mapped[str] = mapped_column(Text, default="{}")
    content: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
