"""What staff members do about their own shifts. Reasons and names stay in the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ShiftsConfirmed(DomainEvent):
    """Somebody has seen what changed for them."""

    kind: ClassVar[str] = "staff.shifts_confirmed"
    staff_id: int
    shift_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class AbsenceSaid(DomainEvent):
    """Somebody can't come: `shift_ids` at `desk_ids` are without them now, `left_id` is the one that they leave early."""

    kind: ClassVar[str] = "staff.absence_said"
    staff_id: int
    absence_id: int
    shift_ids: tuple[int, ...]
    desk_ids: tuple[int, ...]
    left_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class AbsenceTakenBack(DomainEvent):
    """Somebody can come after all: `shift_ids` at `desk_ids` are theirs again."""

    kind: ClassVar[str] = "staff.absence_taken_back"
    staff_id: int
    absence_id: int
    shift_ids: tuple[int, ...]
    desk_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SwapChanged(DomainEvent):
    """A shift is offered, taken, handed over or kept: `state` as in rules.SWAP_STATES. `faults` are the rules that it
    breaks, for a coordinator to decide; `staff_id` offered it, `taken_by` takes it.
    """

    kind: ClassVar[str] = "staff.swap_changed"
    swap_id: int
    shift_id: int
    desk_id: int
    state: str
    staff_id: int
    taken_by: int | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CalendarRenewed(DomainEvent):
    """The address of somebody's calendar is another one from now on."""

    kind: ClassVar[str] = "staff.calendar_renewed"
    staff_id: int
