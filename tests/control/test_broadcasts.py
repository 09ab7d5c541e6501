"""Broadcasts: who gets one, who has seen it, and that it goes away."""

from datetime import timedelta
from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.control.models import Broadcast, BroadcastSeen
from deskops.core import clock
from deskops.core.dates import local_day
from deskops.core.journal_rows import JournalRow
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Place
from tests.control.history import rows
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip

TEXT = "ساعت ۱۲ ناهار در سالن دوم است"


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


@pytest.fixture
def staff(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"], name="کارشناس نمونه")


def say(browser: Browser, trip: SmallTrip, **form: str) -> Any:
    return browser.post(f"/trips/{trip.id}/broadcasts", data={"text": TEXT, "to": "all"} | form)


def bar(browser: Browser, trip: SmallTrip) -> str:
    return str(browser.get(f"/trips/{trip.id}/broadcasts/bar").text)


def see(browser: Browser, trip: SmallTrip, broadcast_id: int, **more: Any) -> Any:
    return browser.post(f"/trips/{trip.id}/broadcasts/{broadcast_id}/seen", **more)


def test_a_message_stands_on_every_page_until_it_is_seen(
    trip: SmallTrip, coordinator: Browser, staff: Browser
) -> None:
    assert say(coordinator, trip).status_code == 303
    for path in ("/places", "/demands", "/intake"):
        assert TEXT in staff.get(f"/trips/{trip.id}{path}").text
    assert TEXT in bar(staff, trip)
    (row,) = rows(Broadcast)
    back = see(staff, trip, row.id, data={"next": f"/trips/{trip.id}/places?q=1"})
    assert (back.status_code, back.location) == (303, f"/trips/{trip.id}/places?q=1")
    assert TEXT not in bar(staff, trip)
    assert TEXT not in staff.get(f"/trips/{trip.id}/places").text


def test_the_sender_is_not_told_and_sees_who_was(
    trip: SmallTrip, coordinator: Browser, staff: Browser
) -> None:
    say(coordinator, trip)
    assert TEXT not in bar(coordinator, trip)
    page = coordinator.get(f"/trips/{trip.id}/broadcasts").text
    assert 'data-seen="0"' in page
    assert "کارشناس نمونه" in page
    see(staff, trip, rows(Broadcast)[0].id)
    assert 'data-seen="1"' in coordinator.get(f"/trips/{trip.id}/broadcasts").text


def test_seen_twice_is_seen_once(trip: SmallTrip, coordinator: Browser, staff: Browser) -> None:
    say(coordinator, trip)
    broadcast_id = rows(Broadcast)[0].id
    for _ in range(2):
        assert see(staff, trip, broadcast_id, headers={"HX-Request": "true"}).status_code == 200
    assert len(rows(BroadcastSeen)) == 1
    assert [row.kind for row in rows(JournalRow)].count("broadcast.seen") == 1


def test_one_key_sends_one_message(trip: SmallTrip, coordinator: Browser) -> None:
    for _ in range(2):
        say(coordinator, trip, idempotency_key="once")
    assert len(rows(Broadcast)) == 1


@pytest.mark.parametrize(
    ("to", "told"),
    [("desk:a", True), ("desk:b", False), ("site:one", True), ("site:two", False), ("role:staff", True),
     ("role:official", False)],
)  # fmt: skip
def test_a_message_reaches_those_it_is_for(
    trip: SmallTrip, coordinator: Browser, staff: Browser, to: str, told: bool
) -> None:
    kind, name = to.split(":")
    ids = {"desk": trip.desks, "site": trip.sites}.get(kind, {})
    say(coordinator, trip, to=f"{kind}:{ids.get(name, name)}")
    assert (TEXT in bar(staff, trip)) is told


def test_who_sits_at_a_desk_belongs_to_it(trip: SmallTrip, coordinator: Browser, sign_in: Join) -> None:
    guest = sign_in("staff", trip_id=trip.id)
    say(coordinator, trip, to=f"desk:{trip.desks['b']}")
    assert TEXT not in bar(guest, trip)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Place, trip.places["b"][0]).user_id = guest.user_id
    assert TEXT in bar(guest, trip)


def test_a_withdrawn_message_is_gone_from_the_screens_and_stays_in_the_list(
    trip: SmallTrip, coordinator: Browser, staff: Browser
) -> None:
    say(coordinator, trip)
    broadcast_id = rows(Broadcast)[0].id
    for _ in range(2):
        path = f"/trips/{trip.id}/broadcasts/{broadcast_id}/withdraw"
        assert coordinator.post(path).status_code == 303
    assert TEXT not in bar(staff, trip)
    assert TEXT in coordinator.get(f"/trips/{trip.id}/broadcasts").text
    assert [row.kind for row in rows(JournalRow)].count("broadcast.withdrawn") == 1


def test_an_old_message_no_longer_shows(trip: SmallTrip, coordinator: Browser, sign_in: Join) -> None:
    say(coordinator, trip)
    assert TEXT in bar(sign_in("staff", trip_id=trip.id), trip)
    clock.advance(hours=25)
    assert TEXT not in bar(sign_in("staff", trip_id=trip.id), trip)


