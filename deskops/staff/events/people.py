"""What happens to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class StaffAdded(DomainEvent):
    """People were added at once; their accounts have an entry of their own in the installation's journal."""

    kind: ClassVar[str] = "staff.added"
    count: int


@dataclass(frozen=True, kw_only=True)
class StaffChanged(DomainEvent):
    """The list of people was changed, by an import or by hand: once for all of them. `staff_id` where it was one."""

    kind: ClassVar[str] = "staff.changed"
    staff_id: int | None = None
    added: int = 0
    changed: int = 0

    @property
    def subject(self) -> str | None:
        return None if self.staff_id is None else f"staff:{self.staff_id}"
