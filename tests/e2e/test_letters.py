"""Letters: saved as PDF, printed from the browser, many at once, and their code read with a phone."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deskops.core import prints
from tests.desks.agencies import an_office
from tests.directives.lettered import nothing_left_over
from tests.directives.ordered import an_issued_order, demand_of, directive
from tests.e2e.stage import Stage, staged
from tests.e2e.test_every_page import PHONE, faults
from tests.staff.printed import need_pango, pages_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
ORDERS = 2
"""One with an agency to act, and one with a copy for information: a letter to the agency and one to the person each."""


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made, nothing_left_over():
        yield made


@pytest.fixture
def order(stage: Stage) -> int:
    return an_issued_order(stage.trip, demand_of(stage.trip, text="راه روستا بسته است."), an_office().id)


def the_worker_prints() -> None:
    prints.follow_prints({})
    while prints.prints.going:
        time.sleep(0.2)
        prints.follow_prints({})


def all_printed(page: Page) -> None:
    page.locator("form[action$='/letters/prints'] button").click()
    page.wait_for_url("**/letters/prints/*")
    the_worker_prints()
    expect(page.locator("#print-run a").first).to_be_visible()


def test_a_letter_is_saved_where_its_order_is_looked_at(stage: Stage, order: int) -> None:
    need_pango()
    page = stage.page("follow_up", f"/directives/{order}/letters")
    with page.expect_download() as saved:
        page.get_by_role("button", name="PDF").first.click()
    assert pages_of(Path(saved.value.path()).read_bytes()) == 1


@pytest.mark.usefixtures("order")
def test_letters_are_printed_together_each_on_its_page(stage: Stage) -> None:
    page = stage.page("follow_up", "/letters")
    all_printed(page)
    page.get_by_role("link", name="چاپ از مرورگر").click()
    page.emulate_media(media="print")
    expect(page.locator(".letter")).to_have_count(2 * ORDERS)
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert printed.count(b"/Type /Page\n") == 2 * ORDERS


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_letters_fit_a_phone(stage: Stage, order: int, lang: str) -> None:
    page = stage.page("follow_up", "/letters", lang=lang, size=PHONE)
    for path in ("/letters", f"/directives/{order}/letters"):
        assert list(faults(page, stage.address(path))) == []
    page.goto(stage.address("/letters"))
    all_printed(page)
    assert list(faults(page, page.url)) == []
    assert list(faults(page, f"{page.url}/pages")) == []


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_the_code_leads_a_phone_to_a_page_that_says_whether_it_holds(
    stage: Stage, order: int, lang: str
) -> None:
    page = stage.browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}).new_page()
    address = f"{stage.server.url}/l/{directive(order).token}?lang={lang}"
    assert list(faults(page, address)) == []
    expect(page.locator(".notice--ok")).to_be_visible()
