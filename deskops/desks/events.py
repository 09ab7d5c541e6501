"""What happens to what is set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.accounts.events import INSTALLATION
from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class TripCreated(DomainEvent):
    kind: ClassVar[str] = "trip.created"
    code: str


@dataclass(frozen=True, kw_only=True)
class SetupChanged(DomainEvent):
    """Something other than a state changed: desks, topics, sites, places. Caches of the trip start anew. `desk_ids` are the
    desks that were there before and read otherwise now: their consoles are told.
    """

    kind: ClassVar[str] = "trip.setup_changed"
    what: str
    id: int
    desk_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AgenciesChanged(DomainEvent):
    """Agencies or their calendar changed. They outlive trips: the installation's own journal tells it."""

    kind: ClassVar[str] = "agencies.changed"
    trip_id: int = INSTALLATION
    what: str
    id: int


@dataclass(frozen=True, kw_only=True)
class TripPhaseChanged(DomainEvent):
    kind: ClassVar[str] = "trip.phase_changed"
    phase: str


@dataclass(frozen=True, kw_only=True)
class DeskStateChanged(DomainEvent):
    """`state`: planned, open, paused, closed, failed. The reason's words stay in the desk's row. `keeps`: those who wait for
    it are left where they are.
    """

    kind: ClassVar[str] = "desk.state_changed"
    desk_id: int
    state: str
    previous: str
    keeps: bool = False


@dataclass(frozen=True, kw_only=True)
class SignsPrinted(DomainEvent):
    kind: ClassVar[str] = "desk.signs_printed"
    desk_ids: tuple[int, ...]
