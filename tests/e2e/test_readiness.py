"""Readiness, broadcasts and the emergency stop in a real browser: they follow what happens without a reload."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.dates import local_day
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Desk, DeskHours, DeskTopic, Trip
from tests.e2e.pbx import Pbx
from tests.e2e.stage import Stage, staged
from tests.e2e.steps import open_counter

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def the_day_before(stage: Stage) -> None:
    """The trip opens tomorrow: hours, and a line for each desk."""
    day = local_day(clock.now()) + timedelta(days=1)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Trip, stage.trip.id).starts_on = day
        for desk_id in stage.trip.desks.values():
            uow.session.get_one(Desk, desk_id).line = "02133334444"
            uow.session.add(DeskHours(desk_id=desk_id, day=day, opens=480, closes=960))


def plant(stage: Stage) -> None:
    """No line, no topic, no hours, at a desk each."""
    day = local_day(clock.now()) + timedelta(days=1)
    desks = stage.trip.desks
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, desks["a"]).line = ""
        uow.session.query(DeskTopic).filter_by(desk_id=desks["b"]).delete()
        uow.session.delete(uow.session.get_one(DeskHours, (desks["hq"], day)))


def faults(page: Page) -> list[str]:
    return sorted(page.locator("[data-fault]").evaluate_all("all => all.map((one) => one.dataset.fault)"))


def followed(page: Page) -> Page:
    """The same page once it follows what happens; a reload would show."""
    expect(page.locator("[data-connection]").first).to_have_attribute("data-connection", "online")
    page.evaluate("window.neverReloaded = true")
    return page


def test_three_planted_faults_are_exactly_the_three_that_show(stage: Stage) -> None:
    the_day_before(stage)
    plant(stage)
    page = stage.page("coordinator", "/readiness")
    assert faults(page) == ["line", "opening", "topics"]
    page.get_by_role("link", name="فقط نقص‌ها").click()
    expect(page.locator("article.ready")).to_have_count(3)
    assert faults(page) == ["line", "opening", "topics"]


def test_a_mark_by_one_person_appears_on_anothers_board(stage: Stage) -> None:
    the_day_before(stage)
    desk = stage.trip.desks["a"]
    watching = followed(stage.page("coordinator", "/readiness"))
    acting = followed(stage.page("desk_head", "/readiness", desk="a"))
    acting.locator(f"#more-{desk} summary").click()
    printer = acting.locator(f"#desk-{desk} li", has_text="چاپگر")
    printer.get_by_role("button", name="درست نیست").click()
    expect(watching.locator("[data-fault='printer']")).to_have_count(1)
    expect(printer.get_by_role("button", name="پس گرفتن")).to_be_visible()
    printer.get_by_role("button", name="پس گرفتن").click()
    expect(watching.locator("[data-fault='printer']")).to_have_count(0)
    assert watching.evaluate("window.neverReloaded")
    assert acting.evaluate("window.neverReloaded")


def test_a_no_go_asks_why_and_keeps_the_page(stage: Stage) -> None:
    page = followed(stage.page("coordinator", "/readiness"))
    whole = page.locator("section", has=page.locator("#whole"))
    whole.get_by_role("button", name="آغاز نشود").click()
    expect(whole.get_by_role("alert")).to_contain_text("دلیل")
    whole.get_by_label("دلیل").fill("برق سالن وصل نیست")
    whole.get_by_role("button", name="آغاز نشود").click()
    expect(whole.locator(".ready__decision")).to_contain_text("برق سالن وصل نیست")
    assert page.evaluate("window.neverReloaded")


def test_a_message_appears_on_an_open_console_and_its_seen_on_the_senders_page(stage: Stage) -> None:
    console = open_counter(stage, "a")
    console.evaluate("window.neverReloaded = true")
    sender = stage.page("coordinator", "/broadcasts")
    sender.get_by_label("پیام", exact=True).fill("آقای نماینده ساعت ده می‌رسد")
    sender.get_by_label("فوری").check()
    sender.get_by_role("button", name="ارسال").or_(sender.get_by_role("button", name="فرستادن")).click()
    followed(sender)
    expect(sender.locator("[data-seen='0']")).to_be_visible()
    bar = console.locator("#said")
    expect(bar).to_contain_text("آقای نماینده ساعت ده می‌رسد")
    bar.get_by_role("button", name="دیدم").click()
    expect(bar.locator(".said__line")).to_have_count(0)
    expect(sender.locator("[data-seen='1']")).to_be_visible()
    assert console.evaluate("window.neverReloaded")
    assert sender.evaluate("window.neverReloaded")


def test_a_message_stays_over_a_reload_until_it_is_seen_or_withdrawn(stage: Stage) -> None:
    console = open_counter(stage, "a")
    sender = stage.page("coordinator", "/broadcasts")
    sender.get_by_label("پیام", exact=True).fill("چای آماده است")
    sender.locator("#say button").click()
    expect(console.locator("#said")).to_contain_text("چای آماده است")
    console.reload()
    expect(console.locator("#said")).to_contain_text("چای آماده است")
    sender.get_by_role("button", name="پس گرفتن").click()
    expect(console.locator(".said__line")).to_have_count(0)


def test_a_stop_is_seen_on_the_board_in_both_languages_and_goes_again(stage: Stage) -> None:
    pbx = Pbx(stage)
    pbx.does(f"/places/{stage.trip.places['a'][0]}/open")
    pbx.registers()
    board = stage.page("board", f"/boards/{stage.trip.sites['one']}")
    page = stage.page("coordinator", f"/stops?desk={stage.trip.desks['a']}")
    expect(page.locator("main")).to_contain_text("بدون میز جایگزین")
    page.get_by_label("همین‌جا در انتظار بمانند").check()
    page.get_by_label("دلیل").fill("نشت گاز")
    page.get_by_role("button", name="متوقف شود").click()
    band = board.locator("#stopped")
    expect(band).to_contain_text("فعلاً متوقف است: ۱")
    expect(band).to_contain_text("Stopped for now: desks 1")
    page.get_by_role("button", name="ادامه").click()
    expect(band).to_be_hidden()
