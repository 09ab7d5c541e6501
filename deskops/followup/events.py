"""What happens to referrals and to matters that many share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ReferralOpened(DomainEvent):
    """An agency was handed a demand or a collective one, for so many working days."""

    kind: ClassVar[str] = "referral.opened"
    referral_id: int
    demand_id: int | None
    collective_id: int | None
    agency_id: int
    directive_id: int | None
    days: int

    @property
    def subject(self) -> str | None:
        return None if self.demand_id is None else f"demand:{self.demand_id}"


@dataclass(frozen=True, kw_only=True)
class ReferralCancelled(DomainEvent):
    """An agency need not answer it any more: the order behind it was withdrawn."""

    kind: ClassVar[str] = "referral.cancelled"
    referral_id: int
    demand_id: int | None
    collective_id: int | None
    agency_id: int

    @property
    def subject(self) -> str | None:
        return None if self.demand_id is None else f"demand:{self.demand_id}"


@dataclass(frozen=True, kw_only=True)
class CollectiveMade(DomainEvent):
    """A matter that many share has a name now."""

    kind: ClassVar[str] = "collective.made"
    collective_id: int
    topic_id: int | None


@dataclass(frozen=True, kw_only=True)
class CollectiveChanged(DomainEvent):
    """What it is called, or what it is about, was corrected; or it was closed or opened again. `state`: open or closed."""

    kind: ClassVar[str] = "collective.changed"
    collective_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class DemandTied(DomainEvent):
    """A demand shares a matter with others from now on."""

    kind: ClassVar[str] = "demand.tied"
    demand_id: int
    collective_id: int

    @property
    def subject(self) -> str:
        return f"demand:{self.demand_id}"


@dataclass(frozen=True, kw_only=True)
class DemandUntied(DomainEvent):
    """It stands alone again."""

    kind: ClassVar[str] = "demand.untied"
    demand_id: int
    collective_id: int

    @property
    def subject(self) -> str:
        return f"demand:{self.demand_id}"
