"""Registering what a person brings: person, contact, demand, ticket with its number and its desk, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Table, bindparam, insert, select, update

from deskops.accounts.actor import Actor
from deskops.balancing.offer import is_worth_offering
from deskops.balancing.projection import WaitRange
from deskops.balancing.router import Choice, choose
from deskops.balancing.state import PHONE, Arrival
from deskops.core import numbers
from deskops.core.codes import new_secret4, new_token, new_tracking_code
from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.core.text import name_form
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules, search
from deskops.demands.errors import IntakeClosed, UnknownSite, UnknownTopic
from deskops.demands.events import DemandRegistered
from deskops.demands.models import Contact, Demand, Person, Ticket
from deskops.demands.outlook import Told, foretold, told
from deskops.demands.priorities import text_of
from deskops.demands.services import claim, offers
from deskops.demands.services.contacts import refuse_known
from deskops.demands.services.tickets import Act, act, event_of, kept_act
from deskops.demands.trip_load import TripLoad

# Who was registered longer ago, on paper or while the network was down, was told no wait that could be held against theirs.
TOLD_WITHIN = timedelta(minutes=1)
PERSONS, CONTACTS, DEMANDS, TICKETS = table_of(Person), table_of(Contact), table_of(Demand), table_of(Ticket)
# Made once: putting a statement together costs as much as running it.
_ADD = {table.name: insert(table).returning(table.c.id) for table in (PERSONS, CONTACTS, DEMANDS)}
_ADD_TICKET = insert(TICKETS).returning(TICKETS)
_SAME_PERSON = (
    select(PERSONS.c.id, PERSONS.c.national_id)
    .where(
        PERSONS.c.trip_id == bindparam("trip"),
        PERSONS.c.phone == bindparam("phone"),
        PERSONS.c.name_search == bindparam("name"),
    )
    .order_by(PERSONS.c.id)
    .limit(50)
)


@dataclass(frozen=True)
class Registration:
    """What the form holds, checked and cleaned. `site_id` None: the person is on the phone."""

    topic_id: int
    channel: str
    site_id: int | None = None
    kind: str = "request"
    name: str = ""
    phone: str | None = None
    national_id: str | None = None
    county: str = ""
    address: str = ""
    language: str = "fa"
    urgent: bool = False
    external_number: str | None = None
    text: str = ""
    may_walk: bool = True
    priorities: tuple[str, ...] = ()
    contact_external_id: str | None = None
    wants_meeting: bool = False


@dataclass(frozen=True)
class Registered:
    """What was made. `secret` is printed on the receipt where no phone was given; `offered`: to be served by phone."""

    demand_id: int
    code: str
    secret: str
    receipt_token: str
    ticket: Row[Any]
    estimate: WaitRange | None
    offered: bool = False


def register(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    wanted: Registration,
    *,
    at: datetime | None = None,
    kept: datetime | None = None,
) -> Registered:
    """Register a walk-in or a call. Its desk is chosen by rule A; a counter that stands ready takes it at once.

    `at` is the time that another system gives, `kept` that of a counter's own device.
    Raises UnknownTopic, UnknownSite, IntakeClosed, ContactKnown, KeptTooLong.
    """
    doing = kept_act(uow, actor, kept) if kept else act(uow, actor, trip_id, at)
    refuse_known(uow, trip_id, wanted.contact_external_id)
    return take_in(doing, doing, trip_id, wanted, new_tracking_code())


def take_in(doing: Act, turn: Act, trip_id: int, wanted: Registration, code: str) -> Registered:
    """Take a demand into the queue under a code that nothing has. `doing` is when the person came, `turn` when their turn
    is given: later, where a form on paper is typed in. Raises UnknownTopic, UnknownSite, IntakeClosed.
    """
    uow = doing.uow
    with foretold(uow.session, trip_id) as (trip, outlook):
        location = location_of(trip, wanted)
        # What coordinators want to be asked about first isn't done here either.
        may_walk = wanted.may_walk and trip.autopilot.does(rules.WALK)
        arrival = Arrival(location, wanted.topic_id, wanted.language, may_walk)
        choice = choose(trip.load, arrival)
        wait = told(trip, outlook, arrival, choice, urgent=wanted.urgent)
        offers_phone = trip.autopilot.does(rules.OFFER) and is_worth_offering(
            trip.load, location, wanted.topic_id, wait.here
        )
    demand = add_demand(doing, trip_id, wanted, code, choice.desk_id)
    ticket = _ticket(doing, turn, trip, wanted, demand["id"], location, choice, wait)
    if choice.counter_id is not None:
        offers_phone = False
        ticket = claim.call_to_ready_place(turn, ticket, choice.counter_id)
    if offers_phone:
        offers.make(turn, ticket, location, wait.here)
    return Registered(
        demand["id"],
        demand["code"],
        demand["secret"],
        demand["receipt_token"],
        ticket,
        wait.range,
        offers_phone,
    )


def _search_body(wanted: Registration, code: str) -> str:
    """What the new demand is found by."""
    return search.body_of(
        code,
        wanted.name,
        wanted.phone,
        wanted.national_id,
        wanted.external_number,
        wanted.county,
        wanted.text,
    )


def location_of(trip: TripLoad, wanted: Registration) -> int:
    """Where somebody waits: their site, or the phone. Raises IntakeClosed, UnknownTopic, UnknownSite."""
    if trip.phase != "live":
        raise IntakeClosed(details={"phase": trip.phase})
    if wanted.topic_id not in trip.topics:
        raise UnknownTopic(field="topic_id")
    if wanted.channel != "walk_in":
        return PHONE
    if wanted.site_id not in trip.sites:
        raise UnknownSite(field="site_id")
    return wanted.site_id


def _person(doing: Act, trip_id: int, wanted: Registration) -> int:
    """The person with this phone, this name however typed and no other national ID, else a new one."""
    folded = name_form(wanted.name)[:240]
    known = _known_person(doing, trip_id, wanted, folded) if wanted.phone and folded else None
    if known is not None:
        return known
    values = {
        "trip_id": trip_id,
        "name": wanted.name,
        "name_search": folded,
        "phone": wanted.phone,
        "national_id": wanted.national_id,
        "language": wanted.language,
        "created_at": doing.uow.now,
    }
    return _insert(doing, PERSONS, values)


def _known_person(doing: Act, trip_id: int, wanted: Registration, folded: str) -> int | None:
    """Who gives their national ID for the first time has it from now on."""
    session, given = doing.uow.session, wanted.national_id
    rows = session.execute(_SAME_PERSON, {"trip": trip_id, "phone": wanted.phone, "name": folded}).all()
    fitting = [row for row in rows if given is None or row.national_id in {None, given}]
    if not fitting:
        return None
    best = min(fitting, key=lambda row: (row.national_id != given, row.id))
    if best.national_id != given and given is not None:
        session.execute(update(PERSONS).where(PERSONS.c.id == best.id).values(national_id=given))
    return int(best.id)


def _contact(doing: Act, trip_id: int, wanted: Registration, desk_id: int | None) -> int:
    values = {
        "trip_id": trip_id,
        "channel": wanted.channel,
        "at": doing.at,
        "result": "registered",
        "reason": "",
        "external_id": wanted.contact_external_id,
        "desk_id": desk_id,
        "user_id": doing.actor.user_id,
    }
    return _insert(doing, CONTACTS, values)


def add_demand(
    doing: Act, trip_id: int, wanted: Registration, code: str, contact_desk_id: int | None, **ending: Any
) -> dict[str, Any]:
    """A new demand with its person and contact, findable; `ending` are columns of one that has ended already."""
    contact_id = _contact(doing, trip_id, wanted, contact_desk_id)
    values: dict[str, Any] = {
        "trip_id": trip_id,
        "contact_id": contact_id,
        "person_id": _person(doing, trip_id, wanted),
        "code": code,
        "secret": new_secret4(),
        "receipt_token": new_token(),
        "kind": wanted.kind,
        "channel": wanted.channel,
        "topic_id": wanted.topic_id,
        "text": wanted.text,
        "county": wanted.county,
        "address": wanted.address,
        "language": wanted.language,
        "urgent": wanted.urgent,
        "external_number": wanted.external_number,
        "state": rules.REGISTERED,
        "outcome_note": "",
        "registered_at": doing.at,
        "registered_by": doing.actor.user_id,
        "meeting_asked_at": doing.at if wanted.wants_meeting else None,
        "version": 1,
    } | ending
    demand_id = _insert(doing, DEMANDS, values)
    search.index(doing.uow.session, demand_id, trip_id, _search_body(wanted, code))
    return values | {"id": demand_id}


def _ticket(
    doing: Act,
    turn: Act,
    trip: TripLoad,
    wanted: Registration,
    demand_id: int,
    location: int,
    choice: Choice,
    wait: Told,
) -> Row[Any]:
    day = local_day(turn.at, trip.timezone)
    if doing.uow.now - doing.at > TOLD_WITHIN:
        wait = Told()
    bonus = trip.priorities.bonus(wanted.priorities)
    # Who is asked to walk waits where they walk to.
    place = trip.load.desks[choice.desk_id].desk.site_id if choice.walk and choice.desk_id else location
    values = {
        "trip_id": trip.trip_id,
        "demand_id": demand_id,
        "day": day,
        "number": numbers.take(doing.uow.session, f"ticket:{trip.trip_id}:{day}"),
        "location": place,
        "channel": wanted.channel,
        "topic_id": wanted.topic_id,
        "desk_id": choice.desk_id,
        "urgent": wanted.urgent,
        "language": wanted.language,
        "bonus_minutes": bonus,
        "priorities": text_of(wanted.priorities),
        "priority_minutes": bonus,
        "walk": "under_way" if choice.walk else "none",
        "walked_from": location if choice.walk else None,
        "moved_times": int(choice.walk),
        "may_walk": wanted.may_walk,
        "projected_minutes": wait.projected,
        "told_minutes": wait.minutes,
        "status": rules.WAITING,
        "registered_at": doing.at,
        "changed_at": turn.at,
        "version": 1,
    }
    row = doing.uow.session.execute(_ADD_TICKET, values).one()
    doing.uow.record(event_of(row, DemandRegistered), doing.at)
    return row


def _insert(doing: Act, table: Table, values: dict[str, Any]) -> int:
    return int(doing.uow.session.execute(_ADD[table.name], values).scalar_one())
