"""What happens to demands and contacts, apart from the turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


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
class DemandMet(DemandEvent):
    """Somebody told it to an official whom they met on the way: it waits in no queue."""

    kind: ClassVar[str] = "demand.met"
    topic_id: int


@dataclass(frozen=True, kw_only=True)
class FileAttached(DemandEvent):
    """A file was added to it: a letter, a note, or other papers, as `of` says."""

    kind: ClassVar[str] = "demand.file_attached"
    attachment_id: int
    of: str


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
    """To be served by phone instead of waiting, as long as is projected. Accepting it is told by the turn."""

    kind: ClassVar[str] = "offer.made"
    wait_minutes: float | None = None


@dataclass(frozen=True, kw_only=True)
class OfferWithdrawn(DemandEvent):
    """By a coordinator, before it was answered."""

    kind: ClassVar[str] = "offer.withdrawn"


@dataclass(frozen=True, kw_only=True)
class OfferRefused(DemandEvent):
    kind: ClassVar[str] = "offer.refused"
