"""Ticking demands, tying them and ordering on all of them, by the pages and by the API."""

import pytest
from flask import Flask

from tests.accounts.signers import PIN
from tests.directives.ordered import Ordering, demand, demand_of, directive, referrals, wait
from tests.directives.signing_browser import Official, official_in
from tests.fixtures import Browser, Join
from tests.small_trip import make_small_trip


@pytest.fixture
def governor(app: Flask, giving: Ordering) -> Official:
    return official_in(app, giving.trip)


@pytest.fixture
def coordinator(giving: Ordering, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=giving.trip.id)


@pytest.fixture
def people(giving: Ordering) -> list[int]:
    return [demand_of(giving.trip, name=f"نفر {at}", phone=f"0912000010{at}") for at in range(3)]


def ticked(ids: list[int]) -> str:
    return "&".join(f"demand_id={one}" for one in ids)


def make(browser: Browser, trip_id: int, ids: list[int], **more: object) -> int:
    """A collective demand by the page; its id."""
    answer = browser.post(
        f"/trips/{trip_id}/collectives", data={"title": "راه شهرک", "demand_ids": ids} | more
    )
    assert answer.status_code == 303, answer.text
    return int(answer.location.rsplit("/", 1)[1])


def order(giving: Ordering, **more: object) -> dict[str, object]:
    asked: dict[str, object] = {"kind": "refer", "text": "بررسی شود.", "days": "۱۰", "pin": PIN}
    return asked | {"agency_ids": [giving.agencies["office"]]} | more


def test_ticked_demands_become_a_collective_one(
    giving: Ordering, coordinator: Browser, people: list[int]
) -> None:
    trip = giving.trip.id
    assert coordinator.get(f"/trips/{trip}/demands").text.count('name="demand_id"') == 3
    form = coordinator.get(f"/trips/{trip}/collectives/new?{ticked(people)}").text
    assert form.count('name="demand_ids"') == 3
    assert f'value="{giving.trip.topics["loan"]}" selected' in form
    road = make(coordinator, trip, people)
    page = coordinator.get(f"/trips/{trip}/collectives/{road}").text
    assert "راه شهرک" in page
    assert page.count("/untie") == 3
    assert "راه شهرک" in coordinator.get(f"/trips/{trip}/collectives").text
    assert "راه شهرک" not in coordinator.get(f"/trips/{trip}/collectives?state=closed").text


def test_ticked_demands_are_tied_to_one_that_is_there(
    giving: Ordering, coordinator: Browser, people: list[int]
) -> None:
    trip = giving.trip.id
    road = make(coordinator, trip, people[:1])
    assert (
        f"/collectives/{road}/tie" in coordinator.get(f"/trips/{trip}/collectives/new?{ticked(people)}").text
    )
    answer = coordinator.post(f"/trips/{trip}/collectives/{road}/tie", data={"demand_ids": people})
    assert answer.status_code == 303
    page = coordinator.get(answer.location).text
    assert "۲ مورد پیوند خورد" in page
    assert "برخی کنار گذاشته شدند" in page


def test_without_a_title_nothing_is_made_and_the_ticks_are_kept(
    giving: Ordering, coordinator: Browser, people: list[int]
) -> None:
    answer = coordinator.post(
        f"/trips/{giving.trip.id}/collectives", data={"title": " ", "demand_ids": people, "county": "شهر"}
    )
    assert answer.status_code == 422
    assert answer.text.count('name="demand_ids"') >= 3
    assert 'value="شهر"' in answer.text


def test_one_order_on_the_matter_from_its_page(
    giving: Ordering, coordinator: Browser, governor: Official, people: list[int]
) -> None:
    road = make(coordinator, giving.trip.id, people)
    assert f"/decide?collective_id={road}" in governor.get(f"/collectives/{road}").text
    form = governor.get(f"/decide?collective_id={road}&kind=refer").text
    assert f'name="collective_id" value="{road}"' in form
    answer = governor.post("/decide/sign", **order(giving, collective_id=road))
    assert answer.status_code == 303
    wait()
    assert {demand(one).state for one in people} == {"referred"}
    assert "بررسی شود." in governor.get(f"/collectives/{road}").text


