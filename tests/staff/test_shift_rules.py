"""When shifts are and when people can work, without a database."""

import pytest

from deskops.staff.rules.times import ShiftTimes, free_spans, length_fault


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (ShiftTimes("opening", 0, "closing", 0), (480, 960)),
        (ShiftTimes("opening", -30, "opening", 240), (450, 720)),
        (ShiftTimes("closing", -120, "closing", 30), (840, 990)),
        (ShiftTimes("midnight", 22 * 60, "midnight", 30 * 60), (1320, 1800)),
    ],
)
def test_a_pattern_lies_in_a_desks_day_by_its_hours_or_by_the_clock(times, expected) -> None:
    assert times.within(480, 960) == expected


@pytest.mark.parametrize(
    ("minutes", "fault"),
    [(-60, "backwards"), (0, "backwards"), (29, "too_short"), (30, None), (960, None), (961, "too_long")],
)
def test_a_shift_lasts_from_half_an_hour_to_sixteen_hours(minutes: int, fault: str | None) -> None:
    assert length_fault(minutes) == fault


def test_a_pattern_between_opening_and_closing_is_judged_by_each_days_hours_only() -> None:
    assert ShiftTimes("opening", 600, "closing", 0).fault() is None
    assert ShiftTimes("midnight", 600, "midnight", 540).fault() == "backwards"


def test_who_said_nothing_can_work_always() -> None:
    assert free_spans([], []) is None


def test_an_absence_is_cut_out_of_what_somebody_said() -> None:
    assert free_spans([(0, 100), (200, 300)], [(50, 220)]) == ((0, 50), (220, 300))


def test_who_said_nothing_but_is_absent_can_work_at_any_other_time() -> None:
    free = free_spans([], [(50, 60)])
    assert free is not None
    (_long_ago, ends), (begins, _far_off) = free
    assert (ends, begins) == (50, 60)


def test_an_absence_over_everything_leaves_nothing() -> None:
    assert free_spans([(0, 10)], [(0, 10)]) == ()
