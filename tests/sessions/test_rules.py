"""The days of a schedule, what overlaps, when one may come, and whom a counter reached."""

from datetime import UTC, date, datetime, timedelta

import pytest

from deskops.sessions import rules
from deskops.sessions.rules import Conflict, Span, Step

SATURDAY = date(2026, 11, 21)
NINE = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def span(number: int, official: int, desk: int | None, begins: float, ends: float) -> Span:
    return Span(number, official, desk, NINE + begins * HOUR, NINE + ends * HOUR)


def test_every_day_counts_both_ends() -> None:
    days = list(rules.days_of(rules.DAILY, SATURDAY, date(2026, 11, 24), ()))
    assert [day.day for day in days] == [21, 22, 23, 24]


def test_every_other_day_begins_with_the_first() -> None:
    days = list(rules.days_of(rules.EVERY_OTHER_DAY, SATURDAY, date(2026, 11, 28), ()))
    assert [day.day for day in days] == [21, 23, 25, 27]


def test_a_governor_comes_on_two_days_of_each_week() -> None:
    days = list(rules.days_of(rules.WEEKLY, SATURDAY, date(2026, 12, 4), ("sat", "tue")))
    assert [(day.month, day.day) for day in days] == [(11, 21), (11, 24), (11, 28), (12, 1)]


def test_once_is_one_day_whatever_the_last_one_is() -> None:
    assert list(rules.days_of(rules.ONCE, SATURDAY, date(2027, 1, 1), ())) == [SATURDAY]


def test_a_week_begins_on_a_saturday() -> None:
    assert [rules.weekday_name(SATURDAY + timedelta(days=number)) for number in (0, 6)] == ["sat", "fri"]


def test_the_same_official_twice_at_once_is_told_of_both() -> None:
    found = rules.collisions([span(1, 7, 1, 0, 2), span(2, 7, 2, 1, 3)])
    twice = rules.OFFICIAL_TWICE
    assert found == {1: [Conflict(twice, 2)], 2: [Conflict(twice, 1)]}


def test_two_officials_at_one_desk_at_once() -> None:
    found = rules.collisions([span(1, 7, 1, 0, 2), span(2, 8, 1, 1, 3)])
    assert found[2] == [Conflict(rules.DESK_TWICE, 1)]


@pytest.mark.parametrize("desk", [None, 1])
def test_one_after_the_other_is_no_conflict(desk: int | None) -> None:
    assert rules.collisions([span(1, 7, desk, 0, 2), span(2, 7, desk, 2, 3)]) == {}


def test_officials_without_a_desk_dont_meet_there() -> None:
    assert rules.collisions([span(1, 7, None, 0, 2), span(2, 8, None, 0, 2)]) == {}


def test_a_long_session_meets_everything_within_it() -> None:
    found = rules.collisions([span(1, 7, 1, 0, 9), span(2, 7, 2, 1, 2), span(3, 7, 3, 4, 5)])
    assert [conflict.with_id for conflict in found[1]] == [2, 3]


def test_what_is_elsewhere_has_no_number() -> None:
    elsewhere = Span(None, 7, None, NINE, NINE + HOUR)
    assert rules.collisions([span(1, 7, 1, 0, 2), elsewhere]) == {1: [Conflict(rules.OFFICIAL_TWICE, None)]}


@pytest.mark.parametrize(
    ("state", "minutes", "may"),
    [
        (rules.PLANNED, -61, False),
        (rules.PLANNED, -60, True),
        (rules.ANNOUNCED, 59, True),
        (rules.ANNOUNCED, 60, False),
        (rules.UNDER_WAY, 30, True),
        (rules.OVER, 30, True),
        (rules.CANCELLED, 30, False),
    ],
)
def test_one_may_come_from_an_hour_before_until_the_end(state: str, minutes: int, may: bool) -> None:
    now = NINE + timedelta(minutes=minutes)
    assert rules.may_come(state, NINE, NINE + HOUR, now) is may


def test_an_official_is_missing_a_quarter_of_an_hour_after_the_begin() -> None:
    late = NINE + timedelta(minutes=15)
    assert rules.is_missed(rules.ANNOUNCED, NINE, late)
    assert not rules.is_missed(rules.ANNOUNCED, NINE, late - timedelta(seconds=1))
    assert not rules.is_missed(rules.UNDER_WAY, NINE, late)
    assert not rules.is_missed(rules.CANCELLED, NINE, late)


def turn(kind: str, demand: int, place: int = 5, status: str = "") -> Step:
    return Step(kind, place_id=place, demand_id=demand, status=status)


def reached(*steps: Step) -> rules.Reached:
    return rules.reached(steps, place_id=5, official_id=7)


def test_who_is_called_and_doesnt_come_reached_the_counter_only() -> None:
    found = reached(turn(rules.CALLED, 1), turn(rules.CALLED, 2), turn(rules.SERVED, 2))
    assert (found.attempted, found.answered) == (2, 1)


def test_a_person_called_twice_is_one_person() -> None:
    assert reached(turn(rules.CALLED, 1), turn(rules.CALLED, 1)).attempted == 1


def test_other_counters_dont_count() -> None:
    assert reached(turn(rules.CALLED, 1, place=6), turn(rules.SERVED, 1, place=6)).attempted == 0


def test_a_call_that_was_undone_was_none() -> None:
    assert reached(turn(rules.CALLED, 1), turn(rules.TAKEN_BACK, 1, status="waiting")).attempted == 0


def test_a_later_undo_doesnt_unmake_a_service() -> None:
    again = (turn(rules.CALLED, 1), turn(rules.TAKEN_BACK, 1, status="waiting"))
    found = reached(turn(rules.CALLED, 1), turn(rules.SERVED, 1), *again)
    assert (found.attempted, found.answered) == (1, 1)


def test_contacts_without_a_demand_count_as_attempts_and_answers() -> None:
    found = reached(
        Step(rules.CONTACT, place_id=5, contact_id=1, answered=True),
        Step(rules.CONTACT, place_id=5, contact_id=2),
        Step(rules.CONTACT, place_id=5, contact_id=3, answered=True),
        Step(rules.CONTACT_TAKEN_BACK, contact_id=3),
        Step(rules.CONTACT, place_id=6, contact_id=4),
    )
    assert (found.attempted, found.answered) == (2, 1)


def test_who_sits_there_after_the_official_counts_for_themselves() -> None:
    found = reached(
        Step(rules.GOT_UP, place_id=5, user_id=7),
        Step(rules.SAT_DOWN, place_id=5, user_id=8),
        turn(rules.SERVED, 1),
        Step(rules.SAT_DOWN, place_id=5, user_id=7),
        turn(rules.SERVED, 2),
    )
    assert found.served == {2}


def test_every_state_fits_its_column() -> None:
    states = (*rules.SESSION_STATES, *rules.APPOINTMENT_STATES)
    assert max(map(len, states)) <= 12


@pytest.mark.parametrize("state", rules.APPOINTMENT_STATES)
def test_what_can_be_done_leads_to_a_state_that_there_is(state: str) -> None:
    for act in rules.acts_on(state):
        assert rules.appointment_after(state, act) in rules.APPOINTMENT_STATES


def test_who_was_received_stays_received() -> None:
    assert rules.acts_on(rules.MET) == ()
    assert rules.appointment_after(rules.MET, "absent") is None
