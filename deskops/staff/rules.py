"""Pure decisions on shifts."""

from __future__ import annotations

from datetime import datetime, timedelta

SHIFTS_A_DAY = 3
SHIFT = timedelta(hours=24 / SHIFTS_A_DAY)


def shift_bounds(midnight: datetime, shift: int) -> tuple[datetime, datetime]:
    """Begin and end of a day's shift, 0 the first; `midnight` is the day's, aware."""
    begins = midnight + shift * SHIFT
    return begins, begins + SHIFT
