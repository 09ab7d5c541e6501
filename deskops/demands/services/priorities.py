"""Priorities: how many minutes of bonus each is worth, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, insert, select, update

from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import clock, jobs, runtime
from deskops.core.database import table_of
from deskops.core.errors import NotFound, StaleVersion
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands import rules
from deskops.demands.errors import TicketMoved
from deskops.demands.events import BonusesChanged, PrioritiesSet, TicketPriorityChanged
from deskops.demands.load import CACHE
from deskops.demands.models import IS_ACTIVE, Demand
from deskops.demands.priorities import SETTINGS, Priorities, kinds_of, priorities_of, text_of
from deskops.demands.services.tickets import TICKETS, act, check_version, put, ticket_of
from deskops.desks.models import Topic, Trip

DEMANDS, TOPICS, TRIPS = table_of(Demand), table_of(Topic), table_of(Trip)
# People in one statement, or in one row of the journal.
BATCH = 500
# No registration takes that long.
MENDED_FOR = timedelta(minutes=10)
_COLUMNS = ("id", "status", "desk_id", "bonus_minutes", "priorities", "priority_minutes")


class _Changed(NamedTuple):
    """Somebody whose priorities give other minutes now, and what their bonus comes to."""

    row: Row[Any]
    minutes: float
    bonus: float


def set_priorities(uow: UnitOfWork, actor: Actor, trip_id: int, version: int, wanted: Priorities) -> int:
    """Set a trip's minutes where nobody else did since `version`, for those who come and those who wait; returns the new
    version, the same one where nothing is different.

    Raises Forbidden; NotFound, also for a topic of another trip; StaleVersion with both versions.
    """
    actor.require("priorities.set", trip_id)
    _hold_trip(uow, trip_id)
    known, before = priorities_of(uow.session, trip_id)
    if known != version:
        raise StaleVersion(details={"yours": version, "current": known})
    if wanted == before:
        return version
    _check_topics(uow, trip_id, wanted.topics)
    values = {"trip_id": trip_id, "version": version + 1, "minutes": wanted.as_json()}
    uow.session.execute(insert(SETTINGS).values(**values, at=uow.now, user_id=actor.user_id))
    changed = _renew(uow, trip_id, wanted)
    by_kinds_alone = before.as_json() | {"kinds": wanted.kinds} == wanted.as_json()
    moved = {one.row.desk_id for one in changed} if by_kinds_alone else _desks_with_a_queue(uow, trip_id)
    told = PrioritiesSet(
        trip_id=trip_id,
        version=version + 1,
        minutes=wanted.as_json(),
        desk_ids=tuple(sorted(desk_id for desk_id in moved if desk_id is not None)),
    )
    uow.record(told)
    _tell(uow, trip_id, changed)
    return version + 1


def bring_back(uow: UnitOfWork, actor: Actor, trip_id: int, version: int, earlier: int) -> int:
    """Set again what an earlier version said, 0 the usual; a topic that is gone since is left out.

    Raises NotFound, and as `set_priorities`.
    """
    wanted = Priorities()
    if earlier:
        query = select(SETTINGS.c.minutes).where(SETTINGS.c.trip_id == trip_id, SETTINGS.c.version == earlier)
        minutes = uow.session.execute(query).scalar()
        if minutes is None:
            raise NotFound()
        wanted = Priorities.of_json(minutes)
    left = _topics_of(uow, trip_id, wanted.topics)
    topics = {topic_id: minutes for topic_id, minutes in wanted.topics.items() if topic_id in left}
    return set_priorities(
        uow, actor, trip_id, version, Priorities(wanted.kinds, wanted.urgent, wanted.own_topic, topics)
    )


def prioritise(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    ticket_id: int,
    version: int,
    *,
    kinds: Iterable[str],
    urgent: bool,
) -> Row[Any]:
    """Say which priorities somebody has who waits; they go where these put them.

    Raises Forbidden, NotFound, StaleVersion, TicketMoved where they wait no more.
    """
    actor.require("demand.edit", trip_id)
    doing = act(uow, actor, trip_id)
    row = ticket_of(uow, trip_id, ticket_id)
    check_version(row, version)
    if row.status != rules.WAITING:
        raise TicketMoved(details={"status": row.status, "version": row.version})
    text = text_of(kinds)
    if (text, urgent) == (row.priorities, row.urgent):
        return row
    with CACHE.held(uow.session, trip_id) as trip:
        minutes = trip.priorities.bonus(kinds_of(text))
    if urgent != row.urgent:
        uow.session.execute(update(DEMANDS).where(DEMANDS.c.id == row.demand_id).values(urgent=urgent))
    values = {"priorities": text, "priority_minutes": minutes, "bonus_minutes": _bonus(row, minutes)}
    values |= {"urgent": urgent, "changed_at": row.changed_at}
    return put(doing, row, rules.WAITING, TicketPriorityChanged, **values)


@jobs.handler("demands.bonuses", every=timedelta(minutes=1))
def mend_bonuses(_payload: dict[str, Any]) -> None:
    """Give their bonus to those who were being registered in the very moment in which minutes were set."""
    with runtime.current().database.reading() as session:
        lately = select(SETTINGS.c.trip_id).where(SETTINGS.c.at > clock.now() - MENDED_FOR).distinct()
        trips = sorted(session.scalars(lately))
    for trip_id in trips:
        with unit_of_work(SYSTEM) as uow:
            _hold_trip(uow, trip_id)
            _tell(uow, trip_id, _renew(uow, trip_id, priorities_of(uow.session, trip_id)[1]))


def _renew(uow: UnitOfWork, trip_id: int, priorities: Priorities) -> list[_Changed]:
    """Write the bonus of all who wait or may wait again, locked by number; their versions stay, since nothing of what a
    counter shows or does is older by it. Returns whose is another now.
    """
    prior = (TICKETS.c.trip_id == trip_id, IS_ACTIVE, TICKETS.c.priorities != "")
    query = select(*(TICKETS.c[name] for name in _COLUMNS)).where(*prior).order_by(TICKETS.c.id)
    rows = uow.session.execute(query.with_for_update(key_share=True)).all()
    worth = {text: priorities.bonus(kinds_of(text)) for text in {row.priorities for row in rows}}
    new = ((row, worth[row.priorities]) for row in rows if worth[row.priorities] != row.priority_minutes)
    changed = [_Changed(row, minutes, _bonus(row, minutes)) for row, minutes in new]
    for minutes in {one.minutes for one in changed}:
        _write(uow, [one.row.id for one in changed if one.minutes == minutes], minutes)
    return changed


def _bonus(row: Row[Any], minutes: float) -> float:
    """What somebody was given besides, such as a night's wait, stays."""
    return float(row.bonus_minutes - row.priority_minutes + minutes)


