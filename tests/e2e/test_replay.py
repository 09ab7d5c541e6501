"""A day with another rule, as a coordinator asks for it and sees what comes of it."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from deskops.accounts.actor import SYSTEM
from deskops.control.services import replaying
from deskops.core import clock
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.services.claim import call_next
from deskops.demands.services.places import open_place
from tests.demands.counter import somebody
from tests.e2e.stage import Stage, staged
from tests.e2e.test_every_page import PHONE, faults


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


@pytest.fixture
def yesterday(stage: Stage) -> Iterator[None]:
    """Six people came, to one counter that called the first."""
    clock.freeze(clock.now() - timedelta(days=1))
    try:
        for _ in range(6):
            somebody(stage.trip)
        with unit_of_work(SYSTEM) as uow:
            open_place(uow, SYSTEM, stage.trip.id, stage.trip.places["a"][0])
        with unit_of_work(SYSTEM) as uow:
            call_next(uow, SYSTEM, stage.trip.id, stage.trip.places["a"][0])
    finally:
        clock.reset()
    yield
    replaying.replays.end_all()


def the_worker_plays() -> None:
    replaying.follow_replays({})
    while replaying.replays.going:
        time.sleep(0.2)
        replaying.follow_replays({})


def test_a_day_is_chosen_and_played_while_one_looks(stage: Stage, yesterday: None) -> None:
    page = stage.page("coordinator", "/balance/replay")
    page.get_by_role("button", name="اجرای این روز").click()
    expect(page.locator("#replay")).to_contain_text("در نوبت اجرا")
    the_worker_plays()
    expect(page.locator("#replay")).to_contain_text("اجرا شد")
    rows = page.locator("#replay tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("آن‌گونه که بود")
    expect(page.locator("#replay svg[role=img]")).to_be_visible()
    assert list(faults(page, page.url)) == []


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_what_came_of_it_fits_a_phone(stage: Stage, yesterday: None, lang: str) -> None:
    asked = stage.page("coordinator", "/balance/replay", lang=lang, size=PHONE)
    assert list(faults(asked, asked.url)) == []
    asked.locator("form[action$='/balance/replay'] button[type=submit]").click()
    the_worker_plays()
    expect(asked.locator("#replay svg[role=img]")).to_be_visible()
    assert list(faults(asked, asked.url)) == []
