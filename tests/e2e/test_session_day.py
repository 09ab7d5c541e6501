"""An official's session on their own phone, from coming to leaving, while somebody waits."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.accounts.models import GrantRow
from deskops.core import clock, runtime
from deskops.core.dates import local_day, to_local
from deskops.core.unit_of_work import unit_of_work
from deskops.sessions import rules
from deskops.sessions.services import planning
from deskops.sessions.services.planning import Hours, Schedule
from tests.e2e.stage import Stage, staged
from tests.e2e.steps import register

pytestmark = pytest.mark.e2e
PHONE = (390, 800)


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def laid_now(stage: Stage) -> int:
    """A session of the only official, from this minute on or, late in the day, from a little before it."""
    now = to_local(clock.now())
    opens = min(now.hour * 60 + now.minute, 24 * 60 - 10)
    with runtime.current().database.reading() as session:
        who = session.scalars(select(GrantRow.user_id).where(GrantRow.role == "official")).one()
    today = local_day(clock.now())
    schedule = Schedule(official_id=who, pattern=rules.ONCE, from_day=today, to_day=today)
    hours = Hours(desk_id=stage.trip.desks["a"], opens=opens, closes=min(opens + 120, 24 * 60))
    with unit_of_work(SYSTEM) as uow:
        [session_id] = planning.lay(uow, SYSTEM, stage.trip.id, schedule, hours)
    return session_id


def test_an_official_sits_down_serves_and_leaves_on_a_phone(stage: Stage) -> None:
    context = stage.context("official", size=PHONE)
    address = stage.address(f"/sessions/{laid_now(stage)}")
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="من اینجا هستم").click()
    expect(page.locator("#console")).to_have_attribute("data-mode", "free")
    register(stage.page("staff", "/intake"), stage)
    page.locator("#console form[action$='/next'] button").first.click()
    expect(page.locator("#console")).to_have_attribute("data-mode", "called")
    page.locator("#console form[action$='/serve'] button").first.click()
    expect(page.locator("#console")).to_have_attribute("data-mode", "serving")
    page.goto(address)
    page.get_by_role("button", name="می‌روم").click()
    expect(page.get_by_role("alert")).to_be_visible()
    steps = page.locator(".funnel__step strong")
    expect(steps).to_have_text(["۱", "۱", "۱", "۰", "۰"])


def test_coordinators_see_on_the_wall_that_an_official_is_missing(stage: Stage) -> None:
    stage.context("official")
    session_id = laid_now(stage)
    with unit_of_work(SYSTEM) as uow:
        row = planning.locked_session(uow, stage.trip.id, session_id)
        row.starts_at = max(row.starts_at - timedelta(minutes=20), uow.now - timedelta(minutes=20))
    wall = stage.page("coordinator", "/wall")
    expect(wall.locator("#wall-sessions a")).to_contain_text("مقام مسئول نیامده")
