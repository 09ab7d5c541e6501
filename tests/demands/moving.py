"""What tests of moving people share: two sites within a walk, desks that stop, and acts as the journal tells them."""

from typing import Any

from sqlalchemy import select, update

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, journal, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.autopilot import Autopilot
from deskops.demands.load import CACHE
from deskops.demands.models import MovedAgain, Proposal
from deskops.demands.services import rebalancing
from deskops.demands.services.autopilot import set_autopilot
from deskops.demands.services.tickets import TICKETS
from deskops.desks.models import DeskTopic, SiteWalk
from deskops.desks.services.states import set_desk_state
from tests.demands.counter import sit_down, somebody, ticket_row
from tests.demands.offering import PHONE
from tests.fixtures import Join
from tests.small_trip import SmallTrip


def walkable(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        walk = SiteWalk(from_site_id=trip.sites["one"], to_site_id=trip.sites["two"], minutes=5.0)
        uow.session.add(walk)
    CACHE.clear()


def a_desk_fails_beside_a_free_one(trip: SmallTrip, sign_in: Join) -> None:
    """At site one a single counter is left, at site two two stand idle."""
    walkable(trip)
    sit_down(sign_in, trip, "a")
    sit_down(sign_in, trip, "hall")
    for seat in range(2):
        sit_down(sign_in, trip, "b", seat)


def who_may_walk(trip: SmallTrip, count: int, **more: Any) -> list[int]:
    """Tickets of people who were not asked at registration, and can be now."""
    facts = {"phone": PHONE} | more
    tickets = [int(somebody(trip, **facts).ticket.id) for _ in range(count)]
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(TICKETS).where(TICKETS.c.id.in_(tickets)).values(may_walk=True))
    return tickets


def become(trip: SmallTrip, desk: str, state: str = "failed") -> None:
    with unit_of_work(SYSTEM) as uow:
        reason = "برق رفت" if state != "open" else ""
        set_desk_state(uow, SYSTEM, trip.id, trip.desks[desk], state=state, reason=reason)


def set_modes(trip: SmallTrip, **settings: Any) -> None:
    with unit_of_work(SYSTEM) as uow:
        set_autopilot(uow, SYSTEM, trip.id, Autopilot(**settings))


def answer(trip: SmallTrip, work: Any, act: str, people: list[int] | None = None) -> int:
    with unit_of_work(SYSTEM) as uow:
        return int(work(uow, SYSTEM, trip.id, act, people))


def long_wait(trip: SmallTrip, sign_in: Join, count: int = 11) -> list[int]:
    """People at site one whose desk failed, with a free desk within a walk."""
    a_desk_fails_beside_a_free_one(trip, sign_in)
    waiting = who_may_walk(trip, count)
    become(trip, "hall")
    clock.advance(minutes=5)
    return waiting


def some_walk(trip: SmallTrip, sign_in: Join) -> list[int]:
    """The tickets of those who were asked to walk from site one to desk B, and are on their way."""
    a_desk_fails_beside_a_free_one(trip, sign_in)
    waiting = who_may_walk(trip, 11)
    become(trip, "hall")
    clock.advance(minutes=5)
    rebalancing.rebalance({})
    return [ticket for ticket in waiting if ticket_row(ticket).walk == "under_way"]


def loses_topic(trip: SmallTrip, desk: str, topic: str) -> None:
    """As if the desk had never been competent for it."""
    with unit_of_work(SYSTEM) as uow:
        row = uow.session.get_one(DeskTopic, (trip.desks[desk], trip.topics[topic]))
        uow.session.delete(row)
    CACHE.clear()


def acts_of(trip: SmallTrip, kind: str) -> list[journal.Entry]:
    """Newest first."""
    with runtime.current().database.reading() as session:
        return journal.general_entries(session, trip.id, [kind])


def proposed(trip: SmallTrip, act: str) -> list[Proposal]:
    with runtime.current().database.reading() as session:
        query = select(Proposal).where(Proposal.trip_id == trip.id, Proposal.act == act)
        return list(session.scalars(query.order_by(Proposal.id)))


def notices() -> list[MovedAgain]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(MovedAgain).order_by(MovedAgain.id)))
