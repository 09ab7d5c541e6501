"""Pages of set-up, as people use them: in both languages, with and without a script, and what they refuse."""

import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Trip
from tests.desks.setups import lines_of, read_catalogue, set_up
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip

HTMX = {"HX-Request": "true"}


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def desk_form(trip: SmallTrip, **changes: Any) -> dict[str, Any]:
    """The desk's page as it would be sent."""
    form = {
        "version": "1",
        "name_fa": "میز الف",
        "name_en": "Desk A",
        "walk_ins": "yes",
        "calls": "yes",
        "counters": "۳",
        "site_id": "1",
        f"factor-{trip.topics['loan']}": "۱٫۵",
        f"factor-{trip.topics['work']}": "",
    }
    return form | changes


@pytest.mark.parametrize(("language", "word"), [("fa", "میزها"), ("en", "Desks")])
@pytest.mark.parametrize("path", ["", "/{trip}/", "/{trip}/desks", "/{trip}/desks/{desk}"])
def test_every_page_is_there_in_both_languages(
    trip: SmallTrip, coordinator: Browser, language: str, word: str, path: str
) -> None:
    coordinator.client.set_cookie("lang", language)
    answer = coordinator.get("/trips" + path.format(trip=trip.id, desk=trip.desks["a"]))
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text
    if path:
        assert word in answer.text


def test_the_list_shows_only_trips_that_one_reaches(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    make_small_trip("elsewhere")
    assert "elsewhere" not in coordinator.get("/trips").text
    assert "elsewhere" in sign_in("administrator").get("/trips").text


def test_an_empty_list_names_the_next_act(app: Flask, sign_in: Join) -> None:
    leader, member = sign_in("administrator"), sign_in("staff", trip_id=77)
    leader.client.set_cookie("lang", "en")
    member.client.set_cookie("lang", "en")
    assert "Set a trip up" in leader.get("/trips").text
    assert "Ask a coordinator" in member.get("/trips").text


def test_the_home_shows_the_doors_that_one_may_open(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    wall = f'href="/trips/{trip.id}/wall"'
    assert wall in coordinator.get(f"/trips/{trip.id}/").text
    assert wall not in sign_in("staff", trip_id=trip.id).get(f"/trips/{trip.id}/").text


def test_a_foreign_trip_is_not_there(trip: SmallTrip, sign_in: Join) -> None:
    stranger = sign_in("coordinator", trip_id=make_small_trip("other").id)
    for path in ("/", "/desks", f"/desks/{trip.desks['a']}", f"/desks/{trip.desks['a']}/sign"):
        assert stranger.get(f"/trips/{trip.id}{path}").status_code == 404, path


def test_a_desk_of_another_trip_is_not_there(trip: SmallTrip, coordinator: Browser) -> None:
    other = make_small_trip("other").desks["a"]
    for path in (f"/desks/{other}", f"/desks/{other}/sign"):
        assert coordinator.get(f"/trips/{trip.id}{path}").status_code == 404
    state = coordinator.post(f"/trips/{trip.id}/desks/{other}/state", data={"state": "closed"})
    edit = coordinator.post(f"/trips/{trip.id}/desks/{other}", data=desk_form(trip))
    assert (state.status_code, edit.status_code) == (404, 404)


def test_the_phase_is_changed_by_who_leads(trip: SmallTrip, coordinator: Browser, sign_in: Join) -> None:
    path = f"/trips/{trip.id}/phase"
    assert coordinator.post(path, data={"phase": "follow_up"}).status_code == 303
    assert read_catalogue(trip.id).trip.phase == "follow_up"
    assert coordinator.post(path, data={"phase": "holiday"}).status_code == 422
    assert sign_in("desk_head", trip_id=trip.id).post(path, data={"phase": "live"}).status_code == 403


def test_without_a_script_a_changed_state_leads_to_the_desk(trip: SmallTrip, coordinator: Browser) -> None:
    path = f"/trips/{trip.id}/desks/{trip.desks['a']}"
    answer = coordinator.post(f"{path}/state", data={"state": "closed", "version": "1"})
    assert (answer.status_code, answer.location) == (303, path)
    assert lines_of(trip.id)[trip.desks["a"]].state == "closed"


def test_with_a_script_the_row_comes_back_alone_with_a_toast(trip: SmallTrip, coordinator: Browser) -> None:
    path = f"/trips/{trip.id}/desks/{trip.desks['a']}/state"
    answer = coordinator.post(path, data={"state": "paused", "reason": "نماز"}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.strip().startswith("<tr ")
    assert 'data-state="paused"' in answer.text
    assert "نماز" in answer.text
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["text"]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"state": "paused"}, 422),
        ({"state": "open"}, 409),
        ({"state": "closed", "version": "7"}, 409),
        ({}, 422),
    ],
)
def test_a_refused_state_is_said_in_the_row_and_on_the_page(
    trip: SmallTrip, coordinator: Browser, form: dict[str, str], status: int
) -> None:
    path = f"/trips/{trip.id}/desks/{trip.desks['a']}/state"
    row, page = coordinator.post(path, data=form, headers=HTMX), coordinator.post(path, data=form)
    assert (row.status_code, page.status_code) == (status, status)
    assert 'role="alert"' in row.text
    assert 'role="alert"' in page.text
    assert lines_of(trip.id)[trip.desks["a"]].state == "open"


