"""The load as a transaction will leave it. The cache itself learns that from the journal, after the commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import select

from deskops.balancing.load import Load
from deskops.core.database import table_of
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.load import CACHE
from deskops.demands.load_rows import state_facts
from deskops.desks.models import Desk

DESKS = table_of(Desk)
NOTHING: Mapping[int, str] = {}


@contextmanager
def foreseen(uow: UnitOfWork, trip_id: int, states: Mapping[int, str] = NOTHING) -> Iterator[Load]:
    """The trip's load with all that this transaction has changed so far, so that whoever is placed next is placed in sight
    of those before. `states` are desks' states that come on top. The block must not wait for anything.
    """
    query = select(DESKS.c.id, DESKS.c.state).where(DESKS.c.trip_id == trip_id)
    # Several desks may change at once, and be told of one by one.
    known = {row.id: row.state for row in uow.session.execute(query)} | dict(states)
    with (
        CACHE.held(uow.session, trip_id) as trip,
        trip.ahead([event for event, _ in uow.events]) as load,
        imagined_desks(load, known),
    ):
        yield load


@contextmanager
def imagined_desks(load: Load, states: Mapping[int, str]) -> Iterator[None]:
    """The load as if its desks were in these states, for the length of the block."""
    known = {desk_id: load.desks[desk_id].desk for desk_id in states if desk_id in load.desks}
    after = {desk_id: replace(desk, **state_facts(states[desk_id])) for desk_id, desk in known.items()}
    before = [desk for desk_id, desk in known.items() if after[desk_id] != desk]
    for desk in before:
        load.put_desk(after[desk.id])
    try:
        yield
    finally:
        for desk in before:
            load.put_desk(desk)
