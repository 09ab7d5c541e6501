"""Shifts laid over desks and days by patterns, copied, and laid anew when hours change."""

from datetime import timedelta

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.errors import InvalidInput, NotFound, StaleVersion
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import DeskHours
from deskops.staff import errors
from deskops.staff.rules.times import ShiftTimes
from deskops.staff.services import laying, patterns
from deskops.staff.services.desk_shifts import ShiftsEdit
from deskops.staff.services.patterns import PatternFacts
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff import rostered
from tests.staff.laid import NIGHT, NOON, a_full_shift, change, lay, set_hours, times
from tests.staff.rostered import AFTERNOON, DAY, EARLY, MORNING, NEXT


@pytest.fixture(autouse=True)
def desks(trip: SmallTrip) -> None:
    clock.freeze(EARLY)
    rostered.open_desks(trip, DAY, NEXT)


# Laying


def test_a_pattern_makes_a_shift_at_each_desk_on_each_day_with_the_desks_need(trip: SmallTrip) -> None:
    laid = lay(trip, rostered.pattern(trip), desks=("a", "b"), days=(DAY, NEXT))
    assert (laid.made, laid.stood, laid.closed) == (4, 0, 0)
    assert times(trip) == ["22 08:00-22 12:00"] * 2 + ["23 08:00-23 12:00"] * 2
    assert {(row.minimum, row.target, row.supervisors) for row in rostered.slots(trip)} == {(1, 2, 0)}


