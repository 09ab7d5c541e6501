"""Running numbers from a counter row, unique whatever runs at once. MAX+1 gives duplicates from 16 clients on."""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from deskops.core.database import Base, table_of
from deskops.core.upsert import upsert


class CounterRow(Base):
    """The last number given under a name."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


def take(session: Session, name: str, count: int = 1) -> int:
    """The next number under a name, or the last of the next `count`. Its row stays locked until the commit."""
    table = table_of(CounterRow)
    statement = upsert(session, table).values(name=name, value=count)
    statement = statement.on_conflict_do_update(
        index_elements=["name"], set_={"value": table.c.value + statement.excluded.value}
    ).returning(table.c.value)
    return int(session.execute(statement).scalar_one())
