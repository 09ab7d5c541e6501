"""What a rehearsal does by itself: invented people come at its pace, and counters at which nobody real works serve them,
through the same use cases as real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM
from deskops.control.models import Rehearsal
from deskops.core import clock, jobs, runtime
from deskops.core.errors import Refusal
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands import rules
from deskops.demands.models import IS_AT_PLACE, Ticket
from deskops.demands.services import serving
from deskops.demands.services.claim import call_next
from deskops.demands.services.intake import Registration, register
from deskops.demands.services.places import close_place, open_place
from deskops.desks.models import Desk, Place, Topic
from deskops.desks.queries import Catalogue, DeskLabel, catalogue
from deskops.desks.rules import SERVING_STATES
from deskops.staff.invented import InventedVisitor, invented_visitors, spoken_languages

EVERY = timedelta(seconds=5)
# What one run does of each at most, so that the next rehearsal, and other timed work, gets its turn.
MOST = 60
NO_SHOWS = 0.06
# Shape of the spread of service times: most are short, a few long.
SHAPE = 2.0
OUTCOMES = {"guidance_given": 6, "to_follow_up": 4, "no_request": 1}
UseCase = Callable[..., Any]


@jobs.handler("control.rehearse", every=EVERY)
def rehearse(_payload: dict[str, Any]) -> None:
    """One step of every rehearsal."""
    with runtime.current().database.reading() as session:
        running = session.execute(
            select(Rehearsal.trip_id, Rehearsal.serves).order_by(Rehearsal.trip_id)
        ).all()
    for trip_id, serves in running:
        _let_people_come(trip_id)
        _serve(trip_id, serves)


def _let_people_come(trip_id: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        first, count = _draw(uow, trip_id)
    if not count:
        return
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
    for visitor in islice(invented_visitors(first), count):
        wanted = registration_of(visitor, names, Random(f"{first} {visitor.mobile}"))
        if wanted is not None:
            _try(register, trip_id, wanted)


def _draw(uow: UnitOfWork, trip_id: int) -> tuple[int, int]:
    """How many are due by the pace, and how many came before them. After a halt nobody is made up for."""
    row = uow.session.get(Rehearsal, trip_id, with_for_update=True)
    if row is None:
        return 0, 0
    if row.pace == 0:
        row.drawn_until = uow.now
        return row.drawn, 0
    gap = timedelta(hours=1) / row.pace
    first, due = row.drawn, (uow.now - row.drawn_until) // gap
    count = min(due, MOST)
    row.drawn += count
    row.drawn_until = uow.now if due > MOST else row.drawn_until + count * gap
    return first, count


def registration_of(visitor: InventedVisitor, names: Catalogue, chance: Random) -> Registration | None:
    """What an invented visitor brings to this trip: their own topic where it has it, else one that a desk does; at a site
    where it is done, else by phone. None where no desk does anything.
    """
    done = {topic_id for desk in names.working_desks() for topic_id in desk.speeds}
    topics = [topic for topic in names.assignable_topics() if topic.id in done]
    if not topics:
        return None
    same = [topic for topic in topics if topic.code == visitor.topic]
    topic = same[0] if same else chance.choice(topics)
    site_id = _site(visitor, names, topic.id, chance) if visitor.channel == "walk_in" else None
    return Registration(
        topic_id=topic.id,
        channel="call" if site_id is None else "walk_in",
        site_id=site_id,
        kind=visitor.kind,
        name=f"{visitor.given_name} {visitor.family_name}",
        phone=visitor.mobile,
        language=visitor.language,
        urgent=visitor.urgent,
        text=visitor.text if same else "",
    )


def _site(visitor: InventedVisitor, names: Catalogue, topic_id: int, chance: Random) -> int | None:
    def takes(desk: DeskLabel) -> bool:
        return desk.walk_ins and topic_id in desk.speeds

    sites = sorted({desk.site_id for desk in names.working_desks() if takes(desk)})
    known = [site_id for site_id in sites if names.sites[site_id].code == visitor.site]
    if known:
        return known[0]
    return chance.choice(sites) if sites else None


def _serve(trip_id: int, serves: bool) -> None:
    """First who is at a counter, then counters that nobody is at: each act in a transaction of its own, as at the desks."""
    with runtime.current().database.reading() as session:
        busy, idle = _at_counters(session, trip_id), _idle(session, trip_id)
        closed = _closed(session, trip_id) if serves else []
    for turn in busy:
        _go_on(trip_id, turn, clock.now())
    for place_id in idle[:MOST]:
        _try(call_next if serves else close_place, trip_id, place_id)
    spoken = ",".join(spoken_languages())
    for place_id in closed:
        _try(open_place, trip_id, place_id, languages=spoken)


def _at_counters(session: Session, trip_id: int) -> list[Row[Any]]:
    """Who is at counters that nobody real works at: (id, status, serving_at, mean_minutes)."""
    query = (
        select(Ticket.id, Ticket.status, Ticket.serving_at, Topic.mean_minutes)
        .join(Place, Place.id == Ticket.place_id)
        .join(Topic, Topic.id == Ticket.topic_id)
        .where(Ticket.trip_id == trip_id, IS_AT_PLACE, Place.user_id.is_(None))
    )
    return list(session.execute(query.order_by(Ticket.id)))


def _idle(session: Session, trip_id: int) -> Sequence[int]:
    """The open counters of that kind that don't stand ready and have nobody."""
    taken = select(Ticket.place_id).where(Ticket.trip_id == trip_id, IS_AT_PLACE)
    query = select(Place.id).where(
        Place.trip_id == trip_id,
        Place.state == "open",
        Place.user_id.is_(None),
        Place.id.not_in(taken),
    )
    return session.scalars(query.order_by(Place.ready, Place.id)).all()


def _closed(session: Session, trip_id: int) -> Sequence[int]:
    query = (
        select(Place.id)
        .join(Desk, Desk.id == Place.desk_id)
        .where(
            Place.trip_id == trip_id,
            Place.state == "closed",
            Place.user_id.is_(None),
            Desk.state.in_(SERVING_STATES),
        )
    )
    return session.scalars(query.order_by(Place.id).limit(MOST)).all()


def _go_on(trip_id: int, turn: Row[Any], now: datetime) -> None:
    chance = Random(turn.id)
    if turn.status == rules.CALLED:
        _try(serving.no_show if chance.random() < NO_SHOWS else serving.serve, trip_id, turn.id)
        return
    takes = timedelta(minutes=chance.gammavariate(SHAPE, turn.mean_minutes / SHAPE))
    if turn.serving_at is None or turn.serving_at + takes > now:
        return
    [outcome] = chance.choices(list(OUTCOMES), list(OUTCOMES.values()))
    _try(serving.finish, trip_id, turn.id, outcome=outcome)


def _try(use_case: UseCase, trip_id: int, *what: Any, **how: Any) -> None:
    """Somebody real was quicker, or the coordinators have stopped it: that is part of a rehearsal."""
    try:
        with unit_of_work(SYSTEM) as uow:
            use_case(uow, SYSTEM, trip_id, *what, **how)
    except Refusal:
        return
