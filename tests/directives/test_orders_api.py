"""The whole life of an order as a program gives it."""

from typing import Any

import pytest
from flask import Flask

from deskops.core import clock
from tests.accounts.signers import PIN
from tests.directives.ordered import Ordering, demand, demand_of, wait
from tests.directives.signing_browser import Official, official_in
from tests.fixtures import Join


def api(who: Official, path: str) -> str:
    return f"/api/v1{who.path(path)}"


def post(who: Official, path: str, body: dict[str, Any], key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return who.browser.post(api(who, path), json=body, headers=headers)


def order(giving: Ordering, demand_id: int, **more: Any) -> dict[str, Any]:
    asked = {"kind": "refer", "text": "بررسی شود.", "demand_ids": [demand_id], "days": 10}
    asked |= {"agency_ids": [giving.agencies["office"]], "proof": {"pin": PIN}}
    return asked | more


def test_an_order_is_signed_issued_and_read(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip)
    made = post(official, "/directives", order(giving, about, kind="introduce", tomans=15_000_000), "k")
    assert made.status_code == 201
    path = f"/directives/{made.json['id']}"
    assert post(official, f"{path}/issue", {}).status_code == 409
    wait()
    shown = official.browser.get(api(official, path)).json
    assert (shown["state"], shown["year"], shown["number"], shown["tomans"]) == (
        "issued",
        1405,
        1,
        15_000_000,
    )
    assert (shown["fate"], shown["referrals"][0]["overdue"]) == ("open", False)
    assert [one["id"] for one in shown["demands"]] == [about]


def test_a_repeat_gets_the_first_answer_and_a_lost_one_is_found(giving: Ordering, official: Official) -> None:
    body = order(giving, demand_of(giving.trip))
    assert official.browser.get(api(official, "/directives/sent/k")).status_code == 404
    first, second = post(official, "/directives", body, "k"), post(official, "/directives", body, "k")
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert official.browser.get(api(official, "/directives/sent/k")).json == first.json


def test_a_repeat_needs_no_second_proof(giving: Ordering, official: Official) -> None:
    body = order(giving, demand_of(giving.trip))
    first = post(official, "/directives", body, "k")
    assert post(official, "/directives", body | {"proof": {"pin": "111222"}}, "k").json == first.json


def test_one_order_is_given_on_several_demands(giving: Ordering, official: Official) -> None:
    several = [demand_of(giving.trip, name=name) for name in ("یکم", "دوم", "سوم")]
    post(official, "/directives", order(giving, several[0], demand_ids=several))
    wait()
    assert {demand(one).state for one in several} == {"referred"}


def test_an_overdue_order_says_so_by_itself(giving: Ordering, official: Official) -> None:
    made = post(official, "/directives", order(giving, demand_of(giving.trip), days=1)).json["id"]
    wait()
    clock.advance(days=3)
    assert official.browser.get(api(official, f"/directives/{made}")).json["fate"] == "overdue"


def test_what_is_called_back_or_withdrawn_is_told(giving: Ordering, official: Official) -> None:
    first = post(official, "/directives", order(giving, demand_of(giving.trip))).json["id"]
    assert post(official, f"/directives/{first}/call-back", {}).json["state"] == "called_back"
    second = post(official, "/directives", order(giving, demand_of(giving.trip))).json["id"]
    wait()
    assert post(official, f"/directives/{second}/withdraw", {}).status_code == 422
    assert post(official, f"/directives/{second}/withdraw", {"reason": "اشتباه"}).json["state"] == "withdrawn"
    listed = official.browser.get(api(official, "/directives")).json["directives"]
    assert [line["state"] for line in listed] == ["withdrawn", "called_back"]


def test_what_was_prepared_is_signed_as_it_stands(giving: Ordering, official: Official) -> None:
    body = order(giving, demand_of(giving.trip), official_id=official.user_id)
    del body["proof"]
    draft = post(official, "/directives/drafts", body).json["id"]
    waiting = official.browser.get(api(official, "/directives/waiting")).json
    assert ([line["id"] for line in waiting["directives"]], waiting["demands"]) == ([draft], [])
    assert post(official, f"/directives/{draft}/sign", {"proof": {"pin": "000111"}}).status_code == 422
    assert post(official, f"/directives/{draft}/sign", {"proof": {"pin": PIN}}).json["state"] == "signed"
    assert post(official, f"/directives/{draft}/discard", {}).status_code == 409


def test_what_waits_names_nobody(giving: Ordering, official: Official) -> None:
    about = demand_of(giving.trip, text="متن محرمانه")
    answer = official.browser.get(api(official, "/directives/waiting"))
    assert [one["id"] for one in answer.json["demands"]] == [about]
    assert "مینا" not in answer.text
    assert "محرمانه" not in answer.text


def test_the_orders_on_a_demand_are_read_by_who_serves_there(
    giving: Ordering, official: Official, sign_in: Join
) -> None:
    about = demand_of(giving.trip)
    made = post(official, "/directives", order(giving, about)).json["id"]
    clerk = sign_in("staff", trip_id=giving.trip.id)
    found = clerk.get(api(official, f"/demands/{about}/directives")).json["directives"]
    assert [line["id"] for line in found] == [made]
    # A clerk who assists nobody has no list of orders.
    assert clerk.get(api(official, "/directives")).json["directives"] == []


def test_coordinators_see_all_orders_and_officials_their_own(
    giving: Ordering, official: Official, app: Flask, sign_in: Join
) -> None:
    post(official, "/directives", order(giving, demand_of(giving.trip)))
    minister = official_in(app, giving.trip, rank="minister")
    coordinator = sign_in("coordinator", trip_id=giving.trip.id)
    path = api(official, "/directives")
    assert len(coordinator.get(path).json["directives"]) == 1
    assert minister.browser.get(path).json["directives"] == []
    assert minister.browser.get(f"{path}?whose=all&state=signed&before=x").json["directives"] == []
    assert len(coordinator.get(f"{path}?whose=all&state=signed&before=x").json["directives"]) == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"proof": {}}, 422),
        ({"proof": "204683"}, 422),
        ({"tomans": "x"}, 422),
        ({"tomans": True}, 422),
        ({"days": 0}, 422),
        ({"demand_ids": []}, 404),
        ({"demand_ids": [10**12]}, 404),
        ({"agency_ids": [987_654]}, 422),
        ({"surprise": 1}, 422),
        ({"older": "x" * 500}, 422),
    ],
)
def test_what_is_malformed_is_refused(
    giving: Ordering, official: Official, wrong: dict[str, Any], status: int
) -> None:
    body = order(giving, demand_of(giving.trip)) | wrong
    assert post(official, "/directives", body).status_code == status


