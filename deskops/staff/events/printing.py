"""What is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PrintAsked(DomainEvent):
    """`paper` as in rules.printing; `count` people or desks were chosen."""

    kind: ClassVar[str] = "staff.print_asked"
    print_id: int
    paper: str
    count: int


@dataclass(frozen=True, kw_only=True)
class PrintCancelled(DomainEvent):
    kind: ClassVar[str] = "staff.print_cancelled"
    print_id: int


@dataclass(frozen=True, kw_only=True)
class Printed(DomainEvent):
    """It is there to be fetched; from now on the badges in it count as printed."""

    kind: ClassVar[str] = "staff.printed"
    print_id: int
    paper: str
    sheets: int
