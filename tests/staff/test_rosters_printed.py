"""Rosters on paper: day by day for each desk, and for each person."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from deskops.accounts.access import forget_recognised
from deskops.accounts.actor import SYSTEM
from deskops.accounts.models import GrantRow
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.queries import catalogue
from deskops.staff.models import DeskShift
from deskops.staff.queries.roster_sheets import Bounds, DeskSheet, bounds_of, desk_sheets, person_sheets
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip
from tests.staff.presence import a_person, a_shift
from tests.staff.printed import api, asked, made, nothing_left_over, page

DAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
"""Eight o'clock in Tehran."""
NEXT = MORNING + timedelta(days=1)


@pytest.fixture(autouse=True)
def clean(trip: SmallTrip) -> Iterator[None]:
    clock.freeze(MORNING)
    with nothing_left_over():
        yield


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def a_need(trip: SmallTrip, target: int, desk: str = "a", starts: datetime = MORNING) -> int:
    with unit_of_work(SYSTEM) as uow:
        row = DeskShift(
            trip_id=trip.id, desk_id=trip.desks[desk], day=DAY, starts_at=starts, ends_at=starts + timedelta(hours=6),
            minimum=1, target=target,
        )  # fmt: skip
        uow.session.add(row)
        uow.session.flush()
        return row.id


def desks_of(trip: SmallTrip, bounds: Bounds | None = None) -> list[DeskSheet]:
    with runtime.current().database.reading() as session:
        return desk_sheets(session, catalogue(session, trip.id), trip.desks.values(), bounds)


def test_who_heads_the_desk_comes_first_and_gaps_are_counted(trip: SmallTrip) -> None:
    need = a_need(trip, 4)
    for name, role in (("الف", "staff"), ("ی", "desk_head"), ("ب", "staff")):
        a_shift(trip, a_person(trip, name, role=role), starts=MORNING, desk_shift_id=need)
    [sheet] = desks_of(trip)
    [(day, [shift])] = sheet.days
    assert day == DAY
    assert [line.name for line in shift.people] == ["ی", "الف", "ب"]
    assert (shift.wanted, shift.gaps) == (4, 1)


def test_who_was_taken_out_or_did_not_come_leaves_a_gap(trip: SmallTrip) -> None:
    need = a_need(trip, 2)
    for state in ("dropped", "no_show"):
        a_shift(trip, a_person(trip), starts=MORNING, desk_shift_id=need, state=state)
    [(_, [shift])] = desks_of(trip)[0].days
    assert (shift.people, shift.gaps) == ([], 2)


def test_a_shift_that_no_desk_asked_for_is_on_its_roster_too(trip: SmallTrip) -> None:
    a_shift(trip, a_person(trip), starts=MORNING)
    [(_, [shift])] = desks_of(trip)[0].days
    assert (shift.wanted, shift.gaps, len(shift.people)) == (None, 0, 1)


def test_days_are_local_and_limited_to_those_that_were_chosen(trip: SmallTrip) -> None:
    late = datetime(2026, 11, 22, 21, tzinfo=UTC)  # half past midnight of the next day in Tehran
    one = a_person(trip)
    for starts in (MORNING, late):
        a_shift(trip, one, starts=starts)
    assert [day for day, _ in desks_of(trip)[0].days] == [DAY, DAY + timedelta(days=1)]
    assert [day for day, _ in desks_of(trip, bounds_of(DAY, DAY))[0].days] == [DAY]
    assert desks_of(trip, bounds_of(date(2027, 1, 1), date(2027, 1, 2))) == []


def test_a_person_reads_where_and_when(trip: SmallTrip) -> None:
    one = a_person(trip, "زهرا")
    a_shift(trip, one, "b", NEXT)
    a_shift(trip, one, "a", MORNING)
    idle = a_person(trip, "بی‌شیفت")
    with runtime.current().database.reading() as session:
        [sheet] = person_sheets(session, catalogue(session, trip.id), [idle, one], None)
    assert sheet.name == "زهرا"
    assert [(shift.begins, shift.site) for shift in sheet.shifts] == [(MORNING, "محل یکم"), (NEXT, "محل دوم")]


