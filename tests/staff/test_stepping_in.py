"""Who is asked to step in answers: one gets the shift, and the others are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.errors import Refusal
from deskops.core.unit_of_work import unit_of_work
from deskops.staff.models import ReplacementCall, StaffAbsence, StaffMember
from deskops.staff.services.stepping_in import step_in
from tests.small_trip import SmallTrip
from tests.staff.own import NOW, Somebody, call, put, shift, slot, staff_member, standing, texts


@pytest.fixture
def me(app: Flask, trip: SmallTrip) -> Somebody:
    clock.freeze(NOW)
    return staff_member(app, trip, "سارا نمونه", mobile="09500000001")


@pytest.fixture
def mate(app: Flask, trip: SmallTrip, me: Somebody) -> Somebody:
    return staff_member(app, trip, "دارا نمونه", mobile="09500000002")


def state(call_id: int) -> tuple[str, str]:
    with runtime.current().database.reading() as session:
        row = session.get_one(ReplacementCall, call_id)
        return row.state, row.reason


def code(answer: tuple[int, dict]) -> str:
    assert answer[0] >= 400, answer
    return str(answer[1]["error"]["code"])


def test_accepting_gives_the_shift_and_they_know_of_it(me: Somebody, trip: SmallTrip) -> None:
    place = slot(trip)
    asked = call(me, place)
    assert [found["id"] for found in me.sheet()["calls"]] == [asked]
    status, answer = me.api(f"/calls/{asked}/accept")
    given = shift(answer["shift_id"])
    assert (status, standing(place), state(asked)[0]) == (200, [me.id], "accepted")
    assert (given.told_at, given.confirmed_at) == (NOW, NOW)
    assert (me.sheet()["calls"], texts()) == ([], [])


def test_with_the_shift_comes_the_role_to_work_there(me: Somebody, trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(
            update(StaffMember).where(StaffMember.id == me.id).values(home_desk_id=trip.desks["b"])
        )
    assert me.api(f"/calls/{call(me, slot(trip, desk='b'))}/accept")[0] == 200
    assert {grant.desk_id for grant in me.actor().grants} == {trip.desks["a"], trip.desks["b"]}


def test_the_second_is_told_that_somebody_else_has_it(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    place = slot(trip)
    first, second = call(me, place), call(mate, place)
    me.api(f"/calls/{first}/accept")
    assert code(mate.api(f"/calls/{second}/accept")) == "call_over"
    assert (standing(place), state(second)[0], mate.sheet()["calls"]) == ([me.id], "withdrawn", [])
    assert [number for number, text in texts() if "کس دیگری جایگزین شد" in text] == ["09500000002"]


def test_while_another_gap_is_open_the_others_are_still_asked(
    me: Somebody, mate: Somebody, trip: SmallTrip
) -> None:
    place = slot(trip, target=2)
    first, second = call(me, place), call(mate, place)
    me.api(f"/calls/{first}/accept")
    assert mate.api(f"/calls/{second}/accept")[0] == 200
    assert standing(place) == [me.id, mate.id]


def test_a_gap_that_was_filled_by_hand_is_closed(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    place = slot(trip)
    asked = call(me, place)
    put(mate, place)
    assert me.sheet()["calls"] == []
    assert code(me.api(f"/calls/{asked}/accept")) == "taken_by_other"


def test_whoever_is_to_be_replaced_may_still_stand_there(
    me: Somebody, mate: Somebody, trip: SmallTrip
) -> None:
    place = slot(trip, hours=-0.2)
    late = put(mate, place)
    assert me.api(f"/calls/{call(me, place, instead_of=late)}/accept")[0] == 200
    assert standing(place) == [me.id, mate.id]


@pytest.mark.parametrize("came", ["arrived", "completed"])
def test_whoever_came_after_all_needs_nobody_instead(
    me: Somebody, mate: Somebody, trip: SmallTrip, came: str
) -> None:
    place = slot(trip, hours=-1)
    late = put(mate, place, state=came)
    assert code(me.api(f"/calls/{call(me, place, instead_of=late)}/accept")) == "taken_by_other"


def test_who_was_given_up_in_the_same_shift_meanwhile_has_it_still(
    me: Somebody, mate: Somebody, trip: SmallTrip
) -> None:
    place = slot(trip, hours=-1, target=2)
    asked = call(me, place, instead_of=put(mate, place, state="no_show"))
    put(me, place, state="no_show")
    assert me.api(f"/calls/{asked}/accept")[1]["error"]["code"] == "already_there"


def test_rules_hold_for_who_steps_in(me: Somebody, trip: SmallTrip) -> None:
    put(me, slot(trip, hours=6))
    same_time, other_desk = call(me, slot(trip)), call(me, slot(trip, desk="b", hours=40))
    assert me.api(f"/calls/{same_time}/accept")[1]["error"]["faults"] == ["overlap"]
    assert me.api(f"/calls/{other_desk}/accept")[1]["error"]["faults"] == ["skill"]
    with unit_of_work(SYSTEM) as uow:
        away = NOW + timedelta(hours=70)
        uow.session.add(
            StaffAbsence(staff_id=me.id, starts_at=away, ends_at=away + timedelta(days=1), said_at=NOW)
        )
    absent = call(me, slot(trip, hours=72))
    assert me.api(f"/calls/{absent}/accept")[1]["error"]["faults"] == ["free"]
    assert [state(one)[0] for one in (same_time, other_desk, absent)] == ["asked"] * 3


def test_too_many_shifts_are_refused(app: Flask, me: Somebody, trip: SmallTrip) -> None:
    busy = staff_member(app, trip, "مینا نمونه", most_shifts=1)
    put(busy, slot(trip, hours=30))
    assert busy.api(f"/calls/{call(busy, slot(trip, hours=80))}/accept")[1]["error"]["faults"] == ["too_many"]


def test_a_shift_that_is_over_needs_nobody(me: Somebody, trip: SmallTrip) -> None:
    asked = call(me, slot(trip, hours=-6))
    assert me.sheet()["calls"] == []
    assert code(me.api(f"/calls/{asked}/accept")) == "call_over"


def test_declining_needs_a_reason_and_is_final(me: Somebody, trip: SmallTrip) -> None:
    asked = call(me, slot(trip))
    assert me.api(f"/calls/{asked}/decline")[0] == 422
    assert me.api(f"/calls/{asked}/decline", reason="travel", words="دورم")[0] == 200
    assert state(asked) == ("declined", "travel: دورم")
    assert code(me.api(f"/calls/{asked}/accept")) == "call_over"
    assert code(me.api(f"/calls/{asked}/decline", reason="ill")) == "call_over"


def test_another_persons_call_is_not_found(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    asked = call(mate, slot(trip))
    assert code(me.api(f"/calls/{asked}/accept")) == "not_found"
    assert code(me.api(f"/calls/{asked}/decline", reason="ill")) == "not_found"


def test_who_asked_hears_of_the_answer(app: Flask, me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    yes, no = (
        call(me, slot(trip), asked_by=mate.user_id),
        call(me, slot(trip, hours=40), asked_by=mate.user_id),
    )
    me.api(f"/calls/{yes}/accept")
    me.api(f"/calls/{no}/decline", reason="ill")
    told = texts()
    assert [number for number, _ in told] == ["09500000002"] * 2
    assert "سارا نمونه جایگزین می‌شود" in told[0][1] and "نمی‌تواند" in told[1][1]


def test_the_page_answers_in_words(me: Somebody, trip: SmallTrip) -> None:
    put(me, slot(trip, hours=6))
    asked = call(me, slot(trip))
    refused = me.post(f"/calls/{asked}/accept")
    assert (refused.status_code, "هم‌زمان با شیفت دیگری است" in refused.text) == (409, True)
    assert me.post(f"/calls/{asked}/decline", reason="ill").status_code == 303


def answers(attempts: list[Callable[[], object]]) -> list[str]:
    """Codes of the refusals, "" for what was done, of those who try at once."""

    def tried(attempt: Callable[[], object]) -> str:
        try:
            attempt()
        except Refusal as refusal:
            return refusal.code
        return ""

    with ThreadPoolExecutor(len(attempts)) as pool:
        return sorted(pool.map(tried, attempts))


def test_of_those_who_accept_at_once_one_gets_it(app: Flask, me: Somebody, trip: SmallTrip) -> None:
    place = slot(trip)
    people = [staff_member(app, trip, f"کارشناس {number}") for number in range(4)]
    asked = [(who.actor(), call(who, place)) for who in people]

    def accept(actor: object, call_id: int) -> None:
        with unit_of_work(actor) as uow:  # type: ignore[arg-type]
            step_in(uow, actor, trip.id, call_id)  # type: ignore[arg-type]

    said = answers([lambda one=one: accept(*one) for one in asked])  # type: ignore[misc]
    assert said[0] == "" and set(said[1:]) == {"call_over"}
    assert len(standing(place)) == 1
    with runtime.current().database.reading() as session:
        states = sorted(session.scalars(select(ReplacementCall.state)))
    assert states == ["accepted", "withdrawn", "withdrawn", "withdrawn"]
