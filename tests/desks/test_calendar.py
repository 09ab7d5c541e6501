"""When agencies work: the nearest that says anything of a day decides, then the nearest that says anything of the week."""

from datetime import date

import pytest

from deskops.desks.rules import WEEK, Calendar, working_days, works_on

SATURDAY, SUNDAY, THURSDAY, FRIDAY = (date(2026, 11, day) for day in (21, 22, 26, 27))
TRIP = Calendar(frozenset({"fri"}))
NOTHING_OF_ITS_OWN = Calendar()


def off(*days: str) -> Calendar:
    return Calendar(frozenset(days))


def test_an_agency_that_says_nothing_goes_by_the_trip() -> None:
    chain = [NOTHING_OF_ITS_OWN, NOTHING_OF_ITS_OWN, TRIP]
    assert works_on(chain, THURSDAY)
    assert not works_on(chain, FRIDAY)


def test_an_agency_goes_by_the_ministry_above_before_the_trip() -> None:
    chain = [NOTHING_OF_ITS_OWN, off("thu", "fri"), TRIP]
    assert not works_on(chain, THURSDAY)


def test_an_agency_s_own_week_goes_before_its_ministry_s() -> None:
    assert works_on([off("fri"), off("thu", "fri"), TRIP], THURSDAY)


def test_a_holiday_of_all_holds_for_whoever_says_nothing_of_it() -> None:
    everybody = Calendar(frozenset({"fri"}), {SUNDAY: False})
    assert not works_on([off("thu", "fri"), everybody], SUNDAY)


def test_an_agency_works_on_a_holiday_of_all_if_it_says_so() -> None:
    duty = Calendar(frozenset(), {SUNDAY: True})
    everybody = Calendar(frozenset({"fri"}), {SUNDAY: False})
    assert works_on([duty, everybody], SUNDAY)


def test_an_extra_working_day_goes_before_the_week_of_whoever_is_nearer() -> None:
    assert works_on([off("thu", "fri"), Calendar(frozenset(), {THURSDAY: True})], THURSDAY)


def test_without_any_calendar_every_day_is_worked() -> None:
    assert all(works_on([], date(2026, 11, day)) for day in range(21, 28))


@pytest.mark.parametrize(
    ("day", "name"), [(SATURDAY, "sat"), (SUNDAY, "sun"), (THURSDAY, "thu"), (FRIDAY, "fri")]
)
def test_days_of_the_week_have_their_names(day: date, name: str) -> None:
    assert name in WEEK
    assert not works_on([off(name)], day)


def test_working_days_are_counted_with_both_ends() -> None:
    days = working_days([TRIP], SATURDAY, FRIDAY)
    assert (days[0], days[-1], len(days)) == (SATURDAY, THURSDAY, 6)


def test_no_day_lies_between_a_day_and_the_one_before_it() -> None:
    assert working_days([TRIP], SUNDAY, SATURDAY) == []
