"""A tick at registration is seen at every counter of the desk at once, and so is what coordinators make of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from deskops.core import runtime
from deskops.demands.models import Ticket
from tests.e2e.stage import Stage, staged
from tests.e2e.steps import open_counter, register, type_person

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


@pytest.fixture
def intake(stage: Stage) -> Page:
    return stage.page("staff", "/intake")


def tick(page: Page, label: str) -> None:
    """By keyboard, as an operator does."""
    page.get_by_label(label, exact=True).focus()
    page.keyboard.press("Space")


def test_a_tick_moves_the_person_up_at_a_counter_that_looks_on(stage: Stage, intake: Page) -> None:
    console = open_counter(stage, "a")
    numbers = console.locator("#queue .queue__number")
    register(intake, stage)
    expect(numbers).to_have_text(["۱"])
    intake.goto(stage.address("/intake"))
    tick(intake, "سالمند")
    register(intake, stage, "مریم نمونه")
    expect(numbers).to_have_text(["۲", "۱"])
    first = console.locator("#queue .queue__item").first
    expect(first.locator("[data-mark='prior']")).to_be_visible()
    console.reload()
    expect(numbers).to_have_text(["۲", "۱"])
    expect(first).to_contain_text("اولویت")


def test_what_coordinators_set_moves_the_people_at_a_counter_that_looks_on(
    stage: Stage, intake: Page
) -> None:
    console = open_counter(stage, "a")
    numbers = console.locator("#queue .queue__number")
    register(intake, stage)
    intake.goto(stage.address("/intake"))
    tick(intake, "سالمند")
    register(intake, stage, "مریم نمونه")
    expect(numbers).to_have_text(["۲", "۱"])
    coordinator = stage.page("coordinator", "/balance/priorities")
    coordinator.get_by_label("سالمند").fill("۰")
    coordinator.keyboard.press("Control+Enter")
    expect(coordinator.get_by_text("اولویت‌ها ثبت شد")).to_be_visible()
    expect(numbers).to_have_text(["۱", "۲"])


def test_a_tick_is_kept_on_the_device_with_the_rest(stage: Stage, intake: Page) -> None:
    intake.context.set_offline(True)
    tick(intake, "دارای معلولیت")
    type_person(intake, stage, "مریم نمونه")
    intake.keyboard.press("Control+Enter")
    expect(intake.locator(".unsent__row")).to_be_visible()
    expect(intake.get_by_label("دارای معلولیت", exact=True)).not_to_be_checked()
    intake.context.set_offline(False)
    expect(intake.locator(".unsent__row [data-part='number']").first).to_have_text("۱", timeout=30_000)
    with runtime.current().database.reading() as session:
        assert session.scalars(select(Ticket.priorities)).all() == ["disabled"]
