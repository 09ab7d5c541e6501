"""All that a counter's console shows, read at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.balancing.claim import standing
from deskops.balancing.desk_load import DeskLoad
from deskops.balancing.projection import WaitRange
from deskops.balancing.state import DEFAULT_LANGUAGE, PHONE, SECONDS_PER_MINUTE, QueueKey
from deskops.core import journal
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.demands import rules
from deskops.demands.load import CACHE
from deskops.demands.models import IS_ACTIVE, Contact
from deskops.demands.outlook import foretold, newcomer_range
from deskops.demands.queries.lists import DemandDetail, demand_detail, demands_of_person
from deskops.demands.queries.tickets import TICKETS, TicketLine, ticket_at_place, ticket_lines
from deskops.desks.models import Desk, GuidanceUse, Place

CONTACTS, USES = table_of(Contact), table_of(GuidanceUse)
# More rows than fit a screen help nobody; the figure above the list counts all.
ROWS = 40


@dataclass(frozen=True)
class DeskQueue:
    """Who waits for a desk. `estimate`: minutes until somebody who comes now is served; None if nobody serves. `bonuses`:
    by topic the minutes by which people go earlier at this desk.

    `after` is the sequence of the desk's audience up to which all this is true.
    """

    after: int
    waiting: int
    oldest_since: datetime | None
    estimate: WaitRange | None
    bonuses: dict[int, float]
    lines: list[TicketLine]
    walking: list[TicketLine]

    def seniority(self, line: TicketLine) -> datetime:
        """By what the desk takes one before the other; urgent people go first."""
        return _seniority(line, self.bonuses)


@dataclass(frozen=True)
class Undoable:
    """The last act that can still be taken back: a ticket's, or a contact's, which has no number. `until`: how long."""

    action: str
    until: datetime
    ticket_id: int | None = None
    number: int = 0
    contact_id: int | None = None


@dataclass(frozen=True)
class Console:
    """A counter with its desk and queue. `demand` belongs to `current`, the person who is called or served."""

    place: Place
    desk: Desk
    queue: DeskQueue
    current: TicketLine | None
    demand: DemandDetail | None
    demands_of_person: int
    held: list[TicketLine]
    no_shows: list[TicketLine]
    undoable: Undoable | None


@dataclass(frozen=True)
class AtCounter:
    """What somebody can do at a counter of theirs: attend to `current`, or, where `is_free`, to whoever comes or calls."""

    place_id: int
    current: TicketLine | None
    is_free: bool


@dataclass(frozen=True)
class TransferChoice:
    """A desk that somebody could be handed on to. `takes`: it is open, and does the topic where the person is."""

    desk_id: int
    state: str
    waiting: int
    open_counters: int
    takes: bool


def console_of(session: Session, trip_id: int, place_id: int, now: datetime, undo_seconds: int) -> Console:
    """The console of a counter. Raises NotFound."""
    place = session.scalar(select(Place).where(Place.id == place_id, Place.trip_id == trip_id))
    if place is None:
        raise NotFound()
    desk = session.get_one(Desk, place.desk_id)
    queue = desk_waiting(session, trip_id, desk.id)
    current = ticket_at_place(session, place_id)
    demand = None if current is None else demand_detail(session, trip_id, current.demand_id)
    aside = _put_aside(session, desk.id)
    limit = timedelta(seconds=undo_seconds)
    return Console(
        place=place,
        desk=desk,
        queue=queue,
        current=current,
        demand=demand,
        demands_of_person=0 if demand is None else demands_of_person(session, trip_id, demand.person_id),
        held=[line for line in aside if line.status == rules.HELD],
        no_shows=[line for line in aside if line.status == rules.NO_SHOW],
        undoable=_undoable(session, trip_id, place, current, now - limit, limit),
    )


def at_counter(session: Session, trip_id: int, place_id: int, user_id: int | None) -> AtCounter:
    """A counter as far as it is the user's own. Raises NotFound."""
    place = session.scalar(select(Place).where(Place.id == place_id, Place.trip_id == trip_id))
    if place is None:
        raise NotFound()
    if place.state != "open" or place.user_id != user_id:
        return AtCounter(place_id, None, is_free=False)
    current = ticket_at_place(session, place_id)
    return AtCounter(place_id, current, is_free=current is None)


def counter_of(session: Session, trip_id: int, user_id: int | None) -> tuple[Place, Desk] | None:
    """The counter at which somebody works now, with its desk."""
    theirs = (Place.trip_id == trip_id, Place.user_id == user_id, Place.state != "closed")
    found = select(Place, Desk).join(Desk, Desk.id == Place.desk_id).where(*theirs).order_by(Place.id)
    row = None if user_id is None else session.execute(found.limit(1)).first()
    return None if row is None else (row[0], row[1])


