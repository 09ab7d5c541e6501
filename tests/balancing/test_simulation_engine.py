"""Small days played by hand: who is served when, as counters come, go, move and fail."""

from collections.abc import Sequence

import pytest

from deskops.balancing.simulation.engine import Floor
from deskops.balancing.simulation.plain import Lists
from deskops.balancing.simulation.scenario import CounterMove, DeskDown, Person
from deskops.balancing.simulation.staffing import Failure, Shift, changes, pooled
from tests.balancing.scenes import LOAN, caller, counter_desk, desk, scene

FIRST, SECOND, THIRD = 1, 2, 3


def lists(where=lambda person: FIRST) -> Lists:
    return Lists(where, lambda desk, topic: 1.0)


def starts(
    people: Sequence[Person], staffing: Sequence[Shift | Failure], strategy: Lists | None = None
) -> list:
    """The minute at which each person's service starts; None for those nobody serves."""
    floor = Floor([counter_desk(FIRST), counter_desk(SECOND)], people, strategy or lists())
    passed = floor.play(staffing)
    return [passed[person].start if person in passed else None for person in range(len(people))]


def test_a_second_person_waits_for_the_first_ones_end() -> None:
    assert starts([caller(0, 10), caller(1, 5), caller(2, 5)], [Shift(0, FIRST, counters=1)]) == [0, 10, 15]


def test_urgent_people_are_called_first() -> None:
    people = [caller(0, 10), caller(1, 5), caller(2, 5, urgent=True)]
    assert starts(people, [Shift(0, FIRST, counters=1)]) == [0, 15, 10]


def test_nobody_is_served_before_a_counter_opens() -> None:
    assert starts([caller(0)], [Shift(30, FIRST, counters=1)]) == [30]


def test_who_comes_at_the_minute_of_a_service_end_finds_the_counter_free() -> None:
    assert starts([caller(0, 10), caller(10, 5)], [Shift(0, FIRST, counters=1)]) == [0, 10]


def test_of_two_counters_whoever_is_done_first_leaves() -> None:
    people = [caller(0, 30), caller(0, 10), caller(1, 5)]
    staffing = [Shift(0, FIRST, counters=2), Shift(5, FIRST, counters=1)]
    # At 10 the second counter is done and goes; the first stays until 30.
    assert starts(people, staffing) == [0, 0, 30]


def test_an_idle_counter_leaves_at_once_and_the_busy_one_stays() -> None:
    people = [caller(0, 30), caller(31, 5)]
    staffing = [Shift(0, FIRST, counters=2), Shift(5, FIRST, counters=1)]
    assert starts(people, staffing) == [0, 31]


def test_a_counter_about_to_leave_stays_if_the_count_rises_again() -> None:
    people = [caller(0, 30), caller(0, 10), caller(1, 5)]
    staffing = [Shift(0, FIRST, counters=2), Shift(5, FIRST, counters=1), Shift(8, FIRST, counters=2)]
    assert starts(people, staffing) == [0, 0, 10]


def test_a_move_lasts_beyond_the_plans_next_count() -> None:
    leave, arrive = Shift(5, FIRST, step=-1), Shift(25, SECOND, step=1)
    staffing = [Shift(0, FIRST, counters=2), leave, arrive, Shift(60, FIRST, counters=2)]
    people = [caller(61, 10), caller(61, 10)]
    assert starts(people, staffing) == [61, 71]


def test_a_moved_counter_serves_after_its_way() -> None:
    staffing = [Shift(0, FIRST, counters=1), Shift(5, FIRST, step=-1), Shift(25, SECOND, step=1)]
    assert starts([caller(6)], staffing, lists(lambda person: SECOND)) == [25]


def test_more_leaving_than_there_are_leaves_none() -> None:
    staffing = [Shift(0, FIRST, counters=1), *(Shift(5, FIRST, step=-1) for _ in range(2))]
    assert starts([caller(6)], [*staffing, Shift(60, FIRST, counters=3)]) == [60]


def test_a_failed_desk_finishes_whom_it_serves_and_takes_nobody() -> None:
    staffing = [Shift(0, FIRST, counters=1), Failure(5, FIRST, True), Failure(65, FIRST, False)]
    assert starts([caller(0, 10), caller(1, 5)], staffing) == [0, 65]


def test_who_is_served_when_the_desk_is_up_again_is_served_to_the_end() -> None:
    staffing = [Shift(0, FIRST, counters=1), Failure(5, FIRST, True), Failure(8, FIRST, False)]
    assert starts([caller(0, 10), caller(1, 5)], staffing) == [0, 10]


def test_a_no_show_takes_its_minutes_whatever_the_desk() -> None:
    slow = Lists(lambda person: FIRST, lambda desk, topic: 2.0)
    people = [caller(0, 1, no_show=True), caller(0, 10), caller(0, 10)]
    assert starts(people, [Shift(0, FIRST, counters=1)], slow) == [0, 1, 21]


def test_whom_nobody_serves_is_missing() -> None:
    assert starts([caller(0)], []) == [None]


