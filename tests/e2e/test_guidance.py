"""A person asks, the operator types, reads the card out, and one key ends it. Nobody reloads, nobody uses the mouse."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desks.cards import BODY, TITLE, a_card
from tests.e2e.stage import Stage, staged
from tests.e2e.steps import open_counter, register

pytestmark = pytest.mark.e2e


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def serving(stage: Stage) -> Page:
    """Somebody is served at the first counter of a desk."""
    register(stage.page("staff", "/intake"), stage)
    desk = open_counter(stage, "a")
    for key, mode in (("KeyN", "called"), ("KeyS", "serving")):
        desk.keyboard.press(key)
        desk.locator(f"#console[data-mode={mode}]").wait_for()
    return desk


def used(stage: Stage) -> str:
    row = stage.page("coordinator", "/guidance").locator("tr", has_text=TITLE)
    return row.locator(".is-number").last.inner_text().strip()


def test_a_person_is_answered_by_a_card_without_a_mouse(stage: Stage) -> None:
    a_card(stage.trip)
    a_card(stage.trip, "بیمه بیکاری", topic="work", body="به شعبه می‌روند.")
    desk = serving(stage)

    desk.keyboard.press("KeyI")
    field = desk.locator("#guidance-q")
    expect(field).to_be_focused()
    expect(desk.locator(".guidance__hit")).to_have_count(1)
    field.press_sequentially("كارگشايي")
    expect(desk.locator(".guidance__hit")).to_contain_text([TITLE])
    desk.keyboard.press("Enter")
    expect(desk.locator(".guidance__card")).to_contain_text(BODY)
    expect(desk.locator(".guidance__card")).to_be_focused()

    desk.keyboard.press("KeyA")
    expect(desk.locator("#console")).to_have_attribute("data-mode", "free")
    expect(desk.locator("#guidance")).not_to_be_visible()
    assert used(stage) == "۱"

    desk.keyboard.press("KeyU")
    expect(desk.locator("#console")).to_have_attribute("data-mode", "serving")
    assert used(stage) == "۰"


def test_enter_pressed_before_the_list_came_opens_the_card_for_good(stage: Stage) -> None:
    a_card(stage.trip)
    desk = serving(stage)
    for _ in range(5):
        desk.keyboard.press("KeyI")
        expect(desk.locator("#guidance-q")).to_be_focused()
        desk.keyboard.insert_text("مدارک")
        desk.keyboard.press("Enter")
        expect(desk.locator(".guidance__card")).to_be_focused()
        desk.wait_for_timeout(300)
        expect(desk.locator(".guidance__card")).to_be_focused()
        desk.keyboard.press("Escape")
        expect(desk.locator("#guidance")).not_to_be_visible()


def test_a_caller_who_leaves_nothing_to_register_is_counted_and_taken_back(stage: Stage) -> None:
    a_card(stage.trip)
    desk = open_counter(stage, "hq")
    desk.keyboard.press("KeyI")
    expect(desk.locator("#guidance-q")).to_be_focused()
    desk.keyboard.insert_text("وام")
    desk.keyboard.press("Enter")
    expect(desk.locator(".guidance__card")).to_be_focused()
    desk.keyboard.press("KeyA")
    expect(desk.locator("#guidance")).not_to_be_visible()
    assert used(stage) == "۱"
    desk.locator(".toast [data-undo]").click()
    expect(desk.locator(".toast")).to_contain_text(["پس گرفته شد"])
    assert used(stage) == "۰"


def test_what_is_not_found_is_told_by_a_second_enter(stage: Stage) -> None:
    desk = open_counter(stage, "a")
    desk.keyboard.press("KeyI")
    expect(desk.locator("#guidance-q")).to_be_focused()
    desk.keyboard.insert_text("گذرنامه")
    desk.keyboard.press("Enter")
    expect(desk.locator("#guidance-shown button")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator(".toast")).to_be_visible()
    expect(stage.page("coordinator", "/guidance").locator(".gaps")).to_contain_text("گذرنامه")


def test_the_cards_are_reached_from_within_the_form_of_registration(stage: Stage) -> None:
    a_card(stage.trip)
    page = stage.page("staff", "/intake", lang="en")
    page.locator("input[name=name]").click()
    page.keyboard.press("Control+Slash")
    expect(page.locator("#guidance-q")).to_be_focused()
    page.keyboard.insert_text("وام")
    page.keyboard.press("Enter")
    expect(page.locator(".guidance__card")).to_contain_text(BODY)
    page.keyboard.press("Escape")
    expect(page.locator("input[name=name]")).to_be_focused()