def desk_waiting(session: Session, trip_id: int, desk_id: int) -> DeskQueue:
    """Who waits for a desk now, in the order in which they will be called."""
    # The sequence first: what comes between the two reads is told again, and changes nothing.
    after = journal.audience_head(session, f"desk:{desk_id}:staff")
    here = (IS_ACTIVE, TICKETS.c.desk_id == desk_id, TICKETS.c.status == rules.WAITING)
    count, oldest = session.execute(
        select(func.count(), func.min(TICKETS.c.registered_at)).where(*here)
    ).one()
    lines = ticket_lines(session, *here, limit=5 * ROWS)
    bonuses = _bonuses(session, trip_id, desk_id)
    ordered = sorted(
        (line for line in lines if line.walk != "under_way"),
        key=lambda line: (not line.urgent, _seniority(line, bonuses)),
    )
    return DeskQueue(
        after=after,
        waiting=count,
        oldest_since=oldest,
        estimate=_estimate(session, trip_id, desk_id),
        bonuses=bonuses,
        lines=ordered[:ROWS],
        walking=[line for line in lines if line.walk == "under_way"],
    )


def _bonuses(session: Session, trip_id: int, desk_id: int) -> dict[int, float]:
    with CACHE.held(session, trip_id) as trip:
        desk = trip.load.desk(desk_id).desk
        keys = [QueueKey(PHONE, topic_id, False, DEFAULT_LANGUAGE, None) for topic_id in desk.speed]
        found = {key.topic_id: standing(trip.load, desk, key, urgent_first=True)[1] for key in keys}
    return {topic_id: seconds / SECONDS_PER_MINUTE for topic_id, seconds in found.items() if seconds}


def _seniority(line: TicketLine, bonuses: Mapping[int, float]) -> datetime:
    return line.seniority - timedelta(minutes=bonuses.get(line.topic_id, 0.0))


def help_asked(session: Session, trip_id: int, desk_ids: frozenset[int] | None) -> Sequence[Place]:
    """The counters whose operators ask for their desk head, longest first. None: all desks."""
    query = select(Place).where(Place.trip_id == trip_id, Place.help_asked_at.is_not(None))
    if desk_ids is not None:
        query = query.where(Place.desk_id.in_(desk_ids))
    return session.scalars(query.order_by(Place.help_asked_at)).all()


def transfer_choices(session: Session, trip_id: int, ticket: TicketLine) -> list[TransferChoice]:
    """All desks but the ticket's own: those that can take the person first, the shortest queue first."""
    rows = session.execute(select(Desk.id, Desk.state).where(Desk.trip_id == trip_id))
    states = {row.id: row.state for row in rows if row.id != ticket.desk_id}
    with CACHE.held(session, trip_id) as trip:
        # A desk that was set up between the two looks comes with the next one.
        known = [desk for desk_id, desk in trip.load.desks.items() if desk_id in states]
        choices = [_transfer_choice(desk, states[desk.desk.id], ticket) for desk in known]
    return sorted(choices, key=lambda choice: (not choice.takes, not choice.open_counters, choice.waiting))


def _transfer_choice(known: DeskLoad, state: str, ticket: TicketLine) -> TransferChoice:
    desk = known.desk
    serves = desk.calls if ticket.channel == "call" else desk.walk_ins
    takes = desk.takes_new and serves and ticket.topic_id in desk.speed
    return TransferChoice(desk.id, state, len(known.provisional), known.open_counters, takes)


def _estimate(session: Session, trip_id: int, desk_id: int) -> WaitRange | None:
    with foretold(session, trip_id) as (trip, outlook):
        return newcomer_range(trip, outlook, desk_id)


def _put_aside(session: Session, desk_id: int) -> list[TicketLine]:
    aside = TICKETS.c.status.in_((rules.HELD, rules.NO_SHOW))
    return ticket_lines(session, IS_ACTIVE, TICKETS.c.desk_id == desk_id, aside, limit=ROWS)


def _undoable(
    session: Session,
    trip_id: int,
    place: Place,
    current: TicketLine | None,
    since: datetime,
    limit: timedelta,
) -> Undoable | None:
    """While somebody is at the counter only their own call can be undone: nobody else could come back."""
    if current is not None:
        lines = [current] if current.undo else []
    else:
        mine = (TICKETS.c.trip_id == trip_id, TICKETS.c.user_id == place.user_id, TICKETS.c.undo.is_not(None))
        done = ticket_lines(session, *mine, TICKETS.c.done_at > since, limit=ROWS)
        at_desk = (IS_ACTIVE, TICKETS.c.desk_id == place.desk_id, TICKETS.c.status == rules.NO_SHOW)
        missed = ticket_lines(session, *mine, *at_desk, limit=ROWS)
        lines = [*done, *missed]
    acts = [
        Undoable(json.loads(line.undo or "{}")["action"], line.changed_at + limit, line.id, line.number)
        for line in lines
        if line.changed_at > since
    ]
    if current is None:
        acts += _answers(session, trip_id, place, since, limit)
    return max(acts, key=lambda act: act.until, default=None)


def _answers(
    session: Session, trip_id: int, place: Place, since: datetime, limit: timedelta
) -> list[Undoable]:
    """The answers by guidance that left nothing to register."""
    mine = (CONTACTS.c.trip_id == trip_id, CONTACTS.c.at > since, CONTACTS.c.user_id == place.user_id)
    by_card = select(USES.c.id).where(USES.c.contact_id == CONTACTS.c.id).exists()
    query = select(CONTACTS.c.id, CONTACTS.c.at).where(*mine, CONTACTS.c.place_id == place.id, by_card)
    return [Undoable("guidance", row.at + limit, contact_id=row.id) for row in session.execute(query)]
