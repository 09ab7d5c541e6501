"""Everything that a staff member sees on their own page, read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from deskops.core.dates import local_day
from deskops.staff.queries.absences import absences_of
from deskops.staff.queries.gaps import calls_to
from deskops.staff.queries.own import OwnShift, own_row, own_shifts
from deskops.staff.queries.swaps import SwapLine, offered_to, own_swaps
from deskops.staff.rules import COVERS


@dataclass(frozen=True)
class OwnSheet:
    """`calls` are what they are asked to step into, `offers` what colleagues would give them, `swaps` what they offered or
    took themselves.
    """

    me: Row[Any]
    now: datetime
    shifts: Sequence[OwnShift]
    calls: Sequence[Row[Any]]
    offers: Sequence[SwapLine]
    swaps: Sequence[SwapLine]
    absences: Sequence[Row[Any]]

    @property
    def ahead(self) -> list[OwnShift]:
        """Those that aren't over and are theirs, the one that runs first."""
        return [shift for shift in self.shifts if shift.ends_at > self.now and shift.state in COVERS]

    @property
    def to_confirm(self) -> list[OwnShift]:
        """What changed since they last said that they saw it: shifts that are new, at another time, or taken from them."""
        seen = (shift for shift in self.shifts if shift.ends_at > self.now and shift.is_to_confirm)
        return [shift for shift in seen if shift.is_planned or shift.is_dropped]

    @property
    def past(self) -> list[OwnShift]:
        """Those that are over, the last one first."""
        return [shift for shift in reversed(self.shifts) if shift.ends_at <= self.now]

    @property
    def offered_shifts(self) -> dict[int, SwapLine]:
        """What they would give away, by shift."""
        return {swap.shift_id: swap for swap in self.swaps if swap.is_open and swap.owner_id == self.me.id}

    def days(self) -> list[tuple[date, list[OwnShift]]]:
        """What comes after the first one ahead, by local day."""
        by_day = groupby(self.ahead[1:], key=lambda shift: local_day(shift.starts_at))
        return [(day, list(shifts)) for day, shifts in by_day]


def own_sheet(session: Session, trip_id: int, user_id: int | None, now: datetime) -> OwnSheet | None:
    """None for a user who isn't on the trip's list of staff."""
    me = own_row(session, trip_id, user_id)
    if me is None:
        return None
    return OwnSheet(
        me=me,
        now=now,
        shifts=own_shifts(session, trip_id, me.id, now),
        calls=calls_to(session, me.id, now),
        offers=offered_to(session, trip_id, me.id, now),
        swaps=own_swaps(session, me.id, now),
        absences=absences_of(session, me.id, now),
    )
