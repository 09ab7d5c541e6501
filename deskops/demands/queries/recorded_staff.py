"""Which counters were open on a day, who spoke what there, and which desks stopped, as the journal tells it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.balancing.simulation.scenario import MINUTES_PER_DAY, CounterPlan, DeskDown
from deskops.balancing.state import DEFAULT_LANGUAGE, SECONDS_PER_MINUTE
from deskops.core.database import table_of
from deskops.core.journal_rows import JournalRow
from deskops.demands.events import PlaceClosed, PlaceOpened, PlacePaused
from deskops.demands.queries.scenario import Counters
from deskops.desks.events import DeskStateChanged
from deskops.desks.rules import SERVING_STATES

PLACE_KINDS = (PlaceOpened.kind, PlacePaused.kind, PlaceClosed.kind)
_JOURNAL = table_of(JournalRow)


@dataclass
class _Desk:
    """What is known of a desk while its story is read. Counts by whole minute: the last of a minute holds."""

    open: dict[int, frozenset[str]] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    down_since: int | None = None
    stops: list[tuple[int, int]] = field(default_factory=list)


def counters_of_day(
    session: Session, trip_id: int, begins: datetime, ends: datetime, opening: tuple[int, int]
) -> Counters:
    """The counters as they were opened, paused and closed. Who sat down before the day, and stayed, is there from midnight.

    A desk that was paused, failed or closed while counters of it were open stops for so long.
    """
    desks: dict[int, _Desk] = {}
    for at, kind, facts in _told(session, trip_id, ends):
        desk = desks.setdefault(facts["desk_id"], _Desk())
        minute = max(0, int((at - begins).total_seconds() // SECONDS_PER_MINUTE))
        if kind == DeskStateChanged.kind:
            _change(desk, facts["state"], minute)
        else:
            _seat(desk, facts, minute)
    for desk in desks.values():
        _change(desk, next(iter(SERVING_STATES)), MINUTES_PER_DAY)
    return Counters(
        {desk_id: _plan(desk) for desk_id, desk in desks.items()},
        {desk_id: desk.languages for desk_id, desk in desks.items()},
        tuple(_stops(desks)),
        opening,
    )


def _told(session: Session, trip_id: int, until: datetime) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
    query = (
        select(_JOURNAL.c.at, _JOURNAL.c.kind, _JOURNAL.c.payload)
        .where(
            _JOURNAL.c.trip_id == trip_id,
            _JOURNAL.c.kind.in_((*PLACE_KINDS, DeskStateChanged.kind)),
            _JOURNAL.c.at < until,
        )
        .order_by(_JOURNAL.c.sequence)
    )
    for row in session.execute(query):
        yield row.at, row.kind, json.loads(row.payload)


def _seat(desk: _Desk, facts: dict[str, Any], minute: int) -> None:
    if facts["state"] == "open":
        desk.open[facts["place_id"]] = frozenset(facts["languages"].split(",")) - {DEFAULT_LANGUAGE}
    else:
        desk.open.pop(facts["place_id"], None)
    desk.counts[minute] = len(desk.open)
    for language in frozenset().union(*desk.open.values()):
        speakers = sum(language in spoken for spoken in desk.open.values())
        desk.languages[language] = max(speakers, desk.languages.get(language, 0))


def _change(desk: _Desk, state: str, minute: int) -> None:
    if state not in SERVING_STATES:
        desk.down_since = minute if desk.down_since is None else desk.down_since
    elif desk.down_since is not None:
        desk.stops.append((desk.down_since, minute))
        desk.down_since = None


def _plan(desk: _Desk) -> list[CounterPlan]:
    """Without minutes at which nothing changes."""
    plan: list[CounterPlan] = []
    for minute, count in sorted(desk.counts.items()):
        if count != (plan[-1].counters if plan else 0):
            plan.append(CounterPlan(minute, count))
    return plan


def _stops(desks: dict[int, _Desk]) -> Iterable[DeskDown]:
    """Those that a counter that was open felt."""
    for desk_id, desk in sorted(desks.items()):
        plan = [*_plan(desk), CounterPlan(MINUTES_PER_DAY, 0)]
        for begins, ends in desk.stops:
            felt = any(
                step.counters and step.minute < ends and after.minute > begins
                for step, after in pairwise(plan)
            )
            if ends > begins and felt:
                yield DeskDown(begins, desk_id, ends - begins)
