"""What an agency sees of what it was ordered: its own and below, the next due first, no more of a person than it needs."""

import pytest
from flask import Flask

from deskops.accounts import services as accounts
from deskops.accounts.access import forget_recognised
from deskops.accounts.actor import SYSTEM, Grant
from deskops.core import clock
from deskops.core.unit_of_work import unit_of_work
from deskops.directives.services import issuing
from deskops.followup.services import collectives
from deskops.followup.services.collectives import Subject
from tests.directives.ordered import Ordering, demand_of, referrals, wait
from tests.fixtures import Browser, Join, browser_of
from tests.small_trip import make_small_trip


@pytest.fixture
def follow_up(giving: Ordering, sign_in: Join) -> Browser:
    return sign_in("follow_up", trip_id=giving.trip.id)


def officer(app: Flask, giving: Ordering, agency: str | None) -> Browser:
    """Of an agency by its code."""
    agency_id = None if agency is None else giving.agencies[agency]
    with unit_of_work(SYSTEM) as uow:
        grants = [Grant("agency_officer", giving.trip.id, agency_id=agency_id)]
        user_id = accounts.create_user(uow, name="کارشناس دستگاه", grants=grants)
        opened = accounts.open_session(uow, user_id, "test", "pytest", 8)
    forget_recognised()
    return browser_of(app, opened.token, user_id)


def listed(browser: Browser, trip_id: int, query: str = "") -> list[int]:
    return [line["id"] for line in browser.get(f"/api/v1/trips/{trip_id}/referrals{query}").json["referrals"]]


def test_the_ministry_above_sees_what_its_office_was_ordered_and_not_the_other_way(
    app: Flask, giving: Ordering
) -> None:
    trip = giving.trip.id
    giving.issue(demand_of(giving.trip))
    giving.issue(demand_of(giving.trip), agency_ids=(giving.agencies["ministry"],))
    of_office, of_ministry = (row.id for row in referrals())
    assert listed(officer(app, giving, "office"), trip) == [of_office]
    assert listed(officer(app, giving, "ministry"), trip) == [of_office, of_ministry]
    assert listed(officer(app, giving, "bank"), trip) == []
    assert listed(officer(app, giving, None), trip) == []


def test_another_agencys_referral_is_not_found(app: Flask, giving: Ordering) -> None:
    giving.issue(demand_of(giving.trip))
    [row] = referrals()
    bank = officer(app, giving, "bank")
    for path in (
        f"/trips/{giving.trip.id}/referrals/{row.id}",
        f"/api/v1/trips/{giving.trip.id}/referrals/{row.id}",
    ):
        assert bank.get(path).status_code == 404
    other = make_small_trip("other")
    office = officer(app, giving, "office")
    assert office.get(f"/trips/{other.id}/referrals/{row.id}").status_code == 404
    assert office.get(f"/trips/{giving.trip.id}/referrals/999").status_code == 404


def test_an_agency_reads_the_order_and_what_it_needs_of_the_person(app: Flask, giving: Ordering) -> None:
    about = demand_of(giving.trip, text="وام نگرفتم.", county="شهرستان آزمون", national_id="0012345679")
    issued = giving.issue(about)
    [row] = referrals()
    office = officer(app, giving, "office")
    page = office.get(f"/trips/{giving.trip.id}/referrals/{row.id}").text
    for said in ("بررسی و اقدام شود.", "مینا آزمون", "وام نگرفتم.", "شهرستان آزمون", "۱۴۰۵/۱", "مقام آزمون"):
        assert said in page
    assert "۰۰۱۲۳۴۵۶۷۹" not in page
    assert f"/demands/{about}" not in page
    answer = office.get(f"/api/v1/trips/{giving.trip.id}/referrals/{row.id}").json
    assert (answer["matter"]["phone"], answer["directives"][0]["number"]) == ("09120000001", issued.number)
    assert "national_id" not in str(answer)


def test_of_a_matter_of_many_nobody_is_named(app: Flask, giving: Ordering) -> None:
    about = demand_of(giving.trip)
    with unit_of_work(SYSTEM) as uow:
        road = collectives.make_collective(
            uow, SYSTEM, giving.trip.id, Subject("راه شهرک", note="آسفالت نشده.")
        )
        collectives.tie(uow, SYSTEM, giving.trip.id, road, [about])
    giving.sign(0, demand_ids=(), collective_id=road)
    wait()
    [row] = referrals()
    page = officer(app, giving, "office").get(f"/trips/{giving.trip.id}/referrals/{row.id}").text
    assert "راه شهرک" in page
    assert "آسفالت نشده." in page
    assert "مینا آزمون" not in page


