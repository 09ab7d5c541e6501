"""Badges that are held up: what counts, what doesn't, and what is kept whatever it is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.core import clock
from deskops.core.errors import Forbidden
from deskops.core.unit_of_work import unit_of_work
from deskops.staff.badges import badge_code
from deskops.staff.models import StaffMember
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff.presence import (
    SECRET,
    a_person,
    a_scan,
    a_shift,
    presences,
    scanned,
    scans_of,
    shift_of,
)

EIGHT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_eight(app) -> None:
    clock.freeze(EIGHT)


def refusals(trip: SmallTrip, *scans, **how) -> list[str]:
    return [answer.refusal for answer in scanned(trip, *scans, **how).answers]


def change(staff_id: int, **facts) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(StaffMember).where(StaffMember.id == staff_id).values(facts))


def test_who_holds_up_their_badge_is_present_at_the_desk(trip: SmallTrip) -> None:
    sara = a_person(trip)
    shift = a_shift(trip, sara)
    [answer] = scanned(trip, a_scan(trip, sara)).answers
    assert (answer.refusal, answer.name) == ("", "سارا نمونه")
    [here] = presences(sara)
    assert (here.desk_id, here.began_at, here.ended_at, here.shift_id) == (
        trip.desks["a"],
        EIGHT,
        None,
        shift,
    )
    assert shift_of(shift).state == "arrived"
    assert shift_of(shift).arrived_at == EIGHT


def test_scanned_at_another_desk_they_left_the_first(trip: SmallTrip) -> None:
    sara = a_person(trip)
    scanned(trip, a_scan(trip, sara))
    clock.advance(hours=1)
    scanned(trip, a_scan(trip, sara, "b"))
    first, second = presences(sara)
    assert (first.ended_at, first.ended_by) == (clock.now(), "scanner")
    assert (second.desk_id, second.ended_at) == (trip.desks["b"], None)


def test_a_day_of_one_person(trip: SmallTrip) -> None:
    sara = a_person(trip)
    shift = a_shift(trip, sara)
    scanned(trip, a_scan(trip, sara, site="one"))
    clock.advance(minutes=5)
    scanned(trip, a_scan(trip, sara))
    clock.advance(hours=2)
    scanned(trip, a_scan(trip, sara, kind="break"))
    assert presences(sara)[-1].break_since == clock.now()
    clock.advance(minutes=20)
    scanned(trip, a_scan(trip, sara, kind="back"))
    clock.freeze(EIGHT + timedelta(hours=6))
    scanned(trip, a_scan(trip, sara, kind="out"))
    entrance, desk = presences(sara)
    assert (entrance.desk_id, entrance.site_id, entrance.ended_at) == (
        None,
        trip.sites["one"],
        EIGHT + timedelta(minutes=5),
    )
    assert (desk.break_since, desk.break_minutes, desk.ended_at) == (None, 20, EIGHT + timedelta(hours=6))
    assert shift_of(shift).state == "completed"


def test_twice_within_a_second_counts_once_and_is_kept(trip: SmallTrip) -> None:
    sara = a_person(trip)
    assert refusals(trip, a_scan(trip, sara)) == [""]
    clock.advance(seconds=1)
    assert refusals(trip, a_scan(trip, sara)) == ["repeated"]
    assert [scan.refusal for scan in scans_of(sara)] == ["", "repeated"]
    assert len(presences(sara)) == 1


def test_the_same_nonce_is_the_same_scan(trip: SmallTrip) -> None:
    sara = a_person(trip)
    a_shift(trip, sara)
    scan = a_scan(trip, sara)
    [first] = scanned(trip, scan).answers
    clock.advance(hours=2)
    [second] = scanned(trip, scan).answers
    assert second.again
    assert (second.refusal, second.at, second.name) == (first.refusal, first.at, first.name)
    assert len(scans_of(sara)) == 1


def test_one_nonce_twice_in_a_request_is_one_scan(trip: SmallTrip) -> None:
    sara = a_person(trip)
    scan = a_scan(trip, sara)
    assert refusals(trip, scan, scan) == ["", ""]
    assert len(scans_of(sara)) == 1


def test_of_two_people_with_one_nonce_the_first_one_is_checked_in(trip: SmallTrip) -> None:
    sara, dara = a_person(trip), a_person(trip, "دارا نمونه")
    scanned(
        trip, a_scan(trip, sara, nonce="of-a-broken-device"), a_scan(trip, dara, nonce="of-a-broken-device")
    )
    assert (len(presences(sara)), len(presences(dara))) == (1, 0)


def test_a_photo_of_last_years_badge_is_told_and_kept(trip: SmallTrip) -> None:
    last_year = make_small_trip("lastyear", phase="closed")
    sara = a_person(last_year)
    [answer] = scanned(trip, a_scan(trip, badge_code(SECRET, last_year.id, sara, 1))).answers
    assert (answer.refusal, answer.name) == ("other_trip", "")
    assert [scan.refusal for scan in scans_of(None)] == ["other_trip"]
    assert presences(sara) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "unreadable"),
        ("سلام", "unreadable"),
        ("1234567890123", "unreadable"),
        ("https://desks.example/t/abc", "unreadable"),
        ("1-1-1-0000000000000000", "forged"),
        ("\0\0", "unreadable"),
        ("9" * 400, "unreadable"),
    ],
)
def test_what_is_no_badge_of_ours_is_kept_with_its_reason(trip: SmallTrip, text: str, reason: str) -> None:
    assert refusals(trip, a_scan(trip, text)) == [reason]
    assert [scan.refusal for scan in scans_of(None)] == [reason]


def test_a_withdrawn_badge_is_refused_and_its_holder_named(trip: SmallTrip) -> None:
    sara = a_person(trip, badge_version=2)
    [answer] = scanned(trip, a_scan(trip, sara, version=1)).answers
    assert (answer.refusal, answer.name) == ("revoked", "سارا نمونه")
    assert refusals(trip, a_scan(trip, sara, version=2)) == [""]


def test_who_works_here_no_more_is_refused(trip: SmallTrip) -> None:
    sara = a_person(trip, retired_at=EIGHT)
    assert refusals(trip, a_scan(trip, sara)) == ["retired"]
    assert presences(sara) == []


def test_a_badge_of_somebody_who_was_deleted_is_kept(trip: SmallTrip) -> None:
    assert refusals(trip, a_scan(trip, badge_code(SECRET, trip.id, 4711, 1))) == ["unknown"]


def test_a_clock_five_minutes_slow_is_put_right(trip: SmallTrip) -> None:
    sara = a_person(trip)
    slow = EIGHT - timedelta(minutes=5)
    found = scanned(trip, a_scan(trip, sara, at=slow), sent_at=slow)
    assert found.ahead == timedelta(minutes=-5)
    assert found.answers[0].at == EIGHT
    [scan] = scans_of(sara)
    assert (scan.at, scan.client_at, scan.received_at) == (EIGHT, slow, EIGHT)


def test_a_clock_five_minutes_fast_is_put_right(trip: SmallTrip) -> None:
    sara = a_person(trip)
    fast = EIGHT + timedelta(minutes=5)
    found = scanned(trip, a_scan(trip, sara, at=fast), sent_at=fast)
    assert (found.ahead, found.answers[0].refusal) == (timedelta(minutes=5), "")
    assert presences(sara)[0].began_at == EIGHT


def test_what_lay_on_a_device_keeps_its_own_time(trip: SmallTrip) -> None:
    sara = a_person(trip)
    found = scanned(trip, a_scan(trip, sara, at=EIGHT - timedelta(hours=3)), sent_at=EIGHT)
    assert (found.ahead, presences(sara)[0].began_at) == (timedelta(0), EIGHT - timedelta(hours=3))


@pytest.mark.parametrize(
    ("away", "reason"), [(timedelta(minutes=5), "future"), (timedelta(days=-4), "too_old")]
)
def test_a_time_that_cannot_be_is_refused_and_kept(trip: SmallTrip, away: timedelta, reason: str) -> None:
    sara = a_person(trip)
    assert refusals(trip, a_scan(trip, sara, at=EIGHT + away), sent_at=EIGHT) == [reason]
    assert [scan.refusal for scan in scans_of(sara)] == [reason]
    assert presences(sara) == []


def test_a_device_that_stands_nowhere_known_loses_no_scan(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    sara = a_person(trip)
    lost = a_scan(other, f"{badge_code(SECRET, trip.id, sara, 1)}")
    assert refusals(trip, lost) == ["unknown_place"]
    assert [scan.refusal for scan in scans_of(sara)] == ["unknown_place"]


def test_a_desk_head_scans_at_their_desk_alone(trip: SmallTrip) -> None:
    sara = a_person(trip)
    head = Actor(None, "head", (Grant("desk_head", trip.id, trip.desks["a"]),), via="session")
    scans = (a_scan(trip, sara, "b"), a_scan(trip, sara, site="one"), a_scan(trip, sara))
    assert refusals(trip, *scans, actor=head) == ["not_allowed", "not_allowed", ""]


def test_who_may_not_scan_keeps_nothing(trip: SmallTrip) -> None:
    sara = a_person(trip)
    with pytest.raises(Forbidden):
        scanned(trip, a_scan(trip, sara), actor=Actor(None, "", (Grant("staff", trip.id),), via="session"))
    assert scans_of(sara) == []


def test_who_comes_though_not_planned_is_present_all_the_same(trip: SmallTrip) -> None:
    sara = a_person(trip)
    [answer] = scanned(trip, a_scan(trip, sara)).answers
    assert (answer.refusal, list(answer.duties)) == ("", [])
    assert presences(sara)[0].shift_id is None


def test_somebody_at_another_desk_than_planned_has_come(trip: SmallTrip) -> None:
    sara = a_person(trip)
    shift = a_shift(trip, sara, "b")
    scanned(trip, a_scan(trip, sara, "a"))
    assert presences(sara)[0].desk_id == trip.desks["a"]
    assert shift_of(shift).state == "arrived"


def test_who_goes_long_before_the_end_left_early_until_they_come_back(trip: SmallTrip) -> None:
    sara = a_person(trip)
    shift = a_shift(trip, sara)
    scanned(trip, a_scan(trip, sara))
    clock.advance(hours=2)
    scanned(trip, a_scan(trip, sara, kind="out"))
    assert shift_of(shift).state == "left_early"
    clock.advance(hours=1)
    scanned(trip, a_scan(trip, sara))
    assert shift_of(shift).state == "arrived"


def test_an_early_scan_that_arrives_late_takes_its_place(trip: SmallTrip) -> None:
    sara = a_person(trip)
    clock.advance(hours=2)
    scanned(trip, a_scan(trip, sara, "b"))
    scanned(trip, a_scan(trip, sara, "a", at=EIGHT))
    first, second = presences(sara)
    assert (first.desk_id, first.began_at, first.ended_at) == (trip.desks["a"], EIGHT, clock.now())
    assert (second.desk_id, second.ended_at) == (trip.desks["b"], None)


def test_who_checks_out_without_having_come_is_told(trip: SmallTrip) -> None:
    sara = a_person(trip)
    assert refusals(trip, a_scan(trip, sara, kind="out")) == ["not_here"]
    scanned(trip, a_scan(trip, sara, at=EIGHT - timedelta(hours=5)))
    [stay] = presences(sara)
    assert (stay.began_at, stay.ended_at) == (EIGHT - timedelta(hours=5), EIGHT)


def test_two_scanners_at_the_same_instant_make_one_presence(trip: SmallTrip) -> None:
    sara = a_person(trip)
    scans = [a_scan(trip, sara) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda scan: refusals(trip, scan), scans))
    assert sorted(found) == [[""], ["repeated"], ["repeated"], ["repeated"]]
    assert (len(scans_of(sara)), len(presences(sara))) == (4, 1)


def test_two_desks_at_the_same_instant_leave_one_open(trip: SmallTrip) -> None:
    sara = a_person(trip)
    scans = [a_scan(trip, sara, desk) for desk in ("a", "b", "hall", "hq")]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda scan: refusals(trip, scan), scans))
    assert sum(stay.ended_at is None for stay in presences(sara)) == 1
