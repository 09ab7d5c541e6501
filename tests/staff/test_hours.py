"""Hours worked, by day and in sum: as a workbook whose numbers add up, as CSV, and as JSON."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.staff.models import Presence
from deskops.staff.queries.hours import PersonHours, hours_of
from deskops.staff.queries.roster_sheets import bounds_of
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip
from tests.staff.presence import a_person, a_shift
from tests.staff.printed import asked, made, nothing_left_over, page

DAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
NOON = MORNING + timedelta(hours=4)


@pytest.fixture(autouse=True)
def clean(trip: SmallTrip) -> Iterator[None]:
    clock.freeze(NOON)
    with nothing_left_over():
        yield


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def a_stay(
    trip: SmallTrip,
    staff_id: int,
    begins: datetime,
    ends: datetime | None,
    desk: str | None = "a",
    **facts: Any,
) -> None:
    desk_id, site_id = None if desk is None else trip.desks[desk], trip.sites["one"]
    where = {"trip_id": trip.id, "desk_id": desk_id, "site_id": site_id}
    with unit_of_work(SYSTEM) as uow:
        uow.session.add(Presence(staff_id=staff_id, began_at=begins, ended_at=ends, **where, **facts))


def read(trip: SmallTrip, staff_id: int, first: date | None = None) -> PersonHours:
    with runtime.current().database.reading() as session:
        [person] = hours_of(session, trip.id, [staff_id], bounds_of(first, first))
    return person


def test_planned_and_worked_stand_beside_each_other(trip: SmallTrip) -> None:
    one = a_person(trip)
    shift = a_shift(
        trip, one, starts=MORNING, hours=3, state="completed", arrived_at=MORNING + timedelta(minutes=10)
    )
    a_stay(
        trip,
        one,
        MORNING + timedelta(minutes=10),
        MORNING + timedelta(hours=3),
        shift_id=shift,
        break_minutes=20,
    )
    total = read(trip, one).total(NOON).as_json()
    assert (total["planned_hours"], total["worked_hours"], total["break_hours"]) == (3.0, 2.5, 0.33)
    assert (total["minutes_late"], total["no_shows"], total["open"]) == (10, 0, False)


def test_who_is_still_there_counts_until_now_and_is_marked(trip: SmallTrip) -> None:
    one = a_person(trip)
    a_stay(trip, one, MORNING, None, break_since=NOON - timedelta(minutes=30))
    total = read(trip, one).total(NOON).as_json()
    assert (total["worked_hours"], total["break_hours"], total["open"]) == (3.5, 0.5, True)


def test_no_shows_and_leaving_early_are_counted(trip: SmallTrip) -> None:
    one = a_person(trip)
    a_shift(trip, one, starts=MORNING - timedelta(days=1), hours=3, state="no_show")
    left = MORNING + timedelta(hours=2)
    a_shift(trip, one, starts=MORNING, hours=3, state="left_early", arrived_at=MORNING, ended_at=left)
    total = read(trip, one).total(NOON).as_json()
    assert (total["no_shows"], total["left_early"], total["minutes_early"]) == (1, 1, 60)
    assert total["planned_hours"] == 6.0


def test_a_shift_that_was_taken_away_was_never_planned(trip: SmallTrip) -> None:
    one = a_person(trip)
    a_shift(trip, one, starts=MORNING, state="dropped")
    assert read(trip, one).total(NOON).as_json()["planned_hours"] == 0
    assert read(trip, one).by_day(NOON) == {}


def test_coming_through_the_entrance_is_not_yet_work(trip: SmallTrip) -> None:
    one = a_person(trip)
    a_stay(trip, one, MORNING, NOON, desk=None)
    assert read(trip, one).total(NOON).as_json()["worked_hours"] == 0


def test_a_night_belongs_to_the_day_that_its_shift_began_on(trip: SmallTrip) -> None:
    one = a_person(trip)
    evening = datetime(2026, 11, 22, 18, tzinfo=UTC)
    shift = a_shift(trip, one, starts=evening, hours=8)
    a_stay(trip, one, evening, evening + timedelta(hours=3), shift_id=shift)
    a_stay(trip, one, evening + timedelta(hours=4), evening + timedelta(hours=8), shift_id=shift)
    days = read(trip, one).by_day(NOON)
    assert {day: hours.as_json()["worked_hours"] for day, hours in days.items()} == {DAY: 7.0}
    assert len(read(trip, one, DAY).stays) == 2
    assert read(trip, one, DAY + timedelta(days=1)).stays == []


def workbook(trip: SmallTrip, browser: Browser) -> Any:
    run = made(trip, browser, asked(trip, browser, "hours"))
    assert run["state"] == "done"
    return openpyxl.load_workbook(io.BytesIO(browser.get(page(trip, f"/{run['id']}/file")).data))


def test_the_workbooks_numbers_add_up_in_a_spreadsheet(trip: SmallTrip, coordinator: Browser) -> None:
    one, other = a_person(trip, "زهرا"), a_person(trip, "=1+1")
    a_shift(trip, one, starts=MORNING, hours=3)
    a_stay(trip, one, MORNING, MORNING + timedelta(hours=3))
    a_stay(trip, other, MORNING, None)
    book = workbook(trip, coordinator)
    assert book.sheetnames == ["جمع", "روز به روز", "حضورها"]
    assert all(sheet.sheet_view.rightToLeft for sheet in book.worksheets)
    totals = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [(row[1], row[3], row[4]) for row in totals] == [("=1+1", 0, 4), ("زهرا", 3, 3)]
    assert sum(row[4] for row in totals) == 7
    assert "هنوز حاضر است" in totals[0][-1]
    assert totals[1][-1] is None
    assert book.worksheets[0]["B2"].data_type == "s"
    days = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    assert {row[3] for row in days} == {"۱۴۰۵/۰۹/۰۱"}
    assert len(list(book.worksheets[2].iter_rows(min_row=2))) == 2


def test_what_closed_by_itself_says_so(trip: SmallTrip, coordinator: Browser) -> None:
    a_stay(trip, a_person(trip), MORNING, NOON, ended_by="auto")
    presences = workbook(trip, coordinator).worksheets[2].iter_rows(min_row=2, values_only=True)
    assert "خودکار" in next(presences)[-1]


def test_as_csv_it_goes_day_by_day(trip: SmallTrip, coordinator: Browser) -> None:
    a_stay(trip, a_person(trip), MORNING, MORNING + timedelta(minutes=90))
    run = made(trip, coordinator, asked(trip, coordinator, "hours", form="csv"))
    saved = coordinator.get(page(trip, f"/{run['id']}/file"))
    assert saved.content_type.startswith("text/csv")
    [_, line] = saved.data.decode("utf-8-sig").splitlines()
    assert "۱۴۰۵/۰۹/۰۱,0.0,1.5," in line


def test_who_has_left_for_good_is_in_it_still(trip: SmallTrip, coordinator: Browser) -> None:
    a_stay(trip, a_person(trip, "رفته", retired_at=NOON), MORNING, NOON)
    told = coordinator.get(f"/api/v1/trips/{trip.id}/staff/hours").json
    assert [person["name"] for person in told["people"]] == ["رفته"]


def test_as_json_a_hundred_at_once(trip: SmallTrip, coordinator: Browser) -> None:
    people = [a_person(trip, f"نفر {number:03}") for number in range(101)]
    a_stay(trip, people[0], MORNING, NOON)
    address = f"/api/v1/trips/{trip.id}/staff/hours"
    told = coordinator.get(address).json
    assert (len(told["people"]), told["next"]) == (100, 100)
    assert told["people"][0]["days"] == {"2026-11-22": told["people"][0]["total"]}
    rest = coordinator.get(f"{address}?skip=100").json
    assert ([person["staff_id"] for person in rest["people"]], rest["next"]) == ([people[100]], None)


@pytest.mark.parametrize("query", ["skip=-1", "skip=x", "first=2026-11-22", "first=x&last=y"])
def test_an_address_that_does_not_fit_is_refused(trip: SmallTrip, coordinator: Browser, query: str) -> None:
    assert coordinator.get(f"/api/v1/trips/{trip.id}/staff/hours?{query}").status_code == 422


def test_a_desk_head_gets_their_own_desks_people_and_hours(trip: SmallTrip, sign_in: Join) -> None:
    mine, other = a_person(trip), a_person(trip, desk="b")
    for staff_id in (mine, other):
        a_stay(trip, staff_id, MORNING, MORNING + timedelta(hours=1))
    a_stay(trip, mine, MORNING + timedelta(hours=2), NOON, desk="b")
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    [person] = head.get(f"/api/v1/trips/{trip.id}/staff/hours").json["people"]
    assert (person["staff_id"], person["total"]["worked_hours"]) == (mine, 1.0)
