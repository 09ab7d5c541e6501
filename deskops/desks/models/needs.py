"""How many people a desk needs."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base


class StaffNeed(Base):
    """The people that a desk needs at any moment of its hours; of a desk without a row nobody said it.

    `languages` is a list of codes with commas, as of a staff member; empty where none is asked for. The key of its own
    leaves room for further rows of a desk, such as one a shift.
    """

    __tablename__ = "staff_needs"
    __table_args__ = (UniqueConstraint("desk_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desks.id", ondelete="CASCADE"))
    minimum: Mapped[int] = mapped_column(Integer)
    target: Mapped[int] = mapped_column(Integer)
    supervisors: Mapped[int] = mapped_column(Integer, default=0)
    languages: Mapped[str] = mapped_column(String(60), default="")
