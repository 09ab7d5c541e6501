"""Somebody who would wait long is served by phone instead: by the operator's key, and by a press on their own phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from deskops.core import runtime
from deskops.demands.models import Demand, Ticket
from tests.e2e.stage import Stage, staged
from tests.e2e.steps import open_counter, register
from tests.e2e.test_every_page import PHONE, faults

MANY = 4  # for one counter: the last two would wait longer than the limit


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser, DESKOPS_PUBLIC_URL="http://desks.example") as made:
        yield made


@pytest.fixture
def intake(stage: Stage) -> Page:
    """The form of registration, after as many people as make the last one wait long."""
    open_counter(stage, "hq")
    open_counter(stage, "a")
    page = stage.page("staff", "/intake")
    for name in ("دارا نمونه", "مینا نمونه", "کاوه نمونه", "سارا نمونه")[:MANY]:
        page.reload()
        register(page, stage, name)
    return page


def last_turn(stage: Stage) -> tuple[int, str]:
    """Where the newest turn waits, and the way to the person's page."""
    with runtime.current().database.reading() as session:
        ticket = session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()
        assert ticket is not None
        return ticket.location, session.get_one(Demand, ticket.demand_id).receipt_token


def test_one_key_accepts_and_one_press_puts_back(stage: Stage, intake: Page) -> None:
    expect(intake.locator("#offer")).to_contain_text("پیشنهاد کنید")
    intake.keyboard.press("Control+b")
    expect(intake.locator("#offer")).to_contain_text("تلفنی با او تماس گرفته می‌شود")
    assert last_turn(stage)[0] == 0
    intake.locator("#offer button").click()
    expect(intake.locator("#offer")).to_contain_text("ترجیح داد در محل منتظر بماند")
    assert last_turn(stage)[0] == stage.trip.sites["one"]


def test_the_person_accepts_on_a_page_that_fits_their_phone(stage: Stage, intake: Page) -> None:
    _, token = last_turn(stage)
    context = stage.browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    page = context.new_page()
    assert list(faults(page, f"{stage.server.url}/r/{token}")) == []
    page.get_by_role("button", name="بله، با من تماس بگیرید").click()
    expect(page.locator("#turn")).to_contain_text("با شما تماس می‌گیریم")
    assert last_turn(stage)[0] == 0
    page.get_by_role("button", name="در محل منتظر می‌مانم").click()
    expect(page.locator("#turn")).to_contain_text("همین نزدیکی بنشینید")
    assert last_turn(stage)[0] == stage.trip.sites["one"]


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_the_screens_with_an_offer_are_whole_on_a_phone(stage: Stage, intake: Page, lang: str) -> None:
    with runtime.current().database.reading() as session:
        demand = session.scalars(select(Demand.id).order_by(Demand.id.desc())).first()
    context = stage.context("staff", size=PHONE, lang=lang)
    for path in (f"/intake?done={demand}", f"/demands/{demand}"):
        assert list(faults(context.new_page(), stage.address(path))) == [], path
