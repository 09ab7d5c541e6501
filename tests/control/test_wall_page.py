"""The coordinators' wall over HTTP: what it shows, and what can be done from it."""

import json
import re
from typing import Any

import pytest

from deskops.demands.models import Ticket
from deskops.desks.models import Desk
from tests.control.history import rows
from tests.fixtures import Browser, Join
from tests.live.screens import act, register
from tests.small_trip import SmallTrip, make_small_trip

PLANTED = ("مهران پنهان‌نام", "09123456789", "0499370899", "رازی که نباید دیده شود")


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


@pytest.fixture
def open_desk(trip: SmallTrip, integration: Browser) -> int:
    """Desk A, which has an open counter."""
    act(integration, trip, f"/places/{trip.places['a'][0]}/open")
    return trip.desks["a"]


def wall(trip: SmallTrip, path: str = "") -> str:
    return f"/trips/{trip.id}/wall{path}"


def state_of(desk_id: int) -> Desk:
    return next(desk for desk in rows(Desk) if desk.id == desk_id)


def set_state(browser: Browser, trip: SmallTrip, desk_id: int, **form: Any) -> Any:
    return browser.post(wall(trip, f"/desks/{desk_id}/state"), data=form)


@pytest.mark.parametrize(("language", "word"), [("fa", "بحرانی‌ها اول"), ("en", "Where it burns")])
def test_the_wall_has_every_desk_in_both_languages(
    trip: SmallTrip, coordinator: Browser, language: str, word: str
) -> None:
    coordinator.client.set_cookie("lang", language)
    page = coordinator.get(wall(trip)).text
    assert word in page
    assert [int(desk) for desk in re.findall(r'data-desk="(\d+)"', page)] == list(trip.desks.values())


