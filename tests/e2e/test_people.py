"""A list of people on its way in: uploaded with faults, the marked copy fetched, corrected, confirmed, found again."""

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from deskops.core.tables import write_workbook
from tests.e2e.stage import Stage, staged
from tests.staff.people import SARA, several, table

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

FAULTY = SARA | {"home_desk": "99", "availability": "1405/13/01"}


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def upload(page: Page, stage: Stage, content: bytes) -> None:
    page.goto(stage.address("/staff/import"))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.locator("#file").set_input_files({"name": "people.xlsx", "mimeType": kind, "buffer": content})
    page.locator("form[enctype] button").click()
    page.wait_for_url("**/staff/import/*")


def fetched(page: Page) -> openpyxl.Workbook:
    with page.expect_download() as download:
        page.locator("a[href$='marked.xlsx']").click()
    return openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_a_list_with_faults_is_corrected_confirmed_and_found(stage: Stage, lang: str) -> None:
    page = stage.page("coordinator", "/staff", lang=lang)
    upload(page, stage, write_workbook("people", *table(*several(60), FAULTY)))
    expect(page.locator(".faults__list li")).to_have_count(2)
    expect(page.locator("input[name=seen] ~ button")).to_have_count(0)
    marked = fetched(page).active
    assert sum(cell.comment is not None for row in marked for cell in row) == 2

    upload(page, stage, write_workbook("people", *table(*several(60), SARA)))
    expect(page.locator(".faults")).to_have_count(0)
    page.locator("input[name=seen] ~ button").click()
    page.wait_for_url("**/staff")
    expect(page.locator("tbody tr")).to_have_count(50)
    page.locator("#q").fill("۰۰۷۱")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody a").first.click()
    expect(page.locator("h1")).to_have_text("سارا نمونه")
    page.locator("#most_shifts").fill("۳")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#most_shifts")).to_have_value("۳" if lang == "fa" else "3")
