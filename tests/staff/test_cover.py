"""Live cover of desks: who is missing, checked in by hand, given up, at risk, forgotten, and replaced."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.database import table_of
from deskops.core.journal_rows import JournalRow
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Trip
from deskops.staff.models import Presence, ReplacementCall, Shift, StaffMember
from deskops.staff.queries.cover import DeskCover, cover_by_desk, cover_lines
from deskops.staff.services.watching import watch, watch_trip
from tests.small_trip import SmallTrip
from tests.staff.presence import (
    a_desk_shift,
    a_person,
    a_scan,
    a_shift,
    presences,
    scanned,
    scans_of,
    shift_of,
)

EIGHT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
MOBILE = "09123456789"


@pytest.fixture(autouse=True)
def at_eight(app) -> None:
    clock.freeze(EIGHT)


def figures(trip: SmallTrip, desk: str = "a") -> DeskCover:
    with runtime.current().database.reading() as session:
        return cover_by_desk(session, trip.id, clock.now()).get(trip.desks[desk], DeskCover())


def troubles(trip: SmallTrip) -> list[str]:
    with runtime.current().database.reading() as session:
        return [line.trouble for line in cover_lines(session, trip.id, clock.now(), None, in_trouble=True)]


def kinds(of: str) -> list[dict]:
    with runtime.current().database.reading() as session:
        rows = session.scalars(select(JournalRow).where(JournalRow.kind == of).order_by(JournalRow.sequence))
        return [json.loads(row.payload) if isinstance(row.payload, str) else row.payload for row in rows]


def test_a_desk_counts_who_is_there_who_is_missing_and_who_comes_soon(trip: SmallTrip) -> None:
    here, resting, at_gate, missing, soon, safe, extra = (a_person(trip, f"نفر {n}") for n in range(7))
    for staff_id in (here, resting, at_gate, missing):
        a_shift(trip, staff_id)
    a_shift(trip, soon, starts=EIGHT + timedelta(minutes=45))
    a_shift(trip, safe, starts=EIGHT + timedelta(minutes=45), confirmed_at=EIGHT)
    scans = [a_scan(trip, here), a_scan(trip, resting), a_scan(trip, at_gate, site="one")]
    scanned(trip, *scans, a_scan(trip, extra))
    clock.advance(seconds=1)
    scanned(trip, a_scan(trip, resting, kind="break"))
    assert figures(trip) == DeskCover(
        planned=4, present=2, on_break=1, on_site=1, missing=1, coming=2, at_risk=1, extra=1
    )
    assert troubles(trip) == ["missing", "at_risk"]


def test_a_confirmed_shift_is_at_risk_in_the_last_quarter_of_an_hour(trip: SmallTrip) -> None:
    a_shift(trip, a_person(trip), starts=EIGHT + timedelta(minutes=16), confirmed_at=EIGHT)
    assert troubles(trip) == []
    clock.advance(minutes=1)
    assert troubles(trip) == ["at_risk"]


def test_who_came_to_the_site_is_not_at_risk(trip: SmallTrip) -> None:
    sara = a_person(trip)
    a_shift(trip, sara, starts=EIGHT + timedelta(minutes=30))
    scanned(trip, a_scan(trip, sara, site="one"))
    assert troubles(trip) == []


def test_somebody_at_another_desk_is_missing_at_theirs_and_more_there(trip: SmallTrip) -> None:
    sara = a_person(trip)
    a_shift(trip, sara)
    scanned(trip, a_scan(trip, sara, "b"))
    assert (figures(trip).missing, figures(trip, "b").extra) == (1, 1)
    assert troubles(trip) == ["elsewhere"]


def test_who_does_not_come_is_given_up_once_and_told_once(trip: SmallTrip) -> None:
    shift = a_shift(trip, a_person(trip))
    clock.advance(minutes=14)
    watch_trip(trip.id)
    assert shift_of(shift).state == "planned"
    clock.advance(minutes=1)
    watch_trip(trip.id)
    watch_trip(trip.id)
    assert shift_of(shift).state == "no_show"
    assert [(told["desk_id"], told["count"]) for told in kinds("presence.shifts_missed")] == [
        (trip.desks["a"], 1)
    ]
    assert (figures(trip).missing, figures(trip).no_show) == (1, 1)


def test_who_comes_after_being_given_up_has_arrived(trip: SmallTrip) -> None:
    sara = a_person(trip)
    shift = a_shift(trip, sara)
    clock.advance(minutes=20)
    watch_trip(trip.id)
    scanned(trip, a_scan(trip, sara))
    assert shift_of(shift).state == "arrived"
    assert figures(trip).missing == 0


def test_who_came_long_before_the_shift_is_found_by_the_watch(trip: SmallTrip) -> None:
    sara = a_person(trip)
    shift = a_shift(trip, sara, starts=EIGHT + timedelta(hours=2))
    scanned(trip, a_scan(trip, sara))
    assert shift_of(shift).state == "planned"
    clock.advance(hours=2, minutes=15)
    watch_trip(trip.id)
    assert shift_of(shift).state == "arrived"


def test_a_shift_at_risk_is_told_once(trip: SmallTrip) -> None:
    a_shift(trip, a_person(trip), starts=EIGHT + timedelta(minutes=50))
    watch_trip(trip.id)
    clock.advance(minutes=1)
    watch_trip(trip.id)
    assert [told["count"] for told in kinds("presence.shifts_at_risk")] == [1]


def test_a_forgotten_presence_ends_with_its_shift(trip: SmallTrip) -> None:
    sara = a_person(trip)
    shift = a_shift(trip, sara)
    scanned(trip, a_scan(trip, sara))
    clock.freeze(EIGHT + timedelta(hours=7))
    watch_trip(trip.id)
    watch_trip(trip.id)
    [stay] = presences(sara)
    assert (stay.ended_at, stay.ended_by) == (EIGHT + timedelta(hours=6), "auto")
    assert shift_of(shift).state == "completed"
    assert [scan.source for scan in scans_of(sara)] == ["scanner", "auto"]


def test_a_trip_that_is_over_is_not_watched(trip: SmallTrip) -> None:
    shift = a_shift(trip, a_person(trip))
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Trip, trip.id).phase = "closed"
    clock.advance(minutes=30)
    watch({})
    assert shift_of(shift).state == "planned"


def test_the_desk_head_checks_their_people_in_and_sends_them_to_a_break(trip: SmallTrip, sign_in) -> None:
    sara = a_person(trip, mobile=MOBILE)
    a_shift(trip, sara)
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    page = f"/trips/{trip.id}/cover/desks/{trip.desks['a']}"
    assert f"tel:{MOBILE}" in head.get(page).text
    for kind, state in (("in", "اینجاست"), ("break", "در استراحت"), ("back", "اینجاست")):
        assert head.post(f"{page}/staff/{sara}", data={"kind": kind}).status_code == 303
        assert state in head.get(page).text
        clock.advance(minutes=10)
    assert head.post(f"{page}/staff/{sara}", data={"kind": "out"}).status_code == 303
    [stay] = presences(sara)
    assert (stay.break_minutes, stay.ended_at, stay.ended_by) == (10, clock.now(), "hand")
    assert {scan.source for scan in scans_of(sara)} == {"hand"}


def test_a_desk_head_neither_sees_nor_marks_other_desks(trip: SmallTrip, sign_in) -> None:
    sara = a_person(trip, desk="b")
    a_shift(trip, sara, "b")
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    other = f"/trips/{trip.id}/cover/desks/{trip.desks['b']}"
    assert head.get(other).status_code == 404
    assert head.post(f"{other}/staff/{sara}", data={"kind": "in"}).status_code == 403
    assert "سارا" not in head.get(f"/trips/{trip.id}/cover").text
    assert head.get(f"/api/v1/trips/{trip.id}/cover").json["desks"] == []


def test_a_desk_head_takes_nobody_away_from_another_desk(trip: SmallTrip, sign_in) -> None:
    sara = a_person(trip)
    scanned(trip, a_scan(trip, sara, "b"))
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    mark = f"/trips/{trip.id}/cover/desks/{trip.desks['a']}/staff/{sara}"
    assert head.post(mark, data={"kind": "out"}).status_code == 403
    assert presences(sara)[0].ended_at is None


def test_an_inspector_sees_no_phone_and_no_button(trip: SmallTrip, sign_in) -> None:
    a_shift(trip, a_person(trip, mobile=MOBILE))
    inspector, coordinator = (sign_in(role, trip_id=trip.id) for role in ("inspector", "coordinator"))
    path = f"/trips/{trip.id}/cover"
    assert "سارا نمونه" in inspector.get(path).text
    assert f"tel:{MOBILE}" not in inspector.get(path).text
    assert 'name="kind"' not in inspector.get(path).text
    assert f"tel:{MOBILE}" in coordinator.get(path).text


def test_who_is_nowhere_can_not_be_checked_out(trip: SmallTrip, sign_in) -> None:
    sara = a_person(trip)
    coordinator = sign_in("coordinator", trip_id=trip.id)
    mark = f"/trips/{trip.id}/cover/desks/{trip.desks['a']}/staff/{sara}"
    coordinator.post(mark, data={"kind": "out"})
    assert "ورودشان جایی ثبت نیست" in coordinator.get(f"/trips/{trip.id}/cover").text
    assert scans_of(sara) == []


@pytest.mark.parametrize("kind", ["", "fly"])
def test_a_mark_of_no_known_kind_is_refused(trip: SmallTrip, sign_in, kind: str) -> None:
    sara = a_person(trip)
    coordinator = sign_in("coordinator", trip_id=trip.id)
    mark = f"/trips/{trip.id}/cover/desks/{trip.desks['a']}/staff/{sara}"
    assert coordinator.post(mark, data={"kind": kind}).status_code == 422


def test_a_retired_person_is_not_checked_in_by_hand(trip: SmallTrip, sign_in) -> None:
    sara = a_person(trip, retired_at=EIGHT)
    coordinator = sign_in("coordinator", trip_id=trip.id)
    coordinator.post(f"/trips/{trip.id}/cover/desks/{trip.desks['a']}/staff/{sara}", data={"kind": "in"})
    assert presences(sara) == []


def test_a_replacement_is_asked_says_yes_on_the_phone_and_has_the_shift(trip: SmallTrip, sign_in) -> None:
    slot = a_desk_shift(trip)
    sara, dara = a_person(trip, mobile=MOBILE), a_person(trip, "دارا نمونه", mobile="09121111111")
    shift = a_shift(trip, sara, desk_shift_id=slot)
    clock.advance(minutes=20)
    watch_trip(trip.id)
    coordinator = sign_in("coordinator", trip_id=trip.id)
    page = f"/trips/{trip.id}/cover/shifts/{shift}"
    assert "دارا نمونه" in coordinator.get(page).text
    assert "سارا نمونه" not in coordinator.get(page).text
    coordinator.post(page, data={"staff_id": dara})
    with runtime.current().database.reading() as session:
        call = session.scalars(select(ReplacementCall)).one()
        assert session.get_one(StaffMember, dara).asked_at == clock.now()
    assert "دارا نمونه" in coordinator.get(f"/trips/{trip.id}/cover").text
    coordinator.post(f"/trips/{trip.id}/cover/calls/{call.id}", data={"state": "accepted"})
    with runtime.current().database.reading() as session:
        taken = session.scalars(select(Shift).where(Shift.staff_id == dara)).one()
        assert (taken.desk_shift_id, taken.state) == (slot, "planned")
        assert session.scalars(select(ReplacementCall.state)).all() == ["accepted"]


def test_who_is_missing_themselves_is_not_thought_of_as_a_replacement(trip: SmallTrip, sign_in) -> None:
    slot = a_desk_shift(trip)
    shift = a_shift(trip, a_person(trip), desk_shift_id=slot)
    a_shift(trip, a_person(trip, "مینا نمونه"), desk_shift_id=slot)
    a_person(trip, "دارا نمونه")
    clock.advance(minutes=20)
    watch_trip(trip.id)
    page = sign_in("coordinator", trip_id=trip.id).get(f"/trips/{trip.id}/cover/shifts/{shift}")
    assert "دارا نمونه" in page.text
    assert "مینا نمونه" not in page.text


def test_nobody_is_asked_twice_for_the_same_shift(trip: SmallTrip, sign_in) -> None:
    slot = a_desk_shift(trip)
    shift = a_shift(trip, a_person(trip), desk_shift_id=slot)
    dara = a_person(trip, "دارا نمونه")
    coordinator = sign_in("coordinator", trip_id=trip.id)
    page = f"/trips/{trip.id}/cover/shifts/{shift}"
    for _ in range(2):
        coordinator.post(page, data={"staff_id": dara})
    with runtime.current().database.reading() as session:
        assert len(session.scalars(select(ReplacementCall)).all()) == 1


def test_who_works_here_no_more_is_not_asked_to_step_in(trip: SmallTrip, sign_in) -> None:
    shift = a_shift(trip, a_person(trip), desk_shift_id=a_desk_shift(trip))
    gone = a_person(trip, "دارا نمونه", retired_at=EIGHT)
    coordinator = sign_in("coordinator", trip_id=trip.id)
    coordinator.post(f"/trips/{trip.id}/cover/shifts/{shift}", data={"staff_id": gone})
    with runtime.current().database.reading() as session:
        assert session.scalars(select(ReplacementCall)).all() == []


@pytest.mark.parametrize("state", ["no_show", "left_early"])
def test_who_did_not_come_is_neither_asked_to_replace_themselves_nor_put_in_again(
    trip: SmallTrip, sign_in, state: str
) -> None:
    slot, sara = a_desk_shift(trip), a_person(trip)
    shift = a_shift(trip, sara, desk_shift_id=slot, state=state)
    coordinator = sign_in("coordinator", trip_id=trip.id)
    coordinator.post(f"/trips/{trip.id}/cover/shifts/{shift}", data={"staff_id": sara})
    body = {"staff_id": sara, "slot_id": slot, "confirmed": True}
    answer = coordinator.post(f"/api/v1/trips/{trip.id}/roster/place", json=body)
    assert answer.json["error"]["code"] == "already_there"
    with runtime.current().database.reading() as session:
        assert session.scalars(select(ReplacementCall)).all() == []


def test_nobody_is_asked_for_somebody_who_came(trip: SmallTrip, sign_in) -> None:
    slot = a_desk_shift(trip)
    sara, dara = a_person(trip), a_person(trip, "دارا نمونه")
    shift = a_shift(trip, sara, desk_shift_id=slot)
    scanned(trip, a_scan(trip, sara))
    coordinator = sign_in("coordinator", trip_id=trip.id)
    coordinator.post(f"/trips/{trip.id}/cover/shifts/{shift}", data={"staff_id": dara})
    with runtime.current().database.reading() as session:
        assert session.scalars(select(ReplacementCall)).all() == []


def test_whoever_was_asked_longest_ago_comes_first(trip: SmallTrip, sign_in) -> None:
    slot = a_desk_shift(trip)
    shift = a_shift(trip, a_person(trip), desk_shift_id=slot)
    a_person(trip, "تازه‌پرسیده", asked_at=EIGHT - timedelta(hours=1))
    a_person(trip, "دیرپرسیده", asked_at=EIGHT - timedelta(days=2))
    text = sign_in("coordinator", trip_id=trip.id).get(f"/trips/{trip.id}/cover/shifts/{shift}").text
    assert 0 < text.index("دیرپرسیده") < text.index("تازه‌پرسیده")


def test_a_call_that_was_declined_stays_answered(trip: SmallTrip, sign_in) -> None:
    slot = a_desk_shift(trip)
    shift = a_shift(trip, a_person(trip), desk_shift_id=slot)
    dara = a_person(trip, "دارا نمونه")
    coordinator = sign_in("coordinator", trip_id=trip.id)
    coordinator.post(f"/trips/{trip.id}/cover/shifts/{shift}", data={"staff_id": dara})
    with runtime.current().database.reading() as session:
        call = session.scalars(select(ReplacementCall)).one()
    for state in ("declined", "accepted"):
        coordinator.post(f"/trips/{trip.id}/cover/calls/{call.id}", data={"state": state})
    with runtime.current().database.reading() as session:
        assert session.scalars(select(ReplacementCall.state)).all() == ["declined"]
        assert session.scalars(select(Shift).where(Shift.staff_id == dara)).all() == []


def test_a_withdrawn_badge_counts_no_more_and_the_next_one_does(trip: SmallTrip, sign_in) -> None:
    sara = a_person(trip)
    coordinator = sign_in("coordinator", trip_id=trip.id)
    for _ in range(2):  # pressed twice, renewed once
        coordinator.post(f"/trips/{trip.id}/staff/{sara}/badge", data={"reason": "stolen", "version": 1})
    assert [told["reason"] for told in kinds("staff.badge_renewed")] == ["stolen"]
    answers = scanned(trip, a_scan(trip, sara), a_scan(trip, sara, version=2)).answers
    assert [answer.refusal for answer in answers] == ["revoked", ""]


def test_the_cover_of_two_thousand_people_is_quick(trip: SmallTrip) -> None:
    desks = [*trip.desks.values()]
    people = [
        {"trip_id": trip.id, "personnel_number": f"m{n}", "name": f"نفر {n}", "mobile": "", "languages": "fa"}
        for n in range(2000)
    ]
    with unit_of_work(SYSTEM) as uow:
        members = table_of(StaffMember)
        ids = list(uow.session.scalars(insert(members).returning(members.c.id), people))
        shifts = [
            {"staff_id": staff_id, "desk_id": desks[n % 4], "version": 1,
             "starts_at": EIGHT + timedelta(hours=8 * (n % 3 - 1)),
             "ends_at": EIGHT + timedelta(hours=8 * (n % 3)), "state": "planned", "overrides": [], "reason": ""}
            for n, staff_id in enumerate(ids)
        ]  # fmt: skip
        uow.session.execute(insert(table_of(Shift)), shifts)
        here = [
            {"trip_id": trip.id, "staff_id": staff_id, "desk_id": desks[n % len(desks)], "site_id": trip.sites["one"],
             "began_at": EIGHT, "ended_by": "", "break_minutes": 0}
            for n, staff_id in enumerate(ids) if n % 2
        ]  # fmt: skip
        uow.session.execute(insert(table_of(Presence)), here)
    clock.advance(minutes=5)
    took = []
    with runtime.current().database.reading() as session:
        for _ in range(5):
            started = time.process_time()
            found = cover_by_desk(session, trip.id, clock.now())
            took.append(time.process_time() - started)
    assert sum(line.planned for line in found.values()) > 600
    assert min(took) < 0.05  # five times what it is to be: a busy machine is no fault of the query's
