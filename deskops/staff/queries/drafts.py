"""Rosters in the making."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.models import User
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.staff import rules
from deskops.staff.models import Roster

ROSTERS, USERS = table_of(Roster), table_of(User)
ACTIVE = (rules.ASKED, rules.SOLVING)


@dataclass(frozen=True)
class RosterLine:
    """A roster as a page shows it; `by` and `decided_by` are names."""

    id: int
    kind: str
    state: str
    from_at: datetime
    progress: Mapping[str, Any]
    figures: Mapping[str, Any]
    asked_at: datetime
    decided_at: datetime | None
    by: str
    version: int

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    def as_json(self) -> dict[str, Any]:
        """Times in ISO 8601, UTC."""
        names = ("id", "kind", "state", "progress", "figures", "version")
        decided = self.decided_at.isoformat() if self.decided_at else None
        times = {"from_at": self.from_at.isoformat(), "asked_at": self.asked_at.isoformat()}
        return {name: getattr(self, name) for name in names} | times | {"decided_at": decided}


def rosters_of(session: Session, trip_id: int, most: int = 20) -> list[RosterLine]:
    """The latest first."""
    return _lines(session, ROSTERS.c.trip_id == trip_id, most)


def roster_line(session: Session, trip_id: int, roster_id: int) -> RosterLine:
    """Raises NotFound."""
    lines = _lines(session, (ROSTERS.c.trip_id == trip_id) & (ROSTERS.c.id == roster_id), 1)
    if not lines:
        raise NotFound()
    return lines[0]


def draft_line(session: Session, trip_id: int, roster_id: int) -> RosterLine:
    """Raises NotFound also where it is no draft any more."""
    line = roster_line(session, trip_id, roster_id)
    if line.state != rules.DRAFT:
        raise NotFound()
    return line


def _lines(session: Session, condition: Any, most: int) -> list[RosterLine]:
    names = (
        "id", "kind", "state", "from_at", "progress", "figures", "asked_at", "decided_at", "version",
    )  # fmt: skip
    columns = [ROSTERS.c[name] for name in names]
    query = select(*columns, USERS.c.name.label("by")).outerjoin(USERS, USERS.c.id == ROSTERS.c.asked_by)
    rows = session.execute(query.where(condition).order_by(ROSTERS.c.id.desc()).limit(most))
    return [RosterLine(**{name: getattr(row, name) for name in names}, by=row.by or "") for row in rows]
