"""The power is gone: papers are printed beforehand in one press, and a form is typed in by keyboard afterwards."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deskops.core import clock
from deskops.core.dates import clock_time, to_local
from deskops.core.tables import read_table, write_csv
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


def fill_in(path: Path, topic: str) -> bytes:
    """The saved table with its first form filled in."""
    sheet = read_table(path.read_bytes())
    first = next(iter(sheet.rows.values()))
    written = {
        "کد برگه": first[0],
        "روز، به نوشته برگه": to_local(clock.now()).date().isoformat(),
        "ساعت، به نوشته برگه": ascii_digits(clock_time(clock.now())),
        "موضوع": topic,
        "نام و نام خانوادگی": "سارا نمونه",
    }
    header = [heading.rstrip(" *") for heading in sheet.header]
    assert written.keys() <= set(header)
    return write_csv(header, [[written.get(heading, "") for heading in header]])


def test_forms_are_typed_in_as_a_table_and_a_mistaken_one_is_taken_back(stage: Stage, tmp_path: Path) -> None:
    press_print(stage)
    page = stage.page("staff", "/paper")
    page.get_by_role("link", name="وارد کردن گروهی با جدول").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV").click()
    table = fill_in(saved.value.path(), "موضوع ۰")
    page.locator("#file").set_input_files({"name": "forms.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_role("button", name="نمایش نتیجه پیش از ورود").click()
    expect(page.locator("main")).to_contain_text("سارا نمونه")
    page.get_by_role("button", name="وارد کن").click()
    expect(page).to_have_url(re.compile(r"/paper$"))
    page.get_by_role("link", name="پس گرفتن").first.click()
    page.locator("#reason").select_option("misread")
    page.get_by_role("button", name="پس بگیر").click()
    expect(page.locator("body")).to_contain_text("پس گرفته شد")


def test_a_file_that_is_too_large_is_told_before_it_is_sent(stage: Stage) -> None:
    page = stage.page("staff", "/paper/list")
    large = {"name": "forms.csv", "mimeType": "text/csv", "buffer": b"x" * (4 * 1024 * 1024 + 1)}
    page.locator("#file").set_input_files(large)
    said = page.locator("#file").evaluate("(field) => field.validationMessage")
    assert "مگابایت" in said
    page.get_by_role("button", name="نمایش نتیجه پیش از ورود").click()
    expect(page).to_have_url(re.compile(r"/paper/list$"))
    page.locator("#file").set_input_files(large | {"buffer": b"code"})
    assert page.locator("#file").evaluate("(field) => field.validationMessage") == ""
