"""What happens to officials' orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class DirectiveEvent(DomainEvent):
    """Something that happened to one directive."""

    directive_id: int

    @property
    def subject(self) -> str:
        return f"directive:{self.directive_id}"


@dataclass(frozen=True, kw_only=True)
class DirectivePrepared(DirectiveEvent):
    """It waits for this official to sign it."""

    kind: ClassVar[str] = "directive.prepared"
    official_id: int
    order: str


@dataclass(frozen=True, kw_only=True)
class DirectiveProposed(DirectiveEvent):
    """It is beyond who signed it, and waits for who may issue it."""

    kind: ClassVar[str] = "directive.proposed"
    official_id: int
    proposed_to: int
    order: str


@dataclass(frozen=True, kw_only=True)
class DirectiveSigned(DirectiveEvent):
    """By this official, in whose name, and with what: pin or passkey."""

    kind: ClassVar[str] = "directive.signed"
    official_id: int
    behalf_of: int | None
    signed_with: str
    device: str
    order: str


@dataclass(frozen=True, kw_only=True)
class DirectiveIssued(DirectiveEvent):
    """It has its number, and binds."""

    kind: ClassVar[str] = "directive.issued"
    official_id: int
    order: str
    year: int
    number: int
    agency_ids: tuple[int, ...]
    demands: int


@dataclass(frozen=True, kw_only=True)
class DirectiveDropped(DirectiveEvent):
    """It will not be issued. `state`: called_back, declined or discarded."""

    kind: ClassVar[str] = "directive.dropped"
    official_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class DirectiveEnded(DirectiveEvent):
    """It binds no more. `state`: superseded, by `by_id`, or withdrawn."""

    kind: ClassVar[str] = "directive.ended"
    official_id: int
    state: str
    by_id: int | None


@dataclass(frozen=True, kw_only=True)
class DemandDirected(DomainEvent):
    """A demand got an order. `desk_id` is where its turn is or was; `state` and `outcome` are the demand's now."""

    kind: ClassVar[str] = "demand.directed"
    demand_id: int
    directive_id: int
    order: str
    number: int
    desk_id: int | None
    state: str
    outcome: str | None

    @property
    def subject(self) -> str:
        return f"demand:{self.demand_id}"


@dataclass(frozen=True, kw_only=True)
class DemandUndirected(DomainEvent):
    """An order on a demand was withdrawn or replaced, and the demand is where it was without it."""

    kind: ClassVar[str] = "demand.undirected"
    demand_id: int
    directive_id: int
    desk_id: int | None
    state: str

    @property
    def subject(self) -> str:
        return f"demand:{self.demand_id}"


@dataclass(frozen=True, kw_only=True)
class TemplatesChanged(DomainEvent):
    """The trip's templates, or those of one official, are others now."""

    kind: ClassVar[str] = "directive.templates_changed"
    official_id: int | None


@dataclass(frozen=True, kw_only=True)
class AssistantNamed(DomainEvent):
    """Somebody prepares orders for an official from now on."""

    kind: ClassVar[str] = "directive.assistant_named"
    official_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class AssistantRemoved(DomainEvent):
    """They don't any more."""

    kind: ClassVar[str] = "directive.assistant_removed"
    official_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class AuthoritySet(DomainEvent):
    """How far an official's orders may go was written down. The amount stays in the table."""

    kind: ClassVar[str] = "authority.set"
    authority_id: int
    official_id: int
    every_agency: bool
    agency_ids: tuple[int, ...]
    superior_id: int | None


@dataclass(frozen=True, kw_only=True)
class AuthorityDelegated(DomainEvent):
    """`delegated_by` lets an official order in their name for a time."""

    kind: ClassVar[str] = "authority.delegated"
    authority_id: int
    official_id: int
    delegated_by: int
    every_agency: bool
    agency_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class AuthorityRevoked(DomainEvent):
    """It holds no more; `delegated_by` is None for what was written down by a coordinator."""

    kind: ClassVar[str] = "authority.revoked"
    authority_id: int
    official_id: int
    delegated_by: int | None


@dataclass(frozen=True, kw_only=True)
class LettersPrinted(DomainEvent):
    """Letters were printed, by `print_id` where many were: of which order, to an agency or a person, with the agency's or
    demand's id.
    """

    kind: ClassVar[str] = "letters.printed"
    print_id: int | None
    letters: tuple[tuple[int, str, int], ...]
