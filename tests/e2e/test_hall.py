"""A citizen's phone and the hall's board in a real browser: they move by themselves."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.pbx import Pbx
from tests.e2e.stage import Stage, staged
from tests.public.acts import sign_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


@pytest.fixture
def pbx(stage: Stage) -> Pbx:
    """Both counters of desk A are open."""
    made = Pbx(stage)
    for place in stage.trip.places["a"]:
        made.does(f"/places/{place}/open")
    return made


def test_a_citizen_checks_in_and_is_called_on_the_phone_in_their_hand(stage: Stage, pbx: Pbx) -> None:
    page = stage.browser.new_context(viewport={"width": 320, "height": 700}).new_page()
    page.clock.install()
    page.goto(f"{stage.server.url}/c/{sign_of(stage.trip)}")
    page.get_by_role("radio").first.check()
    page.get_by_role("textbox").fill("۰۹۱۲۳۴۵۶۷۸۹")
    page.get_by_role("button", name="گرفتن نوبت").click()
    expect(page.locator(".big-number__value")).to_have_text("۱")
    pbx.does(f"/places/{stage.trip.places['a'][1]}/next")
    page.clock.fast_forward(16_000)
    expect(page.get_by_text("اکنون به باجه بروید")).to_be_visible()
    expect(page.locator(".turn__desk")).to_contain_text("باجه ۲")


def test_the_board_follows_the_calls_and_says_when_it_is_signed_out(stage: Stage, pbx: Pbx) -> None:
    first, second = stage.trip.places["a"]
    page = stage.page("board", f"/boards/{stage.trip.sites['one']}", size=(1920, 1080))
    expect(page.get_by_text("اکنون کسی فراخوانده نشده است")).to_be_visible()
    ticket = pbx.registers()
    pbx.does(f"/places/{first}/next")
    newest = page.locator(".board__row--new .board__ticket")
    expect(newest).to_have_text("۱")
    pbx.registers()
    pbx.does(f"/places/{second}/next")
    expect(newest).to_have_text("۲")
    rows = page.locator(".board__ticket")
    assert [re.sub(r"\s", "", text) for text in rows.all_inner_texts()] == ["۲", "۱"]
    pbx.does(f"/tickets/{ticket}/no-show")
    expect(rows).to_have_count(1)
    page.context.clear_cookies()
    expect(page.get_by_role("alert")).to_be_visible(timeout=30_000)
