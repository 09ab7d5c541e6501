"""From patterns to people with shifts, as a coordinator does it in a browser: by buttons, and by dragging."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deskops.core import clock
from deskops.core.dates import local_day
from deskops.staff.services import rostering
from tests.e2e.stage import Stage, staged
from tests.e2e.test_every_page import PHONE, faults
from tests.staff import rostered
from tests.staff.rostered import AFTERNOON, MORNING

WIDE = (1920, 1080)
WORDS = {
    "fa": ("افزودن الگو", "چیدن شیفت‌ها", "ساختن جدول", "تأیید و خبر دادن", "با این حال انجام شود"),
    "en": ("Add the pattern", "Lay the shifts", "Make the roster", "Approve, and tell them", "Do it anyway"),
}


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made
    rostered.end_all()


@pytest.fixture
def tomorrow(stage: Stage) -> date:
    """Desks are open then, and four people work at desk A, one of whom knows the topics of all desks."""
    day = local_day(clock.now()) + timedelta(days=1)
    rostered.open_desks(stage.trip, day)
    rostered.people(stage.trip, 4, desk="a")
    rostered.people(stage.trip, 1, desk="b", topics=("loan", "work"))
    return day


def the_worker_makes_it() -> None:
    rostering.follow_rosters({})
    while rostering.rosters.going:
        time.sleep(0.2)
        rostering.follow_rosters({})


def look(page: Page) -> None:
    assert list(faults(page, page.url)) == []


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_from_nothing_to_people_with_shifts(stage: Stage, tomorrow: date, lang: str) -> None:
    add, lay, make, approve, anyway = WORDS[lang]
    page = stage.page("coordinator", "/shifts/patterns", lang=lang)
    page.locator("#new-name_fa").fill("صبح")
    page.locator("#new-ends_from").select_option("opening")
    page.locator("#new-ends_minutes").fill("4:00")
    page.get_by_role("button", name=add).click()
    look(page)
    page.locator("#first_day").fill(tomorrow.isoformat())
    page.locator("#last_day").fill(tomorrow.isoformat())
    page.get_by_role("button", name=lay).click()
    expect(page.locator("#shift_ids tbody tr")).to_have_count(4)
    look(page)
    page.goto(stage.address("/rosters"))
    page.get_by_role("button", name=make).click()
    expect(page.locator("progress")).to_be_visible()
    look(page)
    the_worker_makes_it()
    button = page.get_by_role("button", name=approve)
    expect(button).to_be_visible()
    look(page)
    button.click()
    expect(page.locator(".person")).to_have_count(3)
    look(page)
    # The fourth of desk A is put at desk B, whose work they don't know.
    page.locator(f"#shift-{rostered.slot(stage.trip, 'b')} .slot__open").click()
    look(page)
    there = {row.staff_id for row in rostered.shifts(stage.trip)}
    [left, *_] = [number for number in range(1, 5) if number not in there]
    page.locator("form.sift input[name=who]").fill(f"a{left}")
    page.locator("form.sift[role=search] button").click()
    look(page)
    page.locator("#named button").click()
    again = page.get_by_role("button", name=anyway)
    expect(again).to_be_visible()
    again.click()
    expect(page.locator(".lines .gap")).to_be_visible()
    assert ["skill"] in [row.overrides for row in rostered.shifts(stage.trip)]


def test_somebody_is_dragged_to_another_shift(stage: Stage, tomorrow: date) -> None:
    rostered.laid(stage.trip, MORNING, AFTERNOON, desks=("a",), days=(tomorrow,))
    rostered.approved(stage.trip, rostered.solved(stage.trip))
    page = stage.page("coordinator", "/roster", size=WIDE)
    first, second = rostered.slot(stage.trip, "a"), rostered.slot(stage.trip, "a", 1)
    person = page.locator(f"#shift-{first} .person").first
    name = person.inner_text()
    person.drag_to(page.locator(f"#shift-{second}"))
    confirm = page.get_by_role("button", name="با این حال انجام شود")
    expect(confirm).to_be_visible()
    confirm.click()
    expect(page.locator(f"#shift-{second}")).to_contain_text(name.strip())
    expect(page.locator(f"#shift-{first} .person")).to_have_count(1)
    assert ["full"] in [row.overrides for row in rostered.shifts(stage.trip)]


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_rosters_fit_a_phone(stage: Stage, tomorrow: date, lang: str) -> None:
    rostered.laid(stage.trip, days=(tomorrow,))
    rostered.approved(stage.trip, rostered.solved(stage.trip))
    draft = rostered.solved(stage.trip, "replan")
    slot = rostered.slot(stage.trip, "a")
    page = stage.page("coordinator", "/roster", lang=lang, size=PHONE)
    look(page)
    for path in (
        f"/roster/shifts/{slot}",
        f"/shifts/{slot}",
        "/shifts",
        "/shifts/patterns",
        "/rosters",
        f"/rosters/{draft}",
    ):
        page.goto(stage.address(path))
        look(page)
