"""Pure decisions on shifts."""

from __future__ import annotations

from datetime import datetime, timedelta

SHIFTS_A_DAY = 3
SHIFT = timedelta(hours=24 / SHIFTS_A_DAY)


def shift_bounds(midnight: datetime, shift: int) -> tuple[datetime, datetime]:
    """Begin and end of a day's shift, 0 the first; `midnight` is the day's, aware."""
    begins = midnight + shift * SHIFT
    return begins, begins + SHIFT


def shift_at(midnight: datetime, now: datetime) -> int:
    """The shift on duty at an instant of the day that begins at `midnight`."""
    return min(int((now - midnight) / SHIFT), SHIFTS_A_DAY - 1)
