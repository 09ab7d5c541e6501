"""Patterns of shifts, and what holds for all rosters of a trip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from deskops.accounts.actor import Actor
from deskops.core.errors import NotFound, StaleVersion
from deskops.core.unit_of_work import UnitOfWork
from deskops.staff.errors import LengthRefused
from deskops.staff.events import PatternChanged, RosterSettingsChanged
from deskops.staff.models import RosterSettings, ShiftPattern
from deskops.staff.rules.times import ShiftTimes

ADDED, EDITED, REMOVED = "added", "edited", "removed"


@dataclass(frozen=True)
class PatternFacts:
    """What somebody says of a pattern."""

    name_fa: str
    name_en: str
    times: ShiftTimes

    def columns(self) -> dict[str, Any]:
        """As the row holds it."""
        return {"name_fa": self.name_fa, "name_en": self.name_en, **vars(self.times)}


def add_pattern(uow: UnitOfWork, actor: Actor, trip_id: int, facts: PatternFacts) -> ShiftPattern:
    """Raises Forbidden, LengthRefused."""
    actor.require("roster.plan", trip_id)
    _check(facts.times)
    last = select(func.max(ShiftPattern.position)).where(ShiftPattern.trip_id == trip_id)
    position = (uow.session.scalar(last) or 0) + 1
    row = ShiftPattern(trip_id=trip_id, position=position, version=1, **facts.columns())
    uow.session.add(row)
    uow.session.flush()
    uow.record(PatternChanged(trip_id=trip_id, pattern_id=row.id, act=ADDED))
    return row


def edit_pattern(
    uow: UnitOfWork, actor: Actor, trip_id: int, pattern_id: int, version: int, facts: PatternFacts
) -> ShiftPattern:
    """Shifts that it was laid as stay; the page says that they don't fit any more.

    Raises Forbidden, NotFound, StaleVersion, LengthRefused.
    """
    actor.require("roster.plan", trip_id)
    row = _pattern(uow, trip_id, pattern_id)
    _check_version(row.version, version)
    _check(facts.times)
    for name, value in facts.columns().items():
        setattr(row, name, value)
    row.version += 1
    uow.record(PatternChanged(trip_id=trip_id, pattern_id=row.id, act=EDITED))
    return row


def remove_pattern(uow: UnitOfWork, actor: Actor, trip_id: int, pattern_id: int) -> None:
    """Shifts that it was laid as stay where they are. Raises Forbidden, NotFound."""
    actor.require("roster.plan", trip_id)
    uow.session.delete(_pattern(uow, trip_id, pattern_id))
    uow.record(PatternChanged(trip_id=trip_id, pattern_id=pattern_id, act=REMOVED))


def set_settings(
    uow: UnitOfWork, actor: Actor, trip_id: int, version: int, values: Mapping[str, int]
) -> RosterSettings:
    """`version` 1 where nobody set any yet. Raises Forbidden, StaleVersion."""
    actor.require("roster.plan", trip_id)
    row = uow.session.get(RosterSettings, trip_id, with_for_update=True)
    if row is None:
        row = RosterSettings(trip_id=trip_id)
        uow.session.add(row)
        uow.session.flush()
    _check_version(row.version, version)
    changed = tuple(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.version += 1
        uow.record(RosterSettingsChanged(trip_id=trip_id, fields=changed))
    return row


def _pattern(uow: UnitOfWork, trip_id: int, pattern_id: int) -> ShiftPattern:
    query = select(ShiftPattern).where(ShiftPattern.id == pattern_id, ShiftPattern.trip_id == trip_id)
    row = uow.session.scalar(query.with_for_update())
    if row is None:
        raise NotFound()
    return row


def _check(times: ShiftTimes) -> None:
    fault = times.fault()
    if fault is not None:
        raise LengthRefused(field="ends_minutes", details={"fault": fault})


def _check_version(current: int, seen: int) -> None:
    if seen != current:
        raise StaleVersion(details={"yours": seen, "current": current})