def test_a_desk_of_which_nobody_said_its_need_gets_the_usual_one(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with unit_of_work(SYSTEM) as uow:
        uow.session.add(DeskHours(desk_id=other.desks["hall"], day=DAY, opens=480, closes=960))
    lay(other, rostered.pattern(other), desks=("hall",))
    assert [(row.minimum, row.target, row.supervisors) for row in rostered.slots(other)] == [(2, 3, 1)]


def test_a_night_shift_ends_on_the_next_day(trip: SmallTrip) -> None:
    lay(trip, rostered.pattern(trip, NIGHT))
    assert times(trip) == ["22 22:00-23 06:00"]


def test_days_on_which_a_desk_is_closed_are_left_out_and_counted(trip: SmallTrip) -> None:
    laid = lay(trip, rostered.pattern(trip), days=(DAY, NEXT, NEXT + timedelta(days=1)))
    assert (laid.made, laid.closed) == (2, 1)


def test_shifts_that_are_there_stay_as_they_are(trip: SmallTrip) -> None:
    pattern = rostered.pattern(trip)
    lay(trip, pattern)
    change(trip, shift_ids=[rostered.slot(trip, "a")], edit=ShiftsEdit(target=5))
    laid = lay(trip, pattern, days=(DAY, NEXT))
    assert (laid.made, laid.stood) == (1, 1)
    assert [row.target for row in rostered.slots(trip)] == [5, 2]


def test_two_patterns_at_the_same_times_make_one_shift(trip: SmallTrip) -> None:
    laid = lay(trip, rostered.pattern(trip), rostered.pattern(trip))
    assert (laid.made, laid.stood) == (1, 1)


def test_hours_that_leave_no_room_for_a_pattern_make_no_shift(trip: SmallTrip) -> None:
    late = PatternFacts("دیر", "", ShiftTimes("opening", 9 * 60, "closing", 0))
    laid = lay(trip, rostered.pattern(trip, late))
    assert (laid.made, laid.no_room) == (0, 1)


def test_what_would_have_begun_already_is_not_laid(trip: SmallTrip) -> None:
    pattern = rostered.pattern(trip)
    clock.freeze(EARLY + timedelta(hours=6))
    laid = lay(trip, pattern)
    assert (laid.made, laid.begun) == (0, 1)


def test_another_trips_desk_or_pattern_is_not_found(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    pattern, foreign = rostered.pattern(trip), rostered.pattern(other)
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        laying.lay_shifts(uow, SYSTEM, trip.id, [pattern], [other.desks["a"]], [DAY])
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        laying.lay_shifts(uow, SYSTEM, trip.id, [foreign], [trip.desks["a"]], [DAY])
    assert rostered.slots(trip) == []


def test_far_too_many_shifts_at_once_are_refused(trip: SmallTrip) -> None:
    days = [DAY + timedelta(days=number) for number in range(laying.MOST_LAID)]
    with pytest.raises(InvalidInput), unit_of_work(SYSTEM) as uow:
        laying.lay_shifts(uow, SYSTEM, trip.id, [1, 2], [trip.desks["a"]], days)


# Patterns and settings


@pytest.mark.parametrize("ends", [0, 20, 17 * 60])
def test_a_pattern_that_ends_too_early_or_lasts_too_long_is_refused(trip: SmallTrip, ends: int) -> None:
    with pytest.raises(errors.LengthRefused), unit_of_work(SYSTEM) as uow:
        facts = PatternFacts("x", "", ShiftTimes("midnight", 0, "midnight", ends))
        patterns.add_pattern(uow, SYSTEM, trip.id, facts)


def test_a_pattern_that_somebody_else_changed_is_not_overwritten(trip: SmallTrip) -> None:
    pattern = rostered.pattern(trip)
    with unit_of_work(SYSTEM) as uow:
        patterns.edit_pattern(uow, SYSTEM, trip.id, pattern, 1, AFTERNOON)
    with pytest.raises(StaleVersion), unit_of_work(SYSTEM) as uow:
        patterns.edit_pattern(uow, SYSTEM, trip.id, pattern, 1, MORNING)


def test_the_shifts_of_a_removed_pattern_stay(trip: SmallTrip) -> None:
    pattern = rostered.pattern(trip)
    lay(trip, pattern)
    with unit_of_work(SYSTEM) as uow:
        patterns.remove_pattern(uow, SYSTEM, trip.id, pattern)
    assert [row.pattern_id for row in rostered.slots(trip)] == [None]


def test_settings_are_kept_and_a_second_writer_is_told(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        assert patterns.set_settings(uow, SYSTEM, trip.id, 1, {"rest": 600}).version == 2
    with pytest.raises(StaleVersion), unit_of_work(SYSTEM) as uow:
        patterns.set_settings(uow, SYSTEM, trip.id, 1, {"rest": 60})


# Hours that change, days that are copied


def test_shifts_whose_desk_opens_later_now_are_laid_anew(trip: SmallTrip) -> None:
    rostered.laid(trip, desks=("a",))
    set_hours(trip, "a", 540, 1020)
    with unit_of_work(SYSTEM) as uow:
        assert laying.lay_anew(uow, SYSTEM, trip.id, confirmed=False) == 2
    assert times(trip) == ["22 09:00-22 13:00", "22 13:00-22 17:00"]
    with unit_of_work(SYSTEM) as uow:
        assert laying.lay_anew(uow, SYSTEM, trip.id, confirmed=False) == 0


def test_shifts_of_a_day_on_which_the_desk_is_closed_now_go(trip: SmallTrip) -> None:
    a_full_shift(trip)
    set_hours(trip, "a", None)
    with pytest.raises(errors.ShiftsFilled), unit_of_work(SYSTEM) as uow:
        laying.lay_anew(uow, SYSTEM, trip.id, confirmed=False)
    with unit_of_work(SYSTEM) as uow:
        laying.lay_anew(uow, SYSTEM, trip.id, confirmed=True)
    assert rostered.slots(trip) == []
    assert rostered.shifts(trip) == []


def test_shifts_that_follow_each_other_all_move_when_the_desk_opens_later(trip: SmallTrip) -> None:
    rostered.laid(trip, MORNING, desks=("a",))
    rostered.laid(trip, NOON, desks=("a",))
    set_hours(trip, "a", 12 * 60, 20 * 60)
    with unit_of_work(SYSTEM) as uow:
        assert laying.lay_anew(uow, SYSTEM, trip.id, confirmed=False) == 2
    assert times(trip) == ["22 12:00-22 16:00", "22 16:00-22 20:00"]


def test_a_shift_is_not_laid_anew_over_one_that_somebody_typed(trip: SmallTrip) -> None:
    [typed] = rostered.laid(trip, MORNING, desks=("a",))
    change(trip, shift_ids=[typed], edit=ShiftsEdit(begins_later=240, ends_later=240))
    rostered.laid(trip, MORNING, desks=("a",))
    set_hours(trip, "a", 12 * 60, 20 * 60)
    with unit_of_work(SYSTEM) as uow:
        laying.lay_anew(uow, SYSTEM, trip.id, confirmed=True)
    assert [row.id for row in rostered.slots(trip)] == [typed]


def test_no_shift_is_laid_anew_into_the_past(trip: SmallTrip) -> None:
    rostered.laid(trip, MORNING, desks=("a",))
    clock.freeze(EARLY + timedelta(hours=2))
    set_hours(trip, "a", 6 * 60, 16 * 60)
    with unit_of_work(SYSTEM) as uow:
        assert laying.lay_anew(uow, SYSTEM, trip.id, confirmed=True) == 0
    assert times(trip) == ["22 08:00-22 12:00"]


def test_a_shift_that_somebody_put_elsewhere_stays_there(trip: SmallTrip) -> None:
    [slot_id] = rostered.laid(trip, MORNING, desks=("a",))
    change(trip, shift_ids=[slot_id], edit=ShiftsEdit(begins_later=60))
    with unit_of_work(SYSTEM) as uow:
        assert laying.lay_anew(uow, SYSTEM, trip.id, confirmed=False) == 0


def test_a_day_is_copied_with_its_needs_by_the_other_days_hours(trip: SmallTrip) -> None:
    ids = rostered.laid(trip, MORNING, desks=("a", "b"))
    change(trip, shift_ids=ids, edit=ShiftsEdit(target=4, languages=("az",)))
    set_hours(trip, "a", 600, 960, NEXT)
    with unit_of_work(SYSTEM) as uow:
        laid = laying.copy_day(uow, SYSTEM, trip.id, DAY, [DAY, NEXT], None)
    assert (laid.made, laid.stood) == (2, 0)
    assert times(trip)[2:] == ["23 08:00-23 12:00", "23 10:00-23 14:00"]
    assert {(row.target, row.languages) for row in rostered.slots(trip)} == {(4, "az")}
    with unit_of_work(SYSTEM) as uow:
        assert laying.copy_day(uow, SYSTEM, trip.id, DAY, [NEXT], None).stood == 2


def test_a_day_without_shifts_is_not_copied(trip: SmallTrip) -> None:
    with pytest.raises(InvalidInput), unit_of_work(SYSTEM) as uow:
        laying.copy_day(uow, SYSTEM, trip.id, DAY, [NEXT], None)
