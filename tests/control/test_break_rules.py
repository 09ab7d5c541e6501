"""Since when somebody has worked without a break, and whose turn it is."""

from datetime import UTC, datetime, timedelta

import pytest

from deskops.control.rules.breaks import Spell, Standing, in_turn, is_due, is_too_long, working_since

SIX = datetime(2026, 11, 22, 6, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return SIX + timedelta(minutes=minutes)


def test_work_counts_from_the_check_in() -> None:
    assert working_since([Spell(at(0), None)], None) == at(0)


def test_a_break_begins_it_anew() -> None:
    assert working_since([Spell(at(0), None)], at(90)) == at(90)


def test_a_break_of_an_earlier_spell_counts_no_more() -> None:
    assert working_since([Spell(at(0), at(100)), Spell(at(300), None)], at(60)) == at(300)


@pytest.mark.parametrize(("gap", "since"), [(0, 0), (20, 0), (21, 121)])
def test_a_move_is_no_rest_and_a_pause_is(gap: int, since: int) -> None:
    spells = [Spell(at(0), at(100)), Spell(at(100 + gap), None)]
    assert working_since(spells, None) == at(since)


def test_several_moves_are_one_spell() -> None:
    spells = [Spell(at(0), at(30)), Spell(at(30), at(70)), Spell(at(75), None)]
    assert working_since(spells, None) == at(0)
    assert working_since(spells, at(72)) == at(72)


@pytest.mark.parametrize(("minutes", "due"), [(149, False), (150, True)])
def test_it_is_due_after_so_many_minutes(minutes: int, due: bool) -> None:
    assert is_due(Standing(1, at(0)), at(minutes), timedelta(minutes=150)) is due


def test_nobody_is_due_while_they_rest() -> None:
    resting = Standing(1, at(0), break_since=at(160))
    assert not is_due(resting, at(400), timedelta(minutes=150))
    assert not is_too_long(resting, at(180), timedelta(minutes=20))
    assert is_too_long(resting, at(181), timedelta(minutes=20))


def test_who_asked_goes_first_then_who_worked_longest_and_who_rests_comes_last() -> None:
    people = [
        Standing(1, at(0), break_since=at(200)),
        Standing(2, at(50)),
        Standing(3, at(90), asked_at=at(100)),
        Standing(4, at(10)),
    ]
    assert [one.staff_id for one in in_turn(people)] == [3, 4, 2, 1]
