"""What happens at scanners, and what is seen of who came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PresenceChanged(DomainEvent):
    """Somebody came, went, or began or ended a break. `desk_id` is where they are now, `from_desk_id` where they were;
    None is nowhere, or at a site alone.
    """

    kind: ClassVar[str] = "presence.changed"
    staff_id: int
    scan_kind: str
    source: str
    desk_id: int | None
    from_desk_id: int | None


@dataclass(frozen=True, kw_only=True)
class ScanRefused(DomainEvent):
    """A badge didn't count. `reason` as in rules.scans; `staff_id` None where nobody has it."""

    kind: ClassVar[str] = "presence.scan_refused"
    reason: str
    staff_id: int | None


@dataclass(frozen=True, kw_only=True)
class ShiftsMissed(DomainEvent):
    """People who should be at a desk by now didn't come."""

    kind: ClassVar[str] = "presence.shifts_missed"
    desk_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class ShiftsAtRisk(DomainEvent):
    """Shifts of a desk begin soon, and their people neither confirmed nor came."""

    kind: ClassVar[str] = "presence.shifts_at_risk"
    desk_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class BadgeRenewed(DomainEvent):
    """Badges handed out before are worth nothing from now on. `reason`: lost, stolen, damaged or other."""

    kind: ClassVar[str] = "staff.badge_renewed"
    staff_id: int
    reason: str
    badge_version: int


@dataclass(frozen=True, kw_only=True)
class ReplacementAsked(DomainEvent):
    """Somebody is asked to step into a shift of a desk."""

    kind: ClassVar[str] = "replacement.asked"
    call_id: int
    staff_id: int
    desk_id: int


@dataclass(frozen=True, kw_only=True)
class ReplacementAnswered(DomainEvent):
    """`state` accepted, declined or withdrawn."""

    kind: ClassVar[str] = "replacement.answered"
    call_id: int
    staff_id: int
    desk_id: int
    state: str
