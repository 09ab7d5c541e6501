"""The end of the day: what becomes of those who still wait, and when a desk that is closing has closed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM, Actor
from deskops.balancing.reroute import place
from deskops.balancing.state import PHONE
from deskops.core import clock, jobs, numbers, runtime
from deskops.core.dates import date_text, digits, local_day
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands import rules
from deskops.demands.events import TicketBegun, TicketInvited, TicketLeft, TicketToCallBack, TicketTransferred
from deskops.demands.load_rows import waiting_of
from deskops.demands.models import IS_ACTIVE
from deskops.demands.queries.closing import end_of_day, opening_days
from deskops.demands.rules import CALL_BACK, HAND_OVER, INVITE, KEEP, OPEN_TO_CHOICE
from deskops.demands.services.foresight import NOTHING, foreseen
from deskops.demands.services.handing_over import keep
from deskops.demands.services.sharing import offered, transfer, with_phone
from deskops.demands.services.tickets import TICKETS, Act, move, tickets_of
from deskops.desks import rules as desk_rules
from deskops.desks.models import Desk, Trip
from deskops.desks.queries import catalogue
from deskops.desks.services.states import become

BY_RULE = (HAND_OVER, CALL_BACK)
_IS_THERE = (rules.WAITING, rules.CALLED, rules.SERVING, rules.HELD)
MOST_DAYS_AHEAD = 30


@dataclass(frozen=True)
class Closing:
    """What is decided at the end of a day. `fates` maps tickets to KEEP, HAND_OVER, CALL_BACK or INVITE, or to the id of the
    desk that takes the person; whoever isn't named is served to the end. `day` is the one for which people are invited.
    """

    desk_ids: Collection[int]
    fates: Mapping[int, str | int]
    day: date


def closing_of(
    session: Session,
    trip_id: int,
    desk_ids: Collection[int],
    everybody: str,
    chosen: Mapping[int, str],
    day: date,
) -> Closing:
    """What a page or a program asks for, as of now: who waits for one of these desks fares as everybody where `chosen`
    doesn't say otherwise; who waits for no desk is decided on one by one only. "to-7" is desk 7.
    """  # fmt: skip
    fates: dict[int, str | int] = {}
    for group in end_of_day(session, catalogue(session, trip_id), clock.now()).desks:
        if group.desk is None or group.desk.id in desk_ids:
            usual = KEEP if group.desk is None else everybody
            fates |= {person.id: _fate(chosen.get(person.id) or usual) for person in group.people}
    return Closing(desk_ids, fates, day)


def _fate(choice: str) -> str | int:
    return int(choice[3:]) if choice.startswith("to-") else choice


def close_desks(uow: UnitOfWork, actor: Actor, trip_id: int, closing: Closing) -> int:
    """Close desks to whoever is new, and say of each who waits what happens next; all of it or nothing. Returns how many
    desks close.

    Raises Forbidden, NotFound, InvalidInput with `choice-<ticket id>` for each whose fate can't be that.
    """
    actor.require("trip.setup", trip_id)
    _check_day(uow, trip_id, closing.day)
    if INVITE in closing.fates.values():
        _check_invitation(uow, trip_id, closing.day)
    desks = _desks(uow, trip_id, closing.desk_ids)
    errors = _decide_all(Act(uow, actor, uow.now), trip_id, closing)
    if errors:
        raise InvalidInput(errors)
    become(uow, [desk for desk in desks if desk.state == desk_rules.OPEN], desk_rules.CLOSING)
    stopped = (desk_rules.PAUSED, desk_rules.FAILED)
    become(uow, [desk for desk in desks if desk.state in stopped], desk_rules.CLOSED)
    finish_closing(uow, trip_id)
    return len(desks)


def _decide_all(doing: Act, trip_id: int, closing: Closing) -> dict[str, str]:
    """Do what was decided of each; returns why not, where something can't be."""
    # Called or gone since the page was read: nothing is left to decide.
    rows = [row for row in tickets_of(doing.uow, trip_id, closing.fates) if row.status in OPEN_TO_CHOICE]
    fates = {row.id: closing.fates[row.id] for row in rows}
    errors = _decide(doing, [row for row in rows if fates[row.id] not in BY_RULE], closing, {})
    # After the others, so that they are placed in sight of those whose desk somebody chose.
    called = with_phone(doing.uow.session, [row.id for row in rows if fates[row.id] == CALL_BACK])
    placed = [row for row in rows if fates[row.id] == HAND_OVER or row.id in called]
    desks = _placed(doing.uow, trip_id, placed, called, dict.fromkeys(closing.desk_ids, desk_rules.CLOSING))
    return errors | _decide(doing, [row for row in rows if fates[row.id] in BY_RULE], closing, desks)


def _decide(
    doing: Act, rows: Iterable[Row[Any]], closing: Closing, desks: Mapping[int, int | None]
) -> dict[str, str]:
    """`desks` are those that the rule gives."""
    errors = {}
    for row in rows:
        try:
            _carry_out(doing, row, closing, desks)
        except Refusal as refusal:
            errors[f"choice-{row.id}"] = _words(row, refusal)
    return errors


def _carry_out(doing: Act, row: Row[Any], closing: Closing, desks: Mapping[int, int | None]) -> None:
    fate = closing.fates[row.id]
    if fate == INVITE:
        _invite(doing, row, closing.day)
    elif fate == HAND_OVER:
        _hand_over(doing, row, desks[row.id])
    elif fate == CALL_BACK and row.id in desks:
        _call_back(doing, row, desks[row.id])
    elif fate == CALL_BACK:
        raise InvalidInput({"": gettext("There is no phone number. Choose something else, or ask for one.")})
    elif isinstance(fate, int) and fate not in closing.desk_ids:
        transfer(doing.uow, doing.actor, row.trip_id, row.id, desk_id=fate)
    elif fate != KEEP:
        raise InvalidInput({"": _nobody_else()})
    elif row.desk_id in closing.desk_ids:
        keep(doing, row)