def test_the_page_holds_the_figures_and_where_the_pushes_go_on(
    trip: SmallTrip, coordinator: Browser, integration: Browser, open_desk: int
) -> None:
    register(integration, trip)
    page = coordinator.get(wall(trip)).text
    found = re.search(r'id="wall-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    embedded = json.loads(found[1])["snapshot"]
    asked = coordinator.get(f"/api/v1/trips/{trip.id}/wall").json
    del asked["at"]
    assert embedded == asked
    assert embedded["sequence"] > 0
    assert next(desk for desk in embedded["desks"] if desk["desk_id"] == open_desk)["waiting"] == 1


def test_the_wall_tells_nothing_of_a_person(
    trip: SmallTrip, coordinator: Browser, integration: Browser
) -> None:
    name, phone, national_id, text = PLANTED
    person = {"name": name, "phone": phone, "national_id": national_id, "text": text, "address": text}
    register(integration, trip, **person)
    register(integration, trip, "nobody", **person)
    for path in (wall(trip), wall(trip, "/unassigned"), f"/api/v1/trips/{trip.id}/wall"):
        answer = coordinator.get(path)
        assert answer.status_code == 200
        assert not [planted for planted in PLANTED if planted in answer.text]


@pytest.mark.parametrize("role", ["staff", "follow_up", "board", "integration"])
def test_the_wall_is_not_for_everybody(trip: SmallTrip, sign_in: Join, role: str) -> None:
    looker = sign_in(role, trip_id=trip.id)
    assert looker.get(wall(trip)).status_code == 403
    assert looker.get(f"/api/v1/trips/{trip.id}/wall").status_code == 403


def test_the_wall_of_another_trip_does_not_exist(trip: SmallTrip, coordinator: Browser) -> None:
    other = make_small_trip("other")
    assert coordinator.get(wall(other)).status_code == 404
    assert coordinator.get(wall(trip, f"/desks/{other.desks['a']}")).status_code == 404
    assert set_state(coordinator, trip, other.desks["a"], state="closed").status_code == 404
    assert state_of(other.desks["a"]).state == "open"


def test_without_a_session_the_wall_leads_to_the_sign_in(trip: SmallTrip, anonymous: Browser) -> None:
    assert anonymous.get(wall(trip)).status_code == 302
    assert anonymous.get(f"/api/v1/trips/{trip.id}/wall").status_code == 401


def test_a_desk_is_paused_from_its_tile_with_a_reason(
    trip: SmallTrip, coordinator: Browser, open_desk: int
) -> None:
    answer = set_state(coordinator, trip, open_desk, state="paused", reason="نماز ظهر")
    assert (answer.status_code, answer.location) == (303, wall(trip))
    assert (state_of(open_desk).state, state_of(open_desk).state_reason) == ("paused", "نماز ظهر")


def test_with_a_script_the_wall_stays_and_says_that_it_is_done(
    trip: SmallTrip, coordinator: Browser, open_desk: int
) -> None:
    form = {"state": "closed"}
    answer = coordinator.post(
        wall(trip, f"/desks/{open_desk}/state"), data=form, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 204
    assert set(json.loads(answer.headers["HX-Trigger"])) == {"toast", "wall:done"}


def test_a_pause_without_a_reason_is_refused_and_keeps_the_choice(
    trip: SmallTrip, coordinator: Browser, open_desk: int
) -> None:
    answer = set_state(coordinator, trip, open_desk, state="paused")
    assert answer.status_code == 422
    assert re.search(r'value="paused" checked', answer.text)
    assert 'href="#reason"' in answer.text
    assert state_of(open_desk).state == "open"


@pytest.mark.parametrize("state", ["planned", "burning", ""])
def test_a_state_that_cannot_be_chosen_is_refused(
    trip: SmallTrip, coordinator: Browser, open_desk: int, state: str
) -> None:
    assert set_state(coordinator, trip, open_desk, state=state).status_code == 422
    assert state_of(open_desk).state == "open"


def test_who_saw_an_older_desk_is_told_so(trip: SmallTrip, coordinator: Browser, open_desk: int) -> None:
    seen = state_of(open_desk).version
    assert set_state(coordinator, trip, open_desk, state="closed", version=seen).status_code == 303
    late = set_state(coordinator, trip, open_desk, state="open", version=seen)
    assert late.status_code == 409
    assert state_of(open_desk).state == "closed"


def test_a_desk_head_changes_their_own_desk_only(trip: SmallTrip, sign_in: Join) -> None:
    head = sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["a"])
    assert set_state(head, trip, trip.desks["b"], state="closed").status_code == 403
    assert set_state(head, trip, trip.desks["a"], state="closed").status_code == 303
    assert "<form" not in re.sub(
        r"<header.*?</header>", "", head.get(wall(trip, f"/desks/{trip.desks['b']}")).text, flags=re.DOTALL
    )


def test_an_inspector_looks_and_changes_nothing(trip: SmallTrip, sign_in: Join) -> None:
    inspector = sign_in("inspector", trip_id=trip.id)
    assert inspector.get(wall(trip)).status_code == 200
    assert set_state(inspector, trip, trip.desks["a"], state="closed").status_code == 403


def test_an_empty_coordinators_list_says_so(trip: SmallTrip, coordinator: Browser) -> None:
    assert "همه میز دارند" in coordinator.get(wall(trip, "/unassigned")).text


def test_who_has_no_desk_is_sent_to_one(trip: SmallTrip, coordinator: Browser, integration: Browser) -> None:
    ticket = register(integration, trip)
    assert ticket["desk_id"] is None
    assert f"/tickets/{ticket['id']}/send" in coordinator.get(wall(trip, "/unassigned")).text
    answer = coordinator.post(
        wall(trip, f"/tickets/{ticket['id']}/send"), data={"desk_id": trip.desks["hall"]}
    )
    assert answer.status_code == 303
    assert rows(Ticket)[0].desk_id == trip.desks["hall"]
    assert "همه میز دارند" in coordinator.get(wall(trip, "/unassigned")).text


def test_a_desk_that_does_not_do_the_topic_is_not_offered(
    trip: SmallTrip, coordinator: Browser, integration: Browser
) -> None:
    ticket = register(integration, trip, "housing")
    offered = re.findall(r'<option value="(\d+)"', coordinator.get(wall(trip, "/unassigned")).text)
    assert [int(desk) for desk in offered] == [trip.desks["hall"]]
    answer = coordinator.post(wall(trip, f"/tickets/{ticket['id']}/send"), data={"desk_id": trip.desks["a"]})
    assert answer.status_code == 422
    assert rows(Ticket)[0].desk_id is None


def test_a_topic_that_no_desk_does_has_a_word_for_the_coordinator(
    trip: SmallTrip, coordinator: Browser, integration: Browser
) -> None:
    register(integration, trip, "nobody")
    page = coordinator.get(wall(trip, "/unassigned")).text
    assert "هیچ میز بازی در دسترس" in page
    assert "<form" not in page


def test_only_who_steers_queues_sends_people(trip: SmallTrip, sign_in: Join, integration: Browser) -> None:
    ticket = register(integration, trip)
    form = {"desk_id": trip.desks["hall"]}
    for role in ("inspector", "staff", "official"):
        answer = sign_in(role, trip_id=trip.id).post(wall(trip, f"/tickets/{ticket['id']}/send"), data=form)
        assert answer.status_code == 403
    assert rows(Ticket)[0].desk_id is None


def test_a_second_press_on_send_does_nothing_more(
    trip: SmallTrip, coordinator: Browser, integration: Browser
) -> None:
    ticket = register(integration, trip)
    form = {"desk_id": trip.desks["hall"], "idempotency_key": "one press"}
    answers = [coordinator.post(wall(trip, f"/tickets/{ticket['id']}/send"), data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert rows(Ticket)[0].version == 2
