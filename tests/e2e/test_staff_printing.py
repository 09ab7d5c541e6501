"""Badges and rosters: chosen on a page, made by a worker, saved as PDF and printed from the browser."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deskops.core import clock, prints
from tests.e2e.stage import Stage, staged
from tests.e2e.test_every_page import PHONE, faults
from tests.staff.presence import a_person, a_shift
from tests.staff.printed import need_pango, nothing_left_over, pages_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
# CSS has 96 pixels to the inch.
MILLIMETRE = 96 / 25.4


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made, nothing_left_over():
        for number in range(12):
            one = a_person(made.trip, f"سیدمحمدحسین علی‌نژاد موسوی‌پور {number}")
            a_shift(made.trip, one, starts=clock.now())
        yield made


def the_worker_prints() -> None:
    prints.follow_prints({})
    while prints.prints.going:
        time.sleep(0.2)
        prints.follow_prints({})


def ask(page: Page, kind: str) -> None:
    page.locator(f"input[name='kind'][value='{kind}']").check()
    page.locator("form[action$='/staff/print'] button[type=submit]").click()
    page.wait_for_url("**/staff/print/*")
    the_worker_prints()


def test_badges_are_waited_for_and_saved(stage: Stage) -> None:
    need_pango()
    page = stage.page("coordinator", "/staff/print")
    page.locator("input[name='kind'][value='badges']").check()
    page.get_by_role("button", name="تهیه شود").click()
    expect(page.locator("#print-run")).to_contain_text("در نوبت")
    the_worker_prints()
    expect(page.locator("#print-run")).to_contain_text("آماده")
    with page.expect_download() as saved:
        page.get_by_role("link", name="ذخیره PDF").click()
    assert pages_of(Path(saved.value.path()).read_bytes()) == 2


def test_a_badge_has_its_size_and_each_sheet_its_page_in_the_browser(stage: Stage) -> None:
    page = stage.page("coordinator", "/staff/print")
    ask(page, "badges")
    page.get_by_role("link", name="چاپ از مرورگر").click()
    page.emulate_media(media="print")
    box = page.locator(".id-card").first.bounding_box()
    assert box is not None
    assert (box["width"] / MILLIMETRE, box["height"] / MILLIMETRE) == (
        pytest.approx(85.6, abs=0.2),
        pytest.approx(54, abs=0.2),
    )
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert printed.count(b"/Type /Page\n") == 2


@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize("kind", ["badges", "desk_rosters", "staff_rosters", "hours"])
def test_asking_and_what_is_made_fit_a_phone(stage: Stage, kind: str, lang: str) -> None:
    page = stage.page("coordinator", "/staff/print", lang=lang, size=PHONE)
    assert list(faults(page, page.url)) == []
    ask(page, kind)
    expect(page.locator("#print-run a").first).to_be_visible()
    assert list(faults(page, page.url)) == []
    if kind != "hours":
        page.goto(f"{page.url}/pages")
        expect(page.locator(".paper-sheets section").first).to_be_visible()
        assert list(faults(page, page.url)) == []
