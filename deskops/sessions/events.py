"""What happens to officials' hours and meetings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from deskops.core.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class SessionsLaid(DomainEvent):
    """An official's hours were planned: one session, or all of a series."""

    kind: ClassVar[str] = "sessions.laid"
    official_id: int
    series_id: int | None
    session_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SessionsAnnounced(DomainEvent):
    """They stand in the public notice from now on."""

    kind: ClassVar[str] = "sessions.announced"
    session_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SessionEvent(DomainEvent):
    """Something that happened to one session."""

    session_id: int
    official_id: int

    @property
    def subject(self) -> str:
        return f"session:{self.session_id}"


@dataclass(frozen=True, kw_only=True)
class SessionChanged(SessionEvent):
    """Its time, desk, line, channel or deputies are others now; `fields` says which."""

    kind: ClassVar[str] = "session.changed"
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SessionCancelled(SessionEvent):
    """It will not be held. The reason stays in its row."""

    kind: ClassVar[str] = "session.cancelled"


@dataclass(frozen=True, kw_only=True)
class SessionBegun(SessionEvent):
    """The official has come, and is a counter of that desk from now on. What the counter itself does is told by its own
    events.
    """

    kind: ClassVar[str] = "session.begun"
    desk_id: int | None
    counter_id: int | None


@dataclass(frozen=True, kw_only=True)
class SessionEnded(SessionEvent):
    """The official has left."""

    kind: ClassVar[str] = "session.ended"
    desk_id: int | None
    counter_id: int | None


@dataclass(frozen=True, kw_only=True)
class PresenceNoted(SessionEvent):
    """Somebody saw that the official (`attendee_id` None) or a deputy came, or that they didn't after all."""

    kind: ClassVar[str] = "session.presence_noted"
    attendee_id: int | None
    came: bool


@dataclass(frozen=True, kw_only=True)
class SessionReminded(SessionEvent):
    """Its official was reminded of it."""

    kind: ClassVar[str] = "session.reminded"


@dataclass(frozen=True, kw_only=True)
class MeetingEvent(DomainEvent):
    """Something that happened to a meeting face to face."""

    meeting_id: int

    @property
    def subject(self) -> str:
        return f"meeting:{self.meeting_id}"


@dataclass(frozen=True, kw_only=True)
class MeetingPlanned(MeetingEvent):
    kind: ClassVar[str] = "meeting.planned"
    official_id: int


@dataclass(frozen=True, kw_only=True)
class MeetingCancelled(MeetingEvent):
    """It will not be held; whoever was invited is told. The reason stays in its row."""

    kind: ClassVar[str] = "meeting.cancelled"


@dataclass(frozen=True, kw_only=True)
class AppointmentsDrawn(MeetingEvent):
    """These demands have a slot now; nobody is told before they are invited."""

    kind: ClassVar[str] = "meeting.drawn"
    demand_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class AppointmentMoved(MeetingEvent):
    """An appointment is in another state. `state` as in rules.py."""

    kind: ClassVar[str] = "meeting.appointment"
    appointment_id: int
    demand_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class PanelNoted(MeetingEvent):
    """Somebody came for an agency of the panel, or didn't after all."""

    kind: ClassVar[str] = "meeting.panel"
    agency_id: int
    came: bool


@dataclass(frozen=True, kw_only=True)
class MeetingAsked(DomainEvent):
    """Whoever brought a demand wishes to meet an official about it, or doesn't any more."""

    kind: ClassVar[str] = "demand.meeting_asked"
    demand_id: int
    wanted: bool

    @property
    def subject(self) -> str:
        return f"demand:{self.demand_id}"
