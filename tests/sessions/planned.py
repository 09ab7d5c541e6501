"""An official of a trip, with a browser, and hours that are planned for them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from deskops.accounts import services as accounts
from deskops.accounts.access import forget_recognised
from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.messages import Message
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Place
from deskops.sessions import rules
from deskops.sessions.models import Appointment, OfficialSession, SessionAttendee
from deskops.sessions.queries.results import Funnel, funnel_of
from deskops.sessions.queries.schedule import session_line
from deskops.sessions.services import holding, meetings, planning, reminding
from deskops.sessions.services.meetings import MeetingPlan
from deskops.sessions.services.planning import Deputy, Hours, Schedule
from tests.directives.ordered import official
from tests.fixtures import Browser, browser_of
from tests.small_trip import SmallTrip

# Half past nine in Tehran on a Sunday.
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
MORNING = Hours(opens=9 * 60, closes=12 * 60, deputies=(Deputy("معاون نمونه", "معاون فنی"),))


@dataclass
class Held:
    """`browser` is the official's own."""

    trip: SmallTrip
    official: Actor
    browser: Browser

    def lay(self, pattern: str = rules.ONCE, **more: Any) -> list[int]:
        """At desk A, from today for two weeks unless said otherwise."""
        hours = {name: more.pop(name) for name in Hours.__dataclass_fields__ if name in more}
        wanted = replace(MORNING, **({"desk_id": self.trip.desks["a"]} | hours))
        days = {"from_day": TODAY, "to_day": date(2026, 12, 5), "official_id": self.official.user_id or 0}
        schedule = Schedule(pattern=pattern, **(days | more))
        with unit_of_work(SYSTEM) as uow:
            return planning.lay(uow, SYSTEM, self.trip.id, schedule, wanted)

    def come(
        self, session_id: int, who: Actor | None = None, attendee_ids: tuple[int, ...] = ()
    ) -> int | None:
        actor = who or self.official
        with unit_of_work(actor) as uow:
            return holding.come(uow, actor, self.trip.id, session_id, attendee_ids)

    def leave(self, session_id: int) -> None:
        with unit_of_work(self.official) as uow:
            holding.leave(uow, self.official, self.trip.id, session_id)

    def funnel(self, session_id: int) -> Funnel:
        with runtime.current().database.reading() as session:
            return funnel_of(session, self.trip.id, session_line(session, self.trip.id, session_id))


def held(app: Flask, trip: SmallTrip) -> Held:
    who = official(trip)
    with unit_of_work(SYSTEM) as uow:
        opened = accounts.open_session(uow, who.user_id or 0, "test", "pytest", 8)
    forget_recognised()
    return Held(trip, who, browser_of(app, opened.token, who.user_id or 0))


def row(session_id: int) -> OfficialSession:
    with runtime.current().database.reading() as session:
        found = session.get_one(OfficialSession, session_id)
        session.expunge(found)
    return found


def attendees(session_id: int) -> list[SessionAttendee]:
    with runtime.current().database.reading() as session:
        mine = select(SessionAttendee).where(SessionAttendee.session_id == session_id)
        found = list(session.scalars(mine.order_by(SessionAttendee.id)))
        session.expunge_all()
    return found


def place(place_id: int | None) -> Place:
    with runtime.current().database.reading() as session:
        found = session.get_one(Place, place_id)
        session.expunge(found)
    return found


def texts() -> list[tuple[str, str]]:
    """What is in the outbox: address and text."""
    with runtime.current().database.reading() as session:
        return [(one.address, one.text) for one in session.scalars(select(Message).order_by(Message.id))]


def worker() -> None:
    """What the worker does every few minutes."""
    holding.end_overdue({})
    reminding.remind({})


def a_session(trip: SmallTrip) -> int:
    """One of tomorrow at desk A, with a deputy, announced."""
    who = official(trip, name="مقام نمونه").user_id or 0
    tomorrow = local_day(clock.now()) + timedelta(days=1)
    schedule = Schedule(official_id=who, pattern=rules.ONCE, from_day=tomorrow, to_day=tomorrow)
    with unit_of_work(SYSTEM) as uow:
        hours = replace(MORNING, desk_id=trip.desks["a"], line="111")
        [session_id] = planning.lay(uow, SYSTEM, trip.id, schedule, hours)
        planning.announce(uow, SYSTEM, trip.id)
    return session_id


def a_meeting(trip: SmallTrip, demand_id: int) -> tuple[int, str]:
    """One of tomorrow to which a demand is invited; with the token of the invitation."""
    who = official(trip, name="مقام نمونه").user_id or 0
    tomorrow = local_day(clock.now()) + timedelta(days=1)
    plan = MeetingPlan(
        official_id=who, day=tomorrow, opens=600, closes=660, slot_minutes=10, where_text="دفتر استاندار"
    )
    with unit_of_work(SYSTEM) as uow:
        meeting_id = meetings.plan_meeting(uow, SYSTEM, trip.id, plan)
        appointment_id = meetings.appoint(uow, SYSTEM, trip.id, meeting_id, demand_id)
        return meeting_id, uow.session.get_one(Appointment, appointment_id).token