def _hand_over(doing: Act, row: Row[Any], desk_id: int | None) -> None:
    """To the desk that the rule says. Unlike one that somebody chose it alone need not take them."""
    if desk_id is None:
        raise InvalidInput({"": _nobody_else()})
    values: dict[str, Any] = {"desk_id": desk_id, "only_desk_id": None, "place_id": None, "user_id": None}
    changed = move(doing, row, "transfer", TicketTransferred, **values)
    if changed.walk != "under_way":
        offered(doing, changed)


def _nobody_else() -> str:
    return gettext("No other open desk can take this. Choose something else.")


def _invite(doing: Act, row: Row[Any], day: date) -> None:
    """A number of that day, and the minutes waited so far as a bonus: the night in between is no wait."""
    number = numbers.take(doing.uow.session, f"ticket:{row.trip_id}:{day}")
    waited = max(0.0, (doing.at - row.registered_at).total_seconds() / 60)
    values: dict[str, Any] = {"day": day, "number": number, "bonus_minutes": row.bonus_minutes + waited}
    values |= {"desk_id": None, "only_desk_id": None, "place_id": None, "user_id": None, "walk": "none"}
    # What was told for today is no promise for another day.
    values |= {"projected_minutes": None, "told_minutes": None}
    move(doing, row, "invite", TicketInvited, **values)


def promise_calls(uow: UnitOfWork, actor: Actor, trip_id: int, desk_ids: Collection[int]) -> int:
    """Send home everybody who waits or is served at desks that stop, to be called back from another one; returns how many.
    Whoever gave no phone number stays as they are.
    """
    here = select(TICKETS.c.id).where(
        TICKETS.c.trip_id == trip_id, TICKETS.c.desk_id.in_(desk_ids), IS_ACTIVE
    )
    found = uow.session.scalars(here.where(TICKETS.c.status.in_(_IS_THERE))).all()
    known = with_phone(uow.session, found)
    # Until they were locked, somebody may have been finished.
    rows = [row for row in tickets_of(uow, trip_id, known) if row.status in _IS_THERE]
    stopped = dict.fromkeys(desk_ids, desk_rules.FAILED)
    desks = _placed(uow, trip_id, rows, known, stopped)
    for row in rows:
        _call_back(Act(uow, actor, uow.now), row, desks[row.id])
    return len(rows)


def _call_back(doing: Act, row: Row[Any], desk_id: int | None) -> None:
    """The same turn, on the phone: whichever desk takes calls rings them up, today or as soon as one opens."""
    values: dict[str, Any] = {"location": PHONE, "desk_id": desk_id, "only_desk_id": None, "walk": "none"}
    move(doing, row, "call_back", TicketToCallBack, place_id=None, user_id=None, **values)


def _placed(
    uow: UnitOfWork,
    trip_id: int,
    rows: Iterable[Row[Any]],
    to_call: Collection[int] = (),
    states: Mapping[int, str] = NOTHING,
) -> dict[int, int | None]:
    """A desk by rule A for each who can have one, the oldest first; `to_call` are those to whom it comes by phone.

    `states` are what desks will be in.
    """
    people = [waiting_of(row) for row in sorted(rows, key=lambda row: (row.registered_at, row.id))]
    people = [replace(one, place=PHONE) if one.ticket_id in to_call else one for one in people]
    with foreseen(uow, trip_id, states) as load:
        return dict(place(load, people))


def _words(row: Row[Any], refusal: Refusal) -> str:
    text = next(iter(refusal.errors.values())) if isinstance(refusal, InvalidInput) else refusal.text()
    return gettext("Number %(number)s: %(text)s", number=digits(row.number), text=text)


def _check_day(uow: UnitOfWork, trip_id: int, day: date) -> None:
    trip = uow.session.get(Trip, trip_id)
    if trip is None:
        raise NotFound()
    today = local_day(uow.now)
    if not today < day <= today + timedelta(days=MOST_DAYS_AHEAD):
        message = gettext("Choose a day after today, within %(days)s days.", days=digits(MOST_DAYS_AHEAD))
        raise InvalidInput({"day": message})


def _check_invitation(uow: UnitOfWork, trip_id: int, day: date) -> None:
    """That somebody will be there then: where no desk has hours, all are opened by hand, on any day of the trip."""
    names = catalogue(uow.session, trip_id)
    days, last = opening_days(uow.session, names), names.trip.ends_on
    if day in days or not (days or (last is not None and day > last)):
        return
    today = local_day(uow.now)
    ahead = next((one for one in days if one > today), None)
    if ahead is None:
        message = gettext(
            "No desk opens in this trip after today. Write opening hours first, or don't invite."
        )
    else:
        next_day = date_text(ahead, "long")
        message = gettext(
            "No desk opens on this day. The next day with opening hours is %(day)s.", day=next_day
        )
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
    rows = [row for row in tickets_of(uow, trip_id, ids) if row.status == rules.INVITED]
    desks = _placed(uow, trip_id, rows)
    for row in rows:
        if desks[row.id] is not None:
            move(doing, row, "begin", TicketBegun, desk_id=desks[row.id], registered_at=uow.now)


def _expected(trip_id: int) -> Select[Any]:
    """Whoever was invited for today, or for a day on which nobody could take them."""
    invited = (TICKETS.c.trip_id == trip_id, IS_ACTIVE, TICKETS.c.status == rules.INVITED)
    return select(TICKETS.c.id).where(*invited, TICKETS.c.day <= local_day(clock.now()))
