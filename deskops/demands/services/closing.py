"""The end of the day: what becomes of those who still wait, and when a desk that is closing has closed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, select

from deskops.accounts.actor import SYSTEM, Actor
from deskops.balancing.load import Load
from deskops.balancing.state import PHONE
from deskops.core import clock, jobs, numbers, runtime
from deskops.core.dates import digits, local_day
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands import rules
from deskops.demands.events import TicketBegun, TicketInvited, TicketLeft, TicketToCallBack
from deskops.demands.load import CACHE
from deskops.demands.models import IS_ACTIVE, Demand, Person
from deskops.demands.services.sharing import transfer
from deskops.demands.services.tickets import TICKETS, Act, move, ticket_of, tickets_of
from deskops.desks import rules as desk_rules
from deskops.desks.models import Desk, Trip
from deskops.desks.services.states import become

KEEP, HAND_OVER, CALL_BACK, INVITE = "keep", "hand_over", "call_back", "invite"
FATES = (KEEP, HAND_OVER, CALL_BACK, INVITE)
OPEN_TO_CHOICE = (rules.WAITING, rules.HELD, rules.NO_SHOW)
_IS_THERE = (rules.WAITING, rules.CALLED, rules.SERVING, rules.HELD)
MOST_DAYS_AHEAD = 30


@dataclass(frozen=True)
class Closing:
    """What is decided at the end of a day. `fates` maps tickets to one of FATES, or to the id of the desk that takes the
    person; whoever isn't named is served to the end. `day` is the one for which people are invited.
    """

    desk_ids: Collection[int]
    fates: Mapping[int, str | int]
    day: date


def close_desks(uow: UnitOfWork, actor: Actor, trip_id: int, closing: Closing) -> int:
    """Close desks to whoever is new, and say of each who waits what happens next; all of it or nothing. Returns how many
    desks close.

    Raises Forbidden, NotFound, InvalidInput with `choice-<ticket id>` for each whose fate can't be that.
    """
    actor.require("trip.setup", trip_id)
    _check_day(uow, trip_id, closing.day)
    desks = _desks(uow, trip_id, closing.desk_ids)
    errors = {}
    for ticket_id in sorted(closing.fates):
        try:
            _decide(uow, actor, trip_id, ticket_id, closing)
        except Refusal as refusal:
            errors[f"choice-{ticket_id}"] = _words(uow, ticket_id, refusal)
    if errors:
        raise InvalidInput(errors)
    become(uow, [desk for desk in desks if desk.state == desk_rules.OPEN], desk_rules.CLOSING)
    stopped = (desk_rules.PAUSED, desk_rules.FAILED)
    become(uow, [desk for desk in desks if desk.state in stopped], desk_rules.CLOSED)
    finish_closing(uow, trip_id)
    return len(desks)


def _decide(uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int, closing: Closing) -> None:
    fate = closing.fates[ticket_id]
    row = ticket_of(uow, trip_id, ticket_id)
    if fate == KEEP or row.status not in OPEN_TO_CHOICE:
        # Called or gone since the page was read: nothing is left to decide.
        return
    doing = Act(uow, actor, uow.now)
    if fate == INVITE:
        _invite(doing, row, closing.day)
    elif fate == CALL_BACK:
        _call_back(doing, row, closing.desk_ids)
    else:
        desk_id = fate if isinstance(fate, int) else _taker(uow, row, row.location, closing.desk_ids)
        if desk_id is None or desk_id in closing.desk_ids:
            raise InvalidInput({"": gettext("No other open desk can take this. Choose something else.")})
        transfer(uow, actor, trip_id, row.id, desk_id=desk_id)


def _invite(doing: Act, row: Row[Any], day: date) -> None:
    """A number of that day, and the minutes waited so far as a bonus: the night in between is no wait."""
    number = numbers.take(doing.uow.session, f"ticket:{row.trip_id}:{day}")
    waited = max(0.0, (doing.at - row.registered_at).total_seconds() / 60)
    values: dict[str, Any] = {"day": day, "number": number, "bonus_minutes": row.bonus_minutes + waited}
    values |= {"desk_id": None, "only_desk_id": None, "place_id": None, "user_id": None, "walk": "none"}
    move(doing, row, "invite", TicketInvited, **values)


def _call_back(doing: Act, row: Row[Any], without: Collection[int]) -> None:
    """The same turn, on the phone: whichever desk takes calls rings them up, today or as soon as one opens."""
    phone = select(Person.phone).join(Demand, Demand.person_id == Person.id).where(Demand.id == row.demand_id)
    if not doing.uow.session.scalar(phone):
        raise InvalidInput({"": gettext("There is no phone number. Choose something else, or ask for one.")})
    desk_id = _taker(doing.uow, row, PHONE, without)
    values: dict[str, Any] = {"location": PHONE, "desk_id": desk_id, "only_desk_id": None, "walk": "none"}
    move(doing, row, "call_back", TicketToCallBack, place_id=None, user_id=None, **values)


def _taker(uow: UnitOfWork, row: Row[Any], location: int, without: Collection[int]) -> int | None:
    with CACHE.held(uow.session, row.trip_id) as trip:
        return _shortest(trip.load, location, row.topic_id, without)


def _shortest(load: Load, location: int, topic_id: int, without: Collection[int]) -> int | None:
    """The open desk with the shortest queue for each of its counters."""
    able = [desk for desk in load.serving(location, topic_id) if desk.open_counters]
    queues = {
        desk.desk.id: len(desk.provisional) / desk.open_counters
        for desk in able
        if desk.desk.id not in without
    }
    return min(queues, key=lambda desk_id: (queues[desk_id], desk_id), default=None)


def _words(uow: UnitOfWork, ticket_id: int, refusal: Refusal) -> str:
    number = uow.session.scalar(select(TICKETS.c.number).where(TICKETS.c.id == ticket_id))
    text = next(iter(refusal.errors.values())) if isinstance(refusal, InvalidInput) else refusal.text()
    return (
        text if number is None else gettext("Number %(number)s: %(text)s", number=digits(number), text=text)
    )


def _check_day(uow: UnitOfWork, trip_id: int, day: date) -> None:
    trip = uow.session.get(Trip, trip_id)
    if trip is None:
        raise NotFound()
    today = local_day(uow.now)
    if not today < day <= today + timedelta(days=MOST_DAYS_AHEAD):
        message = gettext("Choose a day after today, within %(days)s days.", days=digits(MOST_DAYS_AHEAD))
        raise InvalidInput({"day": message})


def _desks(uow: UnitOfWork, trip_id: int, desk_ids: Collection[int]) -> list[Desk]:
    if not desk_ids:
        raise InvalidInput({"desk_ids": gettext("Tick the desks that are to close.")})
    query = select(Desk).where(Desk.trip_id == trip_id, Desk.id.in_(desk_ids)).order_by(Desk.number)
    desks = list(uow.session.scalars(query.with_for_update(key_share=True)))
    if len(desks) != len(set(desk_ids)):
        raise NotFound()
    return desks


@jobs.handler("demands.day", every=timedelta(seconds=5))
def turn_of_day(_payload: dict[str, Any]) -> None:
    """Close the desks that are through with their people, and begin the turns of those who were invited for today."""
    with runtime.current().database.reading() as session:
        closing = session.scalars(
            select(Desk.trip_id).where(Desk.state == desk_rules.CLOSING).distinct()
        ).all()
        live = session.scalars(select(Trip.id).where(Trip.phase == desk_rules.LIVE).order_by(Trip.id)).all()
        expected = [trip_id for trip_id in live if session.execute(_expected(trip_id).limit(1)).first()]
    for trip_id in closing:
        with unit_of_work(SYSTEM) as uow:
            finish_closing(uow, trip_id)
    for trip_id in expected:
        with unit_of_work(SYSTEM) as uow:
            begin_invited(uow, trip_id)


def finish_closing(uow: UnitOfWork, trip_id: int) -> None:
    """Close the desks that are closing and have nobody left. Who was called and never came has had their turn."""
    query = (
        select(Desk).where(Desk.trip_id == trip_id, Desk.state == desk_rules.CLOSING).order_by(Desk.number)
    )
    desks = list(uow.session.scalars(query.with_for_update(key_share=True)))
    here = select(TICKETS.c.id, TICKETS.c.desk_id, TICKETS.c.status).where(
        TICKETS.c.trip_id == trip_id, IS_ACTIVE
    )
    rows = uow.session.execute(here.where(TICKETS.c.desk_id.in_([desk.id for desk in desks]))).all()
    busy = {row.desk_id for row in rows if row.status in _IS_THERE}
    missed = [row.id for row in rows if row.status == rules.NO_SHOW and row.desk_id not in busy]
    doing = Act(uow, SYSTEM, uow.now)
    for row in tickets_of(uow, trip_id, missed):
        if row.status == rules.NO_SHOW:
            move(doing, row, "leave", TicketLeft, done_at=uow.now)
    become(uow, [desk for desk in desks if desk.id not in busy], desk_rules.CLOSED)


def begin_invited(uow: UnitOfWork, trip_id: int) -> None:
    """Let those wait who were invited for today or earlier, the longest first, as far as an open desk takes them."""
    doing = Act(uow, SYSTEM, uow.now)
    ids = [row.id for row in uow.session.execute(_expected(trip_id))]
    for row in tickets_of(uow, trip_id, ids):
        desk_id = _taker(uow, row, row.location, ())
        if row.status == rules.INVITED and desk_id is not None:
            move(doing, row, "begin", TicketBegun, desk_id=desk_id, registered_at=uow.now)


def _expected(trip_id: int) -> Select[Any]:
    """Whoever was invited for today, or for a day on which nobody could take them."""
    invited = (TICKETS.c.trip_id == trip_id, IS_ACTIVE, TICKETS.c.status == rules.INVITED)
    return select(TICKETS.c.id).where(*invited, TICKETS.c.day <= local_day(clock.now()))
