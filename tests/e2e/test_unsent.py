"""A counter whose network drops: what is registered waits on the device, and reaches the server once."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Route, expect
from sqlalchemy import func, select

from deskops.core import clock, runtime
from deskops.demands.models import Demand, Person, Ticket
from tests.e2e.stage import Stage, staged
from tests.e2e.steps import open_counter, type_person

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
KEPT = "Object.entries(localStorage).filter(([name]) => name.startsWith('deskops.unsent.'))"


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


@pytest.fixture
def intake(stage: Stage) -> Page:
    return stage.page("staff", "/intake")


def press_register(page: Page, stage: Stage, name: str, phone: str = "۰۹۱۲۳۴۵۶۷۸۹") -> None:
    type_person(page, stage, name, phone)
    page.keyboard.press("Control+Enter")


def keep(page: Page, stage: Stage, name: str, phone: str = "۰۹۱۲۳۴۵۶۷۸۹") -> None:
    """Register while the network is gone."""
    press_register(page, stage, name, phone)
    expect(row(page, name)).to_be_visible()


def row(page: Page, name: str) -> Locator:
    return page.locator(".unsent__row").filter(has_text=name)


def names() -> list[str]:
    """Whom the server has registered, in the order in which it did."""
    with runtime.current().database.reading() as session:
        query = select(Person.name).join(Demand, Demand.person_id == Person.id).order_by(Demand.id)
        return list(session.scalars(query))


def count() -> int:
    with runtime.current().database.reading() as session:
        return int(session.scalar(select(func.count()).select_from(Ticket)) or 0)


def answers_get_lost(context: BrowserContext) -> list[Request]:
    """From now on the server hears every registration, and nobody hears the server."""
    heard: list[Request] = []

    def swallow(route: Route) -> None:
        if route.request.method == "POST":
            heard.append(route.request)
            route.fetch()
            route.abort()
            return
        route.continue_()

    context.route("**/intake", swallow)
    return heard


def test_while_the_network_is_gone_the_operator_goes_on(stage: Stage, intake: Page) -> None:
    intake.context.set_offline(True)
    keep(intake, stage, "سارا نمونه")
    expect(intake.get_by_text("روی همین دستگاه نگه داشته شد")).to_be_visible()
    expect(intake.locator("[role=combobox]")).to_be_focused()
    expect(intake.locator("input[name=name]")).to_have_value("")
    keep(intake, stage, "دارا نمونه")
    expect(intake.locator("#unsent-title")).to_contain_text("۲")
    assert names() == []

    intake.context.set_offline(False)
    expect(row(intake, "سارا نمونه")).to_contain_text("فرستاده شد", timeout=20_000)
    expect(intake.locator("#unsent-title")).to_be_hidden()
    assert names() == ["سارا نمونه", "دارا نمونه"]
    expect(row(intake, "دارا نمونه").get_by_role("link")).to_have_attribute("href", re.compile("receipt"))


def test_what_waits_survives_the_closing_of_the_page_and_keeps_its_time(stage: Stage, intake: Page) -> None:
    context = intake.context
    context.set_offline(True)
    keep(intake, stage, "سارا نمونه")
    [[_, stored]] = intake.evaluate(KEPT)
    assert "سارا" not in stored
    registered_before = clock.now()
    intake.close(run_before_unload=False)
    context.set_offline(False)
    opened = context.new_page()
    opened.goto(stage.address("/intake"))
    expect(row(opened, "سارا نمونه")).to_contain_text("فرستاده شد", timeout=20_000)
    with runtime.current().database.reading() as session:
        demand = session.scalars(select(Demand)).one()
        ticket = session.scalars(select(Ticket)).one()
    assert demand.registered_at == ticket.registered_at < registered_before
    assert opened.evaluate(KEPT) == []


def test_a_registration_whose_answer_was_lost_counts_once(stage: Stage, intake: Page) -> None:
    heard = answers_get_lost(intake.context)
    keep(intake, stage, "سارا نمونه")
    intake.wait_for_timeout(5_000)
    assert len(heard) > 1
    intake.context.unroute("**/intake")
    expect(row(intake, "سارا نمونه")).to_contain_text("فرستاده شد", timeout=20_000)
    assert count() == 1


def test_what_the_server_refuses_is_corrected_in_the_form(stage: Stage, intake: Page) -> None:
    intake.context.set_offline(True)
    keep(intake, stage, "سارا نمونه", phone="۰۹۱۲")
    keep(intake, stage, "دارا نمونه")
    intake.context.set_offline(False)
    expect(row(intake, "دارا نمونه")).to_contain_text("فرستاده شد", timeout=20_000)
    refused = row(intake, "سارا نمونه")
    expect(refused).to_contain_text("شماره تلفن کوتاه است")
    expect(refused.get_by_text("پذیرفته نشد")).to_be_visible()
    expect(refused.locator("[data-part=topic]")).to_have_text(re.compile("موضوع"))

    intake.reload()
    refused.get_by_role("button", name="اصلاح").click()
    expect(intake.locator("input[name=name]")).to_have_value("سارا نمونه")
    expect(intake.locator("[role=combobox]")).to_have_value(re.compile("موضوع"))
    intake.locator("input[name=phone]").fill("۰۹۱۲۳")
    intake.keyboard.press("Control+Enter")
    expect(intake.locator("[data-error-summary]")).to_be_visible()
    expect(refused).to_be_visible()
    intake.locator("input[name=phone]").fill("۰۹۱۲۳۴۵۶۷۸۹")
    intake.keyboard.press("Control+Enter")
    expect(intake.locator(".intake__done")).to_be_visible()
    expect(refused).to_have_count(0)
    assert names() == ["دارا نمونه", "سارا نمونه"]


def test_a_refused_one_is_discarded_only_on_purpose(stage: Stage, intake: Page) -> None:
    intake.context.set_offline(True)
    keep(intake, stage, "سارا نمونه", phone="۰۹۱۲")
    intake.context.set_offline(False)
    refused = row(intake, "سارا نمونه")
    expect(refused).to_contain_text("پذیرفته نشد", timeout=20_000)
    refused.get_by_role("button", name="دور انداختن").click()
    dialog = intake.get_by_role("dialog")
    dialog.get_by_role("button", name="نگه می‌دارم").click()
    expect(refused).to_be_visible()
    refused.get_by_role("button", name="دور انداختن").click()
    dialog.get_by_role("button", name="دور انداختن").click()
    expect(refused).to_have_count(0)
    intake.reload()
    assert intake.evaluate(KEPT) == []
    assert names() == []


def test_what_was_put_back_is_not_taken_for_the_next_person(stage: Stage, intake: Page) -> None:
    intake.context.set_offline(True)
    keep(intake, stage, "سارا نمونه", phone="۰۹۱۲")
    intake.context.set_offline(False)
    refused = row(intake, "سارا نمونه")
    refused.get_by_role("button", name="اصلاح").click(timeout=20_000)
    refused.get_by_role("button", name="بازگرداندن").click()
    press_register(intake, stage, "دارا نمونه")
    expect(intake.locator(".intake__done")).to_be_visible()
    expect(refused).to_contain_text("پذیرفته نشد")
    assert names() == ["دارا نمونه"]


def test_without_topic_nothing_is_kept_while_the_person_is_still_here(stage: Stage, intake: Page) -> None:
    intake.context.set_offline(True)
    intake.locator("input[name=name]").fill("سارا نمونه")
    intake.keyboard.press("Control+Enter")
    expect(intake.get_by_text("نگه داشته نشد: موضوع")).to_be_visible()
    expect(intake.locator("input[name=name]")).to_have_value("سارا نمونه")
    assert intake.evaluate(KEPT) == []


def test_another_users_entries_are_neither_shown_nor_sent(stage: Stage, intake: Page) -> None:
    intake.context.set_offline(True)
    keep(intake, stage, "سارا نمونه")
    device = intake.context
    intake.close(run_before_unload=False)
    device.set_offline(False)
    colleague = stage.context("staff")
    device.add_cookies([cookie for cookie in colleague.cookies() if cookie["name"] == "deskops"])

    page = device.new_page()
    page.goto(stage.address("/intake"))
    expect(page.get_by_text("مورد دیگر از همکاران")).to_be_visible()
    expect(row(page, "سارا نمونه")).to_have_count(0)
    page.wait_for_timeout(1_000)
    assert names() == []
    assert len(page.evaluate(KEPT)) == 1


def test_a_page_whose_user_was_replaced_sends_nothing_under_the_wrong_name(
    stage: Stage, intake: Page
) -> None:
    intake.context.set_offline(True)
    keep(intake, stage, "سارا نمونه")
    colleague = stage.context("staff")
    intake.context.add_cookies([cookie for cookie in colleague.cookies() if cookie["name"] == "deskops"])
    intake.context.set_offline(False)
    expect(intake.get_by_text("نشست شما پایان یافته")).to_be_visible(timeout=20_000)
    expect(row(intake, "سارا نمونه")).to_be_visible()
    assert names() == []


def test_what_is_typed_after_the_session_ended_waits_until_one_is_back(stage: Stage, intake: Page) -> None:
    device = intake.context
    session = [cookie for cookie in device.cookies() if cookie["name"] == "deskops"]
    device.clear_cookies(name="deskops")
    keep(intake, stage, "سارا نمونه")
    expect(intake.get_by_text("نشست شما پایان یافته")).to_be_visible(timeout=20_000)
    assert names() == []
    device.add_cookies(session)
    intake.reload()
    expect(row(intake, "سارا نمونه")).to_contain_text("فرستاده شد", timeout=20_000)
    assert names() == ["سارا نمونه"]


def test_a_halls_own_sign_in_page_is_no_answer(stage: Stage, intake: Page) -> None:
    intake.context.set_offline(True)
    keep(intake, stage, "سارا نمونه")
    intake.context.route("**/intake", lambda route: route.fulfill(status=200, body="<h1>Welcome</h1>"))
    intake.context.set_offline(False)
    intake.wait_for_timeout(2_000)
    expect(row(intake, "سارا نمونه").get_by_text("روی این دستگاه")).to_be_visible()
    intake.context.unroute("**/intake")
    expect(row(intake, "سارا نمونه")).to_contain_text("فرستاده شد", timeout=20_000)


def test_signing_out_wipes_the_device_after_asking(stage: Stage, intake: Page) -> None:
    intake.context.set_offline(True)
    keep(intake, stage, "سارا نمونه", phone="۰۹۱۲")
    intake.context.set_offline(False)
    expect(row(intake, "سارا نمونه")).to_contain_text("پذیرفته نشد", timeout=20_000)
    for button in ("می‌مانم", "دور انداختن و خروج"):
        intake.locator("summary:has(.icon + .bar__word)").last.click()
        intake.get_by_role("button", name="خروج", exact=True).click()
        assert len(intake.evaluate(KEPT)) == 1
        intake.get_by_role("button", name=button).click()
    expect(intake).to_have_url(re.compile("/sign-in"))
    assert intake.evaluate(KEPT) == []


def test_the_console_keeps_and_counts_too(stage: Stage) -> None:
    desk = open_counter(stage, "a")
    desk.keyboard.press("KeyR")
    desk.locator("form[data-intake]").wait_for()
    desk.context.set_offline(True)
    keep(desk, stage, "سارا نمونه")
    desk.keyboard.press("Escape")
    expect(desk.locator("[data-unsent-line]")).to_contain_text("۱ مورد هنوز فرستاده نشده")
    desk.context.set_offline(False)
    expect(desk.locator("[data-unsent-line]")).to_be_hidden(timeout=20_000)
    assert names() == ["سارا نمونه"]


def test_it_speaks_english_too(stage: Stage) -> None:
    page = stage.page("staff", "/intake", lang="en")
    page.context.set_offline(True)
    keep(page, stage, "Sara Example")
    expect(page.locator("#unsent-title")).to_have_text("1 not sent yet")
    expect(row(page, "Sara Example")).to_contain_text("kept on this device")
