"""Who can't come says so, and may take it back while nobody stands there instead."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.staff.models import DeskShift, StaffAbsence
from deskops.staff.queries.gaps import DropOut, drop_outs
from deskops.staff.services.plan import empty
from tests.fixtures import Join
from tests.small_trip import SmallTrip
from tests.staff.own import NOW, Somebody, call, offered, put, shift, slot, staff_member, standing, swap
from tests.staff.presence import a_scan, presences, scanned

HOUR = timedelta(hours=1)


@pytest.fixture
def me(app: Flask, trip: SmallTrip) -> Somebody:
    clock.freeze(NOW)
    return staff_member(app, trip, "سارا نمونه")


@pytest.fixture
def mate(app: Flask, trip: SmallTrip, me: Somebody) -> Somebody:
    return staff_member(app, trip, "دارا نمونه")


def absences() -> list[StaffAbsence]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(StaffAbsence).order_by(StaffAbsence.id)))


def missing(trip: SmallTrip, *desks: str) -> list[DropOut]:
    with runtime.current().database.reading() as session:
        return drop_outs(session, trip.id, clock.now(), {trip.desks[desk] for desk in desks} or None)


def code(answer: tuple[int, dict]) -> str:
    assert answer[0] >= 400, answer
    return str(answer[1]["error"]["code"])


def test_a_shift_is_dropped_with_its_reason(me: Somebody, trip: SmallTrip) -> None:
    place = slot(trip)
    mine = put(me, place)
    assert me.api(f"/{mine}/absence", reason="ill", words="تب")[0] == 200
    dropped = shift(mine)
    assert (dropped.state, dropped.reason, dropped.version) == ("dropped", "ill: تب", 2)
    assert standing(place) == []
    assert [(one.starts_at, one.ends_at) for one in absences()] == [(dropped.starts_at, dropped.ends_at)]
    # Their own doing is no news for them.
    assert me.sheet()["shifts"][0]["to_confirm"] is False


def test_coordinators_see_who_dropped_out_and_what_is_missing(
    me: Somebody, mate: Somebody, sign_in: Join, trip: SmallTrip
) -> None:
    place = slot(trip, target=2)
    put(mate, place)
    me.api(f"/{put(me, place)}/absence", reason="family")
    [found] = missing(trip)
    assert (found.staff_id, found.desk_shift_id, found.missing, found.reason) == (me.id, place, 1, "family")
    assert missing(trip, "b") == []
    page = sign_in("coordinator", trip_id=trip.id).get(f"/trips/{trip.id}/swaps").text
    assert "سارا نمونه" in page and "یک نفر کم است" in page
    assert missing(trip, "a") == [found]


def test_a_desks_head_sees_on_cover_who_cant_come_to_their_desk_and_no_reason(
    me: Somebody, trip: SmallTrip, sign_in: Join
) -> None:
    mine = put(me, slot(trip, hours=30))
    other = put(me, slot(trip, desk="b", hours=40))
    me.api(f"/{mine}/absence", reason="ill", words="تب")
    me.api(f"/{other}/absence", reason="ill", words="تب")
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    seen = head.get(f"/trips/{trip.id}/cover").text
    assert f'data-dropped="{mine}"' in seen
    assert f'data-dropped="{other}"' not in seen
    assert "تب" not in seen
    assert f"/cover/shifts/{mine}" not in seen
    lead = sign_in("coordinator", trip_id=trip.id).get(f"/trips/{trip.id}/cover").text
    assert f'data-dropped="{other}"' in lead
    assert "تب" in lead
    assert f"/cover/shifts/{mine}" in lead


def test_who_was_taken_out_or_swapped_is_no_drop_out(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    put(me, slot(trip), state="dropped")
    given = offered(me, put(me, slot(trip, hours=30)))
    assert mate.api(f"/swaps/{given}/take")[1] == {"state": "approved"}
    assert missing(trip) == []


def test_a_shift_that_is_over_cant_be_missed_any_more(me: Somebody, trip: SmallTrip) -> None:
    over = put(me, slot(trip, hours=-6))
    assert code(me.api(f"/{over}/absence", reason="ill")) == "shift_over"
    assert (shift(over).state, absences()) == ("planned", [])


@pytest.mark.parametrize("state", ["dropped", "no_show", "left_early", "completed"])
def test_what_is_decided_already_stays(me: Somebody, trip: SmallTrip, state: str) -> None:
    mine = put(me, slot(trip, hours=-1), state=state)
    assert code(me.api(f"/{mine}/absence", reason="ill")) == "shift_over"
    assert shift(mine).state == state


def test_who_is_there_leaves_early(me: Somebody, trip: SmallTrip) -> None:
    mine = put(me, slot(trip, hours=-1))
    clock.freeze(NOW - timedelta(hours=1))
    scanned(trip, a_scan(trip, me.id))
    clock.freeze(NOW)
    assert shift(mine).state == "arrived"
    assert me.api(f"/{mine}/absence", reason="ill")[0] == 200
    assert (shift(mine).state, shift(mine).ended_at) == ("left_early", NOW)
    assert [one.ended_at for one in presences(me.id)] == [NOW]
    assert [found.shift_id for found in missing(trip)] == [mine]


def test_an_offer_of_the_shift_ends_with_it(me: Somebody, trip: SmallTrip) -> None:
    mine = put(me, slot(trip))
    given = offered(me, mine)
    me.api(f"/{mine}/absence", reason="ill")
    assert swap(given).state == "withdrawn"


@pytest.mark.parametrize(
    "fields", [{}, {"reason": "lazy"}, {"reason": "ill", "words": "ن" * 161}, {"reason": "ill", "shift": 1}]
)
def test_a_reason_is_needed(me: Somebody, trip: SmallTrip, fields: dict[str, str]) -> None:
    mine = put(me, slot(trip))
    assert me.api(f"/{mine}/absence", **fields)[0] == 422
    assert shift(mine).state == "planned"


def test_the_page_says_what_is_missing_and_keeps_what_was_typed(me: Somebody, trip: SmallTrip) -> None:
    mine = put(me, slot(trip))
    answer = me.post(f"/{mine}/absence", words="تصادف")
    assert answer.status_code == 422
    assert 'value="تصادف"' in answer.text and 'href="#reason"' in answer.text
    assert me.post(f"/{mine}/absence", reason="family", words="تصادف").status_code == 303
    assert "مسئله خانوادگی: تصادف" in me.page()


def a_day_off(me: Somebody, **fields: str) -> tuple[int, dict]:
    days = {"from_day": "1405/09/02", "to_day": "1405-09-03", "reason": "duty"}
    return me.api("/absence", **days | fields)


def test_a_time_without_them_drops_all_shifts_that_touch_it(me: Somebody, trip: SmallTrip) -> None:
    today, tomorrow, later = (put(me, slot(trip, hours=hours)) for hours in (4, 24, 24 * 3))
    assert a_day_off(me)[0] == 200
    assert [shift(one).state for one in (today, tomorrow, later)] == ["planned", "dropped", "planned"]
    [said] = absences()
    assert (said.starts_at.isoformat(), said.ends_at.isoformat()) == (
        "2026-11-22T20:30:00+00:00",
        "2026-11-24T20:30:00+00:00",
    )


def test_who_is_at_work_stays_until_the_time_comes(me: Somebody, trip: SmallTrip) -> None:
    running = put(me, slot(trip, hours=-1, length=6))
    clock.freeze(NOW - timedelta(hours=1))
    scanned(trip, a_scan(trip, me.id))
    clock.freeze(NOW)
    assert a_day_off(me, from_day="1405/09/01", from_time="۱۳:۰۰")[0] == 200
    assert shift(running).state == "arrived"


@pytest.mark.parametrize(
    "fields",
    [
        {"to_day": "1405/09/01"},
        {"from_day": "1405/08/01", "to_day": "1405/08/02"},
        {"to_day": "1405/12/01"},
        {"from_day": "yesterday"},
        {"from_time": "25:00"},
        {"reason": ""},
    ],
)
def test_a_time_that_makes_no_sense_is_refused(me: Somebody, trip: SmallTrip, fields: dict[str, str]) -> None:
    mine = put(me, slot(trip, hours=24))
    assert a_day_off(me, **fields)[0] == 422
    assert (shift(mine).state, absences()) == ("planned", [])


def test_in_that_time_nobody_can_give_them_a_shift(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    a_day_off(me)
    given = offered(mate, put(mate, slot(trip, hours=24)))
    assert me.sheet()["offers"] == []
    assert code(me.api(f"/swaps/{given}/take")) == "cannot_take"


def test_taken_back_it_is_theirs_again(me: Somebody, trip: SmallTrip) -> None:
    place = slot(trip)
    mine = put(me, place, confirmed_at=NOW)
    said = me.api(f"/{mine}/absence", reason="ill")[1]["id"]
    assert me.api(f"/absences/{said}/take-back") == (200, {"shift_ids": [mine], "lost_ids": []})
    back = shift(mine)
    assert (back.state, back.reason, back.version) == ("planned", "", 3)
    assert (standing(place), absences(), missing(trip)) == ([me.id], [], [])


def test_not_while_somebody_stands_there_instead(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    place = slot(trip)
    mine = put(me, place)
    said = me.api(f"/{mine}/absence", reason="ill")[1]["id"]
    assert mate.api(f"/calls/{call(mate, place, instead_of=mine)}/accept")[0] == 200
    assert code(me.api(f"/absences/{said}/take-back")) == "taken_by_other"
    assert (standing(place), len(absences())) == ([mate.id], 1)


def test_of_several_those_come_back_that_nobody_has(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    filled, free = slot(trip, hours=24), slot(trip, hours=44)
    lost, kept = put(me, filled), put(me, free)
    said = a_day_off(me)[1]["id"]
    put(mate, filled)
    assert me.api(f"/absences/{said}/take-back") == (200, {"shift_ids": [kept], "lost_ids": [lost]})


@pytest.mark.parametrize("reason", ["ill", "family"])
def test_of_two_absences_the_other_still_keeps_them_away(me: Somebody, trip: SmallTrip, reason: str) -> None:
    mine = put(me, slot(trip, hours=24))
    first = me.api(f"/{mine}/absence", reason="ill")[1]["id"]
    second = a_day_off(me, reason=reason)[1]["id"]
    assert me.api(f"/absences/{first}/take-back") == (200, {"shift_ids": [], "lost_ids": []})
    assert shift(mine).state == "dropped"
    assert me.api(f"/absences/{second}/take-back") == (200, {"shift_ids": [mine], "lost_ids": []})


def test_not_where_they_were_put_elsewhere_meanwhile(me: Somebody, trip: SmallTrip) -> None:
    mine = put(me, slot(trip))
    said = me.api(f"/{mine}/absence", reason="ill")[1]["id"]
    put(me, slot(trip, desk="b", hours=5))
    assert code(me.api(f"/absences/{said}/take-back")) == "taken_by_other"


def test_what_a_coordinator_took_away_doesnt_come_back(me: Somebody, trip: SmallTrip) -> None:
    gone = put(me, slot(trip, hours=24), state="dropped")
    said = a_day_off(me)[1]["id"]
    assert me.api(f"/absences/{said}/take-back") == (200, {"shift_ids": [], "lost_ids": []})
    assert shift(gone).state == "dropped"


@pytest.mark.parametrize("change", ["removed", "moved"])
def test_a_shift_that_its_desk_has_no_more_doesnt_come_back(
    me: Somebody, trip: SmallTrip, change: str
) -> None:
    place = slot(trip)
    mine = put(me, place)
    said = me.api(f"/{mine}/absence", reason="ill")[1]["id"]
    with unit_of_work(SYSTEM) as uow:
        need = uow.session.get_one(DeskShift, place)
        if change == "removed":
            empty(uow, [place])
            uow.session.delete(need)
        else:
            need.starts_at, need.ends_at = need.starts_at + HOUR, need.ends_at + HOUR
    assert me.api(f"/absences/{said}/take-back") == (200, {"shift_ids": [], "lost_ids": []})
    assert (shift(mine).state, absences()) == ("dropped", [])


def test_another_persons_absence_is_not_found(me: Somebody, mate: Somebody, trip: SmallTrip) -> None:
    said = me.api(f"/{put(me, slot(trip))}/absence", reason="ill")[1]["id"]
    assert code(mate.api(f"/absences/{said}/take-back")) == "not_found"
    assert len(absences()) == 1
