"""A desk is renamed while somebody works at it: the console says so by itself, and nothing that was typed is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from deskops.core import runtime
from deskops.desks.models import Desk
from tests.e2e.stage import Stage, staged
from tests.e2e.steps import open_counter

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def rename(stage: Stage, name: str) -> None:
    """On the desk's own page, as a coordinator does it."""
    page = stage.page("coordinator", f"/desks/{stage.trip.desks['a']}")
    form = page.locator("form:has([name=name_fa])").first
    form.locator("[name=name_fa]").fill(name)
    form.locator("[name=short_fa]").fill(name)
    form.locator("button[type=submit]").first.click()
    page.wait_for_load_state()
    with runtime.current().database.reading() as session:
        assert session.scalar(select(Desk.short_fa).where(Desk.id == stage.trip.desks["a"])) == name


def test_the_open_console_says_the_new_name(stage: Stage) -> None:
    console = open_counter(stage, "a")
    rename(stage, "میز مسکن")
    expect(console.locator(".counter__where h1")).to_contain_text("میز مسکن")
    expect(console.locator("#console")).to_have_attribute("data-mode", "free")


def test_what_is_being_typed_stays_while_the_name_changes(stage: Stage) -> None:
    console = open_counter(stage, "a")
    console.locator("[data-open=register]").click()
    expect(console.locator("#register-form [role=combobox]")).to_be_focused()
    # A new form takes the focus a moment after it is there.
    console.wait_for_timeout(500)
    field = console.locator("#register-form input[name=name]")
    field.fill("سارا نم")
    rename(stage, "میز مسکن")
    expect(console.locator(".counter__where h1")).to_contain_text("میز مسکن")
    expect(field).to_have_value("سارا نم")
    assert field.evaluate("element => element === document.activeElement")
    console.keyboard.type("ونه")
    expect(field).to_have_value("سارا نمونه")
