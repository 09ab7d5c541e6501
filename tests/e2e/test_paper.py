"""The power is gone: papers are printed beforehand in one press, and a form is typed in by keyboard afterwards."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deskops.core import clock
from deskops.core.dates import clock_time
from deskops.core.text import ascii_digits
from tests.e2e.stage import Stage, staged

pytestmark = pytest.mark.e2e
PRINTED = "window.print = () => { document.title = 'printed'; }"


@pytest.fixture
def stage(
    sqlite_url: str, tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    # Over TLS the cookie would be one that this server, which has none, can't set.
    monkeypatch.setenv("DESKOPS_PUBLIC_URL", "http://desks.example")
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def press_print(stage: Stage) -> Page:
    context = stage.context("coordinator")
    context.add_init_script(PRINTED)
    page = context.new_page()
    page.goto(stage.address("/print"))
    page.locator("#copies").fill("۱")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_title("printed")
    return page


def test_everything_is_printed_in_one_press_and_every_part_fits_its_page(stage: Stage) -> None:
    page = press_print(stage)
    for part, number in ((".sign", 4), (".tent", 4), (".steps", 2), (".paper", 4)):
        expect(page.locator(part)).to_have_count(number)
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert len(pages) == 4 + 4 + 2 + 4


def test_a_form_is_typed_in_by_keyboard_and_the_citizen_finds_it(stage: Stage) -> None:
    code = press_print(stage).locator(".paper").first.get_attribute("data-code")
    citizen = stage.browser.new_context().new_page()
    citizen.goto(f"{stage.server.url}/t/{code}")
    expect(citizen.locator("main")).to_contain_text("هنوز در سامانه وارد نشده")

    page = stage.page("staff", "/paper")
    keyboard = page.keyboard
    keyboard.type(f"https://desks.example/t/{code}")
    keyboard.press("Enter")
    expect(page.locator(".paper-check--ok")).to_be_visible()
    expect(page.locator("#paper-clock")).to_be_focused()
    keyboard.type(ascii_digits(clock_time(clock.now())))
    for _ in range(3):
        keyboard.press("Tab")
    keyboard.type("موضوع ۰")
    keyboard.press("Enter")
    keyboard.press("Tab")
    keyboard.type("سارا نمونه")
    keyboard.press("Control+Enter")
    expect(page.locator("[data-typed-in]")).to_contain_text("سارا نمونه")
    expect(page.locator("#paper-code")).to_be_focused()

    citizen.reload()
    expect(citizen.locator("main")).to_contain_text("ثبت شد")

    second = stage.page("staff", "/paper")
    second.keyboard.type(str(code))
    second.keyboard.press("Enter")
    expect(second.locator(".paper-check--bad a")).to_be_visible()
