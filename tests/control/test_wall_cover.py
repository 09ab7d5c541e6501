"""Cover on the wall: who is at each desk of those who should be, without a script of its own."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from deskops.core import clock
from deskops.staff.queries.cover import DeskCover
from tests.control.test_live_moves import move_now
from tests.demands.counter import sit_down
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip
from tests.staff.presence import a_person, a_scan, a_shift, scanned

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture
def coordinator(sign_in: Join, trip: SmallTrip) -> Browser:
    clock.freeze(NOW)
    return sign_in("coordinator", trip_id=trip.id)


def answer(browser: Browser, trip: SmallTrip) -> str:
    return str(browser.get(f"/trips/{trip.id}/cover/wall", headers={"HX-Request": "true"}).text)


def part(text: str, name: str) -> str:
    """What is swapped for one element, its words alone."""
    found = re.search(
        rf'id="cover-{name}" hx-swap-oob="true"[^>]*>(.*?)(?=<span class="tile__cover|<div class="stat"|$)',
        text,
        re.S,
    )
    assert found, name
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def plan(trip: SmallTrip, desk: str, *present: bool, hours: float = 6) -> list[int]:
    """People with a shift at a desk that began an hour ago; some came."""
    people = []
    for is_there in present:
        staff_id = a_person(trip, desk=desk)
        a_shift(trip, staff_id, desk, starts=NOW - timedelta(hours=1), hours=hours)
        if is_there:
            scanned(trip, a_scan(trip, staff_id, desk))
        people.append(staff_id)
    return people


def test_each_tile_gets_who_is_there_and_who_is_missing(coordinator: Browser, trip: SmallTrip) -> None:
    plan(trip, "a", True, True, False)
    plan(trip, "b", True)
    shown = answer(coordinator, trip)
    assert "۲/۳" in part(shown, str(trip.desks["a"]))
    assert 'aria-label="حاضر از برنامه‌ریزی‌شده"' in shown
    assert part(shown, str(trip.desks["a"])).endswith("۱")
    assert part(shown, str(trip.desks["b"])).endswith("۱/۱")
    assert part(shown, str(trip.desks["hall"])) == ""
    assert shown.count("tile__cover--lacks") == 1
    assert "۳ از ۴" in part(shown, "there")
    assert part(shown, "missing").endswith("۱")


def test_who_neither_confirmed_nor_came_for_a_shift_soon_is_a_risk(
    coordinator: Browser, trip: SmallTrip
) -> None:
    a_shift(trip, a_person(trip), "a", starts=NOW + timedelta(minutes=30))
    shown = answer(coordinator, trip)
    assert 'aria-label="در خطر"' in shown
    assert part(shown, str(trip.desks["a"])) == "۰/۰ ۱"
    assert part(shown, "risk").endswith("۱")


def test_where_nothing_is_planned_nothing_is_shown(coordinator: Browser, trip: SmallTrip) -> None:
    shown = answer(coordinator, trip)
    assert "tile__cover--lacks" not in shown
    assert {part(shown, name) for name in ("there", "missing", "risk")} == {""}
    assert shown.count("hidden>") == 3


def test_whoever_is_moved_counts_where_they_went_and_is_missed_nowhere(
    coordinator: Browser, sign_in: Join, trip: SmallTrip
) -> None:
    seat = sit_down(sign_in, trip, "a")
    staff_id = a_person(trip, user_id=seat.browser.user_id)
    a_shift(trip, staff_id, "a", starts=NOW - timedelta(hours=1))
    scanned(trip, a_scan(trip, staff_id, "a"))
    clock.advance(minutes=5)
    assert move_now(coordinator, seat)[1]["state"] == "arrived"
    shown = answer(coordinator, trip)
    assert "۰/۰" in part(shown, str(trip.desks["a"]))
    assert "۱/۰" in part(shown, str(trip.desks["hall"]))
    assert part(shown, "missing").endswith("۰")


def test_who_walks_to_another_site_is_missed_nowhere_and_present_nowhere(
    coordinator: Browser, sign_in: Join, trip: SmallTrip
) -> None:
    seat = sit_down(sign_in, trip, "a")
    staff_id = a_person(trip, user_id=seat.browser.user_id)
    a_shift(trip, staff_id, "a", starts=NOW - timedelta(hours=1))
    scanned(trip, a_scan(trip, staff_id, "a"))
    clock.advance(minutes=5)
    assert move_now(coordinator, seat, "b")[1]["state"] == "under_way"
    shown = answer(coordinator, trip)
    assert (part(shown, "missing")[-1], "tile__cover--lacks" in shown) == ("۰", False)
    clock.advance(minutes=15)
    scanned(trip, a_scan(trip, staff_id, "b"))
    assert "۱/۰" in part(answer(coordinator, trip), str(trip.desks["b"]))


def test_whoever_leaves_the_desk_to_which_they_were_moved_is_missing_at_their_own(
    coordinator: Browser, sign_in: Join, trip: SmallTrip
) -> None:
    seat = sit_down(sign_in, trip, "a")
    staff_id = a_person(trip, user_id=seat.browser.user_id)
    a_shift(trip, staff_id, "a", starts=NOW - timedelta(hours=1))
    scanned(trip, a_scan(trip, staff_id, "a"))
    clock.advance(minutes=5)
    move_now(coordinator, seat)
    clock.advance(minutes=5)
    scanned(trip, a_scan(trip, staff_id, "hall", kind="out"))
    assert part(answer(coordinator, trip), "missing").endswith("۱")


def test_the_wall_asks_for_it_where_its_reader_may_see_it(
    coordinator: Browser, sign_in: Join, trip: SmallTrip
) -> None:
    address = f"/trips/{trip.id}/cover/wall"
    assert address in coordinator.get(f"/trips/{trip.id}/wall").text
    official = sign_in("official", trip_id=trip.id)
    assert address not in official.get(f"/trips/{trip.id}/wall").text
    assert official.get(address).status_code == 403
    assert sign_in("coordinator", trip_id=trip.id + 1).get(address).status_code == 404


def test_a_desks_page_lists_its_cover(coordinator: Browser, sign_in: Join, trip: SmallTrip) -> None:
    path = f"/trips/{trip.id}/wall/desks/{trip.desks['a']}"
    assert "از برنامه‌ریزی‌شده" not in coordinator.get(path).text
    plan(trip, "a", True, False)
    assert "۱ از ۲" in coordinator.get(path).text
    other = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["b"])
    assert "۱ از ۲" not in other.get(path).text


def test_figures_without_those_who_were_moved() -> None:
    cover = DeskCover(planned=5, present=3, moved=1, missing=1, extra=2)
    assert (cover.expected, cover.there) == (4, 5)
