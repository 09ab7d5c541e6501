"""Demands are ticked on a phone, tied to one matter, and ordered on at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.directives.ordered import demand_of
from tests.e2e.stage import Stage, staged
from tests.e2e.test_every_page import PHONE, faults

pytestmark = pytest.mark.e2e


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        for at in range(3):
            demand_of(made.trip, name=f"نفر {at}", phone=f"0912000010{at}")
        yield made


def tick_all(page: Page) -> None:
    for box in page.locator("input[name=demand_id]").all():
        box.check()


def test_ticked_demands_become_one_matter_on_a_phone(stage: Stage) -> None:
    page = stage.page("coordinator", "/demands", size=PHONE)
    tick_all(page)
    page.locator("#ticked button").first.click()
    expect(page.locator("input[name=demand_ids]")).to_have_count(3)
    page.locator("#title").fill("راه شهرک")
    page.locator("form[action$='/collectives'] button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("راه شهرک")
    expect(page.locator("form[action$='/untie']")).to_have_count(3)
    page.locator("form[action$='/untie'] button").first.click()
    expect(page.locator("form[action$='/untie']")).to_have_count(2)


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_the_page_of_one_order_on_many_is_whole_on_a_phone(stage: Stage, lang: str) -> None:
    page = stage.page("official", "/demands", size=PHONE, lang=lang)
    tick_all(page)
    page.locator("#ticked button").last.click()
    page.wait_for_url("**/decide?**")
    address = f"{page.url}&kind=introduce&lang={lang}"
    assert list(faults(page, address)) == []
    expect(page.locator("input[name=demand_ids]")).to_have_count(3)
