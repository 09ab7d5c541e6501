"""A rehearsal's copy of a trip: the set-up as its file has it, open today, and what the file leaves out: who may do what,
who heads a desk, what priorities are worth, what balancing does by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, Table, select

from deskops.accounts.actor import SYSTEM, Actor
from deskops.accounts.models import GrantRow
from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.core.i18n import PERSIAN, gettext, using_language
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.autopilot import autopilot_of
from deskops.demands.priorities import priorities_of
from deskops.demands.services.autopilot import set_autopilot
from deskops.demands.services.priorities import set_priorities
from deskops.desks import rules
from deskops.desks.document import Hours, Setup
from deskops.desks.models import Desk, Topic, Trip
from deskops.desks.queries.document import setup_of_trip
from deskops.desks.queries.drafts import free_trip_code
from deskops.desks.services.rows import insert_rows
from deskops.desks.services.states import set_desk_states
from deskops.desks.services.trips import WHOLE_DAY, create_trip_of_setup

# It is rehearsed when there is time to, so the hours of the real days don't hold.
ALL_HOURS = "rehearsal"
DAYS = 7
_CODE, _NAME, _SHORT = 26, 180, 60
Ids = Mapping[int, int]


def copy_trip(uow: UnitOfWork, actor: Actor, trip: Trip) -> tuple[int, int]:
    """Copy a trip as it is set up, live from today on; returns the copy's id and how many roles hold in it.

    Raises Forbidden.
    """
    setup = _as_rehearsal(
        uow, setup_of_trip(uow.session, trip.id), local_day(uow.now, ZoneInfo(trip.timezone))
    )
    copy_id = create_trip_of_setup(uow, actor, setup, phase=rules.LIVE)
    uow.session.get_one(Trip, copy_id).rehearsal_of = trip.id
    desks = _same(uow, table_of(Desk), trip.id, copy_id)
    _copy_heads(uow, desks)
    _copy_priorities(uow, trip.id, copy_id)
    set_autopilot(uow, SYSTEM, copy_id, autopilot_of(uow.session, trip.id).autopilot)
    grants = _copy_grants(uow, trip.id, copy_id, desks)
    set_desk_states(uow, SYSTEM, copy_id, rules.OPEN)
    return copy_id, grants


def _as_rehearsal(uow: UnitOfWork, setup: Setup, today: date) -> Setup:
    opens, closes = WHOLE_DAY
    hours = Hours(code=ALL_HOURS, days=tuple(range(DAYS)), opens=opens, closes=closes)
    return replace(
        setup,
        code=free_trip_code(uow.session, f"{setup.code[:_CODE]}-rehearsal"),
        name_fa=_named(PERSIAN, setup.name_fa[:_NAME]),
        name_en=_named("en", (setup.name_en or setup.name_fa)[:_NAME]),
        short_fa=_named(PERSIAN, setup.short_fa[:_SHORT]) if setup.short_fa else "",
        short_en=_named("en", setup.short_en[:_SHORT]) if setup.short_en else "",
        kind="trip",
        starts_on=today,
        live_days=DAYS,
        hours=(hours,),
        desks=tuple(replace(desk, hours=(ALL_HOURS,)) for desk in setup.desks),
    )


def _named(language: str, name: str) -> str:
    with using_language(language):
        return gettext("Rehearsal: %(name)s", name=name)


def _same(uow: UnitOfWork, table: Table, trip_id: int, copy_id: int) -> dict[int, int]:
    """What each desk, or topic, of the trip is in the copy, by id."""
    rows = uow.session.execute(
        select(table.c.id, table.c.trip_id, table.c.code).where(table.c.trip_id.in_((trip_id, copy_id)))
    ).all()
    copies = {row.code: row.id for row in rows if row.trip_id == copy_id}
    return {row.id: copies[row.code] for row in rows if row.trip_id == trip_id and row.code in copies}


def _copy_heads(uow: UnitOfWork, desks: Ids) -> None:
    known = {desk.id: desk for desk in uow.session.scalars(select(Desk).where(Desk.id.in_(desks)))}
    for copy in uow.session.scalars(select(Desk).where(Desk.id.in_(desks.values()))):
        known[copy.id] = copy
    for desk_id, copy_id in desks.items():
        known[copy_id].head_user_id = known[desk_id].head_user_id
        known[copy_id].official_user_id = known[desk_id].official_user_id


def _copy_priorities(uow: UnitOfWork, trip_id: int, copy_id: int) -> None:
    version, minutes = priorities_of(uow.session, trip_id)
    if not version:
        return
    topics = _same(uow, table_of(Topic), trip_id, copy_id)
    worth = {topics[topic_id]: worth for topic_id, worth in minutes.topics.items() if topic_id in topics}
    set_priorities(uow, SYSTEM, copy_id, 0, replace(minutes, topics=worth))


def _copy_grants(uow: UnitOfWork, trip_id: int, copy_id: int, desks: Ids) -> int:
    """Whoever has a role in the trip has it in its rehearsal; one at a desk that is retired isn't needed there."""
    rows = uow.session.execute(select(table_of(GrantRow)).where(GrantRow.trip_id == trip_id)).mappings().all()
    copies = [
        _without_id(row) | {"trip_id": copy_id, "desk_id": desks.get(row["desk_id"])}
        for row in rows
        if row["desk_id"] is None or row["desk_id"] in desks
    ]
    insert_rows(uow, table_of(GrantRow), copies)
    return len(copies)


def _without_id(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items() if name != "id"}
