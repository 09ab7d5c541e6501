"""What balancing did, as facts: one for each act, with its reason and everybody whom it concerns.

What becomes of one person stands in the facts of their own turn as well; these tell of the act as a whole, and are found by
their kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from deskops.core.events import DomainEvent


class Moved(NamedTuple):
    """What an act meant for one person. Location 0 is the phone. `changed_at` (epoch seconds) is that of their turn after
    the act: as long as it is the same, nothing happened to them since. `minutes`: the gain, of an offer the projected wait.
    """

    ticket_id: int
    number: int
    from_desk_id: int | None
    to_desk_id: int | None
    from_location: int
    to_location: int
    changed_at: float
    minutes: float | None = None

    def still_holds(self, turn: Any) -> bool:
        """Whether nothing happened to this turn since; `turn` is its row."""
        stands = (turn.desk_id, turn.location) == (self.to_desk_id, self.to_location)
        return stands and bool(turn.changed_at.timestamp() == self.changed_at)


@dataclass(frozen=True, kw_only=True)
class BalancingAct(DomainEvent):
    """`reason` is a code of rules.py; `at_desk_id` the desk that gave the reason, where one did."""

    reason: str
    at_desk_id: int | None
    moves: tuple[Moved, ...]


@dataclass(frozen=True, kw_only=True)
class LabelsRenewed(BalancingAct):
    """Rule C's tick."""

    kind: ClassVar[str] = "balance.relabelled"


@dataclass(frozen=True, kw_only=True)
class WalksAsked(BalancingAct):
    kind: ClassVar[str] = "balance.walks_asked"


@dataclass(frozen=True, kw_only=True)
class OffersMade(BalancingAct):
    """To those whose wait has grown since they came."""

    kind: ClassVar[str] = "balance.offers_made"


@dataclass(frozen=True, kw_only=True)
class PeopleHandedOver(BalancingAct):
    """Their desk takes nobody any more, or one takes people again."""

    kind: ClassVar[str] = "balance.handed_over"


@dataclass(frozen=True, kw_only=True)
class ActTakenBack(BalancingAct):
    """By a coordinator. `sequence` is the act's in the journal, `act` its kind."""

    kind: ClassVar[str] = "balance.taken_back"
    sequence: int
    act: str


@dataclass(frozen=True, kw_only=True)
class PeopleMovedAgain(DomainEvent):
    """So many whom we had moved before lost this desk as well: the coordinators should know."""

    kind: ClassVar[str] = "balance.moved_again"
    at_desk_id: int
    reason: str
    count: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class MovedAgainSeen(DomainEvent):
    kind: ClassVar[str] = "balance.moved_again_seen"
    count: int


@dataclass(frozen=True, kw_only=True)
class ActsProposed(DomainEvent):
    """Balancing would do this with so many people; `act` of rules.TICK_ACTS."""

    kind: ClassVar[str] = "balance.proposed"
    act: str
    count: int


@dataclass(frozen=True, kw_only=True)
class ProposalsRefused(DomainEvent):
    kind: ClassVar[str] = "balance.refused"
    act: str
    count: int


@dataclass(frozen=True, kw_only=True)
class AutopilotChanged(DomainEvent):
    """`version` now, made of `restored` where an older one was taken up again; `changed` maps names to (before, after)."""

    kind: ClassVar[str] = "autopilot.changed"
    version: int
    restored: int | None
    changed: dict[str, tuple[str | float | None, str | float | None]]
