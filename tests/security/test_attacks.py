"""What somebody would try who means harm, or what an odd client does by accident."""

from typing import Any

import pytest

from deskops.core import runtime
from deskops.core.database import table_of
from deskops.core.journal_rows import AudienceEntry
from deskops.demands.models import Person
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def other(trip: SmallTrip) -> SmallTrip:
    """A second trip, of which the first one's people must see and change nothing."""
    return make_small_trip("other")


def api(trip: SmallTrip, path: str) -> str:
    return f"/api/v1/trips/{trip.id}/{path}"


def register(browser: Browser, trip: SmallTrip, **fields: Any) -> Any:
    body = {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"]} | fields
    answer = browser.post(api(trip, "demands"), json=body)
    assert answer.status_code == 201, answer.text
    return answer.json


def sit_down(browser: Browser, trip: SmallTrip, place_id: int) -> None:
    assert browser.post(api(trip, f"places/{place_id}/open"), json={}).status_code == 200


def call_next(browser: Browser, trip: SmallTrip, place_id: int) -> Any:
    return browser.post(api(trip, f"places/{place_id}/next"), json={}).json["ticket"]


@pytest.mark.parametrize("field", ["desk_id", "place_id"])
def test_a_contact_names_no_desk_or_counter_of_another_trip(
    trip: SmallTrip, other: SmallTrip, sign_in: Join, field: str
) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    for foreign in ({"desk_id": other.desks["a"], "place_id": other.places["a"][0]}[field], 987_654):
        body = {"result": "unanswered", field: foreign}
        assert browser.post(api(trip, "contacts"), json=body).status_code == 404
    with runtime.current().database.reading() as session:
        heard = session.query(table_of(AudienceEntry)).filter_by(audience=f"desk:{other.desks['a']}:staff")
        assert heard.count() == 0


@pytest.mark.parametrize("field", ["kind", "name", "phone", "county", "address", "external_number", "text"])
def test_null_in_a_correction_leaves_the_field_as_it_is(trip: SmallTrip, sign_in: Join, field: str) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    demand = register(browser, trip, name="مینا", phone="09121234567", text="x", county="y")["demand"]
    path = api(trip, f"demands/{demand['id']}")
    before = browser.get(path).json
    answer = browser.patch(path, json={"version": 1, field: None})
    assert answer.status_code == 200
    assert browser.get(path).json[field] == before[field]


@pytest.mark.parametrize("path", ["/c/%00", "/r/%00", "/c/a%00b", "/t/%00", "/link/%00"])
def test_a_nul_byte_in_an_address_is_not_found(trip: SmallTrip, anonymous: Browser, path: str) -> None:
    assert anonymous.get(path).status_code in {404, 410}
    assert anonymous.post(path, data={"topic_id": "1"}).status_code in {404, 405, 410}


def test_a_nul_byte_in_an_idempotency_key_breaks_nothing(trip: SmallTrip, sign_in: Join) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    fields = {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"], "idempotency_key": "a\x00b"}
    for _ in range(2):
        assert browser.post(f"/trips/{trip.id}/intake", data=fields).status_code == 303


@pytest.mark.parametrize(
    "query", ["trip_id=2", "_scheme=x", "_external=1&_scheme=javascript", "endpoint=x", "self=1"]
)
def test_the_next_page_of_a_list_takes_over_its_own_filters_only(
    trip: SmallTrip, sign_in: Join, query: str
) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    for _ in range(51):
        register(browser, trip)
    answer = browser.get(f"/trips/{trip.id}/demands?{query}")
    assert answer.status_code == 200
    assert "javascript:" not in answer.text


@pytest.mark.parametrize("name", ["factor-²", "factor-" + "9" * 5000, "factor-٣", "factor--1"])
def test_an_odd_topic_of_a_desk_is_no_error_of_ours(trip: SmallTrip, sign_in: Join, name: str) -> None:
    browser = sign_in("coordinator", trip_id=trip.id)
    fields = {"version": "1", "name_fa": "x", "walk_ins": "1", "counters": "2", name: "1"}
    answer = browser.post(f"/trips/{trip.id}/desks/{trip.desks['a']}", data=fields)
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "at",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        1e400,
        float("nan"),
        10**18,
        -(10**11),
    ],
)
def test_a_moment_that_cannot_be_is_refused(trip: SmallTrip, integration: Browser, at: Any) -> None:
    body = {"topic_id": trip.topics["loan"], "channel": "call", "at": at}
    assert integration.post(api(trip, "demands"), json=body).status_code == 422
    assert integration.post(api(trip, "contacts"), json={"result": "unanswered", "at": at}).status_code == 422


def test_a_search_of_letters_that_unfold_is_answered(trip: SmallTrip, sign_in: Join) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    register(browser, trip, text="㌀" * 4000, name="㌀" * 120)
    answer = browser.get(api(trip, "demands"), query_string={"q": "㌀" * 200})
    assert answer.status_code == 200


def test_who_stands_ready_can_take_back_the_call_that_came_by_itself(trip: SmallTrip, sign_in: Join) -> None:
    operator = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    place = trip.places["a"][0]
    sit_down(operator, trip, place)
    assert call_next(operator, trip, place) is None
    ticket = register(sign_in("coordinator", trip_id=trip.id), trip)["ticket"]
    assert ticket["status"] == "called"
    answer = operator.post(api(trip, f"tickets/{ticket['id']}/undo"), json={})
    assert (answer.status_code, answer.json.get("status")) == (200, "waiting")


