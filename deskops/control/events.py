"""What coordinators decide and say. Words stay in the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ReadinessMarked(DomainEvent):
    """`good` is None where a mark was taken back; `count` is how many desks it was put to, `desk_id` None for several."""

    kind: ClassVar[str] = "readiness.marked"
    name: str
    good: bool | None
    count: int
    desk_id: int | None


@dataclass(frozen=True, kw_only=True)
class GoDecided(DomainEvent):
    """`desk_id` is None where it is about the whole."""

    kind: ClassVar[str] = "readiness.decided"
    decision_id: int
    desk_id: int | None
    go: bool
    faults: int


@dataclass(frozen=True, kw_only=True)
class BroadcastSent(DomainEvent):
    kind: ClassVar[str] = "broadcast.sent"
    broadcast_id: int
    aim: str
    urgent: bool


@dataclass(frozen=True, kw_only=True)
class BroadcastWithdrawn(DomainEvent):
    kind: ClassVar[str] = "broadcast.withdrawn"
    broadcast_id: int


@dataclass(frozen=True, kw_only=True)
class BroadcastRead(DomainEvent):
    """The journal's actor pressed "seen"."""

    kind: ClassVar[str] = "broadcast.seen"
    broadcast_id: int


@dataclass(frozen=True, kw_only=True)
class RehearsalStarted(DomainEvent):
    """In the journal of the trip that is rehearsed, as the two below: the copy's own goes with it."""

    kind: ClassVar[str] = "rehearsal.started"
    rehearsal_id: int
    pace: int
    grants: int


@dataclass(frozen=True, kw_only=True)
class RehearsalChanged(DomainEvent):
    kind: ClassVar[str] = "rehearsal.changed"
    rehearsal_id: int
    pace: int
    serves: bool


@dataclass(frozen=True, kw_only=True)
class RehearsalEnded(DomainEvent):
    """`rows` is how many were wiped."""

    kind: ClassVar[str] = "rehearsal.ended"
    rehearsal_id: int
    rows: int


@dataclass(frozen=True, kw_only=True)
class DesksStopped(DomainEvent):
    """Each desk's new state has an event of its own."""

    kind: ClassVar[str] = "desks.stopped"
    stop_id: int
    site_id: int
    choice: str
    count: int


@dataclass(frozen=True, kw_only=True)
class DesksResumed(DomainEvent):
    kind: ClassVar[str] = "desks.resumed"
    stop_id: int
    site_id: int
    count: int
