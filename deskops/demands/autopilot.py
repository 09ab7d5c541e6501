"""What balancing may do by itself in a trip, and its limits; as the rules take them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.balancing.advice import Limits
from deskops.balancing.state import Policy
from deskops.core.database import table_of
from deskops.demands.models import AutopilotSetting
from deskops.demands.rules import DO, PROPOSE

SETTINGS = table_of(AutopilotSetting)
_POLICY, _LIMITS = Policy(), Limits()


@dataclass(frozen=True)
class Autopilot:
    """How far each kind of act goes, a mode of rules.MODES each, and its limits. Minutes, except the counts.

    `walks_an_hour` and `counters_an_hour` of the whole trip, None for as many as pay; `walks_per_desk` at one tick;
    `staff_gain_minutes` for each person who moves; `stay`: how many counters no move takes from a desk.
    """

    relabel: str = DO
    walk: str = DO
    offer: str = DO
    staff: str = PROPOSE
    walks_an_hour: int | None = None
    walks_per_desk: int = _POLICY.rebalance_walks_per_desk
    walk_gain_minutes: float = _POLICY.rebalance_gain_minutes
    offer_minutes: float = _POLICY.offer_limit_minutes
    counters_an_hour: int | None = 4
    staff_gain_minutes: float = _LIMITS.gain_person_minutes
    stay: int = _LIMITS.stay

    def mode(self, act: str) -> str:
        """How far an act of rules.ACTS goes."""
        found: str = getattr(self, act)
        return found

    def does(self, act: str) -> bool:
        """Whether it is done at once, without anybody being asked."""
        return self.mode(act) == DO

    def policy(self) -> Policy:
        """The rule's numbers with these limits."""
        return replace(
            _POLICY,
            rebalance_walks_per_desk=self.walks_per_desk,
            rebalance_gain_minutes=self.walk_gain_minutes,
            offer_limit_minutes=self.offer_minutes,
        )

    def limits(self) -> Limits:
        """Those of the advice on staff."""
        return replace(_LIMITS, gain_person_minutes=self.staff_gain_minutes, stay=self.stay)


@dataclass(frozen=True)
class Version:
    """The settings as somebody left them; version 0 is what holds where nobody ever set anything."""

    number: int
    autopilot: Autopilot
    at: datetime | None = None
    user_id: int | None = None


USUAL = Version(0, Autopilot())
_NAMES = frozenset(field.name for field in fields(Autopilot))


def autopilot_of(session: Session, trip_id: int) -> Version:
    """What holds in a trip now."""
    return next(iter(versions(session, trip_id, limit=1)), USUAL)


def versions(session: Session, trip_id: int, limit: int) -> list[Version]:
    """What was set, newest first."""
    query = select(SETTINGS).where(SETTINGS.c.trip_id == trip_id).order_by(SETTINGS.c.version.desc())
    return [_version(row) for row in session.execute(query.limit(limit))]


def version_of(session: Session, trip_id: int, number: int) -> Version | None:
    """One version; None where there was none of this number."""
    if number == USUAL.number:
        return USUAL
    query = select(SETTINGS).where(SETTINGS.c.trip_id == trip_id, SETTINGS.c.version == number)
    row = session.execute(query).first()
    return None if row is None else _version(row)


def _version(row: Any) -> Version:
    kept: Mapping[str, Any] = json.loads(row.settings)
    # A later edition of the program may have had more of them.
    known = {name: value for name, value in kept.items() if name in _NAMES}
    return Version(row.version, Autopilot(**known), row.at, row.user_id)
