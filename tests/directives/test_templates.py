"""Templates: what a trip starts with, made and changed by whose they are."""

import re

import pytest
from flask import Flask

from deskops.core.i18n import using_language
from deskops.directives import rules
from deskops.directives.queries.usual import usual_templates
from tests.directives.ordered import Ordering, demand_of
from tests.directives.signing_browser import Official, official_in
from tests.fixtures import Browser, Join
from tests.small_trip import make_small_trip


@pytest.fixture
def coordinator(giving: Ordering, sign_in: Join) -> Official:
    return Official(sign_in("coordinator", trip_id=giving.trip.id), giving.trip)


def titles(who: Official) -> list[str]:
    return re.findall(r'<strong class="row">.*?<bdi>(.*?)</bdi>', who.get("/directives/templates").text)


def made(who: Official, title: str, **fields: str) -> int:
    asked = {"kind": "refer", "title": title, "text": "اقدام شود.", **fields}
    assert who.post("/directives/templates", **asked).status_code == 303
    return max(map(int, re.findall(r'id="template-(\d+)"', who.get("/directives/templates").text)))


@pytest.mark.parametrize("kind", ["trip", "office"])
def test_every_kind_of_order_has_a_usual_template_that_could_be_signed(kind: str) -> None:
    found = usual_templates(kind)
    assert {one.kind for one in found} == set(rules.KINDS)
    assert len({one.key for one in found}) == len(found)
    with using_language("fa"):
        assert all(str(one.title) and one.text for one in found)
    for one in found:
        fault = rules.fault_of(
            one.kind,
            text=one.text,
            agencies=int(rules.KINDS[one.kind].is_order),
            days=one.days,
            amount=None,
            whose=1 if rules.KINDS[one.kind].names_whose else None,
        )
        assert fault is None


def test_a_trip_has_the_usual_templates_until_it_has_its_own(
    official: Official, coordinator: Official
) -> None:
    usual = titles(official)
    assert len(usual) == 11
    made(coordinator, "الگوی این سفر")
    # Whoever adds the first one takes the others over.
    assert titles(official) == [*usual, "الگوی این سفر"]


def test_the_usual_ones_are_taken_over_once(coordinator: Official) -> None:
    before = titles(coordinator)
    for _twice in range(2):
        assert coordinator.post("/directives/templates/usual").status_code == 303
    assert titles(coordinator) == before


def test_an_officials_own_stand_before_the_trips(
    giving: Ordering, official: Official, app: Flask, coordinator: Official
) -> None:
    own = made(official, "الگوی من", own="yes", days="۵", agency_ids=str(giving.agencies["office"]))
    assert titles(official)[0] == "الگوی من"
    assert "الگوی من" not in titles(official_in(app, giving.trip, rank="minister"))
    html = official.get(f"/demands/{demand_of(giving.trip)}/decide?template={own}").text
    assert f'name="template_id" value="{own}"' in html
    assert f'name="agency_ids" value="{giving.agencies["office"]}" checked' in html


def test_templates_are_put_in_order_retired_and_offered_again(official: Official) -> None:
    first, second = made(official, "یکم", own="yes"), made(official, "دوم", own="yes")

    def act(template_id: int, name: str) -> int:
        return int(official.post(f"/directives/templates/{template_id}/act", act=name).status_code)

    assert act(second, "up") == 303
    assert titles(official)[:2] == ["دوم", "یکم"]
    act(first, "down")
    assert titles(official)[:2] == ["دوم", "یکم"]
    act(first, "retire")
    assert act(first, "retire") == 409
    about = demand_of(official.trip)
    assert ">یکم<" not in official.get(f"/demands/{about}/decide").text
    act(first, "restore")
    assert ">یکم<" in official.get(f"/demands/{about}/decide").text


def test_a_change_that_somebody_elses_would_overwrite_is_refused(coordinator: Official) -> None:
    template_id = made(coordinator, "نام نخست")
    fields = {"kind": "refer", "title": "نام دوم", "text": "", "version": "1"}
    assert coordinator.post(f"/directives/templates/{template_id}", **fields).status_code == 303
    again = coordinator.post(f"/directives/templates/{template_id}", **(fields | {"title": "نام سوم"}))
    assert again.status_code == 409
    assert "نام سوم" in again.text


def test_what_a_kind_doesnt_take_is_left_out(coordinator: Official) -> None:
    template_id = made(coordinator, "پاسخ", kind="guidance", days="5", tomans="15 میلیون")
    html = coordinator.get(f"/directives/templates/{template_id}").text
    assert re.search(r'name="days" value="([^"]*)"', html)[1] == ""  # type: ignore[index]


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"kind": "whim"}, {"days": "0"}, {"days": "x"}, {"tomans": "x"}, {"agency_ids": "99"}],
)
def test_a_template_at_fault_is_shown_again(coordinator: Official, wrong: dict[str, str]) -> None:
    fields = {"kind": "refer", "title": "الگو", "text": "این متن", **wrong}
    answer = coordinator.post("/directives/templates", **fields)
    assert answer.status_code == 422
    assert "این متن" in answer.text


def test_nobody_changes_the_templates_of_others(
    giving: Ordering, official: Official, coordinator: Official, app: Flask
) -> None:
    own, of_trip = made(official, "الگوی من", own="yes"), made(coordinator, "الگوی سفر")
    fields = {"kind": "refer", "title": "دیگری", "text": ""}
    other = official_in(app, giving.trip, rank="minister")
    assert other.post(f"/directives/templates/{own}", **fields).status_code == 403
    assert coordinator.post(f"/directives/templates/{own}", **fields).status_code == 403
    assert official.post(f"/directives/templates/{of_trip}", **fields).status_code == 403
    assert official.post("/directives/templates", **fields).status_code == 403
    assert coordinator.post("/directives/templates", **fields, own="yes").status_code == 403


def test_a_template_of_another_trip_is_not_there(coordinator: Official, sign_in: Join) -> None:
    template_id = made(coordinator, "الگو")
    foreign = make_small_trip("other")
    elsewhere: Browser = sign_in("coordinator", trip_id=foreign.id)
    assert elsewhere.get(f"/trips/{foreign.id}/directives/templates/{template_id}").status_code == 404


def test_an_official_and_a_coordinator_name_assistants(
    giving: Ordering, official: Official, coordinator: Official, sign_in: Join
) -> None:
    clerk = sign_in("staff", trip_id=giving.trip.id, name="دستیار نمونه")
    board = sign_in("board", trip_id=giving.trip.id)
    named = {"official_id": str(official.user_id), "user_id": str(clerk.user_id)}
    for who in (official, coordinator):
        assert who.post("/directives/assistants", **named).status_code == 303
    assert official.get("/directives/assistants").text.count("<bdi>دستیار نمونه</bdi>") == 1
    assert (
        official.post("/directives/assistants", **(named | {"user_id": str(board.user_id)})).status_code
        == 422
    )
    assert official.post("/directives/assistants", **(named | {"user_id": ""})).status_code == 422
    remove = f"/directives/assistants/{official.user_id}/{clerk.user_id}/remove"
    assert official.post(remove).status_code == 303
    assert official.post(remove).status_code == 404


def test_an_official_names_nobody_elses_assistants(
    giving: Ordering, official: Official, app: Flask, sign_in: Join
) -> None:
    other = official_in(app, giving.trip, rank="minister")
    clerk = sign_in("staff", trip_id=giving.trip.id)
    named = {"official_id": str(other.user_id), "user_id": str(clerk.user_id)}
    assert official.post("/directives/assistants", **named).status_code == 404
