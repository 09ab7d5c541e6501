"""Advice as it is lived: it appears, is accepted, the person asked sees it, goes, and is there."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from deskops.control.models import StaffMove
from deskops.control.services import advice_runs
from deskops.core import clock, runtime
from tests.control.advised import people_wait
from tests.e2e.stage import Stage, staged
from tests.e2e.steps import open_counter
from tests.e2e.test_every_page import PHONE, faults


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


@pytest.fixture
def idle(stage: Stage) -> Page:
    """Somebody at desk B, where nobody comes, while people have waited in the hall for half an hour."""
    open_counter(stage, "hall")
    page = open_counter(stage, "b")
    # One counter stays at a desk.
    with_other = stage.page("staff", "/places", desk="b")
    with_other.locator(f"#place-{stage.trip.places['b'][1]}").click()
    with_other.locator("#console[data-mode=free]").wait_for()
    try:
        clock.freeze(clock.now() - timedelta(minutes=35))
        people_wait(stage.trip)
    finally:
        clock.reset()
    advice_runs.advise_all({})
    return page


def states() -> list[str]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(StaffMove.state).order_by(StaffMove.id)))


def test_advice_is_accepted_and_the_person_goes_and_arrives(stage: Stage, idle: Page) -> None:
    coordinator = stage.page("coordinator", "/balance")
    card = coordinator.locator("#advice-1")
    expect(card).to_contain_text("نفر-دقیقه کمتر")
    card.get_by_role("button", name="پذیرفتن").click()
    expect(coordinator.locator("#move-1")).to_contain_text("خواسته شده")
    expect(idle.locator("#said")).to_contain_text("لطفاً برای کمک به میز ۳ بیایید")
    idle.locator("#said").get_by_role("button", name="می‌روم").click()
    idle.locator(f"#place-{stage.trip.places['hall'][1]}").click()
    expect(idle.locator("#console")).to_have_attribute("data-mode", "free")
    assert states() == ["arrived"]
    coordinator.reload()
    expect(coordinator.locator("#move-1")).to_contain_text("رسیده")


def test_the_page_renews_itself(stage: Stage, idle: Page) -> None:
    coordinator = stage.page("coordinator", "/balance")
    expect(coordinator.locator("#advice-1")).to_be_visible()
    with coordinator.expect_response(
        lambda answer: answer.url.endswith("/balance"), timeout=30_000
    ) as renewed:
        pass
    assert renewed.value.request.headers["hx-request"] == "true"
    expect(coordinator.locator("#balance")).to_have_count(1)
    expect(coordinator.locator("#advice-1")).to_be_visible()


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_its_pages_are_whole_on_a_phone(stage: Stage, idle: Page, lang: str) -> None:
    lead = stage.context("coordinator", size=PHONE, lang=lang)
    asked = f"/balance/what-if?where0=desk:{stage.trip.desks['hall']}&kind0=more&counters0=2"
    for path in ("/balance", "/balance/advice/1", "/balance/moves/new", asked):
        assert list(faults(lead.new_page(), stage.address(path))) == [], path
    accepting = lead.new_page()
    accepting.goto(stage.address("/balance"))
    accepting.locator("#advice-1 form button").click()
    expect(accepting.locator("#move-1")).to_be_visible()
    idle.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    idle.context.add_cookies([{"name": "lang", "value": lang, "url": stage.server.url}])
    assert list(faults(idle, stage.address("/balance/moves/1"))) == []
