"""Pages in a real browser: they fit, everybody can use them, they move by themselves."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from tests.fixtures import Browser, Join
from tests.infra.servers import Running
from tests.live.screens import act
from tests.public.acts import register, sign_of
from tests.public.screens import WIDTHS, Caller, breaches, opened
from tests.small_trip import SmallTrip

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

PHONE = {"width": 320, "height": 700}
TELEVISION = {"width": 1920, "height": 1080}


@pytest.fixture
def places(trip: SmallTrip, integration: Browser) -> list[int]:
    """The open counters of desk A."""
    for place in trip.places["a"]:
        act(integration, trip, f"/places/{place}/open")
    return trip.places["a"]


@pytest.fixture
def addresses(trip: SmallTrip, integration: Browser, places: list[int]) -> dict[str, list[str]]:
    """By role, "" being everybody: pages with something on them."""
    called, waiting = (register(integration, trip)["demand"] for _ in range(2))
    register(integration, trip, "housing")
    act(integration, trip, f"/places/{places[0]}/next")
    return {
        "": [
            "/t",
            "/t/12345",
            f"/t/{waiting['code']}",
            f"/r/{waiting['receipt_token']}",
            f"/r/{called['receipt_token']}",
            f"/c/{sign_of(trip)}",
            f"/c/{sign_of(trip, 'hq')}",
        ],
        "coordinator": [
            f"/trips/{trip.id}/wall",
            f"/trips/{trip.id}/wall/desks/{trip.desks['a']}",
            f"/trips/{trip.id}/boards",
            f"/trips/{trip.id}/boards/{trip.sites['one']}",
        ],
    }


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_small_phone_and_everybody(
    trip: SmallTrip,
    browser: Chromium,
    server: Running,
    sign_in: Join,
    addresses: dict[str, list[str]],
    language: str,
    scheme: str,
) -> None:
    wrong: dict[str, Any] = {}
    for role, paths in addresses.items():
        looker = sign_in(role, trip_id=trip.id) if role else None
        with opened(browser, server, looker, language=language, viewport=PHONE, color_scheme=scheme) as page:
            for path in paths:
                page.goto(f"{server.url}{path}?lang={language}")
                page.wait_for_load_state("networkidle") if not role else page.wait_for_timeout(400)
                wide, narrow = page.evaluate(WIDTHS)
                found = breaches(page)
                if wide > narrow or found:
                    wrong[path] = (wide, narrow, found)
    assert not wrong


def test_a_citizen_checks_in_and_is_called_on_the_phone_in_their_hand(
    trip: SmallTrip, browser: Chromium, server: Running, integration: Browser, places: list[int]
) -> None:
    with opened(browser, server, None, viewport=PHONE) as page:
        page.clock.install()
        page.goto(f"{server.url}/c/{sign_of(trip)}")
        page.get_by_role("radio").first.check()
        page.get_by_role("textbox").fill("۰۹۱۲۳۴۵۶۷۸۹")
        page.get_by_role("button", name="گرفتن نوبت").click()
        expect(page.locator(".big-number__value")).to_have_text("۱")
        act(integration, trip, f"/places/{places[1]}/next")
        page.clock.fast_forward(16_000)
        expect(page.get_by_text("اکنون به باجه بروید")).to_be_visible()
        expect(page.locator(".turn__desk")).to_contain_text("باجه ۲")


def rows(page: Page) -> list[str]:
    return [re.sub(r"\s", "", text) for text in page.locator(".board__ticket").all_inner_texts()]


def test_the_board_follows_the_calls_and_says_when_it_is_signed_out(
    trip: SmallTrip,
    browser: Chromium,
    server: Running,
    sign_in: Join,
    integration: Browser,
    places: list[int],
) -> None:
    through_server = Caller(server, integration, trip)
    with opened(browser, server, sign_in("board", trip_id=trip.id), viewport=TELEVISION) as page:
        page.goto(f"{server.url}/trips/{trip.id}/boards/{trip.sites['one']}")
        expect(page.get_by_text("اکنون کسی فراخوانده نشده است")).to_be_visible()
        first = through_server.registers()
        through_server.does(f"/places/{places[0]}/next")
        expect(page.locator(".board__row--new .board__ticket")).to_have_text("۱")
        through_server.registers()
        through_server.does(f"/places/{places[1]}/next")
        expect(page.locator(".board__row--new .board__ticket")).to_have_text("۲")
        assert rows(page) == ["۲", "۱"]
        through_server.does(f"/tickets/{first}/no-show")
        expect(page.locator(".board__ticket")).to_have_count(1)
        page.context.clear_cookies()
        expect(page.get_by_text("این نمایشگر از سامانه خارج شده است")).to_be_visible(timeout=30_000)
