"""Reads of advice: what stands, what was decided lately, and who would move."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import User
from deskops.control.models import Advice
from deskops.control.queries.movers import movers_at
from deskops.control.queries.moves import MoveLine, moves_of_advice
from deskops.control.rules.advice import ACCEPTED, PROPOSED, Figures, Mover
from deskops.core import clock
from deskops.core.database import table_of
from deskops.core.errors import NotFound

ADVICE, USERS = table_of(Advice), table_of(User)
# What was decided stays in sight for so long.
SHOWN_FOR = timedelta(hours=1)
SHOWN = 40


@dataclass(frozen=True)
class AdviceLine:
    """Advice as it stands. `movers`: who could go, missed least first, with names; only while it is proposed. `moves`: what
    came of it; `by` is the name of who decided.
    """

    id: int
    source_desk_id: int
    target_desk_id: int
    counters: int
    gain_minutes: float
    figures: Figures
    for_day: date | None
    state: str
    reason: str
    made_at: datetime
    decided_at: datetime | None
    by: str | None
    automatic: bool
    version: int
    movers: list[tuple[Mover, str]]
    moves: list[MoveLine]

    @property
    def can_be_taken_back(self) -> bool:
        """Whether it was accepted, and nobody has gone yet."""
        return self.state == ACCEPTED and all(
            move.went_at is None and move.arrived_at is None for move in self.moves
        )

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        facts = {name: getattr(self, name) for name in _PLAIN}
        return facts | {
            "figures": asdict(self.figures),
            "for_day": self.for_day and self.for_day.isoformat(),
            "made_at": self.made_at.isoformat(),
            "decided_at": self.decided_at and self.decided_at.isoformat(),
            "movers": [asdict(mover) | {"name": name} for mover, name in self.movers],
            "moves": [move.as_json() for move in self.moves],
        }


_PLAIN = (
    "id",
    "source_desk_id",
    "target_desk_id",
    "counters",
    "gain_minutes",
    "state",
    "reason",
    "by",
    "automatic",
    "version",
)


def advice_here(session: Session, trip_id: int) -> list[AdviceLine]:
    """What is proposed, most gain first, then what was decided within the hour, newest first."""
    lately = and_(ADVICE.c.decided_at.is_not(None), ADVICE.c.decided_at > clock.now() - SHOWN_FOR)
    query = _rows(trip_id).where(or_(ADVICE.c.state == PROPOSED, lately)).order_by(ADVICE.c.id.desc())
    lines = _lines(session, trip_id, list(session.execute(query.limit(SHOWN))))
    proposed = sorted((line for line in lines if line.state == PROPOSED), key=lambda line: -line.gain_minutes)
    return proposed + [line for line in lines if line.state != PROPOSED]


def advice_of(session: Session, trip_id: int, advice_id: int) -> AdviceLine:
    """One piece of advice. Raises NotFound."""
    rows = list(session.execute(_rows(trip_id).where(ADVICE.c.id == advice_id)))
    if not rows:
        raise NotFound()
    return _lines(session, trip_id, rows)[0]


def _rows(trip_id: int) -> Select[Any]:
    named = select(ADVICE, USERS.c.name.label("by")).outerjoin(USERS, USERS.c.id == ADVICE.c.decided_by)
    return named.where(ADVICE.c.trip_id == trip_id)


def _lines(session: Session, trip_id: int, rows: list[Row[Any]]) -> list[AdviceLine]:
    moves = moves_of_advice(session, [row.id for row in rows])
    movers = {
        row.id: movers_at(session, trip_id, row.source_desk_id, row.for_day)
        for row in rows
        if row.state == PROPOSED
    }
    names = _names(session, {mover.user_id for found in movers.values() for mover in found})
    plain = [name for name in AdviceLine.__dataclass_fields__ if name not in ("figures", "movers", "moves")]
    return [
        AdviceLine(
            **{name: getattr(row, name) for name in plain},
            figures=Figures(**row.figures),
            movers=[(mover, names[mover.user_id]) for mover in movers.get(row.id, ())],
            moves=moves.get(row.id, []),
        )
        for row in rows
    ]


def _names(session: Session, user_ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(USERS.c.id, USERS.c.name).where(USERS.c.id.in_(user_ids)))
    return {row.id: row.name for row in rows}
