"""Rule E as time passes: advice made, renewed and expired, every ten minutes for now and in the evening for the next day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM
from deskops.balancing.advice import Limits, StaffMove, advise
from deskops.balancing.fluid import Future
from deskops.balancing.load import Load
from deskops.balancing.state import SECONDS_PER_MINUTE
from deskops.balancing.what_if import Changes, Step, WhatIf
from deskops.control.events import AdviceExpired, AdviceMade
from deskops.control.models import Advice
from deskops.control.models import StaffMove as MoveRow
from deskops.control.queries.forecast import planned_changes, question_of
from deskops.control.rules.advice import (
    ARRIVED,
    ASKED,
    DWELL,
    EXPIRED,
    PENDING,
    PROPOSED,
    REFUSED,
    REFUSED_FOR,
    TAKEN_BACK,
    Figures,
)
from deskops.control.services.advising import advice_event
from deskops.control.services.moving import end_moves
from deskops.core import clock, jobs, runtime
from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands.rules import OFF
from deskops.demands.trip_load import TripLoad
from deskops.desks.models import Place, Trip

EVERY = timedelta(minutes=10)
LIMITS = Limits()
MOVES, PLACES = table_of(MoveRow), table_of(Place)
Pair = tuple[int, int]


@dataclass(frozen=True)
class Proposal:
    """What a run advises of one pair of desks."""

    counters: int
    figures: Figures

    @property
    def gain(self) -> float:
        return self.figures.person_minutes_without - self.figures.person_minutes


@jobs.handler("balance.advise", every=EVERY)
def advise_all(_payload: dict[str, Any]) -> None:
    """For every live trip make, renew and expire what is advised for now, and end what was asked on earlier days."""
    with runtime.current().database.reading() as session:
        live = session.scalars(select(Trip.id).where(Trip.phase == "live").order_by(Trip.id)).all()
    for trip_id in live:
        began = clock.now()
        with runtime.current().database.reading() as session:
            found = advised(session, trip_id)
        with unit_of_work(SYSTEM) as uow:
            today = local_day(uow.now)
            end_moves(uow, trip_id, today)
            _expire_days_before(uow, trip_id, today)
            renew(uow, trip_id, found, None, began)


def advised(session: Session, trip_id: int) -> dict[Pair, Proposal]:
    """What rule E says now. As far as the autopilot lets it. On a load of its own: the one in memory would be held for
    too long. Raises NotFound.
    """
    trip, now = TripLoad(session, trip_id), clock.now()
    if trip.autopilot.staff == OFF:
        return {}
    planned, question = planned_changes(session, trip, now), question_of(trip, now)
    playing = WhatIf(trip.load, question)
    question = replace(question, planned=planned.plan(playing.counts))
    moves = advise(trip.load, question, held_at(session, trip_id), trip.autopilot.limits())
    return proposals(
        trip.load, playing, planned, with_room(moves, _room(session, trip_id)), LIMITS.travel_minutes
    )


def held_at(session: Session, trip_id: int) -> dict[int, int]:
    """By desk, how many counters can't be taken from it: those who came less than the dwell ago, and those asked to go."""
    moves = MOVES.c.trip_id == trip_id, MOVES.c.for_day.is_(None)
    came = (MOVES.c.state == ARRIVED, MOVES.c.arrived_at > clock.now() - DWELL)
    asked = (MOVES.c.state == ASKED, MOVES.c.from_desk_id.is_not(None))
    held: Counter[int] = Counter(session.scalars(select(MOVES.c.to_desk_id).where(*moves, *came)))
    held.update(session.scalars(select(MOVES.c.from_desk_id).where(*moves, *asked)))
    return held


def with_room(moves: Iterable[StaffMove], room: Mapping[int, int]) -> list[StaffMove]:
    """The moves as far as there are counters for them: `room` by desk."""
    left = dict(room)
    found = []
    for move in moves:
        counters = min(move.counters, left.get(move.target_id, 0))
        left[move.target_id] = left.get(move.target_id, 0) - counters
        if counters > 0:
            found.append(move._replace(counters=counters))
    return found


def _room(session: Session, trip_id: int) -> dict[int, int]:
    """By desk, how many counters stand closed and nobody is on the way to."""
    shut = (PLACES.c.trip_id == trip_id, PLACES.c.state == "closed")
    room: Counter[int] = Counter(session.scalars(select(PLACES.c.desk_id).where(*shut)))
    coming = (MOVES.c.trip_id == trip_id, MOVES.c.state.in_(PENDING), MOVES.c.for_day.is_(None))
    room.subtract(session.scalars(select(MOVES.c.to_desk_id).where(*coming)))
    return room


