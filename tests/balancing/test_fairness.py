"""Who was overtaken, by how many, by how much and why, on turns that are worked out by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskops.balancing.fairness import (
    HAND,
    LANGUAGE,
    MISSED,
    OTHER,
    PLACE,
    PRIORITY,
    WALK,
    Overtaken,
    Standing,
    Turn,
    overtaken,
    why,
)

LOAN, WORK = (1, "walk_in"), (2, "walk_in")


def turns(*times: tuple[float, float | None], group: tuple[int, object] = LOAN) -> list[Turn]:
    return [Turn(number, group, came, started) for number, (came, started) in enumerate(times)]


def test_the_first_of_those_who_overtook_is_named_with_the_minutes_between_the_two_starts() -> None:
    found = overtaken(turns((0, 60), (10, 20), (12, 15), (13, 90)), now=100)
    assert found == {0: Overtaken(people=2, minutes=45, by=2), 1: Overtaken(people=1, minutes=5, by=2)}


def test_nobody_is_overtaken_where_all_go_in_order() -> None:
    assert overtaken(turns((0, 1), (5, 6), (10, 11)), now=20) == {}


@pytest.mark.parametrize("times", [((0, 30), (1, 20)), ((0, 30), (5, 29))], ids=["came", "was started"])
def test_within_a_minute_it_is_no_overtaking(times: tuple[tuple[float, float], ...]) -> None:
    assert overtaken(turns(*times), now=40) == {}


def test_other_topics_are_no_matter() -> None:
    later = Turn(1, WORK, 5, 6)
    assert overtaken([*turns((0, 60)), later], now=70) == {}


def test_who_waits_is_measured_as_of_now() -> None:
    assert overtaken(turns((0, None), (10, 20)), now=50) == {0: Overtaken(1, 30, 1)}


def test_who_waits_overtakes_nobody() -> None:
    assert overtaken(turns((0, 60), (10, None)), now=100) == {}


def test_of_nobody_there_is_nothing() -> None:
    assert overtaken([], now=0) == {}


drawn_turns = st.lists(
    st.tuples(st.floats(0, 50), st.one_of(st.none(), st.floats(0, 50)), st.sampled_from([LOAN, WORK])),
    max_size=25,
)


@given(drawn_turns)
def test_it_agrees_with_looking_at_every_pair(
    drawn: list[tuple[float, float | None, tuple[int, str]]],
) -> None:
    people = [
        Turn(n, group, came, wait if wait is None else came + wait)
        for n, (came, wait, group) in enumerate(drawn)
    ]
    found = overtaken(people, now=100.0)
    for person in people:
        until = 100.0 if person.started is None else person.started
        by = [
            other.started
            for other in people
            if other.group == person.group
            and other.started is not None
            and other.registered > person.registered + 1
            and other.started < until - 1
        ]
        assert (person.id in found) == bool(by)
        if by:
            assert found[person.id][:2] == (len(by), until - min(by))


PERSON, FIRST = Standing(registered=0, place=1), Standing(registered=10, place=1)


@pytest.mark.parametrize(
    ("person", "first", "reason"),
    [
        (PERSON, FIRST, OTHER),
        (replace(PERSON, walked=True), FIRST, WALK),
        (replace(PERSON, by_hand=True), FIRST, HAND),
        (replace(PERSON, missed=True), FIRST, MISSED),
        (PERSON, replace(FIRST, bonus_minutes=11), PRIORITY),
        (replace(PERSON, language="ku"), FIRST, LANGUAGE),
        (PERSON, replace(FIRST, place=2), PLACE),
        (replace(PERSON, missed=True), replace(FIRST, bonus_minutes=11), MISSED),
    ],
)
def test_the_surest_reason_is_given(person: Standing, first: Standing, reason: str) -> None:
    assert why(person, first) == reason


def test_a_bonus_that_is_too_small_to_overtake_is_not_the_reason() -> None:
    assert why(PERSON, replace(FIRST, bonus_minutes=10)) == OTHER


def test_a_language_that_the_other_spoke_too_is_not_the_reason() -> None:
    assert why(replace(PERSON, language="ku"), replace(FIRST, language="ku")) == OTHER
