"""A staff member on a phone: confirms, offers a shift, can't come, and steps in; a coordinator decides."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from deskops.accounts.actor import SYSTEM
from deskops.accounts.models import User
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.staff.models import DeskShift, ReplacementCall, Shift, StaffMember
from tests.e2e.stage import Stage, staged
from tests.e2e.test_every_page import PHONE, faults

pytestmark = pytest.mark.e2e


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


def listed(stage: Stage, user_id: int, name: str) -> int:
    """Whoever signed in is on the list of staff."""
    with unit_of_work(SYSTEM) as uow:
        row = StaffMember(
            trip_id=stage.trip.id, user_id=user_id, personnel_number=str(user_id), name=name,
            home_desk_id=stage.trip.desks["a"],
        )  # fmt: skip
        uow.session.add(row)
        uow.session.flush()
    return row.id


def planned(stage: Stage, staff_id: int | None, hours: int) -> tuple[int, int | None]:
    """A shift of desk A, and whose it is: (the desk's, the person's)."""
    begins = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
    with unit_of_work(SYSTEM) as uow:
        times = {
            "starts_at": begins,
            "ends_at": begins + timedelta(hours=4),
            "desk_id": stage.trip.desks["a"],
        }
        need = DeskShift(trip_id=stage.trip.id, day=begins.date(), minimum=1, target=1, **times)
        uow.session.add(need)
        uow.session.flush()
        if staff_id is None:
            return need.id, None
        row = Shift(staff_id=staff_id, desk_shift_id=need.id, told_at=uow.now, **times)
        uow.session.add(row)
        uow.session.flush()
    return need.id, row.id


def phone(stage: Stage, lang: str, name: str) -> tuple[Page, int]:
    """Somebody's phone, and their number on the list."""
    context = stage.context("staff", desk="a", lang=lang, size=PHONE)
    page = context.new_page()
    page.set_default_timeout(15_000)
    with runtime.current().database.reading() as session:
        user_id = session.scalars(select(func.max(User.id))).one()
    return page, listed(stage, user_id, name)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("lang", ["fa", "en"])
def test_a_day_of_shifts_on_two_phones(stage: Stage, lang: str) -> None:
    mine, me = phone(stage, lang, "سارا نمونه")
    theirs, mate = phone(stage, lang, "دارا نمونه")
    _, first = planned(stage, me, 20)
    planned(stage, me, 48)
    _, tired = planned(stage, mate, 26)
    gap, _ = planned(stage, None, 90)
    with unit_of_work(SYSTEM) as uow:
        facts = {"desk_shift_id": gap, "staff_id": mate, "state": "asked", "asked_at": uow.now}
        uow.session.add(ReplacementCall(trip_id=stage.trip.id, **facts))

    address = stage.address("/my-shifts")
    mine.goto(address)
    mine.locator("form[action$='/my-shifts/confirm'] .button--wide").click()
    expect(mine.locator("#changed")).to_have_count(0)
    mine.locator(f"a[href$='/my-shifts/{first}/offer']").click()
    mine.locator("select[name=to_staff_id]").select_option(str(mate))
    mine.locator("main form button.button--primary").click()
    expect(mine.locator("#swaps")).to_be_visible()

    theirs.goto(address)
    for page in (mine, theirs):
        assert list(faults(page, address)) == []
    theirs.locator("form[action$='/accept'] button").click()
    expect(theirs.locator(".card--asked")).to_have_count(0)
    theirs.locator("form[action$='/take'] button").click()
    expect(theirs.locator("[data-state=warn]").first).to_be_visible()

    desk = stage.page("coordinator", "/swaps", lang=lang, size=PHONE)
    assert list(faults(desk, stage.address("/swaps"))) == []
    desk.locator("form[action$='/approve'] button").click()
    expect(desk.locator("form[action$='/approve']")).to_have_count(0)

    theirs.goto(address)
    theirs.locator(f"a[href$='/my-shifts/{tired}/absence']").click()
    assert list(faults(theirs, theirs.url)) == []
    theirs.locator("main form button.button--danger").click()
    expect(theirs.locator("#reason-error")).to_be_visible()
    theirs.locator("select[name=reason]").select_option("ill")
    theirs.locator("main form button.button--danger").click()
    theirs.locator("form[action$='/take-back'] button").click()
    expect(theirs.locator(f"a[href$='/my-shifts/{tired}/absence']")).to_be_visible()

    for path in ("/my-shifts/absence", f"/my-shifts/{tired}/offer"):
        assert list(faults(theirs, stage.address(path))) == []
    theirs.goto(address)
    shown = theirs.locator("#calendar-address").input_value()
    theirs.locator("form[action$='/my-shifts/calendar'] button").click()
    expect(theirs.locator("#calendar-address")).not_to_have_value(shown)
    assert theirs.request.get(shown).status == 404
    assert "BEGIN:VCALENDAR" in theirs.request.get(theirs.locator("#calendar-address").input_value()).text()