def proposals(
    load: Load, playing: WhatIf, planned: Changes, moves: Iterable[StaffMove], travel_minutes: float
) -> dict[Pair, Proposal]:
    """The moves of one run, those of the same pair of desks together, each held against the same future without it."""
    counters: Counter[Pair] = Counter()
    for move in moves:
        counters[move.source_id, move.target_id] += move.counters
    without = playing.play(planned)
    found = {}
    for (source_id, target_id), count in counters.items():
        steps = (Step(0.0, source_id, -count), Step(travel_minutes, target_id, count))
        with_move = playing.play(planned.with_steps(steps))
        figures = _figures(load, playing, (source_id, target_id), without, with_move)
        found[source_id, target_id] = Proposal(count, figures)
    return found


def renew(
    uow: UnitOfWork, trip_id: int, found: Mapping[Pair, Proposal], for_day: date | None, began: datetime
) -> None:
    """Let the table say what this run advises, which `began` to look then: what it repeats goes on, what it doesn't expires,
    what coordinators said no to a short while ago isn't said again.
    """
    of_kind = (Advice.trip_id == trip_id, Advice.for_day == for_day)
    known = select(Advice).where(*of_kind, Advice.state == PROPOSED).order_by(Advice.id).with_for_update()
    standing = {(row.source_desk_id, row.target_desk_id): row for row in uow.session.scalars(known)}
    silenced = _silenced(uow, of_kind, began)
    for pair, row in standing.items():
        if pair in found:
            _repeat(uow, row, found[pair])
        else:
            expire(uow, row)
    for pair, proposal in found.items():
        if pair not in standing and pair not in silenced:
            _propose(uow, trip_id, pair, proposal, for_day)


def _silenced(uow: UnitOfWork, of_kind: tuple[ColumnElement[bool], ...], began: datetime) -> set[Pair]:
    """What was refused, or done by itself and taken back, within the hour; and what was decided while the run looked."""
    against = or_(Advice.state == REFUSED, and_(Advice.state == TAKEN_BACK, Advice.automatic.is_(True)))
    lately = or_(Advice.decided_at > began, and_(against, Advice.decided_at > uow.now - REFUSED_FOR))
    pairs = select(Advice.source_desk_id, Advice.target_desk_id).where(*of_kind, lately)
    return {(row[0], row[1]) for row in uow.session.execute(pairs)}


def expire(uow: UnitOfWork, row: Advice) -> None:
    """It holds no longer."""
    row.state, row.version = EXPIRED, row.version + 1
    uow.record(advice_event(row, AdviceExpired))


def _expire_days_before(uow: UnitOfWork, trip_id: int, today: date) -> None:
    late = (Advice.trip_id == trip_id, Advice.state == PROPOSED, Advice.for_day < today)
    for row in uow.session.scalars(select(Advice).where(*late).order_by(Advice.id).with_for_update()):
        expire(uow, row)


def _repeat(uow: UnitOfWork, row: Advice, proposal: Proposal) -> None:
    # Who looks at it meanwhile would accept another number than they saw.
    row.version += row.counters != proposal.counters
    row.counters, row.gain_minutes, row.seen_at = proposal.counters, proposal.gain, uow.now
    row.figures = asdict(proposal.figures)


def _propose(uow: UnitOfWork, trip_id: int, pair: Pair, proposal: Proposal, for_day: date | None) -> None:
    row = Advice(
        trip_id=trip_id,
        source_desk_id=pair[0],
        target_desk_id=pair[1],
        counters=proposal.counters,
        gain_minutes=proposal.gain,
        figures=asdict(proposal.figures),
        for_day=for_day,
        state=PROPOSED,
        made_at=uow.now,
        seen_at=uow.now,
        version=1,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(advice_event(row, AdviceMade, gain=round(row.gain_minutes, 1)))


def _figures(load: Load, playing: WhatIf, pair: Pair, without: Future, with_move: Future) -> Figures:
    source, (target_id, now) = load.desk(pair[0]), (pair[1], playing.question.now)
    kinds = set(playing.kinds(target_id))
    since = [
        person.registered_at for person in load.all_waiting() if (person.place, person.topic_id) in kinds
    ]
    return Figures(
        horizon=playing.question.minutes,
        target_waiting=len(since),
        target_oldest=(now - min(since)) / SECONDS_PER_MINUTE if since else 0.0,
        source_free=max(0, source.open_counters - source.busy),
        source_open=source.open_counters,
        person_minutes=with_move.person_minutes,
        person_minutes_without=without.person_minutes,
        waiting=with_move.waiting,
        waiting_without=without.waiting,
        oldest=playing.pressure(target_id, with_move),
        oldest_without=playing.pressure(target_id, without),
    )
