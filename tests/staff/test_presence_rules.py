"""From scans to presences, purely: the order in which they arrive changes nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskops.staff.rules import ARRIVED, AUTO, COMPLETED, DROPPED, LEFT_EARLY, MOVE, NO_SHOW, PLANNED, SCANNER
from deskops.staff.rules.attendance import Duty, Times, attended, closes_at, duty_of, minutes_late
from deskops.staff.rules.presence import Effect, Held, Spot, Stay, fold

EIGHT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
A, B, ENTRANCE, OTHER_ENTRANCE = Spot(1, 1), Spot(2, 2), Spot(None, 1), Spot(None, 2)
SHIFT = Duty(1, 1, EIGHT, EIGHT + 6 * HOUR)
TIMES = Times()

SCANS = st.lists(
    st.builds(
        Held,
        nonce=st.uuids().map(str),
        at=st.integers(0, 40).map(lambda step: EIGHT + step * 20 * timedelta(seconds=1)),
        kind=st.sampled_from(["in", "out", "break", "back"]),
        spot=st.sampled_from([A, B, ENTRANCE, OTHER_ENTRANCE]),
        source=st.sampled_from([SCANNER, AUTO]),
    ),
    max_size=12,
    unique_by=lambda scan: scan.nonce,
)


def held(kind: str, minutes: float, spot: Spot = A, source: str = SCANNER) -> Held:
    return Held(f"{kind}{minutes}{spot}", EIGHT + minutes * MINUTE, kind, spot, source)


@given(SCANS, st.randoms())
def test_any_order_of_arrival_gives_the_same_presences(scans: list[Held], chance) -> None:
    shuffled = [*scans]
    chance.shuffle(shuffled)
    first, second = fold(scans), fold(shuffled)
    assert (first.stays, first.effects) == (second.stays, second.effects)


@given(SCANS)
def test_nobody_is_at_two_places_at_once_and_every_scan_has_its_effect(scans: list[Held]) -> None:
    folded = fold(scans)
    assert folded.effects.keys() == {scan.nonce for scan in scans}
    for before, after in zip(folded.stays, folded.stays[1:], strict=False):
        assert before.ended_at is not None
        assert before.began_at < before.ended_at <= after.began_at
    assert all(stay.break_minutes >= 0 for stay in folded.stays)


@given(SCANS)
def test_a_scan_that_comes_twice_changes_no_presence(scans: list[Held]) -> None:
    again = [Held(f"again-{scan.nonce}", scan.at, scan.kind, scan.spot, scan.source) for scan in scans[:1]]
    alone = fold(scans[:1])
    assert fold([*scans[:1], *again]).stays == alone.stays


def test_in_at_another_desk_ends_the_first() -> None:
    first, second = fold([held("in", 0), held("in", 30, B)]).stays
    assert (first.ended_at, first.ended_by) == (EIGHT + 30 * MINUTE, SCANNER)
    assert (second.spot, second.ended_at) == (B, None)


def test_who_comes_through_the_entrance_again_is_still_at_the_desk_behind_it() -> None:
    folded = fold([held("in", 0), held("in", 30, ENTRANCE)])
    assert [stay.spot for stay in folded.stays] == [A]


def test_the_entrance_of_another_site_ends_the_desk() -> None:
    assert [stay.spot for stay in fold([held("in", 0), held("in", 30, OTHER_ENTRANCE)]).stays] == [
        A,
        OTHER_ENTRANCE,
    ]


def test_out_wherever_it_is_scanned_ends_where_they_were() -> None:
    [stay] = fold([held("in", 0), held("out", 30, B)]).stays
    assert (stay.spot, stay.ended_at) == (A, EIGHT + 30 * MINUTE)


def test_a_second_in_after_a_minute_is_nothing_new_and_within_one_a_repeat() -> None:
    effects = fold([held("in", 0), held("in", 0.5), held("in", 1.5)]).effects
    assert list(effects.values()) == [Effect.COUNTED, Effect.REPEATED, Effect.ALREADY]


def test_out_in_out_within_a_minute_all_count() -> None:
    scans = [held("in", 0), held("out", 30), held("in", 30.2), held("out", 30.4)]
    assert set(fold(scans).effects.values()) == {Effect.COUNTED}
    assert fold(scans).here is None


@pytest.mark.parametrize("end", ["back", "in", "out"])
def test_a_break_ends_by_coming_back_by_checking_in_or_by_going(end: str) -> None:
    stay = fold([held("in", 0), held("break", 60), held(end, 75)]).stays[0]
    assert (stay.break_since, stay.break_minutes) == (None, 15)


def test_who_is_on_a_break_is_still_there() -> None:
    here = fold([held("in", 0), held("break", 60)]).here
    assert here is not None
    assert here.break_since == EIGHT + HOUR


@pytest.mark.parametrize("kind", ["out", "break", "back"])
def test_who_never_came_is_not_here(kind: str) -> None:
    folded = fold([held(kind, 0)])
    assert (folded.stays, [*folded.effects.values()]) == ([], [Effect.NOT_HERE])


def test_a_late_check_out_puts_right_what_the_clock_closed() -> None:
    [stay] = fold([held("in", 0), held("out", 360, source=AUTO), held("out", 370)]).stays
    assert (stay.ended_at, stay.ended_by) == (EIGHT + 370 * MINUTE, SCANNER)


def test_a_check_out_of_the_next_day_puts_nothing_right() -> None:
    [stay] = fold([held("in", 0), held("out", 360, source=AUTO), held("out", 360 + 13 * 60)]).stays
    assert (stay.ended_at, stay.ended_by) == (EIGHT + 360 * MINUTE, AUTO)


@pytest.mark.parametrize(
    ("minutes", "found"),
    [(-61, None), (-60, 1), (0, 1), (359, 1), (360, None)],
)
def test_a_shift_is_come_for_from_an_hour_before_it_to_its_end(minutes: int, found: int | None) -> None:
    duty = duty_of([SHIFT], EIGHT + minutes * MINUTE, 1, TIMES)
    assert (duty.id if duty else None) == found


def test_the_desks_own_shift_comes_before_that_of_another() -> None:
    other = Duty(2, 2, EIGHT - HOUR, EIGHT + 30 * MINUTE)
    assert duty_of([other, SHIFT], EIGHT, 1, TIMES) == SHIFT
    assert duty_of([other], EIGHT, 1, TIMES) == other


def test_a_shift_that_was_taken_away_is_nobodys() -> None:
    assert duty_of([Duty(1, 1, EIGHT, EIGHT + HOUR, DROPPED)], EIGHT, 1, TIMES) is None


@pytest.mark.parametrize(
    ("stays", "now", "state"),
    [
        ([], 14, PLANNED),
        ([], 15, NO_SHOW),
        ([(20, None)], 30, ARRIVED),
        ([(-30, None)], -30, ARRIVED),
        ([(-90, None)], -80, PLANNED),
        ([(-30, -10)], 5, PLANNED),
        ([(-30, -10)], 20, NO_SHOW),
        ([(0, 120)], 130, LEFT_EARLY),
        ([(0, 120), (180, None)], 200, ARRIVED),
        ([(0, 346)], 350, COMPLETED),
        ([(0, 344)], 350, LEFT_EARLY),
        ([(0, 400)], 500, COMPLETED),
        ([(0, None)], 400, ARRIVED),
        ([(361, None)], 400, NO_SHOW),
    ],
)
def test_what_a_shift_came_to(stays: list[tuple[int, int | None]], now: int, state: str) -> None:
    found = [
        Stay(A, EIGHT + begins * MINUTE, None if ends is None else EIGHT + ends * MINUTE)
        for begins, ends in stays
    ]
    assert attended(SHIFT, found, EIGHT + now * MINUTE, TIMES).state == state


@pytest.mark.parametrize(("now", "state"), [(130, ARRIVED), (359, ARRIVED), (360, LEFT_EARLY)])
def test_who_was_sent_to_another_desk_did_not_leave_early_while_the_shift_lasts(now: int, state: str) -> None:
    sent = Stay(A, EIGHT, EIGHT + 120 * MINUTE, MOVE)
    assert attended(SHIFT, [sent], EIGHT + now * MINUTE, TIMES).state == state


def test_minutes_late_are_whole_and_negative_before() -> None:
    assert minutes_late(SHIFT, EIGHT + 5.9 * MINUTE) == 5
    assert minutes_late(SHIFT, EIGHT - 5.9 * MINUTE) == -5
    assert minutes_late(SHIFT, EIGHT) == 0


@pytest.mark.parametrize(
    ("began", "now", "end"),
    [(0, 419, None), (0, 420, 360), (-180, 420, 360)],
)
def test_a_forgotten_presence_ends_with_its_shift_an_hour_after_it(
    began: int, now: int, end: int | None
) -> None:
    found = closes_at(Stay(A, EIGHT + began * MINUTE), [SHIFT], EIGHT + now * MINUTE, TIMES)
    assert found == (None if end is None else EIGHT + end * MINUTE)


def test_who_came_without_a_shift_is_closed_after_twelve_hours() -> None:
    stay = Stay(A, EIGHT)
    assert closes_at(stay, [], EIGHT + 719 * MINUTE, TIMES) is None
    assert closes_at(stay, [], EIGHT + 12 * HOUR, TIMES) == EIGHT + 12 * HOUR
