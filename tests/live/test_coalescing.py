"""At once after a quiet time, at most four times a second in a busy one, and never a number too far."""

from hypothesis import given
from hypothesis import strategies as st

from deskops.live.coalescing import DESK_GAP_SECONDS, Coalescer


def test_the_first_change_is_shown_at_once() -> None:
    coalescer = Coalescer(4)
    coalescer.note(5, [1])
    assert coalescer.take(0.0) == (5, 5, {1})
    assert not coalescer.is_waiting


def test_a_second_change_of_the_desk_waits_a_quarter_of_a_second() -> None:
    coalescer = Coalescer(0)
    coalescer.note(1, [1])
    coalescer.take(10.0)
    coalescer.note(2, [1])
    assert coalescer.take(10.2).is_empty
    assert coalescer.is_waiting
    assert coalescer.take(10.25) == (2, 2, {1})


def test_another_desk_need_not_wait_for_it() -> None:
    coalescer = Coalescer(0)
    coalescer.note(1, [1])
    coalescer.take(10.0)
    coalescer.note(2, [1])
    coalescer.note(3, [2])
    batch = coalescer.take(10.1)
    assert batch.desk_ids == {2}
    assert not batch.is_empty


def test_a_number_is_told_only_when_everything_up_to_it_was_shown() -> None:
    coalescer = Coalescer(0)
    coalescer.note(1, [1])
    coalescer.take(10.0)
    coalescer.note(2, [1])
    coalescer.note(3, [2])
    assert coalescer.take(10.1) == (2, 1, {2})
    assert coalescer.take(10.3) == (2, 3, {1})


def test_a_change_of_no_desk_is_told_at_once() -> None:
    coalescer = Coalescer(7)
    coalescer.note(8, [])
    assert coalescer.take(0.0) == (8, 8, set())


def test_nothing_new_is_nothing_to_say() -> None:
    assert Coalescer(7).take(0.0).is_empty


def test_what_others_told_is_skipped() -> None:
    coalescer = Coalescer(7)
    coalescer.skip_to(20)
    coalescer.note(21, [1])
    assert coalescer.take(0.0) == (21, 21, {1})


def test_what_is_still_to_be_told_is_never_skipped() -> None:
    coalescer = Coalescer(0)
    coalescer.note(1, [1])
    coalescer.skip_to(20)
    assert coalescer.take(0.0) == (1, 1, {1})


Steps = st.lists(st.tuples(st.floats(0.0, 0.4), st.sets(st.integers(1, 4), max_size=2)), max_size=40)


@given(Steps)
def test_ranges_are_gapless_and_each_desk_is_shown_at_most_four_times_a_second(steps) -> None:
    coalescer, now, told, shown = Coalescer(0), 0.0, 0, {}
    for sequence, (pause, desks) in enumerate(steps, 1):
        now += pause
        coalescer.note(sequence, desks)
        batch = coalescer.take(now)
        assert batch.start == told + 1
        told = batch.end
        for desk_id in batch.desk_ids:
            assert now - shown.get(desk_id, -1.0) >= DESK_GAP_SECONDS
            shown[desk_id] = now
    coalescer.take(now + 1)
    assert not coalescer.is_waiting
