"""Rosters by solver and by greedy draft: every rule holds, the bound is true, and a solve can be called off."""

import sys
import time
from dataclasses import replace

import pytest

from benchmarks.rosters import DAY, HUNDRED, Size, roster_problem, with_drop_outs
from deskops.staff.rostering.greedy import greedy
from deskops.staff.rostering.problem import Plan, Problem
from deskops.staff.rostering.search import Search
from deskops.staff.rostering.solver import Cancelled, Progress, solve
from tests.staff.roster_checker import check
from tests.staff.rosters import least, person, problem, slot, small


def checked(given: Problem, **more) -> Plan:
    """Solved, and found right; so is its draft."""
    check(given, greedy(given))
    plan = solve(given, **more)
    check(given, plan)
    return plan


@pytest.mark.parametrize("seed", range(40))
def test_no_roster_is_better_than_the_bound_says(seed: int) -> None:
    given = small(seed)
    plan, best = checked(given), least(given)
    assert plan.bound is not None
    assert plan.bound <= best + 1e-6
    assert best - 1e-6 <= plan.cost <= best * 1.01 + 1e-6


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_a_roster_of_a_hundred_lies_within_one_percent(seed: int) -> None:
    plan = checked(roster_problem(HUNDRED, seed))
    assert plan.method == "mip"
    assert plan.bound is not None
    assert plan.cost - plan.bound <= 0.01 * plan.cost


def test_the_same_problem_has_the_same_roster() -> None:
    given = roster_problem(HUNDRED, 6)
    assert solve(given).assignments == solve(given).assignments


SHAPES = {
    "shortage everywhere": Size(60, 6, need=2.5),
    "hardly anything to do": Size(60, 6, need=0.1),
    "more desks than people need": Size(80, 40),
    "one long week": Size(40, 4, days=7, most=(5, 6)),
    "nobody may work": Size(30, 3, most=(0,)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_roster_of_an_odd_shape_keeps_every_rule(shape: str) -> None:
    checked(roster_problem(SHAPES[shape], 1))


def test_nobody_and_nothing_to_do_are_empty_rosters() -> None:
    assert checked(problem([], [])).assignments == frozenset()
    assert checked(problem([person(1)], [])).cost == 0.0
    lacking = checked(problem([], [slot(1, minimum=2, target=3)]))
    assert lacking.bound == lacking.cost == 2_040.0


def test_a_slot_that_nobody_can_fill_leaves_the_others_filled() -> None:
    plan = checked(problem([person(1), person(2)], [slot(1, desk=9), slot(2)]))
    assert {where for _, where in plan.assignments} == {2}
    assert [lack.slot for lack in plan.shortfalls] == [1]


def test_hours_of_no_shift_keep_somebody_at_home() -> None:
    given = problem([person(1, free=((0, 60),)), person(2, free=())], [slot(1)])
    assert checked(given).assignments == frozenset()


def test_a_night_needs_both_days_to_be_free() -> None:
    night = slot(1, 22, 8)
    both = person(1, free=((0, DAY), (DAY, 2 * DAY)))
    assert checked(problem([both], [night])).assignments == {(1, 1)}
    assert checked(problem([person(1, free=((0, DAY),))], [night])).assignments == frozenset()


def test_long_shifts_that_overlap_go_to_different_people() -> None:
    slots = [slot(number, 6 + 2 * number, 12) for number in range(1, 6)]
    plan = checked(problem([person(number) for number in range(1, 4)], slots))
    assert len(plan.assignments) == len({who for who, _ in plan.assignments}) == 3


def test_exactly_the_rest_is_rest_enough() -> None:
    given = problem([person(1)], [slot(1, 6, 6), slot(2, 20, 6)])
    assert len(checked(given).assignments) == 2
    assert len(checked(replace(given, rest=given.rest + 1)).assignments) == 1


def test_a_supervisor_is_kept_for_where_only_they_can_go() -> None:
    both = person(1, desks={1, 2}, supervises=True)
    given = problem([both, person(2)], [slot(1), slot(2, desk=2, supervisors=1)])
    assert checked(given).assignments == {(1, 2), (2, 1)}


def test_a_re_plan_keeps_what_is_frozen_and_changes_little() -> None:
    given = roster_problem(HUNDRED, 3)
    plan = checked(given)
    later = with_drop_outs(given, plan.assignments, 3, gone=5, doubled=0)
    again = checked(later)
    assert later.frozen <= again.assignments
    closed = {entry for entry in again.assignments if entry[1] in later.closed}
    assert closed == {entry for entry in plan.assignments if entry[1] in later.closed}
    assert len({who for who, _ in plan.assignments ^ again.assignments}) <= 25


def test_what_is_frozen_stays_even_where_it_breaks_a_rule() -> None:
    overridden = problem(
        [person(1, most=1)], [slot(1), slot(2, 10), slot(3, 90)], frozen=frozenset({(1, 1), (1, 2)})
    )
    assert checked(overridden).assignments == {(1, 1), (1, 2)}


def test_something_frozen_of_a_stranger_is_refused() -> None:
    with pytest.raises(ValueError, match="person 7 in slot 1"):
        solve(problem([person(1)], [slot(1)], frozen=frozenset({(7, 1)})))


def test_a_plan_that_suits_stays_though_another_would_please_more() -> None:
    people = [person(1, home=2, desks={1, 2}), person(2)]
    assert checked(problem(people, [slot(1)])).assignments == {(2, 1)}
    standing = problem(people, [slot(1)], kept=frozenset({(1, 1)}))
    assert checked(standing).assignments == {(1, 1)}


def test_progress_never_goes_back_and_ends_with_the_plan() -> None:
    told: list[Progress] = []
    plan = solve(roster_problem(HUNDRED, 1), told=told.append)
    shares = [one.share for one in told]
    assert shares == sorted(shares)
    assert told[0].stage == "greedy"
    assert (told[-1].stage, told[-1].share, told[-1].best) == ("done", 1.0, plan.cost)
    assert [one.best for one in told] == sorted((one.best for one in told), reverse=True)


def test_a_solve_called_off_ends_at_once() -> None:
    asked: list[float] = []

    def called_off() -> bool:
        asked.append(time.monotonic())
        return len(asked) > 2

    with pytest.raises(Cancelled):
        solve(roster_problem(Size(400, 20), 1), cancelled=called_off)
    assert time.monotonic() - asked[-1] < 1.0


def test_no_time_at_all_leaves_the_draft() -> None:
    given = roster_problem(HUNDRED, 1)
    plan = checked(given, limit_seconds=0.0)
    assert (plan.method, plan.bound, plan.cost) == ("greedy", None, greedy(given).cost)


def test_without_the_library_there_is_still_a_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    for module in ("search", "highs"):
        monkeypatch.delitem(sys.modules, f"deskops.staff.rostering.{module}", raising=False)
    plan = checked(roster_problem(HUNDRED, 2))
    assert (plan.method, plan.bound) == ("greedy", None)


def test_a_library_that_fails_leaves_the_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(search: Search, seconds: float) -> None:
        raise RuntimeError("no licence, no memory, whatever it says")

    monkeypatch.setattr(Search, "relax", failing)
    assert checked(roster_problem(HUNDRED, 2)).method == "greedy"