def test_news_of_a_shift_show_on_their_day_alone(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    def shown() -> bool:
        answer = sign_in("staff", trip_id=trip.id).get(f"/trips/{trip.id}/places")
        assert answer.status_code == 200
        return TEXT in answer.text

    tomorrow = (local_day(clock.now()) + timedelta(days=1)).isoformat()
    say(coordinator, trip, kind="shift", day=tomorrow)
    assert not shown()
    clock.advance(days=1)
    assert shown()
    clock.advance(days=1)
    assert not shown()


def test_news_of_a_shift_that_is_over_are_refused_at_their_day(trip: SmallTrip, coordinator: Browser) -> None:
    yesterday = (local_day(clock.now()) - timedelta(days=1)).isoformat()
    refused = say(coordinator, trip, kind="shift", day=yesterday)
    assert refused.status_code == 422
    assert "این روز گذشته است" in refused.text
    assert TEXT in refused.text, "what was typed stays"
    assert rows(Broadcast) == []
    assert say(coordinator, trip, day=yesterday).status_code == 303, "the day is for news of a shift alone"


def test_an_urgent_message_stands_before_the_others(
    trip: SmallTrip, coordinator: Browser, staff: Browser
) -> None:
    say(coordinator, trip)
    say(coordinator, trip, text="ساختمان را ترک کنید", kind="urgent")
    shown = bar(staff, trip)
    assert shown.index("ساختمان را ترک کنید") < shown.index(TEXT)
    assert "said__line--urgent" in shown


@pytest.mark.parametrize(
    "form",
    [
        {"text": ""},
        {"text": "ن" * 501},
        {"to": "nobody"},
        {"to": "desk:x"},
        {"kind": "loud"},
        {"day": "هرگز"},
    ],
)
def test_a_message_that_does_not_fit_is_refused_and_kept_in_the_form(
    trip: SmallTrip, coordinator: Browser, form: dict[str, str]
) -> None:
    answer = say(coordinator, trip, **form)
    assert answer.status_code == 422
    assert form.get("text", TEXT) in answer.text
    assert rows(Broadcast) == []


@pytest.mark.parametrize("to", ["desk:999999", "site:999999", "role:king"])
def test_a_message_to_what_does_not_exist_is_refused(trip: SmallTrip, coordinator: Browser, to: str) -> None:
    assert say(coordinator, trip, to=to).status_code == 404


def test_a_desk_head_speaks_to_their_own_desk_alone(
    trip: SmallTrip, sign_in: Join, coordinator: Browser
) -> None:
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    assert say(head, trip).status_code == 403
    assert say(head, trip, to=f"desk:{trip.desks['b']}").status_code == 403
    assert say(head, trip, to=f"desk:{trip.desks['a']}").status_code == 303
    say(coordinator, trip, text="از هماهنگ‌کننده")
    other = rows(Broadcast)[-1].id
    assert head.post(f"/trips/{trip.id}/broadcasts/{other}/withdraw").status_code == 403
    assert "data-seen" in head.get(f"/trips/{trip.id}/broadcasts").text


@pytest.mark.parametrize("role", ["staff", "official", "follow_up", "inspector", "board"])
def test_not_everybody_may_speak_to_all(trip: SmallTrip, sign_in: Join, role: str) -> None:
    assert say(sign_in(role, trip_id=trip.id), trip).status_code == 403


def test_another_trips_message_does_not_exist(trip: SmallTrip, coordinator: Browser, staff: Browser) -> None:
    other = make_small_trip("other")
    with unit_of_work(SYSTEM) as uow:
        row = Broadcast(trip_id=other.id, aim="all", text=TEXT, at=uow.now)
        uow.session.add(row)
        uow.session.flush()
        broadcast_id = row.id
    assert TEXT not in bar(staff, trip)
    assert see(staff, trip, broadcast_id).status_code == 404
    assert coordinator.post(f"/trips/{trip.id}/broadcasts/{broadcast_id}/withdraw").status_code == 404
    assert say(coordinator, trip, to=f"desk:{other.desks['a']}").status_code == 404


def test_the_journal_holds_no_word_of_it(trip: SmallTrip, coordinator: Browser) -> None:
    say(coordinator, trip)
    assert not [row for row in rows(JournalRow) if "ناهار" in row.payload]


def test_the_way_back_leads_to_no_other_site(trip: SmallTrip, coordinator: Browser, staff: Browser) -> None:
    say(coordinator, trip)
    back = see(staff, trip, rows(Broadcast)[0].id, data={"next": "//elsewhere.example/"})
    assert back.location == f"/trips/{trip.id}/"


def test_the_same_over_the_api(trip: SmallTrip, coordinator: Browser, staff: Browser) -> None:
    api = f"/api/v1/trips/{trip.id}/broadcasts"
    made = coordinator.post(api, json={"text": TEXT, "to": "all", "kind": "urgent"})
    assert made.status_code == 201
    (said,) = staff.get(f"{api}/mine").json["broadcasts"]
    assert (said["id"], said["urgent"], said["text"]) == (made.json["id"], True, TEXT)
    assert staff.post(f"{api}/{said['id']}/seen").status_code == 200
    assert staff.get(f"{api}/mine").json["broadcasts"] == []
    (line,) = coordinator.get(api).json["broadcasts"]
    assert (line["seen"], line["unseen"]) == (1, 0)
    assert coordinator.post(f"{api}/{said['id']}/withdraw").status_code == 200
    assert staff.get(api).status_code == 403
