"""The wall in a real browser: it follows the desks without a reload, and acts."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from deskops.accounts.actor import SYSTEM
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.services import create_trip_from_template
from deskops.desks.services.trips import TripNames
from deskops.desks.template import province
from tests.e2e.pbx import Pbx
from tests.e2e.stage import Stage, staged
from tests.small_trip import SmallTrip

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

TELEVISION = (1920, 1080)


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


@pytest.fixture
def trip(stage: Stage) -> SmallTrip:
    return stage.trip


@pytest.fixture
def pbx(stage: Stage) -> Pbx:
    return Pbx(stage)


@pytest.fixture
def page(stage: Stage) -> Iterator[Page]:
    """The wall before a coordinator, marked so that a reload would show."""
    shown = stage.page("coordinator", "/wall", size=TELEVISION)
    expect(shown.locator("[data-connection='online']").first).to_be_visible()
    shown.evaluate("window.neverReloaded = true")
    yield shown
    assert shown.evaluate("window.neverReloaded")


def tile(page: Page, trip: SmallTrip, name: str) -> Locator:
    return page.locator(f"[data-desk='{trip.desks[name]}']")


def figure(page: Page, trip: SmallTrip, name: str, which: str) -> Locator:
    return tile(page, trip, name).locator(f"[data-figure='{which}']")


def numbers(page: Page) -> list[str]:
    return page.locator(".tile:visible").evaluate_all("tiles => tiles.map((tile) => tile.dataset.number)")


def test_the_wall_follows_a_turn_from_the_door_to_the_end(page: Page, trip: SmallTrip, pbx: Pbx) -> None:
    place = trip.places["a"][0]
    pbx.does(f"/places/{place}/open")
    expect(figure(page, trip, "a", "counters")).to_have_text("۰ از ۱")
    ticket = pbx.registers()
    expect(figure(page, trip, "a", "waiting")).to_have_text("۱")
    expect(figure(page, trip, "a", "oldest")).to_be_visible()
    expect(page.locator("[data-total='waiting'] dd")).to_have_text("۱")
    pbx.does(f"/places/{place}/next")
    expect(figure(page, trip, "a", "waiting")).to_have_text("۰")
    expect(figure(page, trip, "a", "counters")).to_have_text("۱ از ۱")
    pbx.does(f"/tickets/{ticket}/serve")
    pbx.does(f"/tickets/{ticket}/finish", outcome="guidance_given")
    expect(figure(page, trip, "a", "counters")).to_have_text("۰ از ۱")
    pbx.does(f"/places/{place}/help")
    expect(figure(page, trip, "a", "help")).to_be_visible()


def test_a_desk_is_paused_from_its_tile(page: Page, trip: SmallTrip, pbx: Pbx) -> None:
    tile(page, trip, "a").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("موقتاً متوقف شود").check()
    dialog.get_by_role("button", name="تغییر وضعیت").click()
    expect(dialog.get_by_role("alert")).to_contain_text("دلیل")
    expect(dialog.get_by_label("موقتاً متوقف شود")).to_be_checked()
    dialog.get_by_label("دلیل").fill("قطع برق")
    dialog.get_by_role("button", name="تغییر وضعیت").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".toast").last).to_contain_text("وضعیت میز تغییر کرد")
    expect(tile(page, trip, "a").locator("[data-state='paused']")).to_be_visible()


def test_who_has_no_desk_appears_and_is_sent_to_one(page: Page, trip: SmallTrip, pbx: Pbx) -> None:
    expect(page.get_by_text("همه میز دارند")).to_be_visible()
    pbx.registers("housing")
    card = page.locator("#unassigned article")
    expect(card).to_have_count(1, timeout=10_000)
    card.get_by_role("button").click()
    expect(card).to_have_count(0, timeout=10_000)
    expect(figure(page, trip, "hall", "waiting")).to_have_text("۱")


def test_the_hottest_desk_comes_first_until_one_asks_for_the_list(
    page: Page, trip: SmallTrip, pbx: Pbx
) -> None:
    pbx.does(f"/places/{trip.places['hall'][0]}/open")
    for _ in range(6):
        pbx.registers("housing")
    expect(figure(page, trip, "hall", "waiting")).to_have_text("۶")
    expect(page.locator(".tile").first).to_have_attribute("data-number", "3", timeout=15_000)
    assert numbers(page) == ["3", "1", "2", "4"]
    page.get_by_label("به ترتیب فهرست").check()
    expect(page.locator(".tile").first).to_have_attribute("data-number", "1")
    assert numbers(page) == ["1", "2", "3", "4"]
    assert "order=list" in page.url


def test_a_filter_stays_in_the_address(page: Page, trip: SmallTrip) -> None:
    page.get_by_label("محل").select_option("محل دوم")
    expect(page.locator(".tile:visible")).to_have_count(1)
    expect(page.locator("#shown")).to_contain_text("۱ میز از ۴")
    page.get_by_label("وضعیت").select_option("بسته")
    expect(page.locator(".tile:visible")).to_have_count(0)
    page.evaluate("location.reload()")
    expect(page.locator("#shown")).to_contain_text("۰ میز از ۴")
    page.evaluate("window.neverReloaded = true")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_thirty_six_desks_fit_a_television(stage: Stage, language: str) -> None:
    with unit_of_work(SYSTEM) as uow:
        names = TripNames("سفر استانی", "Provincial trip")
        trip_id = create_trip_from_template(
            uow, SYSTEM, province(), code="p", names=names, starts_on=date(2026, 11, 22)
        )
    page = stage.context("administrator", lang=language, size=TELEVISION).new_page()
    page.goto(f"{stage.server.url}/trips/{trip_id}/wall")
    expect(page.locator(".tile")).to_have_count(36)
    last = page.locator(".tile").last.bounding_box()
    assert last is not None and last["y"] + last["height"] <= TELEVISION[1]
