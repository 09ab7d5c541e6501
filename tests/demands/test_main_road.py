"""The whole path in its shortest form: registered, called, served, finished, all through HTTP."""

import pytest

from deskops.demands.queries import lists
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


def walk_in(trip: SmallTrip, **more):
    return {
        "topic_id": trip.topics["loan"],
        "site_id": trip.sites["one"],
        "name": "سارا نمونه",
        "phone": "۰۹۱۲۳۴۵۶۷۸۹",
    } | more


def api(trip: SmallTrip, path: str) -> str:
    return f"/api/v1/trips/{trip.id}{path}"


def test_a_walk_in_is_registered_called_served_and_finished(trip: SmallTrip, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    place = trip.places["a"][0]
    assert staff.post(api(trip, f"/places/{place}/open"), json={}).status_code == 200
    made = staff.post(api(trip, "/demands"), json=walk_in(trip))
    assert made.status_code == 201, made.json
    assert made.json["ticket"]["number"] == 1
    assert made.json["ticket"]["desk_id"] == trip.desks["a"]
    called = staff.post(api(trip, f"/places/{place}/next"), json={}).json["ticket"]
    assert (called["status"], called["place_id"]) == ("called", place)
    assert staff.post(api(trip, f"/tickets/{called['id']}/serve"), json={}).json["status"] == "serving"
    done = staff.post(api(trip, f"/tickets/{called['id']}/finish"), json={"outcome": "guidance_given"})
    assert done.json["status"] == "done"
    demand = staff.get(api(trip, f"/demands/{made.json['demand']['id']}")).json
    assert (demand["state"], demand["outcome"], demand["name"]) == ("closed", "guidance_given", "سارا نمونه")


def test_who_comes_to_a_counter_that_stands_ready_is_called_at_once(trip: SmallTrip, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    place = trip.places["a"][0]
    staff.post(api(trip, f"/places/{place}/open"), json={})
    assert staff.post(api(trip, f"/places/{place}/next"), json={}).json == {"ticket": None}
    made = staff.post(api(trip, "/demands"), json=walk_in(trip)).json["ticket"]
    assert (made["status"], made["place_id"]) == ("called", place)


def test_a_second_press_on_save_registers_once(trip: SmallTrip, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    key = {"Idempotency-Key": "one-form"}
    first = staff.post(api(trip, "/demands"), json=walk_in(trip), headers=key)
    second = staff.post(api(trip, "/demands"), json=walk_in(trip), headers=key)
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    other = staff.post(api(trip, "/demands"), json=walk_in(trip, name="دیگری"), headers=key)
    assert other.status_code == 422


def test_a_demand_is_found_however_its_name_is_typed(trip: SmallTrip, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    staff.post(api(trip, "/demands"), json=walk_in(trip, name="محمد‌کریم يكتا"))
    for query in ("محمد کریم", "محمدکریم یکتا", "یکتا", "09123456789", "۰۹۱۲"):
        found = staff.get(api(trip, "/demands"), query_string={"q": query}).json["demands"]
        assert len(found) == 1, query


def test_an_unknown_topic_is_refused_and_nothing_is_kept(trip: SmallTrip, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    refused = staff.post(api(trip, "/demands"), json=walk_in(trip, topic_id=9999))
    assert refused.status_code == 422
    assert refused.json["error"]["code"] == "unknown_topic"
    assert staff.get(api(trip, "/demands")).json["demands"] == []


def test_the_pbx_registers_a_call_with_its_own_time(trip: SmallTrip, integration: Browser) -> None:
    seat = trip.places["hq"][0]
    at = "2026-11-22T06:00:00+00:00"
    integration.post(api(trip, f"/places/{seat}/open"), json={"at": at})
    call = {"topic_id": trip.topics["loan"], "channel": "call", "call_id": "c1", "at": at}
    made = integration.post(api(trip, "/demands"), json=call).json["ticket"]
    assert made["registered_at"] == at
    assert made["location"] == 0
    assert integration.post(api(trip, f"/places/{seat}/next"), json={}).json["ticket"]["status"] == "serving"


def test_a_corrected_name_stands_in_all_demands_of_the_person(trip: SmallTrip, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    first, second = (
        staff.post(api(trip, "/demands"), json=walk_in(trip)).json["demand"]["id"] for _ in range(2)
    )
    corrected = {"version": 1, "name": "سارا نمونه‌پور"}
    assert staff.patch(api(trip, f"/demands/{first}"), json=corrected).status_code == 200
    assert staff.get(api(trip, f"/demands/{second}")).json["name"] == "سارا نمونه‌پور"
    found = staff.get(api(trip, "/demands"), query_string={"q": "نمونه‌پور"}).json["demands"]
    assert len(found) == 2
    stale = staff.patch(api(trip, f"/demands/{second}"), json={"version": 1, "name": "دیگری"})
    assert stale.status_code == 409


def test_a_person_of_one_trip_is_not_known_in_another(trip: SmallTrip, sign_in: Join) -> None:
    other = make_small_trip("other")
    here, there = (sign_in("staff", trip_id=each.id) for each in (trip, other))
    here.post(api(trip, "/demands"), json=walk_in(trip, national_id="0012345679"))
    made = there.post(api(other, "/demands"), json=walk_in(other)).json["demand"]["id"]
    assert there.get(api(other, f"/demands/{made}")).json["national_id"] is None


def test_words_and_a_filter_together_find_what_lies_behind_many_other_hits(
    trip: SmallTrip, sign_in: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 3)
    monkeypatch.setattr(lists, "FILTERED_BATCH", 4)
    staff = sign_in("staff", trip_id=trip.id)
    wanted = staff.post(api(trip, "/demands"), json=walk_in(trip, topic_id=trip.topics["work"])).json[
        "demand"
    ]["id"]
    for number in range(9):
        staff.post(api(trip, "/demands"), json=walk_in(trip, phone=f"0912345670{number}"))
    query = {"q": "سارا", "topic_id": trip.topics["work"]}
    found = staff.get(api(trip, "/demands"), query_string=query).json
    assert [line["id"] for line in found["demands"]] == [wanted]
    assert found["next_before"] is None
