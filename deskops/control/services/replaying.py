"""A recorded day, played again with other policies: asked for, cancelled, and played in a process of its own, so that the
worker's other jobs go on. That process ends with its worker; whoever works next begins it anew.
"""

from __future__ import annotations

import json
import os
import socket
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
from deskops.core.errors import NotFound, Refusal
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands.queries.recorded import check_day, recorded_day

ASKED, RUNNING, DONE, FAILED, CANCELLED = "asked", "running", "done", "failed", "cancelled"
ACTIVE = (ASKED, RUNNING)
EVERY = timedelta(seconds=2)
# A worker that wasn't seen for so long is no more.
STALE = timedelta(minutes=1)
REALLY = "really"
_ME = f"{socket.gethostname()}:{os.getpid()}"
# What this process has begun, by the replay's id.
_plays: dict[int, Background[Played]] = {}


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


@jobs.handler("control.replay", every=EVERY)
def follow_replays(_payload: dict[str, Any]) -> None:
    """Begin what was asked for, write down what has been played, end what was cancelled."""
    with runtime.current().database.reading() as session:
        rows = session.execute(select(Replay.id, Replay.trip_id).where(Replay.state.in_(ACTIVE))).all()
    active = {row.id: row.trip_id for row in rows}
    for replay_id in _plays.keys() - active.keys():
        _plays.pop(replay_id).end()
    for replay_id, trip_id in active.items():
        if replay_id in _plays:
            _follow(trip_id, replay_id)
        elif _take(trip_id, replay_id):
            _begin(trip_id, replay_id)


def _take(trip_id: int, replay_id: int) -> bool:
    """Whether this worker is the one to play it: nobody is at it, or who was isn't any more."""
    with unit_of_work(SYSTEM) as uow:
        row = replay_of(uow.session, trip_id, replay_id, locked=True)
        seen = row.beat_at is not None and uow.now - row.beat_at < STALE
        if row.state not in ACTIVE or (row.state == RUNNING and seen):
            return False
        row.state, row.worker, row.beat_at, row.results = RUNNING, _ME, uow.now, {}
    return True


def _begin(trip_id: int, replay_id: int) -> None:
    try:
        with runtime.current().database.reading() as session:
            row = replay_of(session, trip_id, replay_id)
            day, policies = row.day, list(row.policies)
            recorded = recorded_day(session, trip_id, day, clock.now())
    except Refusal:
        # The day was wiped, or its desks, since it was asked for.
        _fail(trip_id, replay_id)
        return
    people, really = recorded.people, recorded.really
    document = json.dumps(document_of(recorded.scenario), indent=1)
    with unit_of_work(SYSTEM) as uow:
        row = replay_of(uow.session, trip_id, replay_id, locked=True)
        row.counts = asdict(recorded.counts)
        row.results = {REALLY: played(REALLY, people, really).result()}
        row.scenario = _store(uow, document, "application/json")
        row.trace = _store(uow, trace_of(people), "text/csv")
    _plays[replay_id] = Background(play_all, recorded.scenario, list(people), policies, day.toordinal())


def _store(uow: UnitOfWork, text: str, media_type: str) -> str:
    data_dir = runtime.current().settings.data_dir
    return files.store(uow.session, data_dir, text.encode(), media_type, uow.now)


def _follow(trip_id: int, replay_id: int) -> None:
    play = _plays[replay_id]
    ended = not play.is_running
    news = {one.policy: one.result() for one in play.news()}
    with unit_of_work(SYSTEM) as uow:
        row = replay_of(uow.session, trip_id, replay_id, locked=True)
        over = row.state != RUNNING or row.worker != _ME
        if not over:
            row.results, row.beat_at = row.results | news, uow.now
            done = len(row.results) > len(row.policies)
            over = done or ended
            if over:
                row.state, row.ended_at = DONE if done else FAILED, uow.now
    if over:
        _plays.pop(replay_id).end()


def _fail(trip_id: int, replay_id: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        row = replay_of(uow.session, trip_id, replay_id, locked=True)
        row.state, row.ended_at = FAILED, uow.now
