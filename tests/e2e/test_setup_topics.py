"""A coordinator sets agencies and topics up; a counter finds the new topic however it is typed; a merger is taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from deskops.core import runtime
from deskops.desks.models import Topic
from tests.desks.agencies import add
from tests.e2e.stage import Stage, staged

pytestmark = pytest.mark.e2e

FOUND = ".combobox__list [role=option]"


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def agency_under(page: Page, stage: Stage, ministry: str, name: str, code: str) -> None:
    page.goto(f"{stage.server.url}/agencies")
    page.locator("li", has=page.get_by_role("link", name=ministry)).locator(".tree__add").click()
    page.locator("#name_fa").fill(name)
    page.locator("#code").fill(code)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".path")).to_contain_text(ministry)
    expect(page.locator("h1")).to_have_text(name)


def topic(page: Page, stage: Stage, name: str, code: str, synonyms: str, papers: str) -> None:
    page.goto(stage.address("/topics/new"))
    page.locator("#name_fa").fill(name)
    page.locator("#code").fill(code)
    page.locator("#synonyms").fill(synonyms)
    page.locator("#papers").fill(papers)
    page.locator("#agency_id").select_option(label="دانشگاه علوم پزشکی")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text(name)


def merged_into(code: str) -> str | None:
    with runtime.current().database.reading() as session:
        found = session.scalars(select(Topic).where(Topic.code == code)).one()
        target = None if found.merged_into_id is None else session.get_one(Topic, found.merged_into_id)
        return None if target is None else target.code


def test_from_a_ministry_to_a_merger_that_is_taken_back(stage: Stage) -> None:
    add("ministry-health", name="وزارت بهداشت", kind="ministry")
    page = stage.page("coordinator", "/")
    agency_under(page, stage, "وزارت بهداشت", "دانشگاه علوم پزشکی", "medical-university")
    topic(page, stage, "هزینه درمان", "treatment", "کمک‌هزینه بیماری\nپول دکتر", "کارت ملی\nنسخه پزشک")

    intake = stage.page("staff", "/intake")
    finder = intake.locator("[role=combobox]")
    finder.fill("كمك هزينة بيماري")
    expect(intake.locator(FOUND)).to_have_text("هزینه درمان")
    finder.press("Enter")
    expect(intake.locator("[data-papers-needed]")).to_contain_text("نسخه پزشک")

    page.locator(".combobox input").fill("موضوع ۰")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="ادغام", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("ادغام شد")
    assert merged_into("treatment") == "loan"
    intake.reload()
    intake.locator("[role=combobox]").fill("هزینه درمان")
    expect(intake.locator(FOUND)).to_have_count(0)

    page.locator("#toasts [data-undo]").click()
    expect(page.locator("#toasts")).to_contain_text("واگردانده شد")
    assert merged_into("treatment") is None
    page.goto(stage.address("/changes"))
    expect(page.locator("tbody tr").first).to_contain_text("واگردانده شد")


def test_topics_are_put_in_order_by_keyboard_and_by_dragging(stage: Stage) -> None:
    page = stage.page("coordinator", "/topics")
    names = page.locator(".tree__name > bdi:first-child")
    first, second, third = names.all_inner_texts()[:3]
    page.locator(".tree__order").nth(1).locator("button").first.focus()
    page.keyboard.press("Enter")
    expect(names.first).to_have_text(second)

    grip, top = page.locator("[data-grip]").nth(2), page.locator(".tree__row").first
    with page.expect_navigation():
        grip.drag_to(top, target_position={"x": 200, "y": 3})
    expect(names.first).to_have_text(third)
    page.reload()
    assert names.all_inner_texts()[:3] == [third, second, first]
