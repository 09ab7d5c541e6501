"""The page behind a receipt's code: number, desk, people ahead, and what to do now."""

import re
from typing import Any

import pytest

from tests.fixtures import Browser
from tests.live.screens import act
from tests.public.acts import register
from tests.small_trip import SmallTrip

PERSON = {
    "name": "مهران پنهان‌نام",
    "phone": "09123456789",
    "text": "رازی که نباید دیده شود",
    "address": "کوچه پنهان",
}


@pytest.fixture
def place(trip: SmallTrip, integration: Browser) -> int:
    """An open counter of desk A."""
    act(integration, trip, f"/places/{trip.places['a'][0]}/open")
    return trip.places["a"][0]


def look(browser: Browser, made: dict[str, Any], query: str = "") -> str:
    answer = browser.get(f"/r/{made['demand']['receipt_token']}{query}")
    assert answer.status_code == 200
    return str(answer.text)


def facts(page: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", fact).strip() for fact in re.findall(r"<dd>(.*?)</dd>", page, re.DOTALL)]


def test_who_waits_sees_number_desk_people_ahead_and_a_range(
    trip: SmallTrip, integration: Browser, anonymous: Browser, place: int
) -> None:
    made = [register(integration, trip) for _ in range(3)]
    page = look(anonymous, made[2])
    assert '<bdi class="big-number__value" dir="ltr">۳</bdi>' in page
    assert "میز <b><bdi>۱</bdi></b>" in page
    ahead, wait = facts(page)
    assert ahead == "۲"
    assert re.fullmatch(r"[۰-۹]+ تا [۰-۹]+ دقیقه", wait)


def test_the_page_moves_on_with_the_turn(
    trip: SmallTrip, integration: Browser, anonymous: Browser, place: int
) -> None:
    made = register(integration, trip)
    ticket = made["ticket"]["id"]
    steps = [
        (f"/places/{place}/next", {}, "اکنون به باجه بروید"),
        (f"/tickets/{ticket}/no-show", {}, "فراخواندند و نیامدید"),
        (f"/tickets/{ticket}/recall", {"place_id": place}, "اکنون به باجه بروید"),
        (f"/tickets/{ticket}/serve", {}, "به کار شما رسیدگی می‌شود"),
        (f"/tickets/{ticket}/hold", {}, "نوبت شما نگه داشته شده"),
        (f"/tickets/{ticket}/resume", {"place_id": place}, "به کار شما رسیدگی می‌شود"),
        (f"/tickets/{ticket}/finish", {"outcome": "documents_needed"}, "از شما چیزی لازم است"),
    ]
    for path, body, words in steps:
        act(integration, trip, path, **body)
        assert words in look(anonymous, made), path


def test_who_left_is_told_that_the_demand_stays(
    trip: SmallTrip, integration: Browser, anonymous: Browser, place: int
) -> None:
    made = register(integration, trip)
    act(integration, trip, f"/tickets/{made['ticket']['id']}/leave")
    assert "ثبت‌شده می‌ماند" in look(anonymous, made)


def test_who_has_no_desk_is_told_that_one_is_looked_for(
    trip: SmallTrip, integration: Browser, anonymous: Browser
) -> None:
    assert "هماهنگ‌کنندگان برایتان میزی می‌یابند" in look(anonymous, register(integration, trip, "nobody"))


def test_the_receipt_page_tells_nothing_of_the_person(
    trip: SmallTrip, integration: Browser, anonymous: Browser, place: int
) -> None:
    page = look(anonymous, register(integration, trip, **PERSON))
    assert not [hidden for hidden in (*PERSON.values(), "موضوع 0") if hidden in page]


def test_it_renews_itself_while_the_turn_goes_on_and_then_no_more(
    trip: SmallTrip, integration: Browser, anonymous: Browser, place: int
) -> None:
    made = register(integration, trip)
    assert "public/renew.js" in look(anonymous, made)
    act(integration, trip, f"/tickets/{made['ticket']['id']}/leave")
    assert "public/renew.js" not in look(anonymous, made)


def test_english_is_in_the_address(
    trip: SmallTrip, integration: Browser, anonymous: Browser, place: int
) -> None:
    page = look(anonymous, register(integration, trip), "?lang=en")
    assert '<html lang="en" dir="ltr">' in page
    assert "People before you" in page


@pytest.mark.parametrize("token", ["a" * 26, "x", "ا" * 20])
def test_an_unknown_receipt_says_what_to_do(anonymous: Browser, token: str) -> None:
    answer = anonymous.get(f"/r/{token}")
    assert answer.status_code == 404
    assert "رمزینه رسید را دوباره بخوانید" in answer.text
    assert 'href="/t"' in answer.text
