"""Reads of staff moves: those that are going on, and what somebody is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import User
from deskops.control.models import StaffMove
from deskops.control.rules.advice import ASKED, ORDERED, PENDING
from deskops.core import clock
from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.core.errors import NotFound

MOVES, USERS = table_of(StaffMove), table_of(User)
# What ended stays in sight for so long.
SHOWN_FOR = timedelta(hours=1)
SHOWN = 60


@dataclass(frozen=True)
class MoveLine:
    """A move as it stands. `name` is whose, `by` who asked for it."""

    id: int
    advice_id: int | None
    user_id: int
    name: str
    from_desk_id: int | None
    to_desk_id: int
    for_day: date | None
    state: str
    reason: str
    asked_at: datetime
    by: str | None
    went_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def can_be_hurried(self) -> bool:
        """Whether they can be sent without waiting for their answer."""
        return self.state == ASKED and (self.for_day is None or self.for_day <= local_day(clock.now()))

    @property
    def can_be_taken_back(self) -> bool:
        return self.state in (ASKED, ORDERED)

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
        }


def state_of(row: StaffMove) -> dict[str, Any]:
    """What a move has come to, as an act on it is answered."""
    return {"id": row.id, "state": row.state, "desk_id": row.to_desk_id}


def moves_here(session: Session, trip_id: int) -> list[MoveLine]:
    """Those under way, and those that ended within the hour, newest first."""
    lately = or_(MOVES.c.state.in_(PENDING), MOVES.c.ended_at > clock.now() - SHOWN_FOR)
    query = _lines().where(MOVES.c.trip_id == trip_id, lately)
    return [_line(row) for row in session.execute(query.order_by(MOVES.c.id.desc()).limit(SHOWN))]


def moves_of_advice(session: Session, advice_ids: Iterable[int]) -> dict[int, list[MoveLine]]:
    """The moves that came of advice, by its id."""
    found: dict[int, list[MoveLine]] = {}
    query = _lines().where(MOVES.c.advice_id.in_(list(advice_ids)))
    for row in session.execute(query.order_by(MOVES.c.id)):
        found.setdefault(row.advice_id, []).append(_line(row))
    return found


def asked_of(session: Session, trip_id: int, user_id: int | None) -> list[MoveLine]:
    """What somebody is asked, or on their way to, in a trip."""
    mine = (MOVES.c.user_id == user_id, MOVES.c.state.in_(PENDING), MOVES.c.trip_id == trip_id)
    return [_line(row) for row in session.execute(_lines().where(*mine).order_by(MOVES.c.id))]


def move_of(session: Session, trip_id: int, move_id: int, user_id: int | None) -> MoveLine:
    """Somebody's own move. Raises NotFound for anybody else's."""
    mine = (MOVES.c.id == move_id, MOVES.c.trip_id == trip_id, MOVES.c.user_id == user_id)
    row = session.execute(_lines().where(*mine)).first()
    if row is None:
        raise NotFound()
    return _line(row)


def _lines() -> Select[Any]:
    asker = USERS.alias("asker")
    return (
        select(MOVES, USERS.c.name.label("name"), asker.c.name.label("by"))
        .join(USERS, USERS.c.id == MOVES.c.user_id)
        .outerjoin(asker, asker.c.id == MOVES.c.asked_by)
    )


def _line(row: Row[Any]) -> MoveLine:
    return MoveLine(**{name: getattr(row, name) for name in MoveLine.__dataclass_fields__})
