"""Shifts laid over desks in tests, and changed."""

from datetime import date

from deskops.accounts.actor import SYSTEM
from deskops.core.dates import to_local
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import DeskHours
from deskops.staff.rules.times import ShiftTimes
from deskops.staff.services import desk_shifts, laying
from deskops.staff.services.desk_shifts import ManyShifts
from deskops.staff.services.patterns import PatternFacts
from tests.small_trip import SmallTrip
from tests.staff import rostered
from tests.staff.rostered import DAY, MORNING

NIGHT = PatternFacts("شب", "Night", ShiftTimes("midnight", 22 * 60, "midnight", 30 * 60))
NOON = PatternFacts("ظهر", "Noon", ShiftTimes("opening", 240, "opening", 480))


def lay(trip: SmallTrip, *pattern_ids: int, desks: tuple[str, ...] = ("a",), days: tuple[date, ...] = (DAY,)):
    with unit_of_work(SYSTEM) as uow:
        return laying.lay_shifts(
            uow, SYSTEM, trip.id, pattern_ids, [trip.desks[name] for name in desks], days
        )


def change(trip: SmallTrip, **wanted) -> int:
    with unit_of_work(SYSTEM) as uow:
        return desk_shifts.change_shifts(uow, SYSTEM, trip.id, ManyShifts(**wanted))


def times(trip: SmallTrip) -> list[str]:
    return [
        f"{to_local(row.starts_at):%d %H:%M}-{to_local(row.ends_at):%d %H:%M}" for row in rostered.slots(trip)
    ]


def set_hours(trip: SmallTrip, desk: str, opens: int | None, closes: int = 0, day: date = DAY) -> None:
    with unit_of_work(SYSTEM) as uow:
        row = uow.session.get_one(DeskHours, (trip.desks[desk], day))
        if opens is None:
            uow.session.delete(row)
        else:
            row.opens, row.closes = opens, closes


def a_full_shift(trip: SmallTrip) -> tuple[int, list[int]]:
    """The morning at desk A with two people in it, who know it."""
    ids = rostered.people(trip, 2, desk="a")
    rostered.laid(trip, MORNING, desks=("a",))
    rostered.approved(trip, rostered.solved(trip))
    rostered.told()
    rostered.end_all()
    return rostered.slot(trip, "a"), ids
