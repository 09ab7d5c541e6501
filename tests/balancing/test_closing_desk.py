"""A desk that is closing serves those who wait for it by name, and nobody else."""

from deskops.balancing.claim import best
from deskops.balancing.load import Load
from deskops.balancing.router import least_cost
from deskops.balancing.state import Arrival, Counter, Desk, Topic, Waiting

LOAN = 1


def closing_load(**waiting: int | None) -> Load:
    """One closing desk with an open counter, and one who waits."""
    load = Load()
    load.put_topic(Topic(LOAN, 8.0))
    load.put_desk(Desk(1, 1, {LOAN: 1.0}, closing=True))
    load.put_counter(Counter(1, 1, open=True))
    load.put_waiting(Waiting(1, 1, LOAN, 0.0, **waiting))  # type: ignore[arg-type]
    return load


def test_a_closing_desk_is_given_nobody_new() -> None:
    assert least_cost(closing_load(), Arrival(1, LOAN)).desk_id is None


def test_a_closing_desk_calls_those_who_are_kept_for_it() -> None:
    assert best(closing_load(desk_id=1, only_desk_id=1), 1) == 1


def test_a_closing_desk_calls_nobody_elses_people() -> None:
    assert best(closing_load(), 1) is None


def test_a_desk_that_is_closing_takes_nobody_new_though_it_is_open() -> None:
    desk = Desk(1, 1, {LOAN: 1.0}, closing=True)
    assert desk.open and not desk.takes_new
