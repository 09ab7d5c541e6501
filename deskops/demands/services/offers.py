"""Rule D, live: to be served by phone, at home or anywhere, instead of waiting where one stands.

Whoever accepts keeps number and age. Refusing costs nothing, and who isn't reached waits at their place again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, insert, select

from deskops.accounts.actor import Actor
from deskops.balancing.router import choose
from deskops.balancing.state import PHONE, Arrival
from deskops.core.database import table_of
from deskops.core.dates import digits
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import (
    NothingOffered,
    OfferAnswered,
    OfferTooLate,
    PhoneNeeded,
    TurnOver,
)
from deskops.demands.events import (
    OfferMade,
    OfferRefused,
    OfferWithdrawn,
    TicketBackAtPlace,
    TicketToCallBack,
)
from deskops.demands.models import Offer
from deskops.demands.outlook import foretold, told
from deskops.demands.services import texting
from deskops.demands.services.claim import call_to_ready_place
from deskops.demands.services.editing import add_phone
from deskops.demands.services.foresight import foreseen
from deskops.demands.services.texting import Words, phone_of
from deskops.demands.services.tickets import Act, act, move, ticket_of

OFFERS = table_of(Offer)


def make(doing: Act, row: Row[Any], location: int, wait_minutes: float | None) -> None:
    """Offer it to somebody who waits, once; with a text message where they gave a number.

    `location` is the site where they stand, `wait_minutes` what is projected there.
    """
    values = {
        "trip_id": row.trip_id,
        "ticket_id": row.id,
        "location": location,
        "wait_minutes": wait_minutes,
        "state": rules.OFFERED,
        "made_at": doing.uow.now,
    }
    doing.uow.session.execute(insert(OFFERS).values(values))
    minutes = None if wait_minutes is None else round(wait_minutes, 1)
    made = OfferMade(trip_id=row.trip_id, demand_id=row.demand_id, wait_minutes=minutes)
    doing.uow.record(made, doing.at)
    _write_to(doing.uow, row, rules.OFFERED)


def accept(uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int, phone: str = "") -> Row[Any]:
    """The turn goes to the phone list with its age; a phone seat that stands ready takes it at once. `phone` is needed of
    somebody who gave none yet.

    Raises NothingOffered, OfferAnswered, OfferTooLate, TurnOver, PhoneNeeded, NotFound.
    """
    doing = act(uow, actor, trip_id)
    row = ticket_of(uow, trip_id, ticket_id)
    offer = _open_offer(uow, row)
    known = phone_of(uow, row.demand_id)
    if not (known or phone):
        raise PhoneNeeded(field="phone")
    arrival = Arrival(PHONE, row.topic_id, row.language, may_walk=False)
    # A desk that has them by now would count them against itself.
    with foreseen(uow, trip_id) as load, load.without([ticket_id]):
        choice = choose(load, arrival)
    with foretold(uow.session, trip_id) as (trip, outlook):
        wait = told(trip, outlook, arrival, choice, urgent=row.urgent)
    spent = (uow.now - row.registered_at) / timedelta(minutes=1)
    values: dict[str, Any] = {
        "location": PHONE,
        "desk_id": choice.desk_id,
        "only_desk_id": None,
        "walk": "none",
    }
    values |= {
        "projected_minutes": None if wait.projected is None else spent + wait.projected,
        "told_minutes": None if wait.minutes is None else spent + wait.minutes,
    }
    changed = move(doing, row, "call_back", TicketToCallBack, undoable=True, **values)
    if not known:
        add_phone(uow, trip_id, row.demand_id, phone)
    _answer(doing, offer, rules.ACCEPTED)
    _write_to(uow, row, rules.ACCEPTED)
    return changed if choice.counter_id is None else call_to_ready_place(doing, changed, choice.counter_id)


def refuse(uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int) -> Row[Any]:
    """They rather wait where they are, and nothing changes for them. Raises as `accept`."""
    doing = act(uow, actor, trip_id)
    row = ticket_of(uow, trip_id, ticket_id)
    offer = _open_offer(uow, row)
    if offer.state != rules.OFFERED:
        raise OfferAnswered(details={"state": offer.state})
    _answer(doing, offer, rules.REFUSED)
    uow.record(OfferRefused(trip_id=trip_id, demand_id=row.demand_id))
    return row


def withdraw(doing: Act, row: Row[Any], offer: Offer) -> None:
    """An offer that nobody answered yet holds no longer; they wait where they are, and aren't asked again."""
    _answer(doing, offer, rules.WITHDRAWN)
    doing.uow.record(OfferWithdrawn(trip_id=row.trip_id, demand_id=row.demand_id))
    _write_to(doing.uow, row, rules.WITHDRAWN)