def test_a_withdrawn_order_is_shown_as_such_with_its_reason(app: Flask, giving: Ordering) -> None:
    issued = giving.issue(demand_of(giving.trip))
    with unit_of_work(giving.official) as uow:
        issuing.withdraw(uow, giving.official, giving.trip.id, issued.id, "اشتباه در دستگاه")
    [row] = referrals()
    office = officer(app, giving, "office")
    assert listed(office, giving.trip.id) == []
    assert listed(office, giving.trip.id, "?show=ended") == [row.id]
    assert "اشتباه در دستگاه" in office.get(f"/trips/{giving.trip.id}/referrals/{row.id}").text


def test_a_copy_is_read_by_whom_it_was_sent_to(app: Flask, giving: Ordering) -> None:
    trip = giving.trip.id
    issued = giving.issue(demand_of(giving.trip), copy_ids=(giving.agencies["bank"],))
    bank, office = officer(app, giving, "bank"), officer(app, giving, "office")
    assert "۱۴۰۵/۱" in bank.get(f"/trips/{trip}/referrals/copies").text
    page = bank.get(f"/trips/{trip}/referrals/copies/{issued.id}").text
    assert "بررسی و اقدام شود." in page
    assert "مینا آزمون" not in page
    assert office.get(f"/trips/{trip}/referrals/copies/{issued.id}").status_code == 404
    assert [one["id"] for one in bank.get(f"/api/v1/trips/{trip}/referrals/copies").json["copies"]] == [
        issued.id
    ]
    assert office.get(f"/api/v1/trips/{trip}/referrals/copies").json["copies"] == []


def test_a_copy_of_what_is_not_issued_yet_is_read_by_nobody(app: Flask, giving: Ordering) -> None:
    giving.sign(demand_of(giving.trip), copy_ids=(giving.agencies["bank"],))
    bank = officer(app, giving, "bank")
    assert bank.get(f"/api/v1/trips/{giving.trip.id}/referrals/copies").json["copies"] == []


def test_the_follow_up_officer_sees_all_by_due_date_and_what_is_late(
    giving: Ordering, follow_up: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    trip = giving.trip.id
    for days in (9, 3, 6):
        giving.issue(demand_of(giving.trip), days=days)
    late, *_rest = [row.id for row in sorted(referrals(), key=lambda row: row.days)]
    by_due = [row.id for row in sorted(referrals(), key=lambda row: row.days)]
    assert listed(follow_up, trip) == by_due
    assert listed(follow_up, trip, "?show=overdue") == []
    clock.advance(days=5)
    assert listed(follow_up, trip, "?show=overdue") == [late]
    assert listed(follow_up, trip, f"?agency_id={giving.agencies['bank']}") == []
    monkeypatch.setattr("deskops.followup.queries.referrals.PAGE_SIZE", 2)
    first = follow_up.get(f"/api/v1/trips/{trip}/referrals").json
    assert listed(follow_up, trip, f"?after={first['next_after']}") == by_due[2:]


def test_the_list_asks_for_itself_anew(giving: Ordering, follow_up: Browser) -> None:
    giving.issue(demand_of(giving.trip))
    path = f"/trips/{giving.trip.id}/referrals"
    assert 'hx-trigger="every 20s"' in follow_up.get(path).text
    part = follow_up.get(path, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'id="referrals"' in part


def test_the_agencys_officer_begins_the_day_at_what_it_was_ordered(app: Flask, giving: Ordering) -> None:
    answer = officer(app, giving, "office").get("/")
    assert answer.location.endswith(f"/trips/{giving.trip.id}/referrals")


@pytest.mark.parametrize("role", ["staff", "board", "desk_head"])
def test_who_has_nothing_to_do_with_referrals_sees_none(giving: Ordering, sign_in: Join, role: str) -> None:
    browser = sign_in(role, trip_id=giving.trip.id)
    assert browser.get(f"/trips/{giving.trip.id}/referrals").status_code == 403
