"""What is learned from a day: service times, the error of the projections, arrival rates."""

from itertools import pairwise

import pytest

from deskops.balancing.learning import ArrivalRates, Correction, DayProfile, LiveRates, ServiceTimes
from deskops.balancing.state import Topic

LOAN, WORK = 1, 2


def believed() -> ServiceTimes:
    return ServiceTimes([Topic(LOAN, 8.0), Topic(WORK, 6.0)])


def test_a_mean_begins_with_what_is_believed_and_moves_to_what_happens() -> None:
    times = believed()
    means = [times.learn(LOAN, 12.0, 1.0) for _ in range(400)]
    assert 8.0 < means[0] < 8.2
    assert means[-1] == pytest.approx(12.0, abs=0.6)
    assert all(earlier < later for earlier, later in pairwise(means))


def test_a_slower_desk_teaches_by_its_speed() -> None:
    times = believed()
    assert times.learn(LOAN, 9.6, 1.2) == pytest.approx(8.0)


def test_an_end_pressed_after_lunch_teaches_no_more_than_four_means() -> None:
    forgotten, long = believed(), believed()
    assert forgotten.learn(LOAN, 180.0, 1.0) == long.learn(LOAN, 32.0, 1.0)


def test_an_unknown_topic_is_refused() -> None:
    with pytest.raises(KeyError):
        believed().learn(99, 5.0, 1.0)


def test_what_is_taken_up_again_goes_on_as_if_it_had_never_stopped() -> None:
    whole = believed()
    for _ in range(50):
        whole.learn(LOAN, 12.0, 1.0)
    half = believed()
    for _ in range(25):
        mean = half.learn(LOAN, 12.0, 1.0)
    rest = ServiceTimes([Topic(LOAN, mean)], {LOAN: half.weight(LOAN)})
    for _ in range(25):
        mean = rest.learn(LOAN, 12.0, 1.0)
    assert mean == pytest.approx(whole.learn(LOAN, 12.0, 1.0), abs=0.05)
    assert rest.weight(LOAN) == ServiceTimes.PRIOR + 50


def test_waits_that_come_out_longer_raise_the_factor_and_shorter_ones_lower_it() -> None:
    longer, shorter = Correction(), Correction()
    for _ in range(500):
        longer.learn(20.0, 24.0)
        shorter.learn(20.0, 16.0)
    assert longer.factor == pytest.approx(1.2, abs=0.02)
    assert shorter.factor == pytest.approx(0.8, abs=0.02)


def test_a_single_wait_counts_for_no_more_than_the_double() -> None:
    odd, double = Correction(), Correction()
    odd.learn(10.0, 400.0)
    double.learn(10.0, 20.0)
    assert odd.factor == double.factor


@pytest.mark.parametrize(("projected", "waited"), [(0.0, 30.0), (2.9, 5.0), (20.0, 0.0)])
def test_short_waits_teach_nothing(projected: float, waited: float) -> None:
    correction = Correction()
    correction.learn(projected, waited)
    assert correction.factor == 1.0


def test_a_factor_that_was_learned_before_is_taken_up_again() -> None:
    before = Correction()
    before.learn(10.0, 15.0)
    assert Correction(before.logarithm).factor == before.factor


def test_rates_tell_what_comes_a_minute() -> None:
    rates = ArrivalRates(0.0)
    for minute in range(120):
        rates.arrived((1, LOAN), minute * 60.0)
    assert rates.rates(120 * 60.0)[(1, LOAN)] == pytest.approx(1.0, rel=0.05)


def test_what_was_seen_for_ten_minutes_only_is_not_taken_for_little() -> None:
    rates = ArrivalRates(0.0)
    for minute in range(10):
        rates.arrived((1, LOAN), minute * 60.0)
    assert rates.rates(600.0)[(1, LOAN)] == pytest.approx(1.0, rel=0.15)


def test_a_crowd_at_the_door_is_no_rate() -> None:
    """Ten in the first minute: as if they had come within a quarter of an hour."""
    rates = LiveRates()
    for second in range(0, 60, 6):
        rates.arrived((1, LOAN), float(second))
    assert rates.rates(60.0)[(1, LOAN)] == pytest.approx(10 / 15, rel=0.3)


def test_live_rates_settle_at_what_comes() -> None:
    rates = LiveRates()
    for minute in range(60):
        rates.arrived((1, LOAN), minute * 60.0)
    assert rates.rates(3600.0)[(1, LOAN)] == pytest.approx(1.0, rel=0.05)


def test_after_a_night_rates_begin_anew() -> None:
    rates = LiveRates()
    for minute in range(60):
        rates.arrived((1, LOAN), minute * 60.0)
    assert rates.rates(12 * 3600.0) == {}
    rates.arrived((2, LOAN), 20 * 3600.0)
    assert rates.rates(20 * 3600.0).keys() == {(2, LOAN)}


def test_a_word_that_comes_late_turns_no_clock_back() -> None:
    rates = LiveRates()
    rates.arrived((1, LOAN), 600.0)
    rates.arrived((1, LOAN), 540.0)
    assert rates.rates(500.0)[(1, LOAN)] == rates.rates(600.0)[(1, LOAN)]


def test_before_anybody_came_there_are_no_rates() -> None:
    assert LiveRates().rates(0.0) == {}


def test_the_next_day_is_expected_like_the_days_before() -> None:
    profile = DayProfile()
    assert profile.expected() == []
    for minute in (480.0, 485.0, 509.0, 510.0):
        profile.arrived((1, LOAN), minute)
    profile.day_over()
    assert profile.expected() == [(480.0, {(1, LOAN): 0.1}), (510.0, {(1, LOAN): pytest.approx(1 / 30)})]


def test_two_days_are_taken_together() -> None:
    profile = DayProfile()
    profile.arrived((1, LOAN), 480.0)
    profile.day_over()
    profile.day_over()
    assert profile.expected() == [(480.0, {(1, LOAN): pytest.approx(1 / 60)})]


def test_clocks_that_disagree_leave_a_mean_that_can_be_planned_with() -> None:
    times = believed()
    means = [times.learn(LOAN, -30.0, 1.0) for _ in range(2000)]
    assert means[-1] == ServiceTimes.LEAST_MINUTES
