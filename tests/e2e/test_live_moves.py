"""A live move as it is lived: a coordinator sends somebody at once, whose screen, the wall's tiles and the waits follow."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from deskops.core import clock, runtime
from deskops.desks.models import Place
from tests.demands.counter import somebody
from tests.e2e.stage import Stage, staged
from tests.e2e.steps import open_counter
from tests.e2e.test_every_page import PHONE, faults
from tests.staff.presence import a_person, a_scan, a_shift, scanned


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def at_work(stage: Stage, desk: str) -> int:
    """Whoever sits at the desk's first counter, planned there and checked in."""
    place_id = stage.trip.places[desk][0]
    with runtime.current().database.reading() as session:
        user_id = session.scalar(select(Place.user_id).where(Place.id == place_id))
    staff_id = a_person(stage.trip, "سینا نمونه", desk, user_id=user_id)
    a_shift(stage.trip, staff_id, desk, starts=clock.now() - timedelta(hours=1))
    scanned(stage.trip, a_scan(stage.trip, staff_id, desk))
    return staff_id


def test_a_move_now_changes_the_persons_screen_the_wall_and_who_waits(stage: Stage) -> None:
    page = open_counter(stage, "a")
    at_work(stage, "a")
    somebody(stage.trip, "loan")
    wall = stage.page("coordinator", "/wall")
    left, entered = (wall.locator(f"[data-desk='{stage.trip.desks[name]}']") for name in ("a", "hall"))
    expect(left.locator(".tile__cover")).to_contain_text("۱/۱")
    expect(left.locator("[data-figure=waiting]")).to_have_text("۱")
    form = stage.page("coordinator", "/balance/moves/new")
    form.locator("[role=combobox]").fill("کاربر")
    form.keyboard.press("Enter")
    form.locator("select[name=desk_id]").select_option(str(stage.trip.desks["hall"]))
    form.get_by_role("button", name="همین حالا جابه‌جا شود").click()
    expect(form.locator("body")).to_contain_text("از هم‌اکنون به شمار می‌آید")
    expect(page.locator("#work-title")).to_have_text("اکنون در میز ۳ کار می‌کنید")
    expect(entered.locator("[data-figure=waiting]")).to_have_text("۱")
    expect(left.locator("[data-figure=waiting]")).to_have_text("۰")
    expect(entered.locator(".tile__cover")).to_contain_text("۱/۰", timeout=30_000)
    page.keyboard.press("n")
    expect(page.locator("#console")).to_have_attribute("data-place", str(stage.trip.places["hall"][0]))
    page.keyboard.press("n")
    expect(page.locator("#console")).to_have_attribute("data-mode", "called")


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_the_wall_with_cover_and_breaks_are_whole_on_a_phone(stage: Stage, lang: str) -> None:
    open_counter(stage, "a")
    at_work(stage, "a")
    missing = a_person(stage.trip)
    a_shift(stage.trip, missing, "a", starts=clock.now() - timedelta(hours=1))
    lead = stage.context("coordinator", size=PHONE, lang=lang)
    desk = stage.trip.desks["a"]
    for path in ("/wall", f"/wall/desks/{desk}", f"/breaks?desk={desk}"):
        assert list(faults(lead.new_page(), stage.address(path))) == [], path
    wall = lead.new_page()
    wall.goto(stage.address("/wall"))
    expect(wall.locator(".tile__missing")).to_have_count(1)
    wall.locator("#lacking").check()
    expect(wall.locator(".tile:visible")).to_have_count(1)
