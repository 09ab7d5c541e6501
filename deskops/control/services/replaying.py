"""A recorded day, played again with other policies: asked for, cancelled, and played by the worker."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM, Actor
from deskops.balancing.simulation.writing import document_of, trace_of
from deskops.control.errors import ReplayOver, ReplayRuns
from deskops.control.events import ReplayAsked, ReplayCancelled
from deskops.control.models import Replay
from deskops.control.services.playing import Played, play_all, played
from deskops.core import clock, files, jobs, runtime
from deskops.core.background import Background
from deskops.core.errands import ASKED, Errands, Going, Steps
from deskops.core.errors import NotFound, Refusal
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands.queries.recorded import check_day, recorded_day

RUNNING, DONE, FAILED, CANCELLED = "running", "done", "failed", "cancelled"
ACTIVE = (ASKED, RUNNING)
EVERY = timedelta(seconds=2)
REALLY = "really"


def ask_replay(uow: UnitOfWork, actor: Actor, trip_id: int, day: date, policies: Sequence[str]) -> Replay:
    """Ask for a day to be played. Raises NotFound, DayAhead, NothingRecorded, ReplayRuns."""
    actor.require("balance.replay", trip_id)
    check_day(uow.session, trip_id, day, uow.now)
    active = select(Replay.id).where(Replay.trip_id == trip_id, Replay.state.in_(ACTIVE))
    if uow.session.execute(active).first() is not None:
        raise ReplayRuns()
    row = Replay(
        trip_id=trip_id,
        day=day,
        policies=list(policies),
        state=ASKED,
        counts={},
        results={},
        asked_at=uow.now,
        asked_by=actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(ReplayAsked(trip_id=trip_id, replay_id=row.id, day=day.isoformat()))
    return row


def cancel_replay(uow: UnitOfWork, actor: Actor, trip_id: int, replay_id: int) -> Replay:
    """Its worker ends the play as soon as it looks. Raises NotFound, ReplayOver."""
    actor.require("balance.replay", trip_id)
    row = replay_of(uow.session, trip_id, replay_id, locked=True)
    if row.state not in ACTIVE:
        raise ReplayOver()
    row.state, row.ended_at = CANCELLED, uow.now
    uow.record(ReplayCancelled(trip_id=trip_id, replay_id=row.id))
    return row


def replay_of(session: Session, trip_id: int, replay_id: int, *, locked: bool = False) -> Replay:
    """Raises NotFound."""
    query = select(Replay).where(Replay.id == replay_id, Replay.trip_id == trip_id)
    row = session.scalar(query.with_for_update() if locked else query)
    if row is None:
        raise NotFound()
    return row


def _renew(row: Replay) -> None:
    row.results = {}


def _begin(replay_id: int) -> Going[None] | None:
    try:
        with runtime.current().database.reading() as session:
            row = session.get_one(Replay, replay_id)
            day, policies = row.day, list(row.policies)
            recorded = recorded_day(session, row.trip_id, day, clock.now())
    except Refusal:
        # The day was wiped, or its desks, since it was asked for.
        with unit_of_work(SYSTEM) as uow:
            _end(uow, uow.session.get_one(Replay, replay_id), FAILED)
        return None
    people, really = recorded.people, recorded.really
    document = json.dumps(document_of(recorded.scenario), indent=1)
    with unit_of_work(SYSTEM) as uow:
        row = uow.session.get_one(Replay, replay_id)
        row.counts = asdict(recorded.counts)
        row.results = {REALLY: played(REALLY, people, really).result()}
        row.scenario = _store(uow, document, "application/json")
        row.trace = _store(uow, trace_of(people), "text/csv")
    return Going(Background(play_all, recorded.scenario, list(people), policies, day.toordinal()), None)


def _store(uow: UnitOfWork, text: str, media_type: str) -> str:
    data_dir = runtime.current().settings.data_dir
    return files.store(uow.session, data_dir, text.encode(), media_type, uow.now)


def _note(uow: UnitOfWork, row: Replay, _about: None, news: list[Played], ended: bool) -> bool:
    row.results = row.results | {one.policy: one.result() for one in news}
    done = len(row.results) > len(row.policies)
    if done or ended:
        _end(uow, row, DONE if done else FAILED)
    return done or ended


def _end(uow: UnitOfWork, row: Replay, state: str) -> None:
    row.state, row.ended_at = state, uow.now


replays = Errands(Replay, RUNNING, SYSTEM, Steps(_renew, _begin, _note))


@jobs.handler("control.replay", every=EVERY)
def follow_replays(_payload: dict[str, Any]) -> None:
    """Begin what was asked for, write down what has been played, end what was cancelled."""
    replays.follow()
