"""What happens to counters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


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
