"""From sign-in to a whole province: desks in agencies' own buildings, hall and headquarters, in few actions."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.passwords import hash_password
from deskops.core.unit_of_work import unit_of_work
from tests.desks.setups import read_catalogue
from tests.e2e.stage import Stage, staged

pytestmark = pytest.mark.e2e

MOST_ACTIONS, MOST_SERVER_SECONDS = 40, 2.0
PASSWORD = "a long enough one"


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


class Hands:
    """What a person does at the screen, counted: each press and each field that is filled in. What the server took for the
    pages is summed up from the browser's own timings.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0
        self.server_seconds = 0.0
        page.on("response", lambda response: self._note(response))

    def _note(self, response: object) -> None:
        request = response.request  # type: ignore[attr-defined]
        if request.is_navigation_request():
            timing = request.timing
            self.server_seconds += max(0.0, timing["responseStart"] - timing["requestStart"]) / 1000

    def fill(self, field: str, text: str) -> None:
        self.actions += 1
        self.page.locator(f"[name={field}]").fill(text)

    def press(self, selector: str) -> None:
        self.actions += 1
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state("load")

    def on(self) -> None:
        self.press(".guided__foot button[value=next]")


def a_coordinator() -> None:
    with unit_of_work(SYSTEM) as uow:
        user_id = accounts.create_user(
            uow, name="کاربر آزمون", username="leader", grants=[Grant("coordinator")]
        )
        accounts.set_password(uow, user_id, hash_password(PASSWORD))


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_a_province_is_set_up_from_sign_in_on(stage: Stage, lang: str) -> None:
    a_coordinator()
    context = stage.browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "lang", "value": lang, "url": stage.server.url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    hands = Hands(page)
    page.goto(f"{stage.server.url}/trips")

    hands.fill("username", "leader")
    hands.fill("password", PASSWORD)
    hands.press("main form button[type=submit]")
    hands.press('a[href="/trips/new"]')
    hands.press("button[value=template]")
    hands.fill("name_fa", "سفر به استان نمونه")
    hands.on()
    hands.fill("starts_on", "۱۴۰۵/۱۰/۰۱")
    hands.on()
    hands.fill("hall_address", "بلوار فرودگاه")
    hands.on()
    expect(page.locator("input[name=desks]:checked")).to_have_count(36)
    hands.on()
    hands.on()
    hands.press(".guided__foot button[value=create]")
    expect(page).to_have_url(re.compile(r"/trips/\d+/$"))

    names = read_catalogue(int(page.url.rstrip("/").rpartition("/")[2]))
    buildings = [desk for desk in names.desks.values() if names.sites[desk.site_id].kind == "building"]
    assert len({desk.site_id for desk in buildings}) == 34
    assert [desk.code for desk in names.desks.values()][-2:] == ["hall", "headquarters"]
    ministries = {names.ministry_above(desk.agency_id) for desk in buildings} - {None}
    assert len(ministries) == 18
    assert hands.actions <= MOST_ACTIONS // 2, "the readiness board needs some of the forty too"
    assert hands.server_seconds <= MOST_SERVER_SECONDS
