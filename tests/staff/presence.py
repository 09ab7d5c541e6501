"""People of a small trip with shifts and badges, and devices that scan these."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.staff.badges import badge_code
from deskops.staff.models import DeskShift, Presence, Scan, Shift, StaffMember
from deskops.staff.services.scanning import Answered, NewScan, record_scans
from tests.small_trip import SmallTrip

SECRET = "s" * 64
_numbers = count(1)


def a_person(trip: SmallTrip, name: str = "سارا نمونه", desk: str | None = "a", **facts: Any) -> int:
    with unit_of_work(SYSTEM) as uow:
        row = StaffMember(
            trip_id=trip.id,
            personnel_number=f"p{next(_numbers)}",
            name=name,
            home_desk_id=None if desk is None else trip.desks[desk],
            **facts,
        )
        uow.session.add(row)
        uow.session.flush()
        return row.id


def a_shift(
    trip: SmallTrip,
    staff_id: int,
    desk: str = "a",
    starts: datetime | None = None,
    hours: float = 6,
    **facts: Any,
) -> int:
    """From a time on, or from now."""
    begins = starts or clock.now()
    with unit_of_work(SYSTEM) as uow:
        row = Shift(
            staff_id=staff_id, desk_id=trip.desks[desk], starts_at=begins, ends_at=begins + timedelta(hours=hours), **facts
        )  # fmt: skip
        uow.session.add(row)
        uow.session.flush()
        return row.id


def a_desk_shift(trip: SmallTrip, starts: datetime | None = None, desk: str = "a", target: int = 2) -> int:
    begins = starts or clock.now()
    with unit_of_work(SYSTEM) as uow:
        row = DeskShift(
            trip_id=trip.id, desk_id=trip.desks[desk], day=begins.date(), starts_at=begins,
            ends_at=begins + timedelta(hours=6), minimum=1, target=target,
        )  # fmt: skip
        uow.session.add(row)
        uow.session.flush()
        return row.id


def badge(trip: SmallTrip, staff_id: int, version: int = 1) -> str:
    return badge_code(SECRET, trip.id, staff_id, version)


def a_scan(trip: SmallTrip, staff_id: int | str, desk: str | None = "a", **facts: Any) -> NewScan:
    """In, at desk a, now; a text instead of a person is what the device reads. `site` is an entrance's."""
    site = facts.pop("site", None)
    text = staff_id if isinstance(staff_id, str) else badge(trip, staff_id, facts.pop("version", 1))
    usual = {"kind": "in", "at": clock.now(), "nonce": f"nonce-{next(_numbers)}", "source": "scanner"}
    desk_id = None if site or desk is None else trip.desks[desk]
    return NewScan(badge=text, desk_id=desk_id, site_id=trip.sites[site] if site else None, **usual | facts)


def scanned(
    trip: SmallTrip, *scans: NewScan, actor: Actor = SYSTEM, sent_at: datetime | None = None
) -> Answered:
    """As one request."""
    with unit_of_work(actor) as uow:
        return record_scans(uow, actor, trip.id, scans, sent_at)


def presences(staff_id: int) -> list[Presence]:
    with runtime.current().database.reading() as session:
        query = select(Presence).where(Presence.staff_id == staff_id).order_by(Presence.began_at)
        return list(session.scalars(query))


def scans_of(staff_id: int | None) -> list[Scan]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(Scan).where(Scan.staff_id == staff_id).order_by(Scan.id)))


def shift_of(shift_id: int) -> Shift:
    with runtime.current().database.reading() as session:
        return session.get_one(Shift, shift_id)