def test_who_comes_back_by_undo_belongs_to_who_sits_there_now(trip: SmallTrip, sign_in: Join) -> None:
    first, second = (sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"]) for _ in range(2))
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    place = trip.places["a"][0]
    sit_down(first, trip, place)
    register(first, trip)
    ticket = call_next(first, trip, place)
    first.post(api(trip, f"tickets/{ticket['id']}/serve"), json={})
    first.post(api(trip, f"tickets/{ticket['id']}/finish"), json={"outcome": "granted"})
    assert first.post(api(trip, f"places/{place}/close"), json={}).status_code == 200
    assert first.post(api(trip, f"tickets/{ticket['id']}/undo"), json={}).status_code >= 400
    sit_down(second, trip, place)
    assert head.post(api(trip, f"tickets/{ticket['id']}/undo"), json={}).status_code == 200
    finished = second.post(api(trip, f"tickets/{ticket['id']}/finish"), json={"outcome": "granted"})
    assert finished.status_code == 200


def test_a_national_id_that_a_known_person_gives_later_is_kept(trip: SmallTrip, sign_in: Join) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    known = {"name": "مینا نمونه", "phone": "09121234567"}
    register(browser, trip, **known)
    again = register(browser, trip, **known, national_id="0012345679")["demand"]
    assert browser.get(api(trip, f"demands/{again['id']}")).json["national_id"] == "0012345679"
    third = register(browser, trip, **known, national_id="0084575948")["demand"]
    assert browser.get(api(trip, f"demands/{third['id']}")).json["national_id"] == "0084575948"
    with runtime.current().database.reading() as session:
        assert session.query(table_of(Person)).count() == 2


def test_ids_of_another_trip_are_not_found(trip: SmallTrip, other: SmallTrip, sign_in: Join) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    insider = sign_in("staff", trip_id=other.id)
    made = register(insider, other)
    ticket, demand, place = made["ticket"]["id"], made["demand"]["id"], other.places["a"][0]
    wrong = []
    for act in ("serve", "hold", "return", "no-show", "leave", "arrive", "undo"):
        wrong.append(browser.post(api(trip, f"tickets/{ticket}/{act}"), json={}).status_code)
    for act in ("open", "close", "help", "help/answer", "next"):
        wrong.append(browser.post(api(trip, f"places/{place}/{act}"), json={}).status_code)
    mine = trip.places["a"][0]
    sit_down(browser, trip, mine)
    for act in ("resume", "recall"):
        wrong.append(browser.post(api(trip, f"tickets/{ticket}/{act}"), json={"place_id": mine}).status_code)
    wrong.append(browser.get(api(trip, f"demands/{demand}")).status_code)
    wrong.append(browser.get(f"/trips/{trip.id}/demands/{demand}/receipt").status_code)
    wrong.append(browser.get(f"/trips/{trip.id}/places/{place}/console").status_code)
    wrong.append(browser.patch(api(trip, f"demands/{demand}"), json={"version": 1, "name": "x"}).status_code)
    assert set(wrong) == {404}
    own = register(browser, trip)["ticket"]["id"]
    head = sign_in("desk_head", trip_id=trip.id)
    for body in ({"desk_id": other.desks["a"]}, {"topic_id": other.topics["work"]}):
        assert head.post(api(trip, f"tickets/{own}/transfer"), json=body).status_code in {404, 422}
    for fields in ({"topic_id": other.topics["loan"]}, {"site_id": other.sites["one"]}):
        body = {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"]} | fields
        assert browser.post(api(trip, "demands"), json=body).status_code == 422


def test_a_desk_that_closed_or_a_counter_that_is_gone_takes_nobody_back(
    trip: SmallTrip, sign_in: Join
) -> None:
    operator = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    place = trip.places["a"][0]
    sit_down(operator, trip, place)
    register(operator, trip)
    ticket = call_next(operator, trip, place)
    path = f"tickets/{ticket['id']}"
    operator.post(api(trip, f"{path}/serve"), json={})
    assert operator.post(api(trip, f"{path}/hold"), json={}).status_code == 200
    assert operator.post(api(trip, f"places/{place}/close"), json={}).status_code == 409
    assert head.post(api(trip, f"desks/{trip.desks['a']}/state"), json={"state": "closed"}).status_code == 200
    assert operator.post(api(trip, f"{path}/resume"), json={"place_id": place}).status_code == 200
    done = {"outcome": "granted"}
    assert operator.post(api(trip, f"{path}/finish"), json=done).status_code == 200
    assert operator.post(api(trip, f"{path}/finish"), json=done).status_code == 409


def test_one_key_on_another_route_is_another_request(trip: SmallTrip, sign_in: Join) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    key = {"Idempotency-Key": "same"}
    first = browser.post(api(trip, "contacts"), json={"result": "unanswered"}, headers=key)
    again = browser.post(api(trip, "contacts"), json={"result": "unanswered"}, headers=key)
    assert first.json == again.json
    place = trip.places["a"][0]
    assert browser.post(api(trip, f"places/{place}/open"), json={}, headers=key).json["state"] == "open"
    stranger = sign_in("staff", trip_id=trip.id)
    assert stranger.post(api(trip, "contacts"), json={"result": "unanswered"}, headers=key).json != first.json
