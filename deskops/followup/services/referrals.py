"""Demands handed to agencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from deskops.core.dates import day_bounds, local_day
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.models import Trip
from deskops.desks.queries.agencies import calendars_of
from deskops.desks.rules import works_on
from deskops.followup import rules
from deskops.followup.events import ReferralCancelled, ReferralOpened
from deskops.followup.models import IS_OPEN, Referral


@dataclass(frozen=True)
class Matter:
    """What is handed over: one demand, or a collective one."""

    trip_id: int
    demand_id: int | None = None
    collective_id: int | None = None


@dataclass(frozen=True)
class HandedOver:
    """An agency's referral of a matter; `is_new`: it had none open."""

    referral_id: int
    agency_id: int
    is_new: bool


def open_referrals(
    uow: UnitOfWork,
    matters: Sequence[Matter],
    agency_ids: Sequence[int],
    *,
    days: int,
    directive_id: int | None = None,
    note: str = "",
) -> list[HandedOver]:
    """Each agency gets each of these matters of one trip, sent, with a clock of its own. One that has a matter already goes
    on with what it has: a second referral would only be another clock for the same answer.
    """
    due = due_dates(uow, matters[0].trip_id, agency_ids, days) if matters else {}
    held = _open_of(uow, matters)
    wanted = [(matter, agency_id) for matter in matters for agency_id in sorted(due)]
    new = {
        (matter, agency_id): Referral(
            trip_id=matter.trip_id, demand_id=matter.demand_id, collective_id=matter.collective_id,
            agency_id=agency_id, directive_id=directive_id, state=rules.SENT, delivery=rules.UNPROCESSED,
            cycle=1, days=days, due_at=due[agency_id], note=note, opened_at=uow.now,
            opened_by=uow.actor.user_id, sent_at=uow.now, version=1,
        )
        for matter, agency_id in wanted
        if (matter, agency_id) not in held
    }  # fmt: skip
    uow.session.add_all(new.values())
    uow.session.flush()
    for row in new.values():
        uow.record(_opened(row))
    return [HandedOver(held.get(one) or new[one].id, one[1], is_new=one not in held) for one in wanted]


def cancel_referrals(uow: UnitOfWork, referral_ids: Sequence[int]) -> list[int]:
    """These needn't be answered any more; returns those that were open."""
    query = select(Referral).where(Referral.id.in_(referral_ids), IS_OPEN).order_by(Referral.id)
    rows = list(uow.session.scalars(query.with_for_update().execution_options(populate_existing=True)))
    for row in rows:
        row.state, row.ended_at, row.version = rules.CANCELLED, uow.now, row.version + 1
        uow.record(
            ReferralCancelled(
                trip_id=row.trip_id,
                referral_id=row.id,
                demand_id=row.demand_id,
                collective_id=row.collective_id,
                agency_id=row.agency_id,
            )
        )
    return [row.id for row in rows]


def due_dates(uow: UnitOfWork, trip_id: int, agency_ids: Sequence[int], days: int) -> dict[int, datetime]:
    """By agency, the end of the last of so many working days of its own calendar, counted from tomorrow."""
    trip = uow.session.execute(select(Trip.days_off, Trip.timezone).where(Trip.id == trip_id)).one()
    zone = ZoneInfo(trip.timezone)
    today = local_day(uow.now, zone)
    due = {}
    for agency_id in set(agency_ids):
        chain = calendars_of(uow.session, agency_id, trip.days_off)
        last = rules.due_day(today, days, partial(works_on, chain))
        due[agency_id] = day_bounds(last, zone)[1]
    return due


def _open_of(uow: UnitOfWork, matters: Sequence[Matter]) -> dict[tuple[Matter, int], int]:
    """Open referrals of these matters, by matter and agency; locked, so that none ends meanwhile."""
    demand_ids = [matter.demand_id for matter in matters if matter.demand_id is not None]
    collective_ids = [matter.collective_id for matter in matters if matter.collective_id is not None]
    known = (Referral.id, Referral.trip_id, Referral.demand_id, Referral.collective_id, Referral.agency_id)
    found: dict[tuple[Matter, int], int] = {}
    for mine in (Referral.demand_id.in_(demand_ids), Referral.collective_id.in_(collective_ids)):
        query = select(*known).where(mine, IS_OPEN).order_by(Referral.id)
        for row in uow.session.execute(query.with_for_update()):
            found[Matter(row.trip_id, row.demand_id, row.collective_id), row.agency_id] = row.id
    return found


def _opened(row: Referral) -> ReferralOpened:
    facts: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("trip_id", "demand_id", "collective_id", "agency_id", "directive_id", "days")
    }
    return ReferralOpened(referral_id=row.id, **facts)