def test_one_order_on_what_was_ticked_leaves_out_what_is_closed(
    giving: Ordering, governor: Official, people: list[int]
) -> None:
    giving.issue(people[0], kind="thank", agency_ids=(), days=None, text="")
    form = governor.get(f"/decide?{ticked(people)}&kind=refer").text
    assert form.count('name="demand_ids"') == 2
    assert "برخی پیش‌تر بسته شده‌اند" in form
    answer = governor.post("/decide/sign", **order(giving, demand_ids=people[1:]))
    wait()
    signed = int(answer.location.rsplit("/", 1)[1])
    assert directive(signed).number == 2
    assert sorted(row.demand_id or 0 for row in referrals()) == people[1:]


def test_a_faulty_order_comes_back_with_all_that_was_ticked(
    giving: Ordering, governor: Official, people: list[int]
) -> None:
    answer = governor.post("/decide/sign", **order(giving, demand_ids=people, text=" "))
    assert answer.status_code == 422
    assert answer.text.count('name="demand_ids"') == 3
    again = governor.post("/decide", **order(giving, demand_ids=people, other_kind="guidance"))
    assert again.text.count('name="demand_ids"') == 3
    assert 'name="kind" value="guidance"' in again.text


def test_a_lost_answer_is_found_again_by_the_forms_key(
    giving: Ordering, governor: Official, people: list[int]
) -> None:
    assert governor.get("/decide/sent?key=mine").status_code == 200
    signed = governor.post("/decide/sign", **order(giving, demand_ids=people, idempotency_key="mine"))
    assert governor.get("/decide/sent?key=mine").location == signed.location
    repeated = governor.post("/decide/sign", **order(giving, demand_ids=people, idempotency_key="mine"))
    assert repeated.location == signed.location


def test_an_order_on_nothing_or_on_another_trips_demands_is_not_found(
    giving: Ordering, governor: Official, people: list[int]
) -> None:
    foreign = demand_of(make_small_trip("other"))
    assert governor.get("/decide").status_code == 404
    assert governor.get(f"/decide?{ticked([*people, foreign])}").status_code == 404
    assert governor.get("/decide?collective_id=999").status_code == 404
    assert governor.post("/decide/sign", **order(giving, demand_ids=[foreign])).status_code == 404


def test_an_assistant_leaves_an_order_on_many_for_its_official(
    giving: Ordering, governor: Official, people: list[int]
) -> None:
    answer = governor.post("/decide/drafts", **order(giving, demand_ids=people, official_id=governor.user_id))
    assert answer.status_code == 303
    assert directive(int(answer.location.rsplit("/", 1)[1])).state == "draft"


def test_the_matter_is_corrected_closed_and_opened_again(
    giving: Ordering, coordinator: Browser, people: list[int]
) -> None:
    trip, road = giving.trip.id, make(coordinator, giving.trip.id, people)
    path = f"/trips/{trip}/collectives/{road}"
    assert coordinator.post(path, data={"title": "راه نو", "version": "1"}).status_code == 303
    stale = coordinator.post(path, data={"title": "راه کهنه", "version": "1"})
    assert (stale.status_code, "راه کهنه" in stale.text) == (409, True)
    assert coordinator.post(f"{path}/state", data={"state": "closed"}).status_code == 303
    assert coordinator.post(f"{path}/tie", data={"demand_ids": people[:1]}).status_code == 409
    untied = coordinator.post(f"{path}/demands/{people[0]}/untie", data={})
    assert untied.status_code == 303
    assert coordinator.get(path).text.count("/untie") == 2