def test_a_desk_head_is_offered_their_own_desk_only(trip: SmallTrip, sign_in: Join) -> None:
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    text = head.get(f"/trips/{trip.id}/desks").text
    assert f"/desks/{trip.desks['a']}/state" in text
    assert f"/desks/{trip.desks['b']}/state" not in text
    refused = head.post(f"/trips/{trip.id}/desks/{trip.desks['b']}/state", data={"state": "closed"})
    assert refused.status_code == 403


def test_all_desks_are_closed_and_opened_with_one_press(trip: SmallTrip, coordinator: Browser) -> None:
    for state in ("closed", "open"):
        answer = coordinator.post(f"/trips/{trip.id}/desks", data={"state": state})
        assert answer.status_code == 303
        assert {line.state for line in lines_of(trip.id).values()} == {state}
    assert coordinator.post(f"/trips/{trip.id}/desks", data={"state": "failed"}).status_code == 422


def test_a_desk_is_edited_with_persian_digits(trip: SmallTrip, coordinator: Browser) -> None:
    path = f"/trips/{trip.id}/desks/{trip.desks['a']}"
    assert coordinator.post(path, data=desk_form(trip)).status_code == 303
    desk = read_catalogue(trip.id).desks[trip.desks["a"]]
    assert (desk.name_fa, desk.speeds) == ("میز الف", {trip.topics["loan"]: 1.5})
    assert lines_of(trip.id)[desk.id].places.total() == 3


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"name_fa": ""}, 422, "name_fa"),
        ({"counters": "بسیار"}, 422, "counters"),
        ({"counters": "0"}, 422, "counters"),
        ({"walk_ins": "", "calls": ""}, 422, "walk_ins"),
        ({"version": "8"}, 409, "name_fa"),
    ],
)
def test_a_refused_edit_keeps_what_was_typed(
    trip: SmallTrip, coordinator: Browser, changes: dict[str, str], status: int, field: str
) -> None:
    form = {name: value for name, value in desk_form(trip, short_fa="کوتاه تازه", **changes).items() if value}
    answer = coordinator.post(f"/trips/{trip.id}/desks/{trip.desks['a']}", data={"name_fa": ""} | form)
    assert answer.status_code == status
    assert f'id="{field}-error"' in answer.text
    assert "کوتاه تازه" in answer.text
    assert lines_of(trip.id)[trip.desks["a"]].version == 1


@pytest.mark.parametrize("factor", ["0.5", "9", "تند"])
def test_a_factor_beyond_reason_is_said_at_its_topic(
    trip: SmallTrip, coordinator: Browser, factor: str
) -> None:
    name = f"factor-{trip.topics['loan']}"
    path = f"/trips/{trip.id}/desks/{trip.desks['a']}"
    answer = coordinator.post(path, data=desk_form(trip, **{name: factor}))
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text


def test_a_desk_head_edits_nothing(trip: SmallTrip, sign_in: Join) -> None:
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    path = f"/trips/{trip.id}/desks/{trip.desks['a']}"
    assert head.post(path, data=desk_form(trip)).status_code == 403
    assert 'name="name_fa"' not in head.get(path).text


def test_the_sign_carries_the_public_address_in_both_languages(app: Flask, sign_in: Join) -> None:
    trip_id = set_up()
    desk = next(iter(read_catalogue(trip_id).desks.values()))
    answer = sign_in("coordinator", trip_id=trip_id).get(f"/trips/{trip_id}/desks/{desk.id}/sign")
    assert answer.status_code == 200
    assert f"https://desks.example/c/{desk.sign_token}" in answer.text
    assert 'class="qr"' in answer.text
    for words in ("وزارت آموزش و پرورش", "Ministry of Education", "Read this code", "رمزینه"):
        assert words in answer.text


@pytest.mark.parametrize("address", [None, "http://127.0.0.1:8000", "http://localhost", "https://[::1]:8000"])
def test_a_sign_that_leads_nowhere_is_refused_with_the_reason(
    trip: SmallTrip, coordinator: Browser, address: str | None
) -> None:
    current = runtime.current()
    current.settings = replace(current.settings, public_url=address)
    answer = coordinator.get(f"/trips/{trip.id}/desks/{trip.desks['a']}/sign")
    assert answer.status_code == 409
    assert 'class="qr"' not in answer.text
    assert "DESKOPS_PUBLIC_URL" in answer.text
    assert address is None or address in answer.text


def test_staff_print_no_sign(trip: SmallTrip, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    assert staff.get(f"/trips/{trip.id}/desks/{trip.desks['a']}/sign").status_code == 403


def test_a_rehearsal_is_no_past_trip(trip: SmallTrip, coordinator: Browser) -> None:
    offered = f'<option value="{trip.id}"'
    assert offered in coordinator.get("/trips/new").text
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(Trip).where(Trip.id == trip.id).values(rehearsal_of=trip.id))
    assert offered not in coordinator.get("/trips/new").text
    assert coordinator.post("/trips/new", data={"start": "trip", "trip_id": trip.id}).status_code == 404
