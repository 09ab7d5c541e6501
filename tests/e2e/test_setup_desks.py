"""A coordinator sets a site and a desk up, gives hours to many, and closes the day; the wall follows without a reload."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deskops.accounts.actor import SYSTEM
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.services import intake
from tests.demands.counter import demand_row, ticket_row
from tests.desks.setups import read_catalogue
from tests.e2e.stage import Stage, staged

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def site(page: Page, stage: Stage) -> None:
    page.goto(stage.address("/sites/new"))
    page.locator("#name_fa").fill("ساختمان استانداری")
    page.locator("#code").fill("governor")
    page.get_by_label("محل یکم").fill("۷")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tree")).to_contain_text("۷ دقیقه")


def desk(page: Page, stage: Stage) -> None:
    page.goto(stage.address("/desks/new"))
    page.locator("#name_fa").fill("میز استانداری")
    page.locator("#code").fill("governor")
    page.locator("#site_id").select_option(label="ساختمان استانداری")
    page.get_by_label("موضوع 0").fill("۱")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_contain_text("میز استانداری")


def waiting(stage: Stage) -> intake.Registered:
    trip = stage.trip
    wanted = intake.Registration(
        topic_id=trip.topics["loan"],
        channel="walk_in",
        site_id=trip.sites["one"],
        name="سارا نمونه",
        may_walk=False,
    )
    with unit_of_work(SYSTEM) as uow:
        return intake.register(uow, SYSTEM, trip.id, wanted)


def test_a_site_and_a_desk_are_set_up_and_many_get_hours_and_another_order(stage: Stage) -> None:
    page = stage.page("coordinator", "/")
    site(page, stage)
    desk(page, stage)
    page.goto(stage.address("/desks"))
    for box in page.locator("input[name=desk_ids]").all()[:3]:
        box.check()
    page.locator("#first_day").fill("۱۴۰۵/۰۹/۰۱")
    page.locator("#opens").fill("۰۸:۰۰")
    page.locator("#closes").fill("۱۴:۰۰")
    page.get_by_role("button", name="پیش‌نمایش").click()
    expect(page.locator(".notice [role=status]")).to_contain_text("۳ میز تغییر می‌کند")
    page.get_by_role("button", name="تعیین برای علامت‌خورده‌ها").click()
    expect(page.locator("#toasts")).to_contain_text("میزها تغییر کردند")
    page.get_by_role("button", name="میز 2 یک ردیف بالاتر").click()
    page.wait_for_url("**/desks#desk-*")
    assert [known.code for known in read_catalogue(stage.trip.id).desks.values()][:2] == ["b", "a"]
    page.locator("#toasts [data-undo]").click()
    expect(page.locator("tbody tr").first).to_contain_text("میز 1")


def test_the_wall_shows_a_new_name_and_a_new_desk_without_a_reload(stage: Stage) -> None:
    wall = stage.page("coordinator", "/wall")
    expect(wall.locator("[data-connection='online']").first).to_be_visible()
    wall.evaluate("window.neverReloaded = true")
    page = stage.page("coordinator", f"/desks/{stage.trip.desks['a']}")
    page.locator("#short_fa").fill("وام و اشتغال")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("تغییر")
    expect(wall.locator(f"[data-desk='{stage.trip.desks['a']}'] .tile__name")).to_contain_text("وام و اشتغال")
    page.goto(stage.address("/desks/new"))
    page.locator("#name_fa").fill("میز تازه")
    page.locator("#code").fill("fresh")
    page.get_by_label("موضوع 0").fill("۱")
    page.keyboard.press("Control+Enter")
    expect(wall.locator(".tile")).to_have_count(5)
    assert wall.evaluate("window.neverReloaded")


def test_the_day_is_closed_and_who_waits_is_invited_for_tomorrow(stage: Stage) -> None:
    ticket = waiting(stage).ticket
    page = stage.page("coordinator", "/closing")
    page.get_by_role("button", name="نشان کردن همهٔ میزها").click()
    page.get_by_label(f"شماره {'۰۱۲۳۴۵۶۷۸۹'[ticket.number]}").select_option("invite")
    page.get_by_role("button", name="بستن میزهای علامت‌خورده").click()
    expect(page.locator("main")).to_contain_text("برای روز دیگری دعوت شده‌اند")
    assert ticket_row(ticket.id).status == "invited"
    turn = stage.page("staff", "/")
    turn.goto(f"{stage.server.url}/r/{demand_row(ticket.demand_id).receipt_token}")
    expect(turn.locator("#turn")).to_contain_text("دعوت شده‌اید")
