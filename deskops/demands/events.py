"""What happens to demands, tickets, counters and contacts. A ticket's event holds the whole state that it leaves."""

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
    """Back among the waiting, with its old age."""

    kind: ClassVar[str] = "ticket.returned"


@dataclass(frozen=True, kw_only=True)
class TicketTransferred(TicketEvent):
    kind: ClassVar[str] = "ticket.transferred"


@dataclass(frozen=True, kw_only=True)
class TicketRerouted(TicketEvent):
    """Another provisional desk, because its own takes nobody now."""

    kind: ClassVar[str] = "ticket.rerouted"


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
    """Asked to walk to another site, where it goes much faster."""

    kind: ClassVar[str] = "ticket.sent_walking"


@dataclass(frozen=True, kw_only=True)
class TicketArrived(TicketEvent):
    """Who was asked to walk is there."""

    kind: ClassVar[str] = "ticket.arrived"


@dataclass(frozen=True, kw_only=True)
class TicketUndone(TicketEvent):
    kind: ClassVar[str] = "ticket.undone"


@dataclass(frozen=True, kw_only=True)
class WaitsLearned(DomainEvent):
    """What the worker learned: (topic, mean minutes, share of arrivals) of topics, and the factor by which waits come out
    longer than projected. Values are whole, not steps.
    """

    kind: ClassVar[str] = "waits.learned"
    times: tuple[tuple[int, float, float], ...]
    correction: float


@dataclass(frozen=True, kw_only=True)
class PlaceEvent(DomainEvent):
    """The state of a counter after a change. The reason is a code of rules.PAUSE_REASONS."""

    place_id: int
    desk_id: int
    number: int
    state: str
    ready: bool
    languages: str
    user_id: int | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PlaceOpened(PlaceEvent):
    kind: ClassVar[str] = "place.opened"


@dataclass(frozen=True, kw_only=True)
class PlaceReady(PlaceEvent):
    """Its operator asked for the next person and nobody was waiting."""

    kind: ClassVar[str] = "place.ready"


@dataclass(frozen=True, kw_only=True)
class PlacePaused(PlaceEvent):
    kind: ClassVar[str] = "place.paused"


@dataclass(frozen=True, kw_only=True)
class PlaceClosed(PlaceEvent):
    kind: ClassVar[str] = "place.closed"


@dataclass(frozen=True, kw_only=True)
class HelpAsked(PlaceEvent):
    kind: ClassVar[str] = "place.help_asked"


@dataclass(frozen=True, kw_only=True)
class HelpAnswered(PlaceEvent):
    kind: ClassVar[str] = "place.help_answered"


@dataclass(frozen=True, kw_only=True)
class ContactRecorded(DomainEvent):
    """An attempt that got no answer, or a contact with nothing to register."""

    kind: ClassVar[str] = "contact.recorded"
    contact_id: int
    channel: str
    result: str
    desk_id: int | None


@dataclass(frozen=True, kw_only=True)
class ContactTakenBack(DomainEvent):
    """A contact that was recorded by mistake is none; its row is gone."""

    kind: ClassVar[str] = "contact.taken_back"
    contact_id: int
    channel: str
    desk_id: int | None


@dataclass(frozen=True, kw_only=True)
class GuidanceGiven(DomainEvent):
    """Somebody was answered by a guidance card as its edition stood: with a demand, or by a contact without one."""

    kind: ClassVar[str] = "guidance.given"
    card_id: int
    edition: int
    desk_id: int | None
    demand_id: int | None
    contact_id: int | None

    @property
    def subject(self) -> str | None:
        return None if self.demand_id is None else f"demand:{self.demand_id}"


@dataclass(frozen=True, kw_only=True)
class DemandEvent(DomainEvent):
    """Something that happened to one demand, apart from its turn."""

    demand_id: int

    @property
    def subject(self) -> str:
        return f"demand:{self.demand_id}"


@dataclass(frozen=True, kw_only=True)
class DemandEdited(DemandEvent):
    kind: ClassVar[str] = "demand.edited"
    version: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DemandsImported(DomainEvent):
    kind: ClassVar[str] = "demand.imported"
    count: int
    first_id: int
    last_id: int


@dataclass(frozen=True, kw_only=True)
class FormsPrinted(DomainEvent):
    """Codes were reserved for forms on paper. The codes themselves stay in their rows."""

    kind: ClassVar[str] = "paper.printed"
    batch: int
    count: int


@dataclass(frozen=True, kw_only=True)
class FormTypedIn(DemandEvent):
    """A demand was taken down on paper at the time that the journal gives, and typed in when it was recorded."""

    kind: ClassVar[str] = "paper.typed_in"
    batch: int


@dataclass(frozen=True, kw_only=True)
class FormTakenBack(DemandEvent):
    """A form was typed in by mistake; its demand is invalid. The reason is a code of rules.PAPER_MISTAKES."""

    kind: ClassVar[str] = "paper.taken_back"
    batch: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ServedOnPaper(DemandEvent):
    """A desk ended a service without the queue. `outcome` and `state` as in rules.py."""

    kind: ClassVar[str] = "paper.served"
    desk_id: int
    outcome: str
    state: str


@dataclass(frozen=True, kw_only=True)
class OfferMade(DemandEvent):
    """To be served by phone instead of waiting. Accepting it is told by the turn."""

    kind: ClassVar[str] = "offer.made"


@dataclass(frozen=True, kw_only=True)
class OfferRefused(DemandEvent):
    kind: ClassVar[str] = "offer.refused"