def test_the_api_makes_ties_orders_and_tells(
    giving: Ordering, coordinator: Browser, governor: Official, people: list[int]
) -> None:
    root = f"/api/v1/trips/{giving.trip.id}"
    made = coordinator.post(f"{root}/collectives", json={"title": "راه شهرک", "demand_ids": people[:1]})
    assert made.json == {"id": made.json["id"], "tied": 1, "left_out": 0}
    one = f"{root}/collectives/{made.json['id']}"
    assert coordinator.post(f"{one}/tie", json={"demand_ids": people}).json == {"tied": 2, "left_out": 1}
    assert coordinator.post(f"{one}/demands/{people[2]}/untie", json={}).status_code == 200
    body = order(giving, collective_id=made.json["id"], days=10, proof={"pin": PIN})
    signed = governor.browser.post(f"{root}/directives", json={k: v for k, v in body.items() if k != "pin"})
    assert signed.status_code == 201, signed.text
    wait()
    told = coordinator.get(one).json
    assert [line["id"] for line in told["tied"]] == people[1::-1]
    assert told["directives"] == [{"id": signed.json["id"], "state": "issued"}]
    assert coordinator.patch(one, json={"title": "راه نو", "version": 1}).json == {"version": 2}
    assert coordinator.post(f"{one}/state", json={"state": "closed"}).json == {"version": 3}
    [line] = coordinator.get(f"{root}/collectives").json["collectives"]
    assert (line["title"], line["demands"], line["state"]) == ("راه نو", 2, "closed")


@pytest.mark.parametrize("role", ["staff", "desk_head"])
def test_who_serves_at_a_desk_ties_nothing(
    giving: Ordering, sign_in: Join, people: list[int], role: str
) -> None:
    browser = sign_in(role, trip_id=giving.trip.id)
    assert 'name="demand_id"' not in browser.get(f"/trips/{giving.trip.id}/demands").text
    assert browser.post(f"/trips/{giving.trip.id}/collectives", data={"title": "راه"}).status_code == 403


def test_a_proposal_is_declined_on_its_page_with_a_reason(
    app: Flask, giving: Ordering, governor: Official, coordinator: Browser, people: list[int]
) -> None:
    deputy = official_in(app, giving.trip, rank="deputy", name="معاون آزمون")
    given = {"form": "set", "official_id": deputy.user_id, "scope": "none", "superior_id": governor.user_id}
    assert coordinator.post(
        f"/trips/{giving.trip.id}/directives/authorities", data=given | {"money": "none"}
    ).location
    proposed = deputy.ordered(people[0], agency_ids=giving.agencies["office"])
    assert governor.post(f"/directives/{proposed}/discard", reason=" ").status_code == 422
    assert directive(proposed).state == "proposed"
    governor.post(f"/directives/{proposed}/discard", reason="در حد این دستگاه نیست")
    for reader in (governor, deputy):
        assert "در حد این دستگاه نیست" in reader.get(f"/directives/{proposed}").text


def test_an_order_on_many_is_changed_replaced_and_told_as_a_whole(
    giving: Ordering, governor: Official, people: list[int]
) -> None:
    many = people + [demand_of(giving.trip, name=f"نفر {at}", phone=f"091200002{at}") for at in range(10, 32)]
    drafted = governor.post("/decide/drafts", **order(giving, demand_ids=many, official_id=governor.user_id))
    draft = int(drafted.location.rsplit("/", 1)[1])
    page = governor.get(f"/directives/{draft}").text
    assert f"draft={draft}" in page
    assert "/decide?" in page
    signed = governor.post("/decide/sign", **order(giving, demand_ids=many, draft_id=draft, text="نخست"))
    wait()
    first = int(signed.location.rsplit("/", 1)[1])
    page = governor.get(f"/directives/{first}").text
    assert "۲۵" in page
    form = governor.get(f"/decide?{ticked(many)}&supersedes={first}").text
    assert "نخست" in form
    again = governor.post("/decide/sign", **order(giving, demand_ids=many, supersedes_id=first))
    wait()
    assert (directive(draft).state, directive(first).state) == ("discarded", "superseded")
    assert directive(int(again.location.rsplit("/", 1)[1])).number == 2
    assert "۲۰ مورد دیگر" in governor.get("/directives").text


def test_the_page_of_a_demand_leads_to_the_matter_that_it_shares(
    giving: Ordering, coordinator: Browser, people: list[int]
) -> None:
    road = make(coordinator, giving.trip.id, people[:1])
    page = coordinator.get(f"/trips/{giving.trip.id}/demands/{people[0]}").text
    assert f"/collectives/{road}" in page
    assert "به مطالبه جمعی پیوند خورد" in page
