"""Running numbers from a counter row, unique whatever runs at once. MAX+1 gives duplicates from 16 clients
on.
"""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from deskops.core.database import WITHOUT_ROWID, Base, table_of
from deskops.core.upsert import dialect_of, prepared_upserts


class CounterRow(Base):
    """The last number given under a name."""

    __tablename__ = "counters"
    __table_args__ = WITHOUT_ROWID

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


_COUNTERS = table_of(CounterRow)
_TAKE = prepared_upserts(
    _COUNTERS,
    lambda added: added.on_conflict_do_update(
        index_elements=["name"], set_={"value": _COUNTERS.c.value + added.excluded.value}
    ).returning(_COUNTERS.c.value),
)


def take(session: Session, name: str, count: int = 1) -> int:
    """The next number under a name, or the last of the next `count`. Its row stays locked until the commit."""
    statement = _TAKE[dialect_of(session)]
    return int(session.execute(statement, {"name": name, "value": count}).scalar_one())
