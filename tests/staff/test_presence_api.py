"""The JSON API of presence: one scan or a queue of them, each answered by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from deskops.core import clock, runtime
from deskops.staff.models import Presence, Scan
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff.presence import a_person, a_shift, badge

EIGHT = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_eight(app) -> None:
    clock.freeze(EIGHT)


@pytest.fixture
def gate(trip: SmallTrip, sign_in):
    return sign_in("gate", trip_id=trip.id)


def body(trip: SmallTrip, staff_id: int, **facts: Any) -> dict[str, Any]:
    at = facts.pop("at", clock.now()).isoformat()
    usual = {
        "badge": badge(trip, staff_id),
        "kind": "in",
        "desk_id": trip.desks["a"],
        "at": at,
        "nonce": str(uuid4()),
    }
    return usual | facts


def sent(browser, trip: SmallTrip, data: Any, **headers: str) -> Any:
    return browser.post(
        f"/api/v1/trips/{trip.id}/scans", json=data, headers={"Accept-Language": "en", **headers}
    )


def count(model: type[Scan] | type[Presence]) -> int:
    with runtime.current().database.reading() as session:
        return int(session.scalar(select(func.count()).select_from(model)) or 0)


def test_one_scan_is_answered_in_words(trip: SmallTrip, gate) -> None:
    sara = a_person(trip)
    a_shift(trip, sara, starts=EIGHT - timedelta(minutes=12))
    answer = sent(gate, trip, body(trip, sara)).json
    [told] = answer["scans"]
    assert (told["code"], told["tone"], told["name"], told["late_minutes"]) == (
        "late",
        "warn",
        "سارا نمونه",
        12,
    )
    assert told["lines"]
    assert told["shift"]["desk_id"] == trip.desks["a"]
    assert answer["clock"] is None


def test_the_same_scan_sent_again_gets_the_same_answer(trip: SmallTrip, gate) -> None:
    scan = body(trip, a_person(trip))
    first, second = (sent(gate, trip, scan).json["scans"] for _ in range(2))
    assert {**first[0], "again": True} == {**second[0], "again": True}
    assert (count(Scan), count(Presence)) == (1, 1)


def test_a_queue_counts_nothing_twice_however_it_is_bundled(trip: SmallTrip, gate) -> None:
    scans = [body(trip, a_person(trip)) for _ in range(45)]
    for bundle in (scans[:30], scans[10:], scans):
        told = sent(gate, trip, {"scans": bundle, "sent_at": EIGHT.isoformat()}).json["scans"]
        assert [one["nonce"] for one in told] == [one["nonce"] for one in bundle]
    assert (count(Scan), count(Presence)) == (45, 45)


def test_a_key_of_the_request_may_be_the_same_for_all_its_parts(trip: SmallTrip, gate) -> None:
    scans = [body(trip, a_person(trip)) for _ in range(25)]
    answer = sent(gate, trip, {"scans": scans}, **{"Idempotency-Key": "one"})
    assert (answer.status_code, len(answer.json["scans"]), count(Presence)) == (200, 25, 25)


def test_one_bad_scan_holds_up_no_other(trip: SmallTrip, gate) -> None:
    sara = a_person(trip)
    bad = [
        {"nonce": "short"},
        "nothing",
        body(trip, sara, kind="fly"),
        body(trip, sara, at=EIGHT) | {"at": "noon"},
    ]
    told = sent(gate, trip, {"scans": [*bad, body(trip, sara)]}).json["scans"]
    assert [one["code"] for one in told[:4]] == ["malformed"] * 4
    assert told[4]["name"] == "سارا نمونه"
    assert count(Presence) == 1


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1066-10-14T09:00:00Z"]
)
def test_a_time_that_no_clock_shows_keeps_no_other_scan_out(trip: SmallTrip, gate, at: str) -> None:
    sara = a_person(trip)
    scans = [body(trip, sara) | {"at": at}, body(trip, sara)]
    answer = sent(gate, trip, {"scans": scans})
    assert answer.status_code == 200
    assert [one["code"] for one in answer.json["scans"]] == ["malformed", "unplanned"]
    assert sent(gate, trip, {"scans": scans, "sent_at": at}).status_code == 422


def test_a_device_whose_clock_began_anew_is_put_right(trip: SmallTrip, gate) -> None:
    began = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    scan = body(trip, a_person(trip), at=began - timedelta(minutes=2))
    answer = sent(gate, trip, {"scans": [scan], "sent_at": began.isoformat()}).json
    assert answer["scans"][0]["at"] == (EIGHT - timedelta(minutes=2)).isoformat()


@pytest.mark.parametrize("data", [None, [], {"scans": []}, {"scans": [{}] * 201}, {"scans": "all"}])
def test_what_is_no_request_of_scans_is_refused_as_a_whole(trip: SmallTrip, gate, data: Any) -> None:
    assert sent(gate, trip, data).status_code == 422


def test_a_device_hears_that_its_clock_is_off(trip: SmallTrip, gate) -> None:
    slow = EIGHT - timedelta(minutes=5)
    scan = body(trip, a_person(trip), at=slow)
    answer = sent(gate, trip, {"scans": [scan], "sent_at": slow.isoformat()}).json
    assert answer["clock"]["minutes"] == -5
    assert answer["scans"][0]["at"] == EIGHT.isoformat()


@pytest.mark.parametrize("role", ["staff", "official", "inspector", "board", "follow_up"])
def test_who_may_not_scan_is_refused(trip: SmallTrip, sign_in, role: str) -> None:
    assert sent(sign_in(role, trip_id=trip.id), trip, body(trip, a_person(trip))).status_code == 403
    assert count(Scan) == 0


def test_figures_and_presences_are_there_for_other_systems(trip: SmallTrip, gate, sign_in) -> None:
    sara, dara = a_person(trip), a_person(trip, "دارا نمونه", "b")
    a_shift(trip, sara)
    sent(gate, trip, {"scans": [body(trip, sara), body(trip, dara, desk_id=trip.desks["b"])]})
    coordinator = sign_in("coordinator", trip_id=trip.id)
    desks = coordinator.get(f"/api/v1/trips/{trip.id}/cover").json["desks"]
    assert [(desk["desk_id"], desk["present"], desk["extra"]) for desk in desks] == [
        (trip.desks["a"], 1, 0),
        (trip.desks["b"], 0, 1),
    ]
    page = coordinator.get(f"/api/v1/trips/{trip.id}/presences?open=1").json
    assert {row["staff_id"] for row in page["presences"]} == {sara, dara}
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["b"])
    rows = head.get(f"/api/v1/trips/{trip.id}/presences").json["presences"]
    assert [row["staff_id"] for row in rows] == [dara]


def test_a_coordinator_of_another_trip_finds_no_scanner(trip: SmallTrip, sign_in) -> None:
    other = make_small_trip("other")
    assert sent(sign_in("gate", trip_id=other.id), trip, body(trip, a_person(trip))).status_code == 404
