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


@dataclass(frozen=True, kw_only=True)
class AdviceEvent(DomainEvent):
    """About counters that should move. `for_day` is a local day in ISO 8601, None for now."""

    advice_id: int
    from_desk_id: int
    desk_id: int
    counters: int
    for_day: str | None


@dataclass(frozen=True, kw_only=True)
class AdviceMade(AdviceEvent):
    """`gain` in person-minutes, of all the counters together."""

    kind: ClassVar[str] = "balance.advice_made"
    gain: float


@dataclass(frozen=True, kw_only=True)
class AdviceExpired(AdviceEvent):
    """A newer run advises it no more, or its day has begun."""

    kind: ClassVar[str] = "balance.advice_expired"


@dataclass(frozen=True, kw_only=True)
class AdviceAccepted(AdviceEvent):
    """`automatic`: by the rule, without a coordinator."""

    kind: ClassVar[str] = "balance.advice_accepted"
    automatic: bool


@dataclass(frozen=True, kw_only=True)
class AdviceRefused(AdviceEvent):
    kind: ClassVar[str] = "balance.advice_refused"


@dataclass(frozen=True, kw_only=True)
class AdviceTakenBack(AdviceEvent):
    kind: ClassVar[str] = "balance.advice_taken_back"


@dataclass(frozen=True, kw_only=True)
class StaffMoveEvent(DomainEvent):
    """Somebody who is to work at another desk. `from_desk_id` is None for whoever sat at no counter."""

    move_id: int
    advice_id: int | None
    user_id: int
    from_desk_id: int | None
    desk_id: int


@dataclass(frozen=True, kw_only=True)
class StaffMoveAsked(StaffMoveEvent):
    kind: ClassVar[str] = "staff_move.asked"


@dataclass(frozen=True, kw_only=True)
class StaffMoveOrdered(StaffMoveEvent):
    """They go as soon as nobody is at their counter."""

    kind: ClassVar[str] = "staff_move.ordered"


@dataclass(frozen=True, kw_only=True)
class StaffMoveBegun(StaffMoveEvent):
    kind: ClassVar[str] = "staff_move.begun"


@dataclass(frozen=True, kw_only=True)
class StaffMoveArrived(StaffMoveEvent):
    kind: ClassVar[str] = "staff_move.arrived"


@dataclass(frozen=True, kw_only=True)
class StaffMoveDeclined(StaffMoveEvent):
    kind: ClassVar[str] = "staff_move.declined"


@dataclass(frozen=True, kw_only=True)
class StaffMoveTakenBack(StaffMoveEvent):
    kind: ClassVar[str] = "staff_move.taken_back"


@dataclass(frozen=True, kw_only=True)
class BreakEvent(DomainEvent):
    """A break of somebody at a desk. `counter_id` is the counter that they left, None for who sat at none; `relieved`:
    somebody goes on there.
    """

    break_id: int
    staff_id: int
    desk_id: int
    counter_id: int | None
    relieved: bool


@dataclass(frozen=True, kw_only=True)
class BreakAsked(BreakEvent):
    kind: ClassVar[str] = "break.asked"


@dataclass(frozen=True, kw_only=True)
class BreakWithdrawn(BreakEvent):
    kind: ClassVar[str] = "break.withdrawn"


@dataclass(frozen=True, kw_only=True)
class BreakBegan(BreakEvent):
    kind: ClassVar[str] = "break.began"


@dataclass(frozen=True, kw_only=True)
class BreakOver(BreakEvent):
    kind: ClassVar[str] = "break.over"


@dataclass(frozen=True, kw_only=True)
class ReplayAsked(DomainEvent):
    """A recorded day is to be played again with other policies."""

    kind: ClassVar[str] = "replay.asked"
    replay_id: int
    day: str


@dataclass(frozen=True, kw_only=True)
class ReplayCancelled(DomainEvent):
    kind: ClassVar[str] = "replay.cancelled"
    replay_id: int
