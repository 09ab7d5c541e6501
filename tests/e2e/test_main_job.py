"""One registers a walk-in, the desk sees it appear and serves it, the wall and the hall's board follow. Nobody reloads."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.stage import Stage, staged
from tests.e2e.steps import open_counter, register

# Fulfilled once an answer to htmx was dealt with.
READ = """() => {
    window.read = new Promise((done) =>
        document.body.addEventListener("htmx:afterRequest", () => done(true), { once: true }));
}"""
pytestmark = pytest.mark.e2e


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def tile(wall: Page, stage: Stage, desk: str) -> str:
    return wall.locator(f"[data-desk='{stage.trip.desks[desk]}']").first.inner_text()


def test_four_screens_follow_one_person(stage: Stage) -> None:
    desk = open_counter(stage, "a")
    wall = stage.page("coordinator", "/wall", size=(1920, 1080))
    board = stage.page("board", f"/boards/{stage.trip.sites['one']}", size=(1920, 1080))
    expect(wall.locator("[data-connection]").first).to_have_attribute("data-connection", "online")
    intake = stage.page("staff", "/intake")

    number = register(intake, stage)
    expect(desk.locator("#queue")).to_contain_text(number)
    wall.wait_for_function(
        "id => document.querySelector(`[data-desk='${id}']`).innerText.includes('۱')",
        arg=stage.trip.desks["a"],
    )

    desk.keyboard.press("KeyN")
    expect(desk.locator("#console")).to_have_attribute("data-mode", "called")
    expect(desk.locator("#console")).to_contain_text("سارا نمونه")
    expect(board.locator("#rows")).to_contain_text(number)
    assert "سارا" not in board.content()

    desk.keyboard.press("KeyS")
    expect(desk.locator("#console")).to_have_attribute("data-mode", "serving")
    desk.keyboard.press("KeyF")
    desk.keyboard.press("Digit1")
    expect(desk.locator("#console")).to_have_attribute("data-mode", "free")

    demands = stage.page("staff", "/demands?q=سارا نمونه")
    expect(demands.locator("main")).to_contain_text("سارا نمونه")


def test_a_counter_that_stands_ready_gets_who_comes_without_a_press(stage: Stage) -> None:
    desk = open_counter(stage, "a")
    desk.keyboard.press("KeyN")
    expect(desk.locator("#console")).to_have_attribute("data-mode", "ready")
    register(stage.page("staff", "/intake"), stage)
    expect(desk.locator("#console")).to_have_attribute("data-mode", "called")


def test_the_console_finds_the_truth_again_after_the_network_was_gone(stage: Stage) -> None:
    desk = open_counter(stage, "a")
    desk.context.set_offline(True)
    number = register(stage.page("staff", "/intake"), stage)
    desk.context.set_offline(False)
    expect(desk.locator("#queue")).to_contain_text(number, timeout=30_000)


def test_a_key_pressed_as_soon_as_the_counter_changes_is_the_new_counters_key(stage: Stage) -> None:
    intake = stage.page("staff", "/intake")
    for _ in range(5):
        register(intake, stage)
        intake.reload()
    desk = open_counter(stage, "a")
    refused = []
    desk.on("response", lambda answer: answer.ok or refused.append(answer.url))

    for _ in range(5):
        for keys, mode in ((["KeyN"], "called"), (["KeyS"], "serving"), (["KeyF", "Digit1"], "free")):
            for key in keys:
                desk.keyboard.press(key)
            desk.locator(f"#console[data-mode={mode}]").wait_for()

    assert not refused


def test_an_answer_that_was_under_way_when_a_dialog_opened_leaves_it_open(stage: Stage) -> None:
    register(stage.page("staff", "/intake"), stage)
    desk = open_counter(stage, "a")
    for key, mode in (("KeyN", "called"), ("KeyS", "serving")):
        desk.keyboard.press(key)
        desk.locator(f"#console[data-mode={mode}]").wait_for()
    address = desk.locator("#console").get_attribute("data-refresh") or ""
    held: list[Route] = []
    desk.route(f"**{address}", lambda route: held.append(route))
    with desk.expect_request(f"**{address}"):
        desk.evaluate("document.body.dispatchEvent(new Event('registered'))")
    desk.keyboard.press("KeyF")
    expect(desk.locator("#finish")).to_be_visible()
    desk.evaluate(READ)
    held[0].continue_()
    desk.evaluate("() => window.read")
    desk.keyboard.press("Digit1")
    expect(desk.locator("#console")).to_have_attribute("data-mode", "free")


def test_the_outcome_dialog_begins_at_the_first_outcome(stage: Stage) -> None:
    register(stage.page("staff", "/intake"), stage)
    desk = open_counter(stage, "a")
    for key, mode in (("KeyN", "called"), ("KeyS", "serving")):
        desk.keyboard.press(key)
        desk.locator(f"#console[data-mode={mode}]").wait_for()
    desk.keyboard.press("KeyF")
    outcomes = desk.locator("#finish [name=outcome]")
    expect(outcomes.first).to_be_focused()
    desk.keyboard.press("Tab")
    expect(outcomes.nth(1)).to_be_focused()
    desk.keyboard.press("Escape")
    desk.keyboard.press("KeyF")
    desk.keyboard.press("Enter")
    expect(desk.locator("#console")).to_have_attribute("data-mode", "free")


def test_the_pause_dialog_begins_at_the_first_reason(stage: Stage) -> None:
    desk = open_counter(stage, "a")
    desk.keyboard.press("KeyP")
    expect(desk.locator("#pause [name=reason]").first).to_be_focused()
