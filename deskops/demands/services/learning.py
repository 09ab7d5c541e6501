"""What the day teaches: how long services really take, and how far the projections of waits are off.

The worker reads it from the journal, keeps it in two small tables and tells the journal; all processes fold it at the same
point, and one that starts anew finds it in the tables (ADR 0009).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM
from deskops.balancing.learning import Correction, ServiceTimes
from deskops.balancing.state import SECONDS_PER_MINUTE, Topic
from deskops.core import jobs, journal, runtime
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands import rules
from deskops.demands.events import TicketDone, TicketHeld, TicketServing, WaitsLearned
from deskops.demands.learned import learned_times, share_of
from deskops.demands.models import LearnedTime, Learning
from deskops.demands.services.tickets import TICKETS
from deskops.desks.models import Desk, DeskTopic, Trip
from deskops.desks.models import Topic as TopicRow

EVERY = timedelta(seconds=60)
# A trip that ran for long before anything was learned is read in portions.
PAGES = 10
_OF_SERVICE = (TicketServing.kind, TicketHeld.kind, TicketDone.kind)


@jobs.handler("demands.learn", every=EVERY)
def learn_all(_payload: dict[str, Any]) -> None:
    """Learn what was served since the last time, in every live trip; write only where something happened."""
    with runtime.current().database.reading() as session:
        live = session.scalars(select(Trip.id).where(Trip.phase == "live").order_by(Trip.id)).all()
        known = {row.trip_id: row.sequence for row in session.scalars(select(Learning))}
        behind = [trip_id for trip_id in live if journal.head(session, trip_id) > known.get(trip_id, 0)]
    for trip_id in behind:
        for _ in range(PAGES):
            with unit_of_work(SYSTEM) as uow:
                if not learn(uow, trip_id):
                    break


def learn(uow: UnitOfWork, trip_id: int) -> bool:
    """Learn from the next page of a trip's journal; whether there was a whole one."""
    session = uow.session
    known = session.get(Learning, trip_id, with_for_update=True)
    if known is None:
        known = Learning(trip_id=trip_id, sequence=0, correction=0.0)
        session.add(known)
    entries = journal.trip_entries(session, trip_id, known.sequence)
    if not entries:
        return False
    known.sequence = entries[-1].sequence
    done = _done(session, [entry.payload["ticket_id"] for entry in entries if entry.kind == TicketDone.kind])
    times = _learn_times(session, trip_id, done)
    correction = Correction(known.correction)
    for row in done:
        if row.projected_minutes is not None and row.serving_at is not None:
            waited = (row.serving_at - row.registered_at) / timedelta(minutes=1)
            correction.learn(row.projected_minutes, waited)
    known.correction = correction.logarithm
    if done:
        uow.record(WaitsLearned(trip_id=trip_id, times=times, correction=correction.factor))
    return len(entries) == journal.PAGE


def service_minutes(entries: Iterable[journal.Entry]) -> dict[int, float]:
    """Minutes of service by ticket, without the time on hold; of a service that was ended twice, up to the last end."""
    since: dict[int, float] = {}
    minutes: dict[int, float] = {}
    for entry in entries:
        ticket_id, at = entry.payload["ticket_id"], entry.payload["changed_at"]
        if entry.kind == TicketServing.kind:
            since[ticket_id] = at
        elif ticket_id in since:
            spent = max(0.0, at - since[ticket_id]) / SECONDS_PER_MINUTE
            minutes[ticket_id] = minutes.get(ticket_id, 0.0) + spent
            since[ticket_id] = at
    return minutes


def _done(session: Session, ticket_ids: list[int]) -> list[Row[Any]]:
    """Those that are still done, in the order in which they were ended: an end may have been taken back."""
    names = ("id", "demand_id", "topic_id", "desk_id", "registered_at", "serving_at", "projected_minutes")
    query = select(*(TICKETS.c[name] for name in names))
    rows = session.execute(query.where(TICKETS.c.id.in_(ticket_ids), TICKETS.c.status == rules.DONE))
    order = {ticket_id: number for number, ticket_id in enumerate(ticket_ids)}
    return sorted(rows, key=lambda row: order[row.id])


def _learn_times(
    session: Session, trip_id: int, done: list[Row[Any]]
) -> tuple[tuple[int, float, float], ...]:
    """Take these services in; (topic, mean, share) of the topics that they were about."""
    topics = session.scalars(select(TopicRow).where(TopicRow.trip_id == trip_id))
    believed = {topic.id: topic.mean_minutes for topic in topics}
    rows = {row.topic_id: row for row in learned_times(session, trip_id, believed)}
    means = believed | {topic_id: row.mean_minutes for topic_id, row in rows.items()}
    teacher = ServiceTimes(
        [Topic(topic_id, max(mean, ServiceTimes.LEAST_MINUTES)) for topic_id, mean in means.items()],
        {topic_id: row.weight for topic_id, row in rows.items()},
    )
    served: dict[int, int] = {}
    for topic_id, minutes, speed in _services(session, trip_id, done):
        if topic_id in believed:
            means[topic_id] = teacher.learn(topic_id, minutes, speed)
            served[topic_id] = served.get(topic_id, 0) + 1
    for topic_id, count in served.items():
        values = {"mean_minutes": means[topic_id], "weight": teacher.weight(topic_id)}
        total = count + (rows[topic_id].served if topic_id in rows else 0)
        row = LearnedTime(
            topic_id=topic_id, trip_id=trip_id, believed=believed[topic_id], served=total, **values
        )
        rows[topic_id] = session.merge(row)
    return tuple((topic_id, means[topic_id], share_of(rows[topic_id].served)) for topic_id in sorted(served))


def _services(session: Session, trip_id: int, done: list[Row[Any]]) -> Iterator[tuple[int, float, float]]:
    """(topic, minutes, speed factor of the desk for it) of services that the journal tells of."""
    skills = select(DeskTopic).join(Desk, Desk.id == DeskTopic.desk_id).where(Desk.trip_id == trip_id)
    speeds = {(skill.desk_id, skill.topic_id): skill.factor for skill in session.scalars(skills)}
    subjects = [f"demand:{row.demand_id}" for row in done]
    minutes = service_minutes(journal.entries_of_subjects(session, trip_id, subjects, _OF_SERVICE))
    for row in done:
        if row.id in minutes:
            yield row.topic_id, minutes[row.id], speeds.get((row.desk_id, row.topic_id), 1.0)
