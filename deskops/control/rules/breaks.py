"""Pure decisions on breaks: how long somebody has worked without one, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

ASKED, ON, OVER, WITHDRAWN = "asked", "on", "over", "withdrawn"
BREAK_STATES = (ASKED, ON, OVER, WITHDRAWN)
GOING_ON = (ASKED, ON)
# Whoever was away for longer rested; the way between two desks is shorter.
PAUSE_BETWEEN = timedelta(minutes=20)


class Spell(NamedTuple):
    """A time at work."""

    began_at: datetime
    ended_at: datetime | None


class Standing(NamedTuple):
    """Somebody at work: since when without a break, since when on one, and whether they asked for one."""

    staff_id: int
    working_since: datetime
    break_since: datetime | None = None
    asked_at: datetime | None = None


Ranked = TypeVar("Ranked", bound=Standing)


def working_since(spells: Sequence[Spell], last_break: datetime | None) -> datetime:
    """Since when somebody has worked without a break. `spells`, at least one, oldest first: the last is the present one;
    a move from desk to desk is no rest. `last_break` is when the last one ended.
    """
    since = spells[-1].began_at
    for earlier in reversed(spells[:-1]):
        if earlier.ended_at is None or since - earlier.ended_at > PAUSE_BETWEEN:
            break
        since = earlier.began_at
    return since if last_break is None else max(since, last_break)


def is_due(one: Standing, now: datetime, after: timedelta) -> bool:
    """Whether they should have a break by now."""
    return one.break_since is None and now - one.working_since >= after


def is_too_long(one: Standing, now: datetime, length: timedelta) -> bool:
    """Whether they should be back by now."""
    return one.break_since is not None and now - one.break_since > length


def in_turn(standing: Iterable[Ranked]) -> list[Ranked]:
    """Who asked first, then who has worked longest; who is on a break comes last."""
    return sorted(
        standing,
        key=lambda one: (one.break_since is not None, one.asked_at is None, one.working_since, one.staff_id),
    )
