"""Shifts of desks changed one by one and in bulk, also with people in them."""

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.dates import to_local
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.rules import Need
from deskops.staff import errors
from deskops.staff.services import desk_shifts
from deskops.staff.services.desk_shifts import ShiftsEdit, span_of
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff import rostered
from tests.staff.laid import NOON, a_full_shift, change, lay, times
from tests.staff.rostered import AFTERNOON, DAY, EARLY, MORNING, NEXT


@pytest.fixture(autouse=True)
def desks(trip: SmallTrip) -> None:
    clock.freeze(EARLY)
    rostered.open_desks(trip, DAY, NEXT)


# One shift, and many


def test_one_shift_gets_other_times_and_another_need(trip: SmallTrip) -> None:
    lay(trip, rostered.pattern(trip))
    row = rostered.slots(trip)[0]
    with unit_of_work(SYSTEM) as uow:
        begins, ends = span_of(DAY, (9 * 60, 13 * 60))
        need = Need(minimum=2, target=3, supervisors=1, languages=("az",))
        desk_shifts.edit_shift(uow, SYSTEM, trip.id, row.id, row.version, begins, ends, need)
    [row] = rostered.slots(trip)
    assert times(trip) == ["22 09:00-22 13:00"]
    assert (row.minimum, row.target, row.supervisors, row.languages, row.pattern_id) == (2, 3, 1, "az", None)


@pytest.mark.parametrize(
    ("need", "field"),
    [
        (Need(minimum=2, target=1), "target"),
        (Need(minimum=0, target=1), "minimum"),
        (Need(minimum=1, target=1, supervisors=2), "supervisors"),
        (Need(minimum=1, target=1, languages=("xx",)), "languages"),
    ],
)
def test_a_need_that_contradicts_itself_is_refused(trip: SmallTrip, need: Need, field: str) -> None:
    lay(trip, rostered.pattern(trip))
    row = rostered.slots(trip)[0]
    with pytest.raises(InvalidInput) as refused, unit_of_work(SYSTEM) as uow:
        desk_shifts.edit_shift(uow, SYSTEM, trip.id, row.id, row.version, row.starts_at, row.ends_at, need)
    assert list(refused.value.errors) == [field]


def test_a_second_shift_of_a_desk_at_the_same_times_is_refused(trip: SmallTrip) -> None:
    rostered.laid(trip, MORNING, AFTERNOON, desks=("a",))
    first, second = rostered.slots(trip)
    with pytest.raises(errors.ShiftThere), unit_of_work(SYSTEM) as uow:
        desk_shifts.edit_shift(
            uow,
            SYSTEM,
            trip.id,
            second.id,
            second.version,
            first.starts_at,
            first.ends_at,
            Need(minimum=1, target=1),
        )


def test_a_shift_that_has_begun_is_not_changed(trip: SmallTrip) -> None:
    lay(trip, rostered.pattern(trip))
    row = rostered.slots(trip)[0]
    clock.freeze(row.starts_at)
    with pytest.raises(errors.ShiftBegun), unit_of_work(SYSTEM) as uow:
        desk_shifts.edit_shift(
            uow, SYSTEM, trip.id, row.id, row.version, row.starts_at, row.ends_at, Need(minimum=1, target=1)
        )
    assert change(trip, shift_ids=[row.id], edit=ShiftsEdit(target=9)) == 0
    with pytest.raises(errors.ShiftBegun):
        change(trip, shift_ids=[row.id])


def test_many_shifts_are_changed_alike_and_a_minimum_alone_lifts_the_target(trip: SmallTrip) -> None:
    ids = rostered.laid(trip)
    edit = ShiftsEdit(minimum=3, supervisors=1, languages=("az", "ku"), begins_later=-30, ends_later=15)
    assert change(trip, shift_ids=ids, edit=edit) == 4
    assert {(row.minimum, row.target, row.languages) for row in rostered.slots(trip)} == {(3, 3, "az,ku")}
    assert times(trip)[0] == "22 07:30-22 12:15"


def test_all_shifts_of_a_day_at_a_site_are_changed_without_ticking_them(trip: SmallTrip) -> None:
    rostered.laid(trip, MORNING, desks=("a", "b"), days=(DAY, NEXT))
    assert change(trip, day=DAY, site_id=trip.sites["one"], edit=ShiftsEdit(target=7)) == 1
    assert change(trip, day=NEXT, edit=ShiftsEdit(target=8)) == 2
    assert sorted(row.target for row in rostered.slots(trip)) == [2, 7, 8, 8]


@pytest.mark.parametrize("hours", [4, -4])
def test_shifts_that_follow_each_other_are_put_off_together(trip: SmallTrip, hours: int) -> None:
    rostered.laid(trip, MORNING, desks=("a",), days=(NEXT,))
    rostered.laid(trip, NOON, desks=("a",), days=(NEXT,))
    ids = [row.id for row in rostered.slots(trip)]
    later = ShiftsEdit(begins_later=hours * 60, ends_later=hours * 60)
    assert change(trip, shift_ids=ids, edit=later) == 2
    assert times(trip) == [f"23 {begins + hours:02}:00-23 {begins + hours + 4:02}:00" for begins in (8, 12)]


def test_one_shift_that_does_not_fit_leaves_all_as_they_were(trip: SmallTrip) -> None:
    ids = rostered.laid(trip)
    change(trip, shift_ids=ids[:1], edit=ShiftsEdit(target=1))
    with pytest.raises(errors.LengthRefused):
        change(trip, shift_ids=ids, edit=ShiftsEdit(target=9, ends_later=-230))
    assert [row.target for row in rostered.slots(trip)] == [1, 2, 2, 2]


def test_nothing_ticked_and_nothing_chosen_are_refused(trip: SmallTrip) -> None:
    ids = rostered.laid(trip)
    with pytest.raises(InvalidInput):
        change(trip, shift_ids=[], edit=ShiftsEdit(target=3))
    with pytest.raises(InvalidInput):
        change(trip, shift_ids=ids, edit=ShiftsEdit())


def test_another_trips_shift_is_not_found(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    rostered.open_desks(other, DAY)
    [foreign] = rostered.laid(other, MORNING, desks=("a",))
    with pytest.raises(NotFound):
        change(trip, shift_ids=[foreign], edit=ShiftsEdit(target=3))


# People in them


def test_people_in_a_shift_that_moves_are_told_of_the_new_time(trip: SmallTrip) -> None:
    slot_id, ids = a_full_shift(trip)
    change(trip, shift_ids=[slot_id], edit=ShiftsEdit(begins_later=30, ends_later=30))
    assert {row.told_at for row in rostered.shifts(trip)} == {None}
    rostered.told()
    moved = rostered.shifts(trip)
    assert [to_local(row.starts_at).hour * 60 + to_local(row.starts_at).minute for row in moved] == [510, 510]
    assert None not in {row.told_at for row in moved}
    assert [row.staff_id for row in moved] == ids


def test_a_shift_with_people_goes_only_when_that_is_confirmed(trip: SmallTrip) -> None:
    slot_id, _ids = a_full_shift(trip)
    with pytest.raises(errors.ShiftsFilled) as refused:
        change(trip, shift_ids=[slot_id])
    assert refused.value.details == {"people": 2}
    assert change(trip, shift_ids=[slot_id], confirmed=True) == 1
    assert rostered.slots(trip) == []
    assert rostered.shifts(trip) == []
    lost = rostered.shifts(trip, state="dropped")
    assert [row.told_at for row in lost] == [None, None]
    rostered.told()
    assert None not in {row.told_at for row in rostered.shifts(trip, state="dropped")}
