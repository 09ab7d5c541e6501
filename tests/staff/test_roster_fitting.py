"""Manual picks: what would be broken, who would do best, and what would help one slot now."""

import time

import pytest

from benchmarks.rosters import SEVEN_HUNDRED, roster_problem
from deskops.staff.rostering.costing import cost
from deskops.staff.rostering.fitting import faults, ranked
from deskops.staff.rostering.greedy import greedy
from deskops.staff.rostering.problem import Plan
from deskops.staff.rostering.suggestion import Suggestion, suggest
from tests.staff.roster_checker import broken_rules, check, price
from tests.staff.rosters import person, problem, slot, small

NOBODY = frozenset[tuple[int, int]]()


def test_somebody_who_fits_breaks_nothing() -> None:
    assert faults(problem([person(1)], [slot(1)]), NOBODY, 1, 1) == ()


def test_each_broken_rule_is_named() -> None:
    elsewhere = problem([person(1, home=2, free=((0, 60),), most=0)], [slot(1)], closed=frozenset({1}))
    assert faults(elsewhere, NOBODY, 1, 1) == ("skill", "free", "closed", "too_many")


def test_an_overlap_is_told_apart_from_too_little_rest() -> None:
    given = problem([person(1)], [slot(1, 8, 6), slot(2, 12, 6), slot(3, 18, 6), slot(4, 22, 6)])
    assert faults(given, {(1, 1)}, 1, 2) == ("overlap",)
    assert faults(given, {(1, 1)}, 1, 3) == ("rest",)
    assert faults(given, {(1, 1)}, 1, 4) == ()


def test_a_slot_at_its_target_is_full_but_not_for_who_has_it() -> None:
    given = problem([person(1), person(2)], [slot(1)])
    assert faults(given, {(1, 1)}, 2, 1) == ("full",)
    assert faults(given, {(1, 1)}, 1, 1) == ()


def test_a_stranger_is_an_error() -> None:
    with pytest.raises(KeyError):
        faults(problem([person(1)], [slot(1)]), NOBODY, 5, 1)


def test_whoever_costs_least_comes_first() -> None:
    people = [person(1, home=2, desks={1, 2}), person(2), person(3)]
    given = problem(people, [slot(1), slot(2, 90)])
    found = ranked(given, {(2, 2)}, 1)
    assert [one.person for one in found] == [3, 2, 1]
    assert [one.gain for one in found] == [1_000.0, 999.0, 992.0]
    assert [(one.away_from_home, one.shifts) for one in found] == [(False, 0), (False, 1), (True, 0)]


def test_of_equals_whoever_was_asked_longest_ago_comes_first() -> None:
    given = problem([person(number) for number in range(1, 5)], [slot(1)])
    found = ranked(given, NOBODY, 1, asked={1: 300.0, 2: 100.0, 4: 200.0})
    assert [one.person for one in found] == [3, 2, 4, 1]
    assert [one.person for one in ranked(given, NOBODY, 1, limit=2)] == [1, 2]


def test_a_supervisor_comes_first_where_one_is_missing() -> None:
    given = problem([person(1), person(2, supervises=True)], [slot(1, supervisors=1)])
    assert [one.person for one in ranked(given, NOBODY, 1)] == [2, 1]


def test_nobody_is_ranked_for_a_full_or_closed_slot() -> None:
    given = problem([person(1), person(2)], [slot(1), slot(2, 90)], closed=frozenset({2}))
    assert ranked(given, {(1, 1)}, 1) == ranked(given, NOBODY, 2) == []


@pytest.mark.parametrize("seed", range(30))
def test_a_gain_is_what_the_cost_falls_by(seed: int) -> None:
    given = small(seed)
    roster = greedy(given).assignments
    assert cost(given, roster) == price(given, roster)
    for number in given.slots:
        for one in ranked(given, roster, number):
            more = roster | {(one.person, number)}
            assert faults(given, roster, one.person, number) == ()
            assert one.gain == pytest.approx(price(given, roster) - price(given, more))


def test_a_gap_is_closed_by_somebody_free() -> None:
    given = problem([person(1), person(2)], [slot(1), slot(2)])
    assert suggest(given, {(1, 2)}, 1) == Suggestion(frozenset({(2, 1)}), frozenset(), 992.0)


def test_somebody_is_moved_from_where_they_are_needed_less() -> None:
    spare = slot(2, desk=2, minimum=0, target=1)
    given = problem([person(1, home=2, desks={1, 2})], [slot(1), spare])
    found = suggest(given, {(1, 2)}, 1)
    assert (found.added, found.removed) == ({(1, 1)}, {(1, 2)})
    assert found.gain == 1_000 - 40 - 10 - 8


def test_nobody_is_moved_where_it_would_not_help() -> None:
    given = problem([person(1, desks={1, 2})], [slot(1, desk=2), slot(2)])
    assert suggest(given, {(1, 2)}, 1) == Suggestion()


def test_what_is_past_is_not_touched_for_a_suggestion() -> None:
    given = problem(
        [person(1, desks={1, 2})], [slot(1), slot(2, desk=2, minimum=0)], frozen=frozenset({(1, 2)})
    )
    assert suggest(given, {(1, 2)}, 1) == Suggestion()


@pytest.mark.parametrize("seed", [1, 2])
def test_suggestions_for_700_people_keep_the_rules_and_pay(seed: int) -> None:
    given = roster_problem(SEVEN_HUNDRED, seed)
    full = greedy(given).assignments
    for number in (5, 100, 200):
        roster = frozenset(entry for entry in full if entry[1] != number)
        found = suggest(given, roster, number)
        after = roster - found.removed | found.added
        assert broken_rules(given, after) == []
        assert found.added
        assert found.gain > 0


def test_candidates_for_700_people_are_ranked_in_an_instant() -> None:
    given = roster_problem(SEVEN_HUNDRED, 1)
    roster = greedy(given)
    check(given, Plan(roster.assignments, roster.shortfalls, roster.cost, None, roster.method))
    gap = frozenset(entry for entry in roster.assignments if entry[1] != 100)
    begun = time.process_time()
    assert ranked(given, gap, 100)
    assert time.process_time() - begun < 0.1