def test_a_caller_whose_patience_ends_is_served_no_more() -> None:
    people = [caller(0, 10), caller(1, 5, patience_minutes=4), caller(2, 5)]
    assert starts(people, [Shift(0, FIRST, counters=1)]) == [0, None, 10]


def test_a_caller_answered_in_time_does_not_give_up() -> None:
    people = [caller(0, 10), caller(1, 60, patience_minutes=10)]
    floor = Floor([counter_desk()], people, lists())
    assert floor.play([Shift(0, FIRST, counters=1)])[1].start == 10
    assert floor.gave_up == set()


def test_a_counter_that_serves_cannot_serve_another() -> None:
    class Careless(Lists):
        def free(self, counter: int) -> None:
            self.floor.serve(counter, 0, 1.0)
            self.floor.serve(counter, 1, 1.0)

    floor = Floor(
        [counter_desk()], [caller(1), caller(1)], Careless(lambda person: None, lambda desk, topic: 1.0)
    )
    with pytest.raises(RuntimeError, match="can't serve"):
        floor.play([Shift(2, FIRST, counters=1)])


def test_the_plan_is_repeated_each_day_and_events_come_after_it() -> None:
    event = {"type": "desk_down", "day": 2, "at": "08:00", "minutes": 60, "desk": 10}
    played = scene(days=2, desks=[desk(10, site=0, speed={"0": 1.0})], events=[event])
    assert played.events == (DeskDown(1920, 10, 60),)
    assert changes(played) == [
        Shift(480, 10, counters=2),
        Shift(1920, 10, counters=2),
        Failure(1920, 10, True),
        Failure(1980, 10, False),
    ]


def test_the_pool_has_the_counters_of_all_desks_that_are_up() -> None:
    event = {"type": "desk_down", "day": 1, "at": "09:00", "minutes": 60, "desk": 20}
    move = {"type": "move_counters", "day": 1, "at": "10:30", "travel_minutes": 20, "moves": [[10, 30]]}
    played = scene(events=[event, move])
    assert played.events[1] == CounterMove(630, 10, 30, 20)
    counted = [(shift.minute, shift.counters) for shift in pooled(played) if isinstance(shift, Shift)]
    assert counted == [(480, 2), (480, 4), (480, 6), (540, 4), (600, 6), (630, 5), (650, 6)]


class Moving(Lists):
    """Moves a counter when each of the first people arrives, as if advised to, and serves nobody."""

    def __init__(self, *moves: tuple[int, int]) -> None:
        super().__init__(lambda person: None, lambda desk, topic: 1.0)
        self.moves = moves
        self.seen: list[tuple[int, ...]] = []

    def arrive(self, person: int) -> None:
        self.seen.append(tuple(self.floor.open_counters(desk) for desk in (FIRST, SECOND, THIRD)))
        if person < len(self.moves):
            self.floor.move_counter(*self.moves[person], 0.0)


def counted(
    moves: Sequence[tuple[int, int]], staffing: Sequence[Shift], *minutes: float
) -> list[tuple[int, ...]]:
    """Open counters at the three desks, some time after the moves of the first minutes."""
    strategy = Moving(*moves)
    desks = [counter_desk(FIRST), counter_desk(SECOND), counter_desk(THIRD)]
    first = range(1, 1 + len(moves))
    Floor(desks, [caller(minute) for minute in (*first, *minutes)], strategy).play(staffing)
    return strategy.seen[len(moves) :]


def test_a_counter_moved_on_advice_stays_while_its_shift_lasts() -> None:
    staffing = [Shift(0, FIRST, counters=3), Shift(30, FIRST, counters=2)]
    assert counted([(FIRST, SECOND)], staffing, 20, 40) == [(2, 1, 0), (1, 1, 0)]


def test_advice_makes_no_counters_out_of_nothing_when_the_plan_falls() -> None:
    staffing = [Shift(0, FIRST, counters=3), Shift(30, FIRST, counters=1), Shift(60, FIRST, counters=3)]
    assert counted([(FIRST, SECOND)] * 2, staffing, 20, 40, 70) == [(1, 2, 0), (0, 1, 0), (2, 1, 0)]


def test_a_shift_ends_wherever_the_counter_was_moved_on_to() -> None:
    staffing = [Shift(0, FIRST, counters=1), Shift(30, FIRST, counters=0)]
    assert counted([(FIRST, SECOND), (SECOND, THIRD)], staffing, 20, 40) == [(0, 0, 1), (0, 0, 0)]


def test_planned_counts_include_the_counters_that_were_moved() -> None:
    seen = []

    class Looking(Lists):
        def arrive(self, person: int) -> None:
            seen.extend(self.floor.planned(60))

    floor = Floor([counter_desk()], [caller(20)], Looking(lambda person: None, lambda desk, topic: 1.0))
    floor.play([Shift(0, FIRST, counters=2), Shift(10, FIRST, step=-1), Shift(50, FIRST, counters=3)])
    assert seen == [Shift(50, FIRST, counters=2)]
    assert LOAN in counter_desk().speed