def _write(uow: UnitOfWork, ids: Sequence[int], minutes: float) -> None:
    bonus = TICKETS.c.bonus_minutes - TICKETS.c.priority_minutes + minutes
    statement = update(TICKETS).values(bonus_minutes=bonus, priority_minutes=minutes)
    for start in range(0, len(ids), BATCH):
        uow.session.execute(statement.where(TICKETS.c.id.in_(ids[start : start + BATCH])))


def _tell(uow: UnitOfWork, trip_id: int, changed: Iterable[_Changed]) -> None:
    bonuses = [(one.row.id, one.bonus) for one in changed if one.row.status == rules.WAITING]
    for start in range(0, len(bonuses), BATCH):
        uow.record(BonusesChanged(trip_id=trip_id, bonuses=tuple(bonuses[start : start + BATCH])))


def _hold_trip(uow: UnitOfWork, trip_id: int) -> None:
    """Two who set a trip's minutes at once come one after the other. Raises NotFound."""
    query = select(TRIPS.c.id).where(TRIPS.c.id == trip_id).with_for_update(key_share=True)
    if uow.session.execute(query).first() is None:
        raise NotFound()


def _check_topics(uow: UnitOfWork, trip_id: int, topics: Mapping[int, float]) -> None:
    if topics.keys() - _topics_of(uow, trip_id, topics):
        raise NotFound()


def _topics_of(uow: UnitOfWork, trip_id: int, topics: Iterable[int]) -> set[int]:
    query = select(TOPICS.c.id).where(TOPICS.c.trip_id == trip_id, TOPICS.c.id.in_(topics))
    return set(uow.session.scalars(query))


def _desks_with_a_queue(uow: UnitOfWork, trip_id: int) -> set[int | None]:
    waiting = (TICKETS.c.trip_id == trip_id, IS_ACTIVE, TICKETS.c.status == rules.WAITING)
    return set(uow.session.scalars(select(TICKETS.c.desk_id).where(*waiting).distinct()))
