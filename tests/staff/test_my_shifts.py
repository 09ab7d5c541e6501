"""A staff member sees their own shifts, and says that they did."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, journal, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Site
from deskops.staff.models import Presence, Shift, StaffMember
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff.own import NOW, Somebody, call, put, shift, slot, staff_member


@pytest.fixture
def me(app: Flask, trip: SmallTrip) -> Somebody:
    clock.freeze(NOW)
    return staff_member(app, trip, "سارا نمونه")


@pytest.fixture
def mate(app: Flask, trip: SmallTrip, me: Somebody) -> Somebody:
    return staff_member(app, trip, "دارا نمونه", role="desk_head")


def changed(shift_id: int, **values: object) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(Shift).where(Shift.id == shift_id).values(**values))


def kinds(trip_id: int) -> list[str]:
    with runtime.current().database.reading() as session:
        return [entry.kind for entry in journal.trip_entries(session, trip_id, 0)]


def test_the_next_shift_says_where_when_and_with_whom(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(Site).values(address="خیابان نمونه", map_text="طبقه همکف"))
    place = slot(trip, target=2)
    put(me, place)
    put(mate, place)
    page = me.page()
    for words in ("میز 1", "محل یکم", "خیابان نمونه", "طبقه همکف", "۱۴:۰۰ تا ۱۸:۰۰", "دارا نمونه"):
        assert words in page
    assert [found["head"] for found in me.sheet()["shifts"]] == ["دارا نمونه"]


def test_colleagues_of_other_desks_and_times_are_not_named(
    me: Somebody, mate: Somebody, trip: SmallTrip
) -> None:
    put(me, slot(trip))
    put(mate, slot(trip, hours=8))
    put(mate, slot(trip, desk="b"))
    assert [found["with_names"] for found in me.sheet()["shifts"]] == [[]]


def test_nobody_sees_another_persons_shifts(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    theirs = put(mate, slot(trip))
    assert me.sheet()["shifts"] == []
    for path in (f"/{theirs}/absence", f"/{theirs}/offer"):
        assert me.browser.get(f"/trips/{trip.id}/my-shifts{path}").status_code == 404
    assert me.api("/confirm", shifts=[{"id": theirs, "version": 1}])[0] == 404
    assert me.api(f"/{theirs}/absence", reason="ill")[0] == 404
    assert me.api(f"/{theirs}/offer")[0] == 404
    assert (shift(theirs).state, shift(theirs).confirmed_at) == ("planned", None)


def test_what_is_new_is_confirmed_once(me: Somebody, trip: SmallTrip) -> None:
    mine = put(me, slot(trip))
    assert [found["to_confirm"] for found in me.sheet()["shifts"]] == [True]
    assert me.api("/confirm", shifts=[{"id": mine, "version": 1}]) == (200, {"confirmed": [mine]})
    assert me.api("/confirm", shifts=[{"id": mine, "version": 1}]) == (200, {"confirmed": []})
    assert shift(mine).confirmed_at == NOW
    assert kinds(trip.id).count("staff.shifts_confirmed") == 1


def test_all_are_confirmed_with_one_press(me: Somebody, trip: SmallTrip) -> None:
    some = [put(me, slot(trip, hours=hours)) for hours in (4, 30)]
    answer = me.post("/confirm", shifts=[f"{one}-1" for one in some])
    assert answer.status_code == 303
    assert [shift(one).confirmed_at for one in some] == [NOW, NOW]


def test_a_shift_that_changed_meanwhile_is_not_confirmed_and_the_others_neither(
    me: Somebody, trip: SmallTrip
) -> None:
    stale, fresh = put(me, slot(trip)), put(me, slot(trip, hours=30))
    changed(stale, version=2)
    status, answer = me.api("/confirm", shifts=[{"id": stale, "version": 1}, {"id": fresh, "version": 1}])
    assert (status, answer["error"]["code"]) == (409, "stale_version")
    assert shift(fresh).confirmed_at is None


def test_what_was_changed_or_taken_away_after_it_was_confirmed_is_to_be_confirmed_again(
    me: Somebody, trip: SmallTrip
) -> None:
    before = NOW - timedelta(hours=3)
    moved = put(me, slot(trip), confirmed_at=before, told_at=NOW - timedelta(hours=1))
    gone = put(me, slot(trip, hours=30), confirmed_at=before, told_at=None, state="dropped")
    put(me, slot(trip, hours=60), confirmed_at=before)
    assert [found["id"] for found in me.sheet()["shifts"] if found["to_confirm"]] == [moved, gone]
    assert me.api("/confirm", shifts=[{"id": gone, "version": 1}])[0] == 200
    # Who has seen it is told by no message any more.
    assert shift(gone).told_at == NOW


def test_a_shift_that_is_over_is_not_confirmed(me: Somebody, trip: SmallTrip) -> None:
    over = put(me, slot(trip, hours=-6))
    assert me.api("/confirm", shifts=[{"id": over, "version": 1}])[1]["error"]["code"] == "shift_over"


@pytest.mark.parametrize("shifts", [[], ["x"], ["1-2-3"], [{"id": 1}], "1-1", [{"id": "a", "version": 1}]])
def test_nonsense_is_not_confirmed(me: Somebody, shifts: object) -> None:
    assert me.api("/confirm", shifts=shifts)[0] == 422


def test_hours_worked_stand_with_what_is_over(me: Somebody, trip: SmallTrip) -> None:
    over = put(me, slot(trip, hours=-6), state="completed")
    begins = NOW - timedelta(hours=6)
    with unit_of_work(SYSTEM) as uow:
        uow.session.add(
            Presence(
                trip_id=trip.id,
                staff_id=me.id,
                desk_id=trip.desks["a"],
                shift_id=over,
                began_at=begins,
                ended_at=begins + timedelta(hours=3, minutes=40),
                break_minutes=10,
            )
        )
    assert [found["worked"] for found in me.sheet()["shifts"]] == [3.5 * 3600]
    assert "۳ ساعت و ۳۰ دقیقه" in me.page()


def test_what_was_taken_away_is_no_history(me: Somebody, trip: SmallTrip) -> None:
    put(me, slot(trip, hours=-6), state="dropped")
    assert me.sheet()["shifts"] == []


def test_who_was_retired_has_no_page_any_more(me: Somebody, trip: SmallTrip) -> None:
    mine = put(me, slot(trip))
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(StaffMember).values(retired_at=NOW))
    assert "به کسی در فهرست کارشناسان این سفر تعلق ندارد" in me.page()
    status, answer = me.api("/confirm", shifts=[{"id": mine, "version": 1}])
    assert (status, answer["error"]["code"]) == (404, "not_on_the_list")


def test_whoever_works_here_without_being_on_the_list_gets_a_clear_word(
    sign_in: Join, trip: SmallTrip
) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    page = browser.get(f"/trips/{trip.id}/my-shifts").text
    assert "به کسی در فهرست کارشناسان این سفر تعلق ندارد" in page
    assert f"/trips/{trip.id}/admission" not in page
    assert browser.get(f"/api/v1/trips/{trip.id}/my-shifts").json["error"]["code"] == "not_on_the_list"


@pytest.mark.parametrize("role", ["coordinator", "inspector", "official"])
def test_who_works_at_no_desk_is_told_who_gives_shifts_and_where(
    sign_in: Join, trip: SmallTrip, role: str
) -> None:
    browser = sign_in(role, trip_id=trip.id)
    answer = browser.get(f"/trips/{trip.id}/my-shifts")
    assert answer.status_code == 200
    assert "پذیرش کارشناسان" in answer.text
    assert (f"/trips/{trip.id}/admission" in answer.text) == (role == "coordinator")
    assert browser.get(f"/api/v1/trips/{trip.id}/my-shifts").status_code == 403
    assert browser.post(f"/trips/{trip.id}/my-shifts/confirm", data={}).status_code == 403


@pytest.mark.parametrize("role", ["board", "gate"])
def test_a_device_has_no_page_of_shifts(sign_in: Join, trip: SmallTrip, role: str) -> None:
    assert sign_in(role, trip_id=trip.id).get(f"/trips/{trip.id}/my-shifts").status_code == 403


def test_another_trips_page_isnt_there(me: Somebody) -> None:
    other = make_small_trip("other")
    assert me.browser.get(f"/trips/{other.id}/my-shifts").status_code == 404


def test_the_page_leads_to_what_can_be_done(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    mine = put(me, slot(trip))
    asked = call(me, slot(trip, hours=40))
    page = me.page()
    for action in (
        f"/my-shifts/{mine}/absence",
        f"/my-shifts/{mine}/offer",
        f"/my-shifts/calls/{asked}/accept",
        "/my-shifts/absence",
    ):
        assert f"/trips/{trip.id}{action}" in page


def test_the_navigation_leads_there(me: Somebody, anonymous: Browser, trip: SmallTrip) -> None:
    assert f'href="/trips/{trip.id}/my-shifts"' in me.browser.get(f"/trips/{trip.id}/places").text
    assert anonymous.get(f"/trips/{trip.id}/my-shifts").status_code == 302
