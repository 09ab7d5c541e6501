"""Pure decisions on when shifts are, and when people can work. Minutes from a common zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deskops.staff.rules import CLOSING, MIDNIGHT, OPENING

# Shorter is no shift, and longer nobody stands.
LEAST_SHIFT, MOST_SHIFT = 30, 16 * 60
BACKWARDS, TOO_SHORT, TOO_LONG = "backwards", "too_short", "too_long"


def length_fault(minutes: int) -> str | None:
    """Why a shift can't last so long; None where it can."""
    if minutes <= 0:
        return BACKWARDS
    if minutes < LEAST_SHIFT:
        return TOO_SHORT
    return TOO_LONG if minutes > MOST_SHIFT else None


@dataclass(frozen=True)
class ShiftTimes:
    """Where a shift lies in a desk's day: minutes to be added to its opening, its closing or midnight."""

    begins_from: str
    begins_minutes: int
    ends_from: str
    ends_minutes: int

    def within(self, opens: int, closes: int) -> tuple[int, int]:
        """Begin and end in minutes from midnight on a day with these hours; the end may lie on the next day."""
        anchors = {OPENING: opens, CLOSING: closes, MIDNIGHT: 0}
        return anchors[self.begins_from] + self.begins_minutes, anchors[self.ends_from] + self.ends_minutes

    def fault(self) -> str | None:
        """What is wrong with it whatever the hours are."""
        if self.begins_from != self.ends_from:
            return None
        return length_fault(self.ends_minutes - self.begins_minutes)


Span = tuple[int, int]
_EVER = (-(10**9), 10**9)


def free_spans(available: Iterable[Span], absent: Iterable[Span]) -> tuple[Span, ...] | None:
    """When somebody can work: within what they said, any time where they said nothing, without their absences.

    None: always.
    """
    spans, away = sorted(available), sorted(absent)
    if not spans and not away:
        return None
    free = spans or [_EVER]
    for begins, ends in away:
        free = [part for span in free for part in _without(span, begins, ends)]
    return tuple(free)


def _without(span: Span, begins: int, ends: int) -> list[Span]:
    parts = ((span[0], min(span[1], begins)), (max(span[0], ends), span[1]))
    return [part for part in parts if part[0] < part[1]]
