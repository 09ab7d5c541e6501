"""What happens to shifts and rosters. Who works when stands in the tables; the journal has counts, and single people where a
coordinator moved them by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ShiftsPlanned(DomainEvent):
    """`day` is the trip's local one, in ISO 8601."""

    kind: ClassVar[str] = "staff.shifts_planned"
    day: str
    count: int


@dataclass(frozen=True, kw_only=True)
class PatternChanged(DomainEvent):
    """`act`: added, edited or removed."""

    kind: ClassVar[str] = "staff.pattern_changed"
    pattern_id: int
    act: str


@dataclass(frozen=True, kw_only=True)
class RosterSettingsChanged(DomainEvent):
    """`fields` are the names of those that have another value now."""

    kind: ClassVar[str] = "staff.roster_settings_changed"
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DeskShiftsChanged(DomainEvent):
    """Shifts that desks need filled: `act` laid, laid_anew, copied, edited or removed; `people` lost or changed theirs."""

    kind: ClassVar[str] = "staff.desk_shifts_changed"
    act: str
    count: int
    people: int = 0


@dataclass(frozen=True, kw_only=True)
class RosterAsked(DomainEvent):
    """`mode` is the roster's kind: new or replan."""

    kind: ClassVar[str] = "staff.roster_asked"
    roster_id: int
    mode: str


@dataclass(frozen=True, kw_only=True)
class RosterEnded(DomainEvent):
    """The worker is done with it, or was told to stop: `state` draft, failed or cancelled."""

    kind: ClassVar[str] = "staff.roster_ended"
    roster_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class RosterApproved(DomainEvent):
    """A draft is the plan now: shifts given and taken, and how many people that changes something for."""

    kind: ClassVar[str] = "staff.roster_approved"
    roster_id: int
    added: int
    removed: int
    people: int


@dataclass(frozen=True, kw_only=True)
class RosterDiscarded(DomainEvent):
    kind: ClassVar[str] = "staff.roster_discarded"
    roster_id: int


@dataclass(frozen=True, kw_only=True)
class RosterChanged(DomainEvent):
    """Somebody was put in a shift, moved or taken out by hand; `roster_id` None: in the plan that stands.

    `desk_shift_id` is where they are now, `from_id` where they were; `overrides` are the rules that were knowingly broken.
    """

    kind: ClassVar[str] = "staff.roster_changed"
    roster_id: int | None
    staff_id: int
    desk_shift_id: int | None
    from_id: int | None
    overrides: tuple[str, ...] = ()