def test_templates_and_assistants_are_kept_by_program(
    giving: Ordering, official: Official, sign_in: Join
) -> None:
    made = post(
        official, "/directives/templates", {"kind": "thank", "title": "سپاس", "text": "", "own": True}
    )
    template_id = made.json["id"]
    changed = official.browser.put(
        api(official, f"/directives/templates/{template_id}"),
        json={"kind": "thank", "title": "سپاس فراوان", "version": 1},
    )
    assert changed.json == {"version": 2}
    assert post(official, f"/directives/templates/{template_id}/act", {"act": "retire"}).status_code == 200
    listed = official.browser.get(api(official, "/directives/templates")).json["templates"]
    assert (listed[0]["title"], listed[0]["retired"], listed[0]["own"]) == ("سپاس فراوان", True, True)
    clerk = sign_in("staff", trip_id=giving.trip.id, name="دستیار نمونه")
    named = {"official_id": official.user_id, "user_id": clerk.user_id}
    assert post(official, "/directives/assistants", named).json == {"new": True}
    [line] = official.browser.get(api(official, "/directives/assistants")).json["officials"]
    assert line["assistants"] == [{"id": clerk.user_id, "name": "دستیار نمونه"}]
    path = api(official, f"/directives/assistants/{official.user_id}/{clerk.user_id}")
    assert official.browser.delete(path).status_code == 200


def test_who_is_met_is_registered_by_program(giving: Ordering, official: Official) -> None:
    made = post(official, "/demands/met", {"topic_id": giving.trip.topics["loan"], "name": "رهگذر"})
    assert made.status_code == 201
    assert demand(made.json["id"]).state == "registered"