def test_a_desks_roster_has_lines_to_sign_and_empty_ones(trip: SmallTrip, coordinator: Browser) -> None:
    need = a_need(trip, 3)
    a_shift(trip, a_person(trip, "زهرا <b>نمونه</b>"), starts=MORNING, desk_shift_id=need)
    run = made(trip, coordinator, asked(trip, coordinator, "desk_rosters"))
    shown = coordinator.get(page(trip, f"/{run['id']}/pages")).text
    assert "زهرا &lt;b&gt;نمونه" in shown
    assert shown.count("هنوز کسی نیست") == 2
    assert "امضا" in shown
    assert "یکشنبه ۱ آذر ۱۴۰۵" in shown
    assert "۰۸:۰۰ – ۱۴:۰۰" in shown


def test_it_is_in_the_language_of_whoever_asked(trip: SmallTrip, coordinator: Browser) -> None:
    a_shift(trip, a_person(trip), starts=MORNING)
    coordinator.client.set_cookie("lang", "en")
    run = made(
        trip, coordinator, asked(trip, coordinator, "staff_rosters", first="2026-11-22", last="1405/09/01")
    )
    shown = coordinator.get(page(trip, f"/{run['id']}/pages")).text
    assert "Your shifts" in shown
    assert 'lang="en" dir="ltr">' in shown.split('class="paper-sheets"')[1].split("<section")[0]


def test_a_desk_head_prints_their_own_desk_alone(trip: SmallTrip, sign_in: Join) -> None:
    a_shift(trip, a_person(trip, "اینجا"), starts=MORNING)
    a_shift(trip, a_person(trip, "آنجا", "b"), "b", MORNING)
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    for kind in ("desk_rosters", "staff_rosters"):
        run = made(trip, head, asked(trip, head, kind))
        shown = head.get(page(trip, f"/{run['id']}/pages")).text
        assert ("اینجا" in shown, "آنجا" in shown) == (True, False)
    refused = head.post(
        api(trip), json={"kind": "desk_rosters", "which": "desks", "desks": [trip.desks["b"]]}
    )
    assert refused.status_code == 422
    assert str(trip.desks["b"]) not in head.get(page(trip)).text.split('id="desks"')[1].split("</details>")[0]


def test_who_heads_another_desk_by_now_reads_nothing_of_the_earlier(trip: SmallTrip, sign_in: Join) -> None:
    a_shift(trip, a_person(trip), starts=MORNING)
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    run = made(trip, head, asked(trip, head, "desk_rosters"))
    with unit_of_work(SYSTEM) as uow:
        moved = update(GrantRow).where(GrantRow.user_id == head.user_id).values(desk_id=trip.desks["b"])
        uow.session.execute(moved)
    forget_recognised()
    assert head.get(page(trip, f"/{run['id']}/pages")).status_code == 404
    assert head.get(api(trip, f"/{run['id']}")).status_code == 404


def test_an_inspector_prints_rosters_but_not_badges(trip: SmallTrip, sign_in: Join) -> None:
    a_shift(trip, a_person(trip), starts=MORNING)
    inspector = sign_in("inspector", trip_id=trip.id)
    assert inspector.post(api(trip), json={"kind": "staff_rosters"}).status_code == 201
    for kind in ("badges", "hours"):
        assert inspector.post(api(trip), json={"kind": kind}).status_code == 403
    assert 'value="badges"' not in inspector.get(page(trip)).text


@pytest.mark.parametrize(
    "choice",
    [
        {"first": "2026-11-22"},
        {"first": "2026-11-23", "last": "2026-11-22"},
        {"first": "2026-01-01", "last": "2026-11-22"},
        {"first": "someday", "last": "2026-11-22"},
        {"which": "people", "numbers": "1"},
        {"first": "2027-01-01", "last": "2027-01-02"},
    ],
)
def test_days_that_do_not_fit_are_refused(trip: SmallTrip, coordinator: Browser, choice: dict) -> None:
    a_shift(trip, a_person(trip), starts=MORNING)
    assert coordinator.post(api(trip), json={"kind": "desk_rosters", **choice}).status_code == 422
    assert coordinator.post(page(trip), data={"kind": "desk_rosters", **choice}).status_code == 422


def test_without_a_shift_there_is_nothing_to_print(trip: SmallTrip, coordinator: Browser) -> None:
    a_person(trip)
    for kind in ("desk_rosters", "staff_rosters"):
        refused = coordinator.post(api(trip), json={"kind": kind})
        assert refused.json["error"]["code"] == "nothing_to_print"
