"""Meetings face to face: who is drawn, invited, let in, received and recalled."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.sessions import rules
from deskops.sessions.errors import (
    AppointedAlready,
    CancelReasonNeeded,
    MeetingMoved,
    NobodyAsks,
    NoDays,
    NoOfficial,
    NoSlotLeft,
    NotInvited,
    SlotsAtFault,
    UnknownAgencyHere,
)
from deskops.sessions.models import Appointment, Meeting
from deskops.sessions.rules import Wish
from deskops.sessions.services import meetings, receiving
from deskops.sessions.services.meetings import MeetingPlan
from tests.directives.ordered import demand, demand_of, directive, ordering
from tests.fixtures import Browser, Join
from tests.sessions.planned import NOW, TODAY, Held, held, texts
from tests.small_trip import SmallTrip, make_small_trip

ASKED = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def plan(app: Flask, trip: SmallTrip) -> Held:
    clock.freeze(NOW)
    return held(app, trip)


@pytest.fixture
def coordinator(plan: Held, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=plan.trip.id)


def planned(plan: Held, **more: Any) -> int:
    """From ten to half past, three slots."""
    facts = {"official_id": plan.official.user_id, "day": TODAY, "opens": 600, "closes": 630}
    facts |= {"slot_minutes": 10, "where_text": "دفتر استاندار"}
    with unit_of_work(SYSTEM) as uow:
        return meetings.plan_meeting(uow, SYSTEM, plan.trip.id, MeetingPlan(**(facts | more)))


def asking(plan: Held, count: int, topic: str = "loan", first: int = 0) -> list[int]:
    return [
        demand_of(
            plan.trip,
            name=f"نام {number}",
            phone=f"0912000{number:04d}",
            topic_id=plan.trip.topics[topic],
            wants_meeting=True,
        )
        for number in range(first, first + count)
    ]


def draw(plan: Held, meeting_id: int) -> list[int]:
    with unit_of_work(SYSTEM) as uow:
        return meetings.draw(uow, SYSTEM, plan.trip.id, meeting_id)


def invite(plan: Held, meeting_id: int) -> int:
    with unit_of_work(SYSTEM) as uow:
        return receiving.invite(uow, SYSTEM, plan.trip.id, meeting_id)


def act(plan: Held, meeting_id: int, appointment_id: int, name: str, minutes: str = "") -> None:
    with unit_of_work(SYSTEM) as uow:
        receiving.act_on(uow, SYSTEM, plan.trip.id, meeting_id, appointment_id, name, minutes)


def check_in(plan: Held, meeting_id: int, typed: str) -> int:
    with unit_of_work(SYSTEM) as uow:
        return receiving.check_in(uow, SYSTEM, plan.trip.id, meeting_id, typed)


def appointments(meeting_id: int) -> Sequence[Appointment]:
    with runtime.current().database.reading() as session:
        mine = select(Appointment).where(Appointment.meeting_id == meeting_id)
        found = session.scalars(mine.order_by(Appointment.starts_at, Appointment.id)).all()
        session.expunge_all()
    return found


def wish(number: int, topic: int, hours: float) -> Wish:
    return Wish(number, topic, ASKED + timedelta(hours=hours))


def test_whoever_waits_longest_is_first() -> None:
    wishes = [wish(1, 1, 3), wish(2, 1, 1), wish(3, 1, 2)]
    assert [one.demand_id for one in rules.draw(wishes, 2)] == [2, 3]


def test_where_all_fit_all_come() -> None:
    wishes = [wish(1, 1, 3), wish(2, 2, 1)]
    assert [one.demand_id for one in rules.draw(wishes, 9)] == [2, 1]


def test_a_topic_that_many_ask_about_leaves_room_for_the_others() -> None:
    # Eight about one topic waited longer than the two about another.
    many = [wish(number, 1, number) for number in range(8)]
    few = [wish(number, 2, number) for number in (20, 21)]
    chosen = rules.draw([*many, *few], 5)
    assert [one.demand_id for one in chosen] == [0, 1, 2, 3, 20]


def test_what_rounding_leaves_goes_to_those_who_wait_longest() -> None:
    wishes = [wish(1, 1, 1), wish(2, 2, 2), wish(3, 3, 3)]
    assert [one.demand_id for one in rules.draw(wishes, 2)] == [1, 2]


def test_nobody_is_drawn_for_no_seats() -> None:
    assert rules.draw([wish(1, 1, 1)], 0) == []


def test_slots_end_in_time() -> None:
    found = rules.slots(ASKED, ASKED + timedelta(minutes=35), 10)
    assert [(one - ASKED).seconds // 60 for one in found] == [0, 10, 20]


def test_slots_are_filled_in_order_of_waiting_and_nobody_is_told(plan: Held) -> None:
    wanted = asking(plan, 4)
    meeting_id = planned(plan)
    assert draw(plan, meeting_id) == wanted[:3]
    found = appointments(meeting_id)
    assert [one.demand_id for one in found] == wanted[:3]
    assert [one.starts_at.minute for one in found] == [30, 40, 50]
    assert {one.state for one in found} == {rules.DRAWN} and texts() == []


def test_who_has_a_slot_is_not_drawn_again(plan: Held) -> None:
    wanted = asking(plan, 4)
    draw(plan, planned(plan))
    assert draw(plan, planned(plan, opens=700, closes=730)) == wanted[3:]


def test_a_full_meeting_draws_nobody_more(plan: Held) -> None:
    asking(plan, 4)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    with pytest.raises(NoSlotLeft):
        draw(plan, meeting_id)


def test_where_nobody_asks_nobody_is_drawn(plan: Held) -> None:
    demand_of(plan.trip)
    with pytest.raises(NobodyAsks):
        draw(plan, planned(plan))


def test_somebody_is_taken_off_and_another_put_in_by_hand(plan: Held) -> None:
    asking(plan, 3)
    other = demand_of(plan.trip, name="بی‌نوبت", phone="09120009999")
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    first = appointments(meeting_id)[0]
    act(plan, meeting_id, first.id, "cancel")
    with unit_of_work(SYSTEM) as uow:
        meetings.appoint(uow, SYSTEM, plan.trip.id, meeting_id, other)
    placed = [one for one in appointments(meeting_id) if one.demand_id == other]
    assert placed[0].starts_at == first.starts_at
    with pytest.raises(AppointedAlready), unit_of_work(SYSTEM) as uow:
        meetings.appoint(uow, SYSTEM, plan.trip.id, meeting_id, other)


def test_who_was_taken_off_can_come_back_to_the_list(plan: Held) -> None:
    [wanted] = asking(plan, 1)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    act(plan, meeting_id, appointments(meeting_id)[0].id, "cancel")
    assert draw(plan, meeting_id) == [wanted]
    assert len(appointments(meeting_id)) == 1


def test_everybody_is_invited_once_by_message(plan: Held) -> None:
    asking(plan, 2)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    assert invite(plan, meeting_id) == 2
    first = appointments(meeting_id)[0]
    [(phone, text), _] = texts()
    assert phone == "09120000000"
    assert "مقام آزمون" in text and "دفتر استاندار" in text and "۱۰:۰۰" in text
    assert f"https://desks.example/m/{first.token}" in text
    with pytest.raises(MeetingMoved):
        invite(plan, meeting_id)


def test_who_gave_no_phone_gets_no_message(plan: Held) -> None:
    demand_of(plan.trip, phone=None, wants_meeting=True)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    invite(plan, meeting_id)
    assert texts() == []


def test_the_door_knows_the_qr_the_token_and_the_code(plan: Held) -> None:
    wanted = asking(plan, 3)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    first, second, third = appointments(meeting_id)
    assert check_in(plan, meeting_id, f"https://desks.example/m/{first.token}") == first.id
    assert check_in(plan, meeting_id, f" {second.token} ") == second.id
    assert check_in(plan, meeting_id, demand(wanted[2]).code) == third.id
    assert appointments(meeting_id)[0].checked_in_at == NOW


@pytest.mark.parametrize("typed", ["x", "https://desks.example/m/forged", "1234567890123"])
def test_a_forged_invitation_opens_no_door(plan: Held, typed: str) -> None:
    asking(plan, 1)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    with pytest.raises(NotInvited):
        check_in(plan, meeting_id, typed)


def test_an_invitation_to_another_meeting_is_none_to_this(plan: Held) -> None:
    asking(plan, 2)
    one, other = planned(plan, closes=610), planned(plan, opens=700, closes=710)
    draw(plan, one)
    draw(plan, other)
    with pytest.raises(NotInvited):
        check_in(plan, one, appointments(other)[0].token)


def test_nobody_comes_in_twice(plan: Held) -> None:
    asking(plan, 1)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    token = appointments(meeting_id)[0].token
    check_in(plan, meeting_id, token)
    with pytest.raises(MeetingMoved):
        check_in(plan, meeting_id, token)


def test_who_did_not_come_can_be_recalled(plan: Held) -> None:
    asking(plan, 1)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    [one] = appointments(meeting_id)
    act(plan, meeting_id, one.id, "absent")
    assert appointments(meeting_id)[0].state == rules.NO_SHOW
    check_in(plan, meeting_id, one.token)
    assert appointments(meeting_id)[0].state == rules.CHECKED_IN


def test_from_the_door_to_the_minutes(plan: Held) -> None:
    asking(plan, 1)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    [one] = appointments(meeting_id)
    with pytest.raises(MeetingMoved):
        act(plan, meeting_id, one.id, "take")
    check_in(plan, meeting_id, one.token)
    act(plan, meeting_id, one.id, "take")
    act(plan, meeting_id, one.id, "finish", "قول پیگیری داده شد.")
    met = appointments(meeting_id)[0]
    assert (met.state, met.minutes, met.ended_at) == (rules.MET, "قول پیگیری داده شد.", NOW)
    with unit_of_work(SYSTEM) as uow:
        receiving.write_minutes(uow, SYSTEM, plan.trip.id, meeting_id, one.id, "اصلاح")
    assert appointments(meeting_id)[0].minutes == "اصلاح"


def test_there_are_no_minutes_of_who_was_not_received(plan: Held) -> None:
    asking(plan, 1)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    with pytest.raises(MeetingMoved), unit_of_work(SYSTEM) as uow:
        receiving.write_minutes(uow, SYSTEM, plan.trip.id, meeting_id, appointments(meeting_id)[0].id, "…")


def test_an_order_given_in_a_meeting_belongs_to_the_appointment(plan: Held) -> None:
    [about] = asking(plan, 1)
    aside = demand_of(plan.trip)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    [one] = appointments(meeting_id)
    check_in(plan, meeting_id, one.token)
    act(plan, meeting_id, one.id, "take")
    giving = ordering(plan.trip)
    giving.official = plan.official
    assert directive(giving.sign(about)).appointment_id == one.id
    assert directive(giving.sign(aside)).appointment_id is None


def test_a_cancelled_meeting_tells_the_invited_and_leaves_them_their_turn(plan: Held) -> None:
    wanted = asking(plan, 2)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    invite(plan, meeting_id)
    with pytest.raises(CancelReasonNeeded), unit_of_work(SYSTEM) as uow:
        meetings.cancel_meeting(uow, SYSTEM, plan.trip.id, meeting_id, "")
    with unit_of_work(SYSTEM) as uow:
        meetings.cancel_meeting(uow, SYSTEM, plan.trip.id, meeting_id, "سفر")
    assert len(texts()) == 4
    assert draw(plan, planned(plan, opens=700, closes=730)) == wanted
    with pytest.raises(MeetingMoved):
        draw(plan, meeting_id)


def test_a_wish_is_taken_back(plan: Held) -> None:
    [about] = asking(plan, 1)
    with unit_of_work(SYSTEM) as uow:
        meetings.ask_meeting(uow, SYSTEM, plan.trip.id, about, wanted=False)
    assert demand(about).meeting_asked_at is None
    with pytest.raises(NobodyAsks):
        draw(plan, planned(plan))


def test_asking_again_keeps_ones_age(plan: Held) -> None:
    [about] = asking(plan, 1)
    clock.advance(seconds=3600)
    with unit_of_work(SYSTEM) as uow:
        meetings.ask_meeting(uow, SYSTEM, plan.trip.id, about, wanted=True)
    assert demand(about).meeting_asked_at == NOW


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"official_id": 4711}, NoOfficial),
        ({"slot_minutes": 40}, SlotsAtFault),
        ({"closes": 1440, "opens": 0, "slot_minutes": 2, "day": date(2026, 11, 23)}, SlotsAtFault),
        ({"day": date(2026, 11, 21)}, NoDays),
        ({"closes": 600}, InvalidInput),
        ({"where_text": ""}, InvalidInput),
        ({"site_id": 4711}, NotFound),
        ({"agency_ids": (4711,)}, UnknownAgencyHere),
    ],
)
def test_a_meeting_that_cant_be_is_refused(
    plan: Held, more: dict[str, Any], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        planned(plan, **more)


def test_a_meeting_of_another_trip_is_not_found(plan: Held) -> None:
    meeting_id = planned(plan)
    other = make_small_trip("other")
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        meetings.draw(uow, SYSTEM, other.id, meeting_id)


def test_an_appointment_belongs_to_its_meeting(plan: Held) -> None:
    asking(plan, 1)
    one, other = planned(plan), planned(plan, opens=700, closes=730)
    draw(plan, one)
    with pytest.raises(NotFound):
        act(plan, other, appointments(one)[0].id, "absent")


def test_the_pages_lead_through_a_whole_meeting(plan: Held, coordinator: Browser) -> None:
    [about] = asking(plan, 1)
    office = ordering(plan.trip).agencies["office"]
    root = f"/trips/{plan.trip.id}/meetings"
    assert "۱ مورد" in coordinator.get(root).text
    sent = {
        "official_id": plan.official.user_id,
        "day": "1405/09/01",
        "opens": "10:00",
        "closes": "10:30",
        "slot_minutes": "۱۰",
        "site_id": plan.trip.sites["one"],
        "agency_ids": [office],
    }
    made = coordinator.post(root, data=sent)
    assert made.status_code == 303
    page = made.headers["Location"]
    for step in ("draw", "invite"):
        assert coordinator.post(f"{page}/{step}").status_code == 303
    code = demand(about).code
    assert coordinator.post(f"{page}/check-in", data={"code": code}).status_code == 303
    meeting_id = int(page.rsplit("/", 1)[1])
    [one] = appointments(meeting_id)
    coordinator.post(f"{page}/appointments/{one.id}", data={"act": "take"})
    seat = {"agency_id": office, "name": "مدیر کل", "came": "yes"}
    assert coordinator.post(f"{page}/panel", data=seat).status_code == 303
    text = coordinator.get(page).text
    assert "مدیر کل" in text and "نزد مقام مسئول" in text and f"/demands/{about}/decide" in text
    coordinator.post(f"{page}/appointments/{one.id}/minutes", data={"minutes": "قول داده شد"})
    assert "قول داده شد" in coordinator.get(page).text
    assert "<svg" in coordinator.get(f"{page}/letters").text
    assert "نام 0" in coordinator.get(f"{page}/door").text


def test_the_door_says_whom_it_doesnt_know(plan: Held, coordinator: Browser) -> None:
    page = f"/trips/{plan.trip.id}/meetings/{planned(plan)}"
    answer = coordinator.post(f"{page}/check-in", data={"code": "nobody"})
    assert answer.status_code == 422 and 'href="#code"' in answer.text


def test_the_public_page_of_an_invitation_names_nobody(plan: Held, anonymous: Browser) -> None:
    [about] = asking(plan, 1)
    meeting_id = planned(plan)
    draw(plan, meeting_id)
    [one] = appointments(meeting_id)
    answer = anonymous.get(f"/m/{one.token}")
    assert answer.status_code == 200 and "۱۰:۰۰" in answer.text
    assert "نام 0" not in answer.text and demand(about).code not in answer.text
    assert anonymous.get("/m/forged").status_code == 404


def test_programs_do_the_same(plan: Held, coordinator: Browser) -> None:
    [about] = asking(plan, 1)
    root = f"/api/v1/trips/{plan.trip.id}"
    hours = {"day": "2026-11-22", "opens": "10:00", "closes": "10:30"}
    body = hours | {"official_id": plan.official.user_id, "where_text": "دفتر"}
    made = coordinator.post(f"{root}/meetings", json=body)
    assert made.status_code == 201
    page = f"{root}/meetings/{made.json['id']}"
    assert coordinator.post(f"{page}/draw", json={}).json == {"demand_ids": [about]}
    assert coordinator.post(f"{page}/invite", json={}).json == {"count": 1}
    number = coordinator.post(f"{page}/check-in", json={"code": demand(about).code}).json["id"]
    assert coordinator.post(f"{page}/appointments/{number}", json={"act": "take"}).status_code == 200
    told = coordinator.get(page).json
    assert told["appointments"][0]["state"] == rules.WITH_OFFICIAL and told["slots"] == 3
    assert "name" not in told["appointments"][0]
    refused = coordinator.post(f"{page}/appointments/{number}", json={"act": "dance"})
    assert refused.status_code == 422
    assert coordinator.post(f"{root}/demands/{about}/meeting", json={"wanted": False}).status_code == 200


def test_the_wish_is_ticked_at_registration_and_on_the_demands_page(plan: Held, coordinator: Browser) -> None:
    root = f"/api/v1/trips/{plan.trip.id}/demands"
    body = {"topic_id": plan.trip.topics["loan"], "site_id": plan.trip.sites["one"], "wants_meeting": True}
    about = coordinator.post(root, json=body).json["demand"]["id"]
    assert demand(about).meeting_asked_at == NOW
    page = f"/trips/{plan.trip.id}/demands/{about}"
    assert "ملاقات" in coordinator.get(page).text
    assert coordinator.post(f"{page}/meeting", data={"wanted": "no"}).status_code == 303
    assert demand(about).meeting_asked_at is None


def test_a_meeting_is_where_it_was_planned(plan: Held) -> None:
    with runtime.current().database.reading() as session:
        row = session.get_one(Meeting, planned(plan))
    assert (row.starts_at.hour, row.where_text, row.state) == (6, "دفتر استاندار", rules.PLANNED)
