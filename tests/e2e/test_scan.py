"""A device at a desk or an entrance: badges come in by a handheld scanner, with and without a network."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select, update

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.staff.models import Presence, Scan, StaffMember
from tests.e2e.stage import Stage, staged
from tests.staff.presence import a_person, a_shift, badge

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
PERSIAN_KEYS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def device(stage: Stage, role: str = "gate", *, desk: str = "a", lang: str = "fa") -> Page:
    return stage.page(role, f"/scan?at=desk:{stage.trip.desks[desk]}", lang=lang, size=(360, 740))


def hold_up(page: Page, text: str) -> None:
    """As a handheld scanner does: it types, and ends with Enter."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def panel(page: Page, tone: str, text: str) -> None:
    expect(page.locator("[data-part='panel']")).to_have_attribute("data-tone", tone)
    expect(page.locator("[data-part='panel']")).to_contain_text(text)


def rows(model: type[Scan] | type[Presence]) -> int:
    with runtime.current().database.reading() as session:
        return int(session.scalar(select(func.count()).select_from(model)) or 0)


SCANS = "**/api/v1/trips/*/scans"


def cut(page: Page) -> None:
    """Pages still come, as from a browser's cache; no scan goes out."""
    page.route(SCANS, lambda route: route.abort())


@pytest.mark.parametrize(("lang", "title"), [("fa", "ورود ثبت شد"), ("en", "Checked in")])
def test_a_badge_that_is_held_up_is_answered_large_and_green(stage: Stage, lang: str, title: str) -> None:
    sara = a_person(stage.trip)
    a_shift(stage.trip, sara)
    page = device(stage, lang=lang)
    hold_up(page, badge(stage.trip, sara))
    panel(page, "ok", title)
    panel(page, "ok", "سارا نمونه")
    expect(page.locator("[data-part='last'] li")).to_have_count(1)
    assert rows(Presence) == 1


def test_a_scanner_that_types_on_a_persian_keyboard_is_understood(stage: Stage) -> None:
    sara = a_person(stage.trip)
    a_shift(stage.trip, sara)
    page = device(stage)
    hold_up(page, badge(stage.trip, sara).translate(PERSIAN_KEYS))
    panel(page, "ok", "سارا نمونه")


def test_the_device_remembers_where_it_stands_and_what_for(stage: Stage) -> None:
    page = device(stage)
    page.locator("label").filter(has_text="ثبت خروج").click()
    page.goto(stage.address("/scan"))
    expect(page.locator("#place")).to_have_value(f"desk:{stage.trip.desks['a']}")
    expect(page.locator("input[value=out]")).to_be_checked()
    expect(page.locator("#badge")).to_be_focused()


def test_twice_within_a_second_counts_once(stage: Stage) -> None:
    sara = a_person(stage.trip)
    a_shift(stage.trip, sara)
    page = device(stage)
    hold_up(page, badge(stage.trip, sara))
    hold_up(page, badge(stage.trip, sara))
    panel(page, "warn", "لحظه‌ای پیش")
    expect(page.locator("[data-part='last'] li")).to_have_count(2)
    assert (rows(Scan), rows(Presence)) == (2, 1)


def test_a_withdrawn_badge_is_told_loudly_with_its_holder(stage: Stage) -> None:
    sara = a_person(stage.trip)
    page = device(stage)
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(StaffMember).values(badge_version=2))
    hold_up(page, badge(stage.trip, sara))
    panel(page, "bad", "باطل شده")
    panel(page, "bad", "سارا نمونه")
    assert rows(Presence) == 0


def test_without_a_network_scans_are_kept_over_a_reload_and_count_once(stage: Stage) -> None:
    sara, dara = a_person(stage.trip), a_person(stage.trip, "دارا نمونه")
    page = device(stage)
    cut(page)
    for staff_id in (sara, dara):
        hold_up(page, badge(stage.trip, staff_id))
        panel(page, "kept", "نگه داشته شد")
    expect(page.locator("[data-part='kept-count']")).to_contain_text("۲")
    page.reload()
    expect(page.locator("[data-part='kept-count']")).to_contain_text("۲")
    assert rows(Scan) == 0
    page.unroute(SCANS)
    expect(page.locator("[data-part='last'] li")).to_have_count(2)
    expect(page.locator("[data-part='kept']")).to_be_hidden()
    assert (rows(Scan), rows(Presence)) == (2, 2)


def test_an_answer_that_gets_lost_makes_nobody_come_twice(stage: Stage) -> None:
    sara = a_person(stage.trip)
    page = device(stage)

    def swallow(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(SCANS, swallow, times=1)
    hold_up(page, badge(stage.trip, sara))
    panel(page, "kept", "نگه داشته شد")
    panel(page, "warn", "سارا نمونه")
    assert (rows(Scan), rows(Presence)) == (1, 1)


def test_a_device_whose_clock_is_off_is_told_once(stage: Stage) -> None:
    sara = a_person(stage.trip)
    a_shift(stage.trip, sara)
    page = stage.context("gate", size=(360, 740)).new_page()
    page.clock.set_system_time(clock.now() - timedelta(minutes=5))
    page.goto(stage.address(f"/scan?at=desk:{stage.trip.desks['a']}"))
    hold_up(page, badge(stage.trip, sara))
    panel(page, "ok", "سارا نمونه")
    expect(page.locator("[data-part='skew']")).to_contain_text("۵ دقیقه عقب")


def test_an_entrance_device_begins_at_its_page_and_sees_nothing_else(stage: Stage) -> None:
    page = stage.page("gate", "/scan")
    page.goto(f"{stage.server.url}/")
    expect(page).to_have_url(stage.address("/scan"))
    assert page.goto(stage.address("/wall")).status == 403  # type: ignore[union-attr]
