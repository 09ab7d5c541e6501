"""What happens to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class StaffAdded(DomainEvent):
    """People were added at once; each one's account has its own entry in the installation's journal."""

    kind: ClassVar[str] = "staff.added"
    count: int
