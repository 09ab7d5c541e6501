"""Shifts change hands: within the rules at once, else by a coordinator's word."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, journal, runtime
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.staff.models import Shift, ShiftSwap, StaffMember
from deskops.staff.services import swapping
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff.own import NOW, Somebody, offered, put, shift, slot, staff_member, standing, swap, texts
from tests.staff.test_stepping_in import answers


@pytest.fixture
def me(app: Flask, trip: SmallTrip) -> Somebody:
    clock.freeze(NOW)
    return staff_member(app, trip, "سارا نمونه", mobile="09500000001")


@pytest.fixture
def mate(app: Flask, trip: SmallTrip, me: Somebody) -> Somebody:
    return staff_member(app, trip, "دارا نمونه", mobile="09500000002")


@pytest.fixture
def coordinator(sign_in: Join, trip: SmallTrip) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def code(answer: tuple[int, dict]) -> str:
    assert answer[0] >= 400, answer
    return str(answer[1]["error"]["code"])


def decide(coordinator: Browser, trip: SmallTrip, swap_id: int, act: str) -> tuple[int, dict]:
    answer = coordinator.post(f"/api/v1/trips/{trip.id}/swaps/{swap_id}/{act}", json={})
    return answer.status_code, answer.json


def tired(mate: Somebody, trip: SmallTrip) -> int:
    """A shift of theirs that leaves too little rest before one in four hours."""
    return put(mate, slot(trip, hours=10))


def test_what_anybody_may_take_is_theirs_at_once(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    place = slot(trip)
    mine = put(me, place)
    given = offered(me, mine)
    assert [found["id"] for found in mate.sheet()["offers"]] == [given]
    assert mate.api(f"/swaps/{given}/take") == (200, {"state": "approved"})
    assert (standing(place), shift(mine).state, shift(mine).reason) == ([mate.id], "dropped", "swapped")
    assert (swap(given).state, swap(given).taken_by, swap(given).decided_by) == ("approved", mate.id, None)


def test_who_takes_it_is_told_nothing_and_who_offered_it_is(
    me: Somebody, mate: Somebody, trip: SmallTrip
) -> None:
    mate.api(f"/swaps/{offered(me, put(me, slot(trip)))}/take")
    assert [number for number, _ in texts()] == ["09500000001"]
    assert "دارا نمونه شیفت شما را برمی‌دارد" in texts()[0][1]
    with runtime.current().database.reading() as session:
        assert set(session.scalars(select(Shift.told_at))) == {NOW}


def test_the_journal_tells_it_without_names_or_words(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    mate.api(f"/swaps/{offered(me, put(me, slot(trip)), note='دندان‌پزشک')}/take")
    with runtime.current().database.reading() as session:
        entries = [
            one for one in journal.trip_entries(session, trip.id, 0) if one.kind == "staff.swap_changed"
        ]
    assert [one.payload["state"] for one in entries] == ["offered", "approved"]
    assert "دندان‌پزشک" not in str(entries) and "دارا" not in str(entries)


def test_for_one_in_return_both_change_hands(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    early, late = slot(trip), slot(trip, hours=30)
    mine, theirs = put(me, early), put(mate, late)
    given = offered(me, mine, wanted_shift_id=theirs)
    assert swap(given).to_staff_id == mate.id
    assert mate.api(f"/swaps/{given}/take") == (200, {"state": "approved"})
    assert (standing(early), standing(late)) == ([mate.id], [me.id])
    assert "پیشنهاد" in texts()[0][1]


def test_shifts_too_near_to_each_other_may_be_exchanged_for_each_other(
    me: Somebody, mate: Somebody, trip: SmallTrip
) -> None:
    theirs = tired(mate, trip)
    given = offered(me, put(me, slot(trip)), wanted_shift_id=theirs)
    assert mate.api(f"/swaps/{given}/take") == (200, {"state": "approved"})


def test_what_is_offered_to_one_person_nobody_else_sees(
    app: Flask, me: Somebody, mate: Somebody, trip: SmallTrip
) -> None:
    third = staff_member(app, trip, "مینا نمونه")
    given = offered(me, put(me, slot(trip)), to_staff_id=mate.id)
    assert (third.sheet()["offers"], len(mate.sheet()["offers"])) == ([], 1)
    assert code(third.api(f"/swaps/{given}/take")) == "not_found"
    assert swap(given).state == "offered"


def test_nobody_takes_what_they_offered_themselves(me: Somebody, trip: SmallTrip) -> None:
    given = offered(me, put(me, slot(trip)))
    assert me.sheet()["offers"] == []
    assert code(me.api(f"/swaps/{given}/take")) == "not_found"


def test_who_cant_do_it_neither_sees_nor_takes_it(app: Flask, me: Somebody, trip: SmallTrip) -> None:
    stranger = staff_member(app, trip, "مینا نمونه", desk="b")
    given = offered(me, put(me, slot(trip)))
    assert stranger.sheet()["offers"] == []
    assert stranger.api(f"/swaps/{given}/take")[1]["error"]["faults"] == ["skill"]
    assert swap(given).state == "offered"


def test_nobody_is_at_two_desks_at_once(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    put(mate, slot(trip, hours=6))
    given = offered(me, put(me, slot(trip)))
    assert mate.api(f"/swaps/{given}/take")[1]["error"]["faults"] == ["overlap"]


def test_who_stands_in_the_shift_already_neither_sees_nor_takes_it(
    me: Somebody, mate: Somebody, trip: SmallTrip
) -> None:
    place = slot(trip)
    put(mate, place)
    given = offered(me, put(me, place))
    assert mate.sheet()["offers"] == []
    assert code(mate.api(f"/swaps/{given}/take")) == "cannot_take"
    assert standing(place) == [me.id, mate.id]


def test_what_breaks_a_rule_waits_for_a_coordinator(
    me: Somebody, mate: Somebody, coordinator: Browser, trip: SmallTrip
) -> None:
    place = slot(trip)
    mine = put(me, place)
    tired(mate, trip)
    given = offered(me, mine)
    assert mate.api(f"/swaps/{given}/take") == (200, {"state": "taken"})
    assert (standing(place), swap(given).taken_by) == ([me.id], mate.id)
    [found] = coordinator.get(f"/api/v1/trips/{trip.id}/swaps").json["swaps"]
    assert (found["id"], found["faults"]) == (given, ["rest"])
    assert decide(coordinator, trip, given, "approve")[0] == 200
    assert (standing(place), swap(given).state, swap(given).decided_by) == (
        [mate.id],
        "approved",
        coordinator.user_id,
    )
    with runtime.current().database.reading() as session:
        new = session.scalars(
            select(Shift).where(Shift.desk_shift_id == place, Shift.staff_id == mate.id)
        ).one()
    assert new.overrides == ["rest"]
    assert sorted(number for number, _ in texts()) == ["09500000001", "09500000002"]


def test_refused_it_stays_as_it_was_and_both_are_told(
    me: Somebody, mate: Somebody, coordinator: Browser, trip: SmallTrip
) -> None:
    place = slot(trip)
    given = offered(me, put(me, place))
    tired(mate, trip)
    mate.api(f"/swaps/{given}/take")
    assert decide(coordinator, trip, given, "refuse")[0] == 200
    assert (standing(place), swap(given).state) == ([me.id], "refused")
    assert len(texts()) == 2
    assert code(decide(coordinator, trip, given, "approve")) == "swap_over"


def test_nothing_is_decided_that_waits_for_nobody(
    me: Somebody, coordinator: Browser, trip: SmallTrip
) -> None:
    given = offered(me, put(me, slot(trip)))
    for act in ("approve", "refuse"):
        assert code(decide(coordinator, trip, given, act)) == "swap_over"
    assert code(decide(coordinator, trip, 4711, "approve")) == "not_found"


def test_a_supervisor_stays_a_supervisor(app: Flask, me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    head = staff_member(app, trip, "مسئول یکم", role="desk_head")
    other = staff_member(app, trip, "مسئول دوم", role="desk_head")
    first, second = slot(trip, supervisors=1), slot(trip, hours=30, supervisors=1)
    to_mate, to_head = offered(head, put(head, first)), offered(head, put(head, second))
    assert mate.api(f"/swaps/{to_mate}/take") == (200, {"state": "taken"})
    assert other.api(f"/swaps/{to_head}/take") == (200, {"state": "approved"})


def test_the_only_one_who_speaks_a_language_isnt_replaced_just_so(
    app: Flask, mate: Somebody, trip: SmallTrip
) -> None:
    speaker = staff_member(app, trip, "آیلار نمونه", languages="fa,az")
    given = offered(speaker, put(speaker, slot(trip, languages="az")))
    assert mate.api(f"/swaps/{given}/take") == (200, {"state": "taken"})


def test_more_shifts_than_allowed_wait_for_a_coordinator(app: Flask, me: Somebody, trip: SmallTrip) -> None:
    busy = staff_member(app, trip, "مینا نمونه", most_shifts=1)
    put(busy, slot(trip, hours=80))
    assert busy.api(f"/swaps/{offered(me, put(me, slot(trip)))}/take") == (200, {"state": "taken"})


def test_withdrawn_nobody_takes_it(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    given = offered(me, put(me, slot(trip)))
    assert code(mate.api(f"/swaps/{given}/withdraw")) == "not_found"
    assert me.api(f"/swaps/{given}/withdraw")[0] == 200
    assert code(mate.api(f"/swaps/{given}/take")) == "swap_over"
    assert code(me.api(f"/swaps/{given}/withdraw")) == "swap_over"


def test_what_was_taken_cant_be_withdrawn_any_more(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    given = offered(me, put(me, slot(trip)))
    tired(mate, trip)
    mate.api(f"/swaps/{given}/take")
    assert code(me.api(f"/swaps/{given}/withdraw")) == "swap_over"


def test_a_shift_is_offered_once_at_a_time(me: Somebody, trip: SmallTrip) -> None:
    mine = put(me, slot(trip))
    given = offered(me, mine)
    assert code(me.api(f"/{mine}/offer")) == "swap_there"
    me.api(f"/swaps/{given}/withdraw")
    assert offered(me, mine) != given


@pytest.mark.parametrize("hours", [-1, -6])
def test_what_began_or_is_over_is_not_offered(me: Somebody, trip: SmallTrip, hours: int) -> None:
    assert code(me.api(f"/{put(me, slot(trip, hours=hours))}/offer")) == "shift_over"


def test_an_offer_names_a_colleague_of_this_trip_with_a_shift_of_theirs(
    app: Flask, me: Somebody, mate: Somebody, trip: SmallTrip
) -> None:
    other = make_small_trip("other")
    foreign = staff_member(app, other, "بیگانه نمونه")
    mine, past = put(me, slot(trip)), put(mate, slot(trip, hours=-6))
    theirs, foreigns = put(mate, slot(trip, hours=30)), put(foreign, slot(other, hours=30))
    for wanted in (
        {"to_staff_id": me.id}, {"to_staff_id": foreign.id}, {"to_staff_id": 4711}, {"wanted_shift_id": past},
        {"wanted_shift_id": 4711}, {"wanted_shift_id": mine}, {"wanted_shift_id": foreigns},
        {"wanted_shift_id": theirs, "to_staff_id": me.id}, {"note": "ی" * 201},
    ):  # fmt: skip
        assert me.api(f"/{mine}/offer", **wanted)[0] == 422, wanted
    with runtime.current().database.reading() as session:
        assert session.scalars(select(ShiftSwap)).all() == []


def test_a_colleague_who_can_never_have_it_isnt_asked(app: Flask, me: Somebody, trip: SmallTrip) -> None:
    stranger = staff_member(app, trip, "مینا نمونه", desk="b")
    status, answer = me.api(f"/{put(me, slot(trip))}/offer", to_staff_id=stranger.id)
    assert (status, answer["error"]["faults"], answer["error"]["field"]) == (409, ["skill"], "to_staff_id")


def test_offers_end_by_themselves(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    begun, moved, still = (offered(me, put(me, slot(trip, hours=hours))) for hours in (1, 30, 60))
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(Shift).where(Shift.id == swap(moved).shift_id).values(state="dropped"))
    clock.freeze(NOW + timedelta(hours=2))
    assert [found["id"] for found in mate.sheet()["offers"]] == [still]
    assert code(mate.api(f"/swaps/{begun}/take")) == "swap_over"
    swapping.end_swaps({})
    assert [swap(one).state for one in (begun, moved, still)] == ["withdrawn", "withdrawn", "offered"]


def test_what_was_taken_at_the_last_instant_stays_taken(
    me: Somebody, trip: SmallTrip, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = offered(me, put(me, slot(trip, hours=1)))
    clock.freeze(NOW + timedelta(hours=2))

    def taken_meanwhile(uow: UnitOfWork, _trip_id: int) -> None:
        uow.session.execute(update(ShiftSwap).where(ShiftSwap.id == given).values(state="approved"))

    monkeypatch.setattr(swapping, "lock_plan", taken_meanwhile)
    swapping.end_swaps({})
    assert swap(given).state == "approved"


def test_an_offer_ends_where_the_wanted_shift_is_gone(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    theirs = put(mate, slot(trip, hours=30))
    given = offered(me, put(me, slot(trip)), wanted_shift_id=theirs)
    mate.api(f"/{theirs}/absence", reason="ill")
    assert code(mate.api(f"/swaps/{given}/take")) == "swap_over"
    swapping.end_swaps({})
    assert swap(given).state == "withdrawn"


def test_a_retired_colleague_takes_nothing(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    given = offered(me, put(me, slot(trip)), to_staff_id=mate.id)
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(StaffMember).where(StaffMember.id == mate.id).values(retired_at=NOW))
    assert code(mate.api(f"/swaps/{given}/take")) == "not_on_the_list"


def test_the_pages_offer_take_and_decide(
    me: Somebody, mate: Somebody, coordinator: Browser, trip: SmallTrip
) -> None:
    mine = put(me, slot(trip))
    tired(mate, trip)
    assert "دارا نمونه" in me.page(f"/{mine}/offer")
    assert me.post(f"/{mine}/offer", to_staff_id="", wanted_shift_id="", note="خواهش").status_code == 303
    again = me.post(f"/{mine}/offer")
    assert (again.status_code, "پیش‌تر برای جابه‌جایی پیشنهاد شده" in again.text) == (409, True)
    page = mate.page()
    assert "خواهش" in page and "استراحت میان دو شیفت کم است" in page
    assert mate.post("/swaps/1/take").status_code == 303
    assert "منتظر هماهنگ‌کننده" in me.page()
    listed = coordinator.get(f"/trips/{trip.id}/swaps").text
    assert "سارا نمونه" in listed and "استراحت میان دو شیفت کم است" in listed
    assert coordinator.post(f"/trips/{trip.id}/swaps/1/approve").status_code == 303
    assert coordinator.post(f"/trips/{trip.id}/swaps/1/refuse").status_code == 409
    assert "دارا نمونه" in me.page()


@pytest.mark.parametrize("role", ["desk_head", "staff", "inspector"])
def test_only_who_plans_decides(sign_in: Join, trip: SmallTrip, role: str) -> None:
    browser = sign_in(role, trip_id=trip.id)
    assert browser.get(f"/trips/{trip.id}/swaps").status_code == 403
    assert browser.post(f"/trips/{trip.id}/swaps/1/approve").status_code == 403


def test_of_those_who_take_at_once_one_gets_it(app: Flask, me: Somebody, trip: SmallTrip) -> None:
    place = slot(trip)
    given = offered(me, put(me, place))
    actors = [staff_member(app, trip, f"کارشناس {number}").actor() for number in range(4)]

    def take(actor: object) -> None:
        with unit_of_work(actor) as uow:  # type: ignore[arg-type]
            swapping.take_offer(uow, actor, trip.id, given)  # type: ignore[arg-type]

    said = answers([lambda actor=actor: take(actor) for actor in actors])  # type: ignore[misc]
    assert said == ["", "swap_over", "swap_over", "swap_over"]
    assert standing(place) == [swap(given).taken_by]


def test_two_who_exchange_with_each_other_at_once_do_so_once(
    me: Somebody, mate: Somebody, trip: SmallTrip
) -> None:
    early, late = slot(trip), slot(trip, hours=30)
    mine, theirs = put(me, early), put(mate, late)
    to_mate = offered(me, mine, wanted_shift_id=theirs)
    to_me = offered(mate, theirs, wanted_shift_id=mine)

    def take(who: Somebody, swap_id: int) -> None:
        actor = who.actor()
        with unit_of_work(actor) as uow:
            swapping.take_offer(uow, actor, trip.id, swap_id)

    assert answers([lambda: take(mate, to_mate), lambda: take(me, to_me)]) == ["", "swap_over"]
    assert (standing(early), standing(late)) == ([mate.id], [me.id])
