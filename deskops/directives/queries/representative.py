"""Whose demands wait for an official, and who is in front of them now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.accounts.permissions import OFFICIAL
from deskops.core.database import table_of
from deskops.demands.models import IS_ACTIVE, Demand, Person, Ticket
from deskops.demands.queries import TicketLine, counter_of, ticket_at_place
from deskops.demands.rules import IN_PROGRESS, REGISTERED
from deskops.desks.models import Desk, Place
from deskops.desks.queries import Catalogue
from deskops.desks.rules import is_within
from deskops.directives import rules
from deskops.directives.models import Directive, DirectiveDemand

DEMANDS, PERSONS, TICKETS = table_of(Demand), table_of(Person), table_of(Ticket)
DIRECTIVES, ABOUT = table_of(Directive), table_of(DirectiveDemand)
# Who was heard at a desk and left to a decision before who is only registered yet.
AWAITING_DECISION = ("reopened", IN_PROGRESS, "under_review", REGISTERED)
# More than fit a phone help nobody; what is decided makes room for the next.
MOST = 30
_PENDING = (rules.DRAFT, rules.PROPOSED, rules.SIGNED)


@dataclass(frozen=True)
class WaitingDemand:
    """A demand in the list of those that wait for a decision; `begins` is how its text begins."""

    id: int
    code: str
    name: str
    kind: str
    channel: str
    topic_id: int
    state: str
    urgent: bool
    begins: str
    registered_at: datetime


@dataclass(frozen=True)
class AtOwnCounter:
    """The counter at which an official serves people themself, and who is there now."""

    place_id: int
    desk_id: int
    ticket: TicketLine | None


@dataclass(frozen=True)
class Concern:
    """What concerns an official: the whole trip, or these desks and topics."""

    everything: bool
    desk_ids: frozenset[int] = frozenset()
    topic_ids: frozenset[int] = frozenset()


def at_own_counter(session: Session, trip_id: int, user_id: int) -> AtOwnCounter | None:
    """None where they serve nobody themself now."""
    found = counter_of(session, trip_id, user_id)
    if found is None:
        return None
    place, desk = found
    return AtOwnCounter(place.id, desk.id, ticket_at_place(session, place.id))


def concern_of(session: Session, names: Catalogue, official: Actor) -> Concern:
    """The desks that they answer for or sit at; else those of their agency and what is about these; else everything."""
    grants = [grant for grant in official.grants if grant.role == OFFICIAL and grant.reaches(names.trip.id)]
    theirs = _desks_of(session, names.trip.id, official.user_id)
    theirs |= {grant.desk_id for grant in grants if grant.desk_id is not None}
    if theirs:
        return Concern(False, frozenset(theirs))
    branches = {grant.agency_id for grant in grants if grant.agency_id is not None}
    parents = {agency.id: agency.parent_id for agency in names.agencies.values()}

    def is_theirs(agency_id: int | None) -> bool:
        return agency_id is not None and any(is_within(parents, agency_id, branch) for branch in branches)

    desks = frozenset(desk.id for desk in names.desks.values() if is_theirs(desk.agency_id))
    topics = frozenset(topic.id for topic in names.topics.values() if is_theirs(topic.agency_id))
    return Concern(not (desks or topics), desks, topics)


def demands_awaiting(session: Session, trip_id: int, concern: Concern) -> list[WaitingDemand]:
    """Those without an order under way; urgent ones first, then the oldest of those who were heard, at most MOST."""
    found: list[WaitingDemand] = []
    for state in AWAITING_DECISION:
        if len(found) < MOST:
            found += _of_state(session, trip_id, concern, state, MOST - len(found))
    return sorted(found, key=lambda line: (not line.urgent, AWAITING_DECISION.index(line.state), line.id))


def _of_state(
    session: Session, trip_id: int, concern: Concern, state: str, limit: int
) -> Sequence[WaitingDemand]:
    plain = ("id", "code", "kind", "channel", "topic_id", "state", "urgent", "text", "registered_at")
    query: Select[Any] = (
        select(*(DEMANDS.c[name] for name in plain), PERSONS.c.name)
        .join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
        .where(DEMANDS.c.trip_id == trip_id, DEMANDS.c.state == state, ~_has_order_under_way())
        .order_by(DEMANDS.c.id)
        .limit(limit)
    )
    if not concern.everything:
        query = query.where(_concerns(concern))
    return [_waiting(row) for row in session.execute(query)]


def _waiting(row: Any) -> WaitingDemand:
    facts = row._asdict()
    return WaitingDemand(begins=" ".join(facts.pop("text")[:160].split()), **facts)


def _concerns(concern: Concern) -> ColumnElement[bool]:
    turn = and_(TICKETS.c.demand_id == DEMANDS.c.id, TICKETS.c.desk_id.in_(concern.desk_ids), IS_ACTIVE)
    return or_(
        DEMANDS.c.desk_id.in_(concern.desk_ids),
        DEMANDS.c.topic_id.in_(concern.topic_ids),
        select(TICKETS.c.id).where(turn).exists(),
    )


def _has_order_under_way() -> ColumnElement[bool]:
    about = (ABOUT.c.demand_id == DEMANDS.c.id, ABOUT.c.role == rules.MAIN)
    under_way = select(DIRECTIVES.c.id).join(ABOUT, ABOUT.c.directive_id == DIRECTIVES.c.id)
    return under_way.where(*about, DIRECTIVES.c.state.in_(_PENDING)).exists()


def _desks_of(session: Session, trip_id: int, user_id: int | None) -> set[int]:
    led = select(Desk.id).where(Desk.trip_id == trip_id, Desk.official_user_id == user_id)
    sat_at = select(Place.desk_id).where(
        Place.trip_id == trip_id, Place.user_id == user_id, Place.state != "closed"
    )
    return {*session.scalars(led), *session.scalars(sat_at)} if user_id is not None else set()
