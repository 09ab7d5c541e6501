"""Who gets a socket, what may be heard on it, and when it ends."""

import pytest

from deskops.accounts import services as accounts
from deskops.accounts.access import forget_recognised
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.models import User
from deskops.accounts.permissions import MATRIX, ROLES
from deskops.core import clock
from deskops.core.errors import NotFound
from deskops.core.i18n import lazy
from deskops.core.unit_of_work import unit_of_work
from deskops.live.access import EVENTS, HEARING
from deskops.live.upkeep import Upkeep
from tests.fixtures import Browser, Join
from tests.live.conftest import Open
from tests.live.screens import board, coordination, desk, register
from tests.small_trip import SmallTrip, make_small_trip

# Written by hand: the roles that may hear each kind of audience.
MAY_HEAR = {
    "coordination": {"administrator", "coordinator", "desk_head", "inspector", "official"},
    "digest": {"administrator", "coordinator", "staff", "desk_head", "integration", "inspector", "official"},
    "desk": {"administrator", "coordinator", "staff", "desk_head", "integration", "inspector", "official"},
    "board": {"administrator", "coordinator", "desk_head", "board"},
}


def audience(kind: str, trip: SmallTrip) -> str:
    named = {"coordination": coordination, "desk": desk, "board": board}
    return f"trip:{trip.id}:staff" if kind == "digest" else named[kind](trip)


def code(answer: dict) -> str | None:
    return answer.get("error", {}).get("code")


def test_a_stranger_gets_no_socket(trip: SmallTrip, anonymous: Browser, open_socket: Open) -> None:
    assert not open_socket(anonymous).is_connected


def test_a_made_up_cookie_gets_no_socket(trip: SmallTrip, anonymous: Browser, open_socket: Open) -> None:
    anonymous.client.set_cookie("deskops", "invented")
    assert not open_socket(anonymous).is_connected


@pytest.mark.parametrize(
    "origin", ["", "null", "https://elsewhere.example", "http://localhost.elsewhere.example"]
)
def test_another_sites_page_gets_no_socket(staff: Browser, open_socket: Open, origin: str) -> None:
    assert not open_socket(staff, Origin=origin).is_connected


@pytest.mark.parametrize("origin", ["http://localhost", "https://desks.example"])
def test_our_own_pages_get_one(staff: Browser, open_socket: Open, origin: str) -> None:
    assert open_socket(staff, Origin=origin).is_connected


def test_a_program_with_a_token_needs_no_origin(
    trip: SmallTrip, integration: Browser, open_socket: Open
) -> None:
    socket = open_socket(integration, Origin="")
    assert socket.hear(desk(trip))["heads"] == {desk(trip): 0}


def test_a_program_that_names_another_site_is_refused(integration: Browser, open_socket: Open) -> None:
    assert not open_socket(integration, Origin="https://elsewhere.example").is_connected


@pytest.mark.parametrize("kind", MAY_HEAR)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_hears_what_it_may(
    trip: SmallTrip, sign_in: Join, open_socket: Open, role: str, kind: str
) -> None:
    browser = sign_in(role, trip_id=trip.id)
    answer = open_socket(browser).hear(audience(kind, trip))
    assert code(answer) == (None if role in MAY_HEAR[kind] else "forbidden")


@pytest.mark.parametrize("kind", MAY_HEAR)
def test_a_foreign_trips_audience_looks_like_one_that_does_not_exist(
    trip: SmallTrip, sign_in: Join, open_socket: Open, kind: str
) -> None:
    foreign = make_small_trip("foreign")
    socket = open_socket(sign_in("coordinator", trip_id=trip.id))
    assert socket.hear(audience(kind, foreign)) == socket.hear("desk:999999:staff")
    assert code(socket.hear(audience(kind, foreign))) == "not_found"


@pytest.mark.parametrize("name", ["desk:0:staff", "everything", "desk:1:staff; drop", "trip:1:staff#0"])
def test_a_name_that_is_no_audience_is_not_found(staff: Browser, open_socket: Open, name: str) -> None:
    assert code(open_socket(staff).hear(name)) == "not_found"


def test_staff_of_one_desk_do_not_hear_another(trip: SmallTrip, staff: Browser, open_socket: Open) -> None:
    assert code(open_socket(staff).hear(desk(trip, "b"))) == "forbidden"


