"""Pages for everybody are plain HTTP: no cookie, no nonce, one address with one content, safe to cache."""

from typing import Any

import pytest

from tests.fixtures import Browser, Join
from tests.public.acts import register, sign_of
from tests.small_trip import SmallTrip


@pytest.fixture
def addresses(trip: SmallTrip, integration: Browser) -> list[str]:
    """Every kind of page: found, not found, refused."""
    demand = register(integration, trip)["demand"]
    return [
        "/t",
        "/t?code=12",
        "/t/12",
        f"/t/{demand['code']}",
        f"/r/{demand['receipt_token']}",
        "/r/unknown",
        f"/c/{sign_of(trip)}",
        f"/c/{sign_of(trip, 'hq')}",
        "/c/unknown",
    ]


def policy(answer: Any) -> str:
    return str(answer.headers["Content-Security-Policy"])


def test_no_page_sets_a_cookie_or_has_a_nonce(anonymous: Browser, addresses: list[str]) -> None:
    for address in addresses:
        answer = anonymous.get(address)
        assert answer.headers.getlist("Set-Cookie") == [], address
        assert "nonce" not in policy(answer) and "nonce" not in answer.text, address
        assert "script-src 'self';" in policy(answer)


def test_a_page_is_the_same_whatever_cookies_come_along(
    trip: SmallTrip, anonymous: Browser, sign_in: Join, addresses: list[str]
) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    staff.client.set_cookie("lang", "en")
    for address in addresses:
        if not address.startswith("/c/"):  # that form has a key of its own each time
            assert staff.get(address).text == anonymous.get(address).text, address


@pytest.mark.parametrize(("language", "direction", "other"), [("fa", "rtl", "en"), ("en", "ltr", "fa")])
def test_the_language_is_in_the_address_with_a_way_to_the_other(
    anonymous: Browser, addresses: list[str], language: str, direction: str, other: str
) -> None:
    for address in addresses:
        path, _, query = address.partition("?")
        page = anonymous.get(f"{path}?{query}&lang={language}").text
        assert f'<html lang="{language}" dir="{direction}">' in page
        assert f'lang="{other}"' in page


def test_the_language_stays_on_the_way_from_page_to_page(anonymous: Browser, addresses: list[str]) -> None:
    assert anonymous.get("/t?lang=en&code=12").status_code == 404
    code = addresses[3].removeprefix("/t/")
    assert anonymous.get(f"/t?lang=en&code={code}").location == f"/t/{code}?lang=en"
    assert 'href="/t?lang=en"' in anonymous.get(f"/t/{code}?lang=en").text


def test_pages_may_be_cached_for_as_long_as_they_hold(anonymous: Browser, addresses: list[str]) -> None:
    kept = [anonymous.get(address).headers["Cache-Control"] for address in addresses]
    assert kept[0] == "public, max-age=300"
    assert kept[3] == kept[4] == "private, max-age=10"
    assert kept[6] == "no-store"


def test_an_unknown_language_is_persian(anonymous: Browser) -> None:
    assert '<html lang="fa"' in anonymous.get("/t?lang=xx").text
