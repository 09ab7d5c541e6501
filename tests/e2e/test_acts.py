"""A coordinator lets balancing ask first, says yes, takes one walk back, and takes note of whom a second failure hit."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from deskops.accounts.actor import SYSTEM
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.services import places, rebalancing
from tests.demands.counter import somebody, ticket_row
from tests.demands.moving import become, walkable, who_may_walk
from tests.demands.offering import PHONE
from tests.e2e.stage import Stage, staged
from tests.e2e.test_every_page import faults

pytestmark = pytest.mark.e2e


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def open_place(stage: Stage, desk: str) -> None:
    with unit_of_work(SYSTEM) as uow:
        places.open_place(uow, SYSTEM, stage.trip.id, stage.trip.places[desk][0])


def nobody_serves_at_site_one(stage: Stage) -> list[int]:
    """Three people whose desks failed one after the other; at site two a counter stands open."""
    walkable(stage.trip)
    open_place(stage, "a")
    waiting = who_may_walk(stage.trip, 3)
    somebody(stage.trip, "housing", phone=PHONE)
    open_place(stage, "hall")
    become(stage.trip, "a")
    become(stage.trip, "hall")
    open_place(stage, "b")
    return waiting


def test_from_asking_first_to_taking_back(stage: Stage) -> None:
    page = stage.page("coordinator", "/balance/autopilot")
    page.locator("#walk-2").check()
    page.get_by_role("button", name="تنظیم راهبری خودکار").click()
    # The box was ticked before it was saved, too.
    expect(page.get_by_text("راهبری خودکار تنظیم شد").first).to_be_visible()
    expect(page.locator("#walk-2")).to_be_checked()
    waiting = nobody_serves_at_site_one(stage)
    rebalancing.rebalance({})
    page.goto(stage.address("/balance/acts"))
    expect(page.get_by_text("۳ نفر برای بار دوم جابه‌جا شده‌اند").first).to_be_visible()
    assert {ticket_row(ticket).walk for ticket in waiting} == {"none"}
    page.get_by_role("button", name="برای همه انجام شود").click()
    expect(page.get_by_text("از ۳ نفر خواسته شد به محل دیگر بروند")).to_be_visible()
    assert {ticket_row(ticket).walk for ticket in waiting} == {"under_way"}
    page.get_by_role("button", name="پس گرفتن برای شماره ۱", exact=True).click()
    expect(page.get_by_text("برای ۱ نفر پس گرفته شد").first).to_be_visible()
    assert [ticket_row(ticket).walk for ticket in waiting] == ["none", "under_way", "under_way"]
    page.get_by_role("button", name="دیدم").click()
    expect(page.get_by_text("میز دوم آنان نیز بازایستاد")).to_have_count(0)


@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize("width", [320, 1366])
def test_a_full_page_of_acts_is_whole(stage: Stage, lang: str, width: int) -> None:
    nobody_serves_at_site_one(stage)
    rebalancing.rebalance({})
    page = stage.context("coordinator", lang=lang, size=(width, 800)).new_page()
    found = partial(faults, page)
    assert [*found(stage.address("/balance/acts")), *found(stage.address("/balance/autopilot"))] == []
