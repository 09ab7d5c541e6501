"""Recorded days that were played again: what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.control.models import Replay
from deskops.control.services.replaying import ACTIVE, REALLY

SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One policy's outcome; `policy` is REALLY for the day as it was. `figures` as in simulation.judging.figures_of."""

    policy: str
    figures: dict[str, float | None]
    curve: list[float]


@dataclass(frozen=True)
class ReplayLine:
    """A replay; `lines` begin with the day as it was, and hold the policies that have been played so far."""

    id: int
    day: date
    state: str
    policies: list[str]
    counts: dict[str, int]
    asked_at: datetime
    ended_at: datetime | None
    has_files: bool
    lines: list[Line]

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def played(self) -> int:
        """How many of the policies."""
        return sum(line.policy != REALLY for line in self.lines)

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        instants = {"asked_at": self.asked_at.isoformat(), "day": self.day.isoformat()}
        ended = None if self.ended_at is None else self.ended_at.isoformat()
        return asdict(self) | instants | {"ended_at": ended}


def replays_of(session: Session, trip_id: int) -> list[ReplayLine]:
    """The latest first."""
    query = select(Replay).where(Replay.trip_id == trip_id).order_by(Replay.id.desc()).limit(SHOWN)
    return [line_of(row) for row in session.scalars(query)]


def line_of(row: Replay) -> ReplayLine:
    """In the order in which the policies were asked for."""
    names = [name for name in (REALLY, *row.policies) if name in row.results]
    return ReplayLine(
        row.id,
        row.day,
        row.state,
        row.policies,
        row.counts,
        row.asked_at,
        row.ended_at,
        row.scenario is not None and row.trace is not None,
        list(_lines(row, names)),
    )


def _lines(row: Replay, names: Iterable[str]) -> Iterable[Line]:
    for name in names:
        yield Line(name, row.results[name]["figures"], row.results[name]["curve"])
