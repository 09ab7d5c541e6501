"""Breaks: whose turn it is, and that a counter isn't left empty by them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.control.models import StaffBreak
from deskops.core import clock, runtime
from deskops.core.messages import Message
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Desk
from deskops.staff.models import RosterSettings, StaffMember
from tests.demands.counter import Counter, kinds_of, place_row, sit_down, somebody
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip
from tests.staff.presence import a_person, a_scan, presences, scanned

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture
def seat(sign_in: Join, trip: SmallTrip) -> Counter:
    """Somebody at the only open counter of desk A."""
    clock.freeze(NOW)
    return sit_down(sign_in, trip, "a", name="سینا نمونه")


@pytest.fixture
def staff_id(seat: Counter, trip: SmallTrip) -> int:
    """The same person among the staff, checked in since six."""
    return at_work(trip, seat.browser, "سینا نمونه")


@pytest.fixture
def head(sign_in: Join, trip: SmallTrip) -> Browser:
    return sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])


def at_work(trip: SmallTrip, browser: Browser, name: str, desk: str = "a") -> int:
    found = a_person(trip, name, desk, user_id=browser.user_id)
    scanned(trip, a_scan(trip, found, desk))
    clock.advance(minutes=1)
    return found


def reliever(
    sign_in: Join, trip: SmallTrip, desk: str = "a", name: str = "مینا نمونه"
) -> tuple[int, Browser]:
    """Somebody who is there, and has no counter."""
    browser = sign_in("staff", trip_id=trip.id, desk_id=trip.desks[desk], name=name)
    return at_work(trip, browser, name, desk), browser


def api(trip: SmallTrip, rest: str = "") -> str:
    return f"/api/v1/trips/{trip.id}/breaks{rest}"


def begin(
    browser: Browser, trip: SmallTrip, staff_id: int, reliever_id: int | None = None
) -> tuple[int, Any]:
    answer = browser.post(api(trip, f"/{staff_id}/begin"), json={"reliever_id": reliever_id})
    return answer.status_code, answer.json


def end(browser: Browser, trip: SmallTrip, staff_id: int) -> int:
    return int(browser.post(api(trip, f"/{staff_id}/end"), json={}).status_code)


def breaks() -> list[StaffBreak]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(StaffBreak).order_by(StaffBreak.id)))


def rests(staff_id: int) -> bool:
    return presences(staff_id)[-1].break_since is not None


def counter(seat: Counter) -> tuple[str, int | None]:
    row = place_row(seat.place_id)
    return row.state, row.user_id


def texts() -> list[str]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(Message.text).order_by(Message.id)))


def test_a_reliever_goes_on_at_the_counter_which_never_closes(
    sign_in: Join, seat: Counter, staff_id: int, head: Browser, trip: SmallTrip
) -> None:
    other_id, other = reliever(sign_in, trip)
    clock.advance(minutes=150)
    waits = somebody(trip, "loan").ticket
    assert begin(head, trip, staff_id, other_id)[0] == 200
    assert counter(seat) == ("open", other.user_id)
    assert rests(staff_id)
    there = Counter(other, trip, seat.place_id)
    assert there.act("next").status_code == 200
    assert waits.desk_id == trip.desks["a"]
    assert "place.closed" not in kinds_of(trip)
    assert "place.paused" not in kinds_of(trip)


def test_back_from_it_the_counter_is_theirs_again(
    sign_in: Join, seat: Counter, staff_id: int, head: Browser, trip: SmallTrip
) -> None:
    other_id, _ = reliever(sign_in, trip)
    begin(head, trip, staff_id, other_id)
    clock.advance(minutes=20)
    assert end(head, trip, staff_id) == 200
    assert counter(seat) == ("open", seat.browser.user_id)
    assert (rests(staff_id), presences(staff_id)[-1].break_minutes) == (False, 20)
    assert [(row.state, row.reliever_id) for row in breaks()] == [("over", other_id)]


def test_a_reliever_who_serves_somebody_keeps_the_counter(
    sign_in: Join, seat: Counter, staff_id: int, head: Browser, trip: SmallTrip
) -> None:
    other_id, other = reliever(sign_in, trip)
    begin(head, trip, staff_id, other_id)
    somebody(trip, "loan")
    Counter(other, trip, seat.place_id).act("next")
    clock.advance(minutes=20)
    end(head, trip, staff_id)
    assert (counter(seat), rests(staff_id)) == (("open", other.user_id), False)


def test_without_a_reliever_it_pauses_and_the_desk_head_reads_that_it_is_empty(
    seat: Counter, staff_id: int, head: Browser, sign_in: Join, trip: SmallTrip
) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["a"]).head_user_id = head.user_id
    a_person(trip, "مسئول نمونه", user_id=head.user_id, mobile="09120000002")
    clock.advance(minutes=1)
    coordinator = sign_in("coordinator", trip_id=trip.id)
    assert begin(coordinator, trip, staff_id) == (
        200,
        {"staff_id": staff_id, "state": "on", "relieved": False},
    )
    assert (counter(seat), place_row(seat.place_id).reason) == (("paused", seat.browser.user_id), "break")
    [text] = texts()
    assert "سینا نمونه" in text
    assert "خالی مانده" in head.get(f"/trips/{trip.id}/breaks").text
    clock.advance(minutes=9)
    end(coordinator, trip, staff_id)
    assert counter(seat) == ("open", seat.browser.user_id)


def test_going_on_at_the_counter_ends_the_break(
    seat: Counter, staff_id: int, head: Browser, trip: SmallTrip
) -> None:
    begin(head, trip, staff_id)
    clock.advance(minutes=15)
    assert seat.act("resume").status_code == 200
    assert (counter(seat)[0], rests(staff_id), breaks()[0].state) == ("open", False, "over")


def test_a_badge_begins_and_ends_it_too(seat: Counter, staff_id: int, trip: SmallTrip) -> None:
    clock.advance(minutes=100)
    scanned(trip, a_scan(trip, staff_id, kind="break"))
    assert (counter(seat)[0], breaks()[0].state) == ("paused", "on")
    clock.advance(minutes=10)
    scanned(trip, a_scan(trip, staff_id, kind="back"))
    assert (counter(seat)[0], breaks()[0].state) == ("open", "over")


def test_a_badge_tears_nobody_away_from_the_counter(seat: Counter, staff_id: int, trip: SmallTrip) -> None:
    somebody(trip, "loan")
    seat.act("next")
    clock.advance(minutes=2)
    scanned(trip, a_scan(trip, staff_id, kind="break"))
    assert (counter(seat)[0], rests(staff_id)) == ("open", True)


def test_who_leaves_for_the_day_is_on_no_break(
    seat: Counter, staff_id: int, head: Browser, trip: SmallTrip
) -> None:
    begin(head, trip, staff_id)
    clock.advance(minutes=15)
    scanned(trip, a_scan(trip, staff_id, kind="out"))
    assert (breaks()[0].state, counter(seat)[0]) == ("over", "paused")


def test_nobody_is_sent_away_while_somebody_is_at_their_counter(
    seat: Counter, staff_id: int, head: Browser, trip: SmallTrip
) -> None:
    ticket = somebody(trip, "loan").ticket
    seat.act("next")
    assert begin(head, trip, staff_id)[1]["error"]["code"] == "counter_attends"
    seat.act("serve", ticket.id)
    seat.act("hold", ticket.id)
    assert begin(head, trip, staff_id)[0] == 409
    assert breaks() == []


def test_nobody_rests_twice(seat: Counter, staff_id: int, head: Browser, trip: SmallTrip) -> None:
    begin(head, trip, staff_id)
    assert begin(head, trip, staff_id)[1]["error"]["code"] == "break_under_way"
    assert len(breaks()) == 1


def test_only_who_is_checked_in_has_a_break(head: Browser, seat: Counter, trip: SmallTrip) -> None:
    absent = a_person(trip)
    coordinator_only = begin(head, trip, absent)
    assert coordinator_only[1]["error"]["code"] == "not_at_desk"
    assert begin(head, trip, 4711)[0] == 404


@pytest.mark.parametrize("who", ["at_a_counter", "resting", "elsewhere", "unknown", "without_account"])
def test_not_everybody_can_go_on_at_a_counter(
    sign_in: Join, seat: Counter, staff_id: int, head: Browser, trip: SmallTrip, who: str
) -> None:
    if who == "at_a_counter":
        other = at_work(trip, sit_down(sign_in, trip, "a", 1).browser, "مینا نمونه")
    elif who == "elsewhere":
        other = reliever(sign_in, trip, "b")[0]
    elif who == "without_account":
        other = a_person(trip, "مینا نمونه")
        scanned(trip, a_scan(trip, other))
        clock.advance(minutes=1)
    elif who == "resting":
        other = reliever(sign_in, trip)[0]
        clock.advance(minutes=2)
        begin(head, trip, other)
    else:
        other = 4711
    status, told = begin(head, trip, staff_id, other)
    assert (status, told["error"]["code"]) == (422, "no_reliever")
    assert (counter(seat), rests(staff_id)) == (("open", seat.browser.user_id), False)


def test_who_left_the_trip_goes_on_at_no_counter(
    seat: Counter, staff_id: int, head: Browser, sign_in: Join, trip: SmallTrip
) -> None:
    gone, _browser = reliever(sign_in, trip)
    leave(gone)
    assert f'<option value="{gone}"' not in head.get(f"/trips/{trip.id}/breaks").text
    assert begin(head, trip, staff_id, gone)[1]["error"]["code"] == "no_reliever"
    assert counter(seat) == ("open", seat.browser.user_id)


def test_who_left_the_trip_during_a_break_gets_no_counter_back(
    seat: Counter, staff_id: int, head: Browser, sign_in: Join, trip: SmallTrip
) -> None:
    goes_on, browser = reliever(sign_in, trip)
    begin(head, trip, staff_id, goes_on)
    leave(staff_id)
    end(head, trip, staff_id)
    assert counter(seat) == ("open", browser.user_id)


def leave(staff_id: int) -> None:
    """The trip, for good."""
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(StaffMember, staff_id).retired_at = clock.now()


def test_a_reliever_from_next_door_is_checked_in_here(
    sign_in: Join, seat: Counter, staff_id: int, head: Browser, trip: SmallTrip
) -> None:
    other_id, other = reliever(sign_in, trip, "hall")
    clock.advance(minutes=5)
    assert begin(head, trip, staff_id, other_id)[0] == 200
    assert counter(seat) == ("open", other.user_id)
    assert presences(other_id)[-1].desk_id == trip.desks["a"]


def test_a_desk_head_sees_and_sends_the_own_desks_people_alone(
    sign_in: Join, seat: Counter, staff_id: int, trip: SmallTrip
) -> None:
    other = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["b"])
    assert begin(other, trip, staff_id)[0] == 403
    assert other.get(api(trip)).json["people"] == []
    page = f"/trips/{trip.id}/breaks?desk={trip.desks['a']}"
    assert "سینا نمونه" not in other.get(page).text
    assert begin(seat.browser, trip, staff_id)[0] == 403
    stranger = sign_in("coordinator", trip_id=trip.id + 1)
    assert begin(stranger, trip, staff_id)[0] == 404


def test_who_asked_comes_first_then_who_worked_longest(
    sign_in: Join, seat: Counter, staff_id: int, head: Browser, trip: SmallTrip
) -> None:
    clock.advance(minutes=60)
    later = sit_down(sign_in, trip, "a", 1, name="مینا نمونه")
    later_id = at_work(trip, later.browser, "مینا نمونه")
    order = [one["staff_id"] for one in head.get(api(trip)).json["people"]]
    assert order == [staff_id, later_id]
    assert later.browser.post(api(trip, "/mine")).json["state"] == "asked"
    assert later.browser.post(api(trip, "/mine")).json["state"] == "asked"
    order = [one["staff_id"] for one in head.get(api(trip)).json["people"]]
    assert order == [later_id, staff_id]
    assert "استراحت خواسته است" in head.get(f"/trips/{trip.id}/breaks").text
    later.browser.post(f"/trips/{trip.id}/breaks/mine/withdraw")
    assert [row.state for row in breaks()] == ["withdrawn"]


def test_the_settings_say_when_a_break_is_due(
    seat: Counter, staff_id: int, head: Browser, trip: SmallTrip
) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.add(RosterSettings(trip_id=trip.id, break_after=30, break_minutes=5))
    clock.advance(minutes=28)
    assert [one["is_due"] for one in head.get(api(trip)).json["people"]] == [False]
    clock.advance(minutes=1)
    assert [one["is_due"] for one in head.get(api(trip)).json["people"]] == [True]
    begin(head, trip, staff_id)
    clock.advance(minutes=6)
    assert [one["is_too_long"] for one in head.get(api(trip)).json["people"]] == [True]


def test_the_page_sends_to_a_break_and_back(
    sign_in: Join, seat: Counter, staff_id: int, head: Browser, trip: SmallTrip
) -> None:
    other_id, _ = reliever(sign_in, trip)
    path = f"/trips/{trip.id}/breaks"
    assert f'value="{other_id}" selected' in head.get(path).text
    sent = head.post(f"{path}/{staff_id}/begin", data={"reliever_id": other_id})
    assert sent.status_code == 303
    assert "مینا نمونه" in head.get(path).text
    assert head.post(f"{path}/{staff_id}/begin").status_code == 409
    clock.advance(minutes=10)
    assert head.post(f"{path}/{staff_id}/end").status_code == 303
    assert counter(seat) == ("open", seat.browser.user_id)
    assert head.post(f"{path}/{staff_id}/begin", data={"reliever_id": "somebody"}).status_code == 422


def test_my_counter_lets_one_ask(seat: Counter, staff_id: int, trip: SmallTrip) -> None:
    places = f"/trips/{trip.id}/places"
    assert "درخواست استراحت" in seat.browser.get(places).text
    assert seat.browser.post(f"/trips/{trip.id}/breaks/mine").status_code == 303
    assert "می‌توانم صبر کنم" in seat.browser.get(places).text


def test_who_is_not_checked_in_is_offered_no_break(seat: Counter, trip: SmallTrip) -> None:
    assert "own-break" not in seat.browser.get(f"/trips/{trip.id}/places").text
    assert seat.browser.post(api(trip, "/mine")).status_code == 404


def test_coordinators_see_who_is_due_and_of_one_desk_everybody(
    seat: Counter, staff_id: int, sign_in: Join, trip: SmallTrip
) -> None:
    coordinator = sign_in("coordinator", trip_id=trip.id)
    path = f"/trips/{trip.id}/breaks"
    assert f"work-{staff_id}" not in coordinator.get(path).text
    assert f"work-{staff_id}" in coordinator.get(f"{path}?desk={trip.desks['a']}").text
    clock.advance(minutes=150)
    assert f"work-{staff_id}" in coordinator.get(path).text
    assert coordinator.get(f"{path}?desk=x").status_code == 200


def test_facts_are_in_the_journal(seat: Counter, staff_id: int, head: Browser, trip: SmallTrip) -> None:
    begin(head, trip, staff_id)
    clock.advance(minutes=5)
    end(head, trip, staff_id)
    told = [kind for kind in kinds_of(trip) if kind.startswith(("break.", "presence."))]
    assert told == [
        "presence.changed", "presence.changed", "break.began", "presence.changed", "break.over",
    ]  # fmt: skip


def test_a_break_that_is_heard_of_after_its_end_pauses_nothing(
    seat: Counter, staff_id: int, trip: SmallTrip
) -> None:
    clock.advance(minutes=120)
    for kind, ago in (("back", 30), ("break", 60)):
        scanned(trip, a_scan(trip, staff_id, kind=kind, at=clock.now() - timedelta(minutes=ago)))
    assert (breaks(), rests(staff_id), counter(seat)[0]) == ([], False, "open")


def test_an_old_scan_that_arrives_late_ends_no_break(
    sign_in: Join, seat: Counter, staff_id: int, head: Browser, trip: SmallTrip
) -> None:
    other_id, other = reliever(sign_in, trip)
    begin(head, trip, staff_id, other_id)
    clock.advance(minutes=2)
    scanned(trip, a_scan(trip, staff_id, site="one", at=NOW - timedelta(minutes=20)))
    assert ([row.state for row in breaks()], rests(staff_id)) == (["on"], True)
    assert counter(seat) == ("open", other.user_id)
