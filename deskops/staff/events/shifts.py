"""What happens to shifts and rosters."""

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