def test_one_refused_audience_refuses_the_subscription(
    trip: SmallTrip, staff: Browser, open_socket: Open
) -> None:
    socket = open_socket(staff)
    assert code(socket.hear(desk(trip), coordination(trip))) == "forbidden"
    register(staff, trip)
    assert socket.got("changes") == []


@pytest.mark.parametrize(
    "data",
    [None, "text", [], {}, {"audiences": []}, {"audiences": ["desk:1:staff"]}, {"audiences": [{"name": 1}]},
     {"audiences": [{"name": "desk:1:staff", "after": -1}]}, {"audiences": [{"name": "x" * 61}]},
     {"audiences": [{"name": "desk:1:staff"}] * 13}, {"audiences": [{"name": "desk:1:staff"}], "other": 1}],
)  # fmt: skip
def test_a_subscription_that_makes_no_sense_is_refused(staff: Browser, open_socket: Open, data) -> None:
    assert code(open_socket(staff).send("subscribe", data)) == "invalid"


def test_an_event_that_is_not_declared_is_refused(staff: Browser, open_socket: Open) -> None:
    assert code(open_socket(staff).send("shut_down", {})) == "not_found"


@pytest.mark.parametrize(("language", "message"), [(None, "همین حالا"), ("en", "just now")])
def test_messages_are_in_the_language_of_the_user(
    trip: SmallTrip, staff: Browser, open_socket: Open, monkeypatch, language: str | None, message: str
) -> None:
    monkeypatch.setattr(NotFound, "message", lazy("just now"))
    with unit_of_work(SYSTEM) as uow:
        uow.session.get(User, staff.user_id).language = language
    forget_recognised()
    assert open_socket(staff).hear("nothing")["error"]["message"] == message


def test_every_event_and_every_audience_names_an_action_of_the_matrix() -> None:
    actions = {event.action for event in EVENTS.values()} | set(HEARING.values())
    assert actions <= MATRIX.keys()


def sign_out(browser: Browser) -> None:
    with unit_of_work(SYSTEM) as uow:
        accounts.end_sessions(uow, browser.user_id)
    forget_recognised()


def test_after_sign_out_nothing_more_is_answered(trip: SmallTrip, staff: Browser, open_socket: Open) -> None:
    socket = open_socket(staff)
    sign_out(staff)
    assert code(socket.hear(desk(trip))) == "sign_in_needed"
    assert not socket.is_connected


def test_a_revoked_session_is_cut_and_hears_nothing_more(
    trip: SmallTrip, staff: Browser, open_socket: Open, upkeep: Upkeep, integration: Browser
) -> None:
    socket = open_socket(staff)
    socket.hear(desk(trip))
    sign_out(staff)
    upkeep.sweep()
    assert not socket.is_connected
    register(integration, trip)
    assert socket.got("changes") == []


def test_an_expired_session_is_cut(staff: Browser, open_socket: Open, upkeep: Upkeep) -> None:
    socket = open_socket(staff)
    clock.freeze(clock.now())
    clock.advance(hours=9)
    upkeep.sweep()
    assert not socket.is_connected


def test_a_change_of_roles_cuts_the_session(
    trip: SmallTrip, staff: Browser, open_socket: Open, upkeep: Upkeep
) -> None:
    socket = open_socket(staff)
    with unit_of_work(SYSTEM) as uow:
        accounts.set_grants(uow, staff.user_id, [Grant("board", trip.id)])
    upkeep.sweep()
    assert not socket.is_connected


def test_a_change_of_roles_cuts_a_token_too(
    trip: SmallTrip, integration: Browser, open_socket: Open, upkeep: Upkeep
) -> None:
    socket = open_socket(integration)
    with unit_of_work(SYSTEM) as uow:
        accounts.set_grants(uow, integration.user_id, [Grant("board", trip.id)])
    forget_recognised()
    upkeep.sweep()
    assert not socket.is_connected


def test_who_may_stay_stays(staff: Browser, integration: Browser, open_socket: Open, upkeep: Upkeep) -> None:
    sockets = [open_socket(staff), open_socket(integration)]
    upkeep.sweep()
    assert all(socket.is_connected for socket in sockets)
