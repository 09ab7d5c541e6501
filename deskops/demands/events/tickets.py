"""What happens to turns. A ticket's event holds the whole state that it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class TicketEvent(DomainEvent):
    """The state of a ticket after a change. Instants are epoch seconds.

    `from_desk_id` is the desk it left, where that differs; `from_place_id` the counter it took until now, called or served;
    `from_location` the site where it waited until now.
    """

    ticket_id: int
    demand_id: int
    number: int
    status: str
    channel: str
    location: int
    topic_id: int
    urgent: bool
    language: str
    bonus_minutes: float
    walk: str
    desk_id: int | None
    only_desk_id: int | None
    place_id: int | None
    registered_at: float
    changed_at: float
    from_desk_id: int | None = None
    from_place_id: int | None = None
    from_location: int | None = None
    actor_place_id: int | None = None

    @property
    def subject(self) -> str:
        return f"demand:{self.demand_id}"


@dataclass(frozen=True, kw_only=True)
class DemandRegistered(TicketEvent):
    kind: ClassVar[str] = "demand.registered"


@dataclass(frozen=True, kw_only=True)
class TicketCalled(TicketEvent):
    kind: ClassVar[str] = "ticket.called"


@dataclass(frozen=True, kw_only=True)
class TicketServing(TicketEvent):
    kind: ClassVar[str] = "ticket.serving"


@dataclass(frozen=True, kw_only=True)
class TicketHeld(TicketEvent):
    kind: ClassVar[str] = "ticket.held"


@dataclass(frozen=True, kw_only=True)
class TicketReturned(TicketEvent):
    """Back among the waiting, with its old age. `reason`, a code of rules.py, where their desk stopped under them."""

    kind: ClassVar[str] = "ticket.returned"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketTransferred(TicketEvent):
    kind: ClassVar[str] = "ticket.transferred"


@dataclass(frozen=True, kw_only=True)
class TicketRerouted(TicketEvent):
    """Another provisional desk. `reason` is a code of rules.py; empty in rows from before there was one."""

    kind: ClassVar[str] = "ticket.rerouted"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketTopicChanged(TicketEvent):
    """Its topic was merged into another, or stands alone again; the demand keeps the topic it was registered with."""

    kind: ClassVar[str] = "ticket.topic_changed"


@dataclass(frozen=True, kw_only=True)
class TicketKept(TicketEvent):
    """Its desk closes, and still serves it."""

    kind: ClassVar[str] = "ticket.kept"


@dataclass(frozen=True, kw_only=True)
class TicketInvited(TicketEvent):
    """The day ended before its turn: it has a number of another day."""

    kind: ClassVar[str] = "ticket.invited"


@dataclass(frozen=True, kw_only=True)
class TicketBegun(TicketEvent):
    """The day that it was invited for has begun: it waits, with the age that it had."""

    kind: ClassVar[str] = "ticket.begun"


@dataclass(frozen=True, kw_only=True)
class TicketToCallBack(TicketEvent):
    """A walk-in waits for a call now, wherever they are."""

    kind: ClassVar[str] = "ticket.to_call_back"


@dataclass(frozen=True, kw_only=True)
class TicketBackAtPlace(TicketEvent):
    """Who was to be called back waits where they stood again, with their old age."""

    kind: ClassVar[str] = "ticket.back_at_place"


@dataclass(frozen=True, kw_only=True)
class TicketNotShown(TicketEvent):
    kind: ClassVar[str] = "ticket.no_show"


@dataclass(frozen=True, kw_only=True)
class TicketDone(TicketEvent):
    kind: ClassVar[str] = "ticket.done"


@dataclass(frozen=True, kw_only=True)
class TicketLeft(TicketEvent):
    kind: ClassVar[str] = "ticket.left"


@dataclass(frozen=True, kw_only=True)
class TicketTakenBack(TicketEvent):
    """Nobody waited under it: the form that it was made of was typed in by mistake."""

    kind: ClassVar[str] = "ticket.taken_back"


@dataclass(frozen=True, kw_only=True)
class TicketSentWalking(TicketEvent):
    """Asked to walk to another site, where it goes faster by `gain_minutes`, walk and margin included."""

    kind: ClassVar[str] = "ticket.sent_walking"
    reason: str = ""
    gain_minutes: float | None = None


@dataclass(frozen=True, kw_only=True)
class TicketTurnedBack(TicketEvent):
    """Who was asked to walk waits where they came from: it was taken back, or nobody there takes them any more."""

    kind: ClassVar[str] = "ticket.turned_back"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketArrived(TicketEvent):
    """Who was asked to walk is there."""

    kind: ClassVar[str] = "ticket.arrived"


@dataclass(frozen=True, kw_only=True)
class TicketPriorityChanged(TicketEvent):
    """It is urgent, or has a bonus, or not any more. What it is about the person isn't told."""

    kind: ClassVar[str] = "ticket.priority_changed"


@dataclass(frozen=True, kw_only=True)
class TicketUndone(TicketEvent):
    kind: ClassVar[str] = "ticket.undone"
