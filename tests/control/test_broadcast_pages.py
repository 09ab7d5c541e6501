"""The list of broadcasts goes back to the first one, page by page."""

import re
from datetime import UTC, datetime

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.control.models import Broadcast
from deskops.core.unit_of_work import unit_of_work
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def said(trip: SmallTrip, count: int, user_id: int | None = None) -> None:
    """Messages of which each says its number."""
    at = datetime(2026, 11, 22, 8, tzinfo=UTC)
    with unit_of_work(SYSTEM) as uow:
        uow.session.add_all(
            Broadcast(trip_id=trip.id, aim="all", text=f"پیام {number}.", at=at, user_id=user_id)
            for number in range(1, count + 1)
        )


def shown(browser: Browser, trip: SmallTrip, page: str = "") -> list[int]:
    # The list alone: what isn't seen yet stands on the whole page as well.
    text = browser.get(f"/trips/{trip.id}/broadcasts{page}", headers={"HX-Request": "true"}).text
    return [int(number) for number in re.findall(r"پیام (\d+)\.", text)]


def test_the_newest_come_first_and_the_oldest_stand_on_the_last_page(
    trip: SmallTrip, coordinator: Browser
) -> None:
    said(trip, 103)
    assert shown(coordinator, trip) == list(range(103, 53, -1))
    assert shown(coordinator, trip, "?page=2") == list(range(53, 3, -1))
    assert shown(coordinator, trip, "?page=3") == [3, 2, 1]


def test_one_goes_from_page_to_page_and_no_further(trip: SmallTrip, coordinator: Browser) -> None:
    said(trip, 51)
    first = coordinator.get(f"/trips/{trip.id}/broadcasts").text
    assert f'href="/trips/{trip.id}/broadcasts?page=2"' in first
    assert 'rel="prev"' not in first
    last = coordinator.get(f"/trips/{trip.id}/broadcasts?page=2").text
    assert f'href="/trips/{trip.id}/broadcasts?page=1"' in last
    assert 'rel="next"' not in last


def test_a_list_of_one_page_has_no_pages(trip: SmallTrip, coordinator: Browser) -> None:
    said(trip, 50)
    assert 'class="pagination"' not in coordinator.get(f"/trips/{trip.id}/broadcasts").text


@pytest.mark.parametrize("page", ["0", "-3", "99", "two", ""])
def test_a_page_that_is_none_shows_the_nearest_one(trip: SmallTrip, coordinator: Browser, page: str) -> None:
    said(trip, 51)
    expected = [1] if page == "99" else list(range(51, 1, -1))
    assert shown(coordinator, trip, f"?page={page}") == expected


def test_the_part_that_renews_itself_stays_on_its_page(trip: SmallTrip, coordinator: Browser) -> None:
    said(trip, 60)
    part = coordinator.get(f"/trips/{trip.id}/broadcasts?page=2", headers={"HX-Request": "true"}).text
    assert f'data-address="/trips/{trip.id}/broadcasts?page=2"' in part
    withdraw = re.search(r'hx-post="([^"]+)"', part)
    assert withdraw is not None
    after = coordinator.post(withdraw[1], headers={"HX-Request": "true"}).text
    assert f'data-address="/trips/{trip.id}/broadcasts?page=2"' in after
    assert "پس گرفته شد" in after or 'class="status' in after
    plain = coordinator.post(withdraw[1])
    assert plain.status_code in (303, 409)


def test_a_desk_head_pages_through_their_own(trip: SmallTrip, sign_in: Join) -> None:
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    said(trip, 60)
    said(trip, 2, head.user_id)
    assert shown(head, trip) == [2, 1]


def test_the_api_says_which_page_it_is(trip: SmallTrip, coordinator: Browser) -> None:
    said(make_small_trip("other"), 80)
    said(trip, 51)
    answer = coordinator.get(f"/api/v1/trips/{trip.id}/broadcasts?page=2").json
    assert (answer["page"], answer["pages"], len(answer["broadcasts"])) == (2, 2, 1)
    assert coordinator.get(f"/api/v1/trips/{trip.id}/broadcasts").json["page"] == 1
