"""What is learned, and what coordinators set, of how turns go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class WaitsLearned(DomainEvent):
    """What the worker learned: (topic, mean minutes, share of arrivals) of topics, and the factor by which waits come out
    longer than projected. Values are whole, not steps.
    """

    kind: ClassVar[str] = "waits.learned"
    times: tuple[tuple[int, float, float], ...]
    correction: float


@dataclass(frozen=True, kw_only=True)
class PrioritiesSet(DomainEvent):
    """`minutes` as `demands.priorities.Priorities` has them; `desk_ids` are those at which somebody's turn moved by it."""

    kind: ClassVar[str] = "priorities.set"
    version: int
    minutes: dict[str, Any]
    desk_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BonusesChanged(DomainEvent):
    """(ticket, its whole bonus in minutes) of some whose bonus is another now."""

    kind: ClassVar[str] = "priorities.bonuses_changed"
    bonuses: tuple[tuple[int, float], ...]