def return_to_place(uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int) -> Row[Any]:
    """Who accepted would rather wait where they stood after all, with the age that they have.

    Raises NothingOffered, OfferAnswered, OfferTooLate, TurnOver, NotFound.
    """
    doing = act(uow, actor, trip_id)
    row = ticket_of(uow, trip_id, ticket_id)
    offer = _offer_of(uow, row)
    _check_waits(row)
    if offer.state != rules.ACCEPTED or row.location != PHONE:
        raise OfferAnswered(details={"state": offer.state})
    _answer(doing, offer, rules.RETURNED)
    return _put_back(doing, row, offer, "back")


def is_promised_call(uow: UnitOfWork, row: Row[Any]) -> bool:
    """Whether somebody is called on the phone because they took the offer."""
    if row.location != PHONE or row.status != rules.CALLED:
        return False
    state = uow.session.execute(select(OFFERS.c.state).where(OFFERS.c.ticket_id == row.id)).scalar()
    return bool(state == rules.ACCEPTED)


def unreached(doing: Act, row: Row[Any]) -> Row[Any]:
    """Nobody answered: they wait where they stood again, with their age. Raises NothingOffered, TicketMoved."""
    offer = _offer_of(doing.uow, row)
    _answer(doing, offer, rules.UNREACHED)
    return _put_back(doing, row, offer, "unreached")


def follow_undo(uow: UnitOfWork, ticket_id: int, action: str) -> None:
    """The last act on a turn is taken back, and with it what it made of its offer."""
    state = rules.OFFER_UNDONE.get(action)
    offer = uow.session.scalar(select(Offer).where(Offer.ticket_id == ticket_id)) if state else None
    if offer is not None and state is not None:
        offer.state = state


def _put_back(doing: Act, row: Row[Any], offer: Offer, action: str) -> Row[Any]:
    arrival = Arrival(offer.location, row.topic_id, row.language, may_walk=False)
    with foreseen(doing.uow, row.trip_id) as load, load.without([row.id]):
        choice = choose(load, arrival)
    values: dict[str, Any] = {"location": offer.location, "desk_id": choice.desk_id, "only_desk_id": None}
    values |= {"place_id": None, "user_id": None}
    changed = move(doing, row, action, TicketBackAtPlace, undoable=True, **values)
    # Who wasn't reached may be at home: nobody calls them at the site in the same breath.
    if action == "unreached" or choice.counter_id is None:
        return changed
    return call_to_ready_place(doing, changed, choice.counter_id)


def _open_offer(uow: UnitOfWork, row: Row[Any]) -> Offer:
    offer = _offer_of(uow, row)
    _check_waits(row)
    if not rules.may_be_accepted(offer.state):
        raise OfferAnswered(details={"state": offer.state})
    return offer


def _offer_of(uow: UnitOfWork, row: Row[Any]) -> Offer:
    """Its turn is locked before it, so that two answers come one after the other."""
    offer = uow.session.scalar(select(Offer).where(Offer.ticket_id == row.id))
    if offer is None:
        raise NothingOffered()
    return offer


def _check_waits(row: Row[Any]) -> None:
    if row.status in (rules.DONE, rules.LEFT):
        raise TurnOver(details={"status": row.status})
    if row.status != rules.WAITING:
        raise OfferTooLate(details={"status": row.status})


def _answer(doing: Act, offer: Offer, state: str) -> None:
    offer.state, offer.answered_at, offer.answered_by = state, doing.uow.now, doing.actor.user_id


def _write_to(uow: UnitOfWork, row: Row[Any], state: str) -> None:
    texting.write_to(uow, row, f"offer:{row.id}:{state}", _text(state, row.number))


def _text(state: str, number: int) -> Words:
    def offered(address: str) -> str:
        return gettext(
            "Number %(number)s: you need not wait at the site. We can serve you by phone, and you keep your turn."
            " Accept or refuse here: %(address)s",
            number=digits(number),
            address=address,
        )

    def accepted(address: str) -> str:
        return gettext(
            "Number %(number)s: we call you on this phone as soon as it is your turn. Your turn: %(address)s",
            number=digits(number),
            address=address,
        )

    def withdrawn(address: str) -> str:
        return gettext(
            "Number %(number)s: we can't serve you by phone after all. Please wait where you are; you keep your"
            " turn: %(address)s",
            number=digits(number),
            address=address,
        )

    return {rules.OFFERED: offered, rules.ACCEPTED: accepted, rules.WITHDRAWN: withdrawn}[state]
