"""What came of a session, counted from the log: everything that happened at the official's counter between their coming
and their leaving.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core import journal
from deskops.core.database import table_of
from deskops.core.journal import Entry
from deskops.demands import rules as demand_rules
from deskops.demands.models import Contact, Demand
from deskops.directives import rules as directive_rules
from deskops.directives.models import Directive, DirectiveDemand, DirectiveReferral
from deskops.followup import rules as followup_rules
from deskops.followup.models import Referral
from deskops.sessions import rules
from deskops.sessions.queries.schedule import SessionLine
from deskops.sessions.rules import Reached, Step

CONTACTS, DEMANDS = table_of(Contact), table_of(Demand)
DIRECTIVES, ABOUT, CARRIED = table_of(Directive), table_of(DirectiveDemand), table_of(DirectiveReferral)
REFERRALS = table_of(Referral)
_STEPS = {
    "place.opened": rules.SAT_DOWN,
    "place.closed": rules.GOT_UP,
    "ticket.called": rules.CALLED,
    "ticket.serving": rules.SERVED,
    "ticket.undone": rules.TAKEN_BACK,
    "contact.recorded": rules.CONTACT,
    "contact.taken_back": rules.CONTACT_TAKEN_BACK,
}
_IN_PART = 500


@dataclass(frozen=True)
class Funnel:
    """People: who got as far as the official, to whom they spoke, whose demand is registered, for whom an agency was
    ordered, whose demand is closed; each number is part of the one before, but for closed, which is part of registered.
    `orders` counts what the official issued meanwhile, also for others.
    """

    attempted: int = 0
    answered: int = 0
    registered: int = 0
    referred: int = 0
    closed: int = 0
    orders: int = 0

    def as_json(self) -> dict[str, int]:
        """By name."""
        return asdict(self)


def funnel_of(session: Session, trip_id: int, line: SessionLine) -> Funnel:
    """The results of one session so far."""
    found = _reached(session, trip_id, line)
    served = _registered(session, found.served)
    return Funnel(
        attempted=found.attempted,
        answered=found.answered,
        registered=len(served),
        referred=len(_referred(session, line.id) & served.keys()),
        closed=sum(state == demand_rules.CLOSED for state in served.values()),
        orders=_orders(session, line.id),
    )


def _reached(session: Session, trip_id: int, line: SessionLine) -> Reached:
    total = Reached()
    for place_id, after, until in _stretches(session, trip_id, line.id):
        steps = _steps(session, trip_id, line.official.id, after, until)
        part = rules.reached(steps, place_id, line.official.id)
        total.called |= part.called
        total.served |= part.served
        total.contacts |= part.contacts
        total.answered_contacts |= part.answered_contacts
    return total


def _stretches(session: Session, trip_id: int, session_id: int) -> Iterator[tuple[int, int, int | None]]:
    """Counter, and the log's numbers between which the official sat there; the last may still go on."""
    begun: tuple[int, int] | None = None
    for entry in journal.subject_entries(session, trip_id, f"session:{session_id}"):
        if entry.kind not in ("session.begun", "session.ended"):
            continue
        if begun is not None:
            yield *begun, entry.sequence
        place_id = entry.payload["counter_id"]
        begun = (place_id, entry.sequence) if entry.kind == "session.begun" and place_id is not None else None
    if begun is not None:
        yield *begun, None


def _steps(session: Session, trip_id: int, official_id: int, after: int, until: int | None) -> Iterator[Step]:
    for entries in journal.pages_of_kinds(session, trip_id, _STEPS, after, until):
        recorded = [entry.payload["contact_id"] for entry in entries if entry.kind == "contact.recorded"]
        places = _places_of_contacts(session, recorded, official_id)
        yield from (_step(entry, places) for entry in entries)


def _step(entry: Entry, places: dict[int, int | None]) -> Step:
    told = entry.payload
    contact_id = told.get("contact_id")
    # Whose call was taken back is at no counter any more.
    at = told.get("place_id") or told.get("from_place_id")
    return Step(
        _STEPS[entry.kind],
        place_id=at if contact_id is None else places.get(contact_id),
        user_id=told.get("user_id"),
        demand_id=told.get("demand_id"),
        contact_id=contact_id,
        answered=told.get("result") == "nothing_to_register",
        status=told.get("status", ""),
    )


def _places_of_contacts(
    session: Session, contact_ids: Collection[int], official_id: int
) -> dict[int, int | None]:
    """At which counter the official recorded a contact."""
    theirs = (CONTACTS.c.id.in_(contact_ids), CONTACTS.c.user_id == official_id)
    query = select(CONTACTS.c.id, CONTACTS.c.place_id).where(*theirs)
    return {row.id: row.place_id for row in session.execute(query)} if contact_ids else {}


def _registered(session: Session, demand_ids: set[int]) -> dict[int, str]:
    """State by demand, of those that were no mistake."""
    states: dict[int, str] = {}
    ordered = sorted(demand_ids)
    for start in range(0, len(ordered), _IN_PART):
        part = DEMANDS.c.id.in_(ordered[start : start + _IN_PART])
        query = select(DEMANDS.c.id, DEMANDS.c.state).where(part, DEMANDS.c.state != demand_rules.INVALID)
        states |= {row.id: row.state for row in session.execute(query)}
    return states


def _referred(session: Session, session_id: int) -> set[int]:
    """The demands for which an order of this session opened, or was added to, a referral that still stands."""
    query = (
        select(REFERRALS.c.demand_id)
        .join(CARRIED, CARRIED.c.referral_id == REFERRALS.c.id)
        .join(DIRECTIVES, DIRECTIVES.c.id == CARRIED.c.directive_id)
        .where(DIRECTIVES.c.session_id == session_id, REFERRALS.c.state != followup_rules.CANCELLED)
    )
    return {demand_id for demand_id in session.scalars(query) if demand_id is not None}


def _orders(session: Session, session_id: int) -> int:
    issued = DIRECTIVES.c.state == directive_rules.ISSUED
    query = select(DIRECTIVES.c.id).where(DIRECTIVES.c.session_id == session_id, issued)
    return len(session.scalars(query).all())
