"""What is committed is on the screens of those concerned, each with its own part of it."""

import time

from deskops.accounts.actor import SYSTEM
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.events import SetupChanged
from deskops.live.push import PUSH
from tests.fixtures import Browser, Join
from tests.live.conftest import Open
from tests.live.screens import Socket, act, board, coordination, desk, page, register
from tests.services import wait_until
from tests.small_trip import SmallTrip

SECRETIVE = {"number", "desk_id", "place_id", "status", "sequence", "kind", "at"}


def serve_one(staff: Browser, trip: SmallTrip) -> dict:
    """Register, call, serve and finish one walk-in at desk A."""
    register(staff, trip)
    called = act(staff, trip, f"/places/{trip.places['a'][0]}/next")["ticket"]
    act(staff, trip, f"/tickets/{called['id']}/serve")
    return act(staff, trip, f"/tickets/{called['id']}/finish", outcome="guidance_given")


def events_of(messages: list[dict]) -> list[dict]:
    return [event for message in messages for event in message["events"]]


def test_a_demand_appears_at_its_desk_at_once(trip: SmallTrip, staff: Browser, open_socket: Open) -> None:
    socket = open_socket(staff)
    assert socket.hear(desk(trip)) == {"heads": {desk(trip): 1}, "missed": {}}
    ticket = register(staff, trip)
    (message,) = socket.got("changes")
    assert (message["audience"], message["from"], message["to"]) == (desk(trip), 2, 2)
    (event,) = message["events"]
    assert (event["sequence"], event["kind"], event["number"]) == (2, "demand.registered", ticket["number"])


def test_other_desks_hear_nothing_of_it(
    trip: SmallTrip, staff: Browser, sign_in: Join, open_socket: Open
) -> None:
    elsewhere = open_socket(sign_in("staff", trip_id=trip.id, desk_id=trip.desks["b"]))
    elsewhere.hear(desk(trip, "b"))
    register(staff, trip)
    assert elsewhere.got("changes") == []


def test_numbers_of_an_audience_have_no_gap(trip: SmallTrip, staff: Browser, open_socket: Open) -> None:
    socket = open_socket(staff)
    socket.hear(desk(trip))
    for _ in range(3):
        serve_one(staff, trip)
    messages = socket.got("changes")
    assert [message["from"] for message in messages[1:]] == [message["to"] + 1 for message in messages[:-1]]
    numbers = [event["sequence"] for event in events_of(messages)]
    assert numbers == list(range(2, 2 + len(numbers)))


def test_a_replay_says_what_the_pushes_said(
    trip: SmallTrip, staff: Browser, coordinator: Browser, open_socket: Open
) -> None:
    at_desk, at_board = open_socket(staff), open_socket(coordinator)
    at_desk.hear(desk(trip))
    at_board.hear(board(trip))
    serve_one(staff, trip)
    assert page(staff, trip, desk(trip), 1).json["events"] == events_of(at_desk.got("changes"))
    assert page(coordinator, trip, board(trip)).json["events"] == events_of(at_board.got("changes"))


def test_a_board_gets_numbers_desks_and_counters_and_no_more(
    trip: SmallTrip, staff: Browser, sign_in: Join, open_socket: Open
) -> None:
    screen = open_socket(sign_in("board", trip_id=trip.id))
    screen.hear(board(trip))
    done = serve_one(staff, trip)
    shown = events_of(screen.got("changes"))
    assert [event["status"] for event in shown] == ["called", "serving", "done"]
    assert all(event.keys() == SECRETIVE and event["number"] == done["number"] for event in shown)


def test_a_board_is_not_told_of_calls(
    trip: SmallTrip, integration: Browser, sign_in: Join, open_socket: Open
) -> None:
    screens = [open_socket(sign_in("board", trip_id=trip.id)) for _ in trip.sites]
    for screen, site in zip(screens, trip.sites, strict=True):
        screen.hear(board(trip, site))
    act(integration, trip, f"/places/{trip.places['hq'][0]}/open")
    call = {"topic_id": trip.topics["loan"], "channel": "call", "call_id": "c1"}
    assert integration.post(f"/api/v1/trips/{trip.id}/demands", json=call).status_code == 201
    act(integration, trip, f"/places/{trip.places['hq'][0]}/next")
    assert [screen.got("changes") for screen in screens] == [[], []]


def test_who_was_called_away_to_another_site_leaves_the_board_of_the_first(
    trip: SmallTrip, staff: Browser, sign_in: Join, open_socket: Open
) -> None:
    other = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["b"])
    act(other, trip, f"/places/{trip.places['b'][0]}/open")
    screen = open_socket(sign_in("board", trip_id=trip.id))
    screen.hear(board(trip))
    register(staff, trip)
    called = act(staff, trip, f"/places/{trip.places['a'][0]}/next")["ticket"]
    act(staff, trip, f"/tickets/{called['id']}/transfer", desk_id=trip.desks["b"])
    shown = events_of(screen.got("changes"))
    assert [(event["status"], event["place_id"]) for event in shown][-1] == ("waiting", None)


def test_the_wall_is_shown_an_isolated_change_at_once(
    trip: SmallTrip, staff: Browser, coordinator: Browser, open_socket: Open
) -> None:
    wall = open_socket(coordinator)
    head = wall.hear(coordination(trip))["heads"][coordination(trip)]
    register(staff, trip)
    (message,) = wall.wait_for("figures")
    assert (message["from"], message["to"]) == (head + 1, head + 1)
    assert [(each["desk_id"], each["waiting"]) for each in message["desks"]] == [(trip.desks["a"], 1)]
    assert (message["unassigned"], message["snapshot"]) == (0, False)


def test_a_busy_desk_is_shown_at_most_four_times_a_second_and_in_the_end_as_it_is(
    trip: SmallTrip, staff: Browser, coordinator: Browser, open_socket: Open
) -> None:
    wall = open_socket(coordinator)
    start = wall.hear(coordination(trip))["heads"][coordination(trip)]
    began = time.monotonic()
    for _ in range(30):
        register(staff, trip)
    took = time.monotonic() - began
    end = page(coordinator, trip, coordination(trip)).json["head"]
    messages = until_told(wall, end)
    assert len(messages) <= 2 + 4 * (took + 0.3)
    assert messages[-1]["desks"][0]["waiting"] == 30
    assert end == start + 30
    assert [message["from"] for message in messages[1:]] == [message["to"] + 1 for message in messages[:-1]]


def until_told(wall: Socket, end: int) -> list[dict]:
    """All messages to the wall, once it was told the last number."""
    deadline = time.monotonic() + 5
    while not (messages := wall.got("figures")) or messages[-1]["to"] < end:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return messages


def test_a_person_whom_no_desk_can_take_is_counted_on_the_wall(
    trip: SmallTrip, staff: Browser, coordinator: Browser, open_socket: Open
) -> None:
    wall = open_socket(coordinator)
    wall.hear(coordination(trip))
    register(staff, trip, "nobody")
    (message,) = wall.wait_for("figures")
    assert (message["unassigned"], message["desks"]) == (1, [])


def test_every_console_gets_a_digest_of_what_changed(
    trip: SmallTrip, staff: Browser, sign_in: Join, open_socket: Open
) -> None:
    elsewhere = open_socket(sign_in("staff", trip_id=trip.id, desk_id=trip.desks["b"]))
    assert elsewhere.hear(f"trip:{trip.id}:staff") == {"heads": {}, "missed": {}}
    register(staff, trip)
    (message,) = elsewhere.wait_for("digest")
    changed = {"id": trip.desks["a"], "state": "open", "waiting": 1, "open": 1}
    assert message == {"trip": trip.id, "desks": [changed], "broadcasts": False}


def test_consoles_and_wall_are_told_that_something_is_said_and_not_what(
    trip: SmallTrip, sign_in: Join, open_socket: Open
) -> None:
    coordinator = sign_in("coordinator", trip_id=trip.id)
    console = open_socket(sign_in("staff", trip_id=trip.id, desk_id=trip.desks["b"]))
    console.hear(f"trip:{trip.id}:staff")
    wall = open_socket(coordinator)
    wall.hear(coordination(trip))
    coordinator.post(f"/api/v1/trips/{trip.id}/broadcasts", json={"text": "ناهار آماده است"})
    assert console.wait_for("digest") == [{"trip": trip.id, "desks": [], "broadcasts": True}]
    (told,) = wall.wait_for("figures")
    assert told["broadcasts"]
    assert "ناهار" not in str(told)


def test_a_board_is_told_of_a_stop_and_of_nothing_about_it(
    trip: SmallTrip, sign_in: Join, open_socket: Open
) -> None:
    screen = open_socket(sign_in("board", trip_id=trip.id))
    screen.hear(board(trip))
    stop = {"site_id": trip.sites["one"], "choice": "keep", "reason": "نشت گاز"}
    sign_in("coordinator", trip_id=trip.id).post(f"/api/v1/trips/{trip.id}/stops", json=stop)
    (event,) = events_of(screen.wait_for("changes"))
    assert event.keys() == {"sequence", "kind", "at"}
    assert event["kind"] == "desks.stopped"


def test_what_another_process_wrote_is_noticed_by_its_number(
    trip: SmallTrip, staff: Browser, open_socket: Open, upkeep, monkeypatch
) -> None:
    socket = open_socket(staff)
    socket.hear(desk(trip))
    upkeep.compare_heads(every=False)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("deskops.live.push.PUSH._socketio", None)
        register(staff, trip)
    assert socket.got("changes") == []
    before = len(socket.got("heads"))
    upkeep.compare_heads(every=False)
    upkeep.compare_heads(every=False)
    assert socket.got("heads")[before:] == [{"heads": {desk(trip): 2}}]


def test_a_heartbeat_tells_every_audience_its_head(
    trip: SmallTrip, staff: Browser, open_socket: Open, upkeep
) -> None:
    socket = open_socket(staff)
    socket.hear(desk(trip), f"trip:{trip.id}:staff")
    for _ in range(2):
        upkeep.compare_heads(every=True)
    assert socket.got("heads") == [{"heads": {desk(trip): 1}}] * 2


def test_a_push_that_fails_does_not_fail_the_request(
    trip: SmallTrip, staff: Browser, open_socket: Open, monkeypatch
) -> None:
    open_socket(staff).hear(desk(trip))
    monkeypatch.setattr("deskops.live.queries.changes", lambda *_: 1 / 0)
    assert register(staff, trip)["number"] == 1


def test_a_change_of_what_is_set_up_sends_the_wall_for_a_snapshot(
    trip: SmallTrip, coordinator: Browser, open_socket: Open
) -> None:
    wall = open_socket(coordinator)
    wall.hear(coordination(trip))
    with unit_of_work(SYSTEM) as uow:
        uow.record(SetupChanged(trip_id=trip.id, what="desk", id=trip.desks["a"]))
    (message,) = wall.wait_for("figures")
    assert (message["snapshot"], message["desks"]) == (True, [])


def test_a_change_that_is_rolled_back_is_told_to_nobody(
    trip: SmallTrip, staff: Browser, open_socket: Open
) -> None:
    socket = open_socket(staff)
    socket.hear(desk(trip))
    refused = staff.post(f"/api/v1/trips/{trip.id}/tickets/999999/serve", json={})
    assert refused.status_code == 404
    assert (socket.got("changes"), page(staff, trip, desk(trip)).json["head"]) == ([], 1)


def test_a_call_for_help_is_on_the_wall(
    trip: SmallTrip, staff: Browser, coordinator: Browser, open_socket: Open
) -> None:
    wall = open_socket(coordinator)
    wall.hear(coordination(trip))
    act(staff, trip, f"/places/{trip.places['a'][0]}/help")
    (message,) = wall.wait_for("figures")
    assert [(each["desk_id"], each["help"]) for each in message["desks"]] == [(trip.desks["a"], 1)]


def test_the_wall_goes_on_after_a_look_that_failed(
    trip: SmallTrip, staff: Browser, coordinator: Browser, open_socket: Open, monkeypatch
) -> None:
    wall = open_socket(coordinator)
    head = wall.hear(coordination(trip))["heads"][coordination(trip)]
    with monkeypatch.context() as broken:
        broken.setattr("deskops.live.queries.wall_news", lambda *_, **__: 1 / 0)
        register(staff, trip)
        wait_until(lambda: trip.id not in PUSH._feeds, "the end of the broken look", 5)
    register(staff, trip)
    (message,) = wall.wait_for("figures")
    assert (message["from"], message["to"]) == (head + 2, head + 2)


def test_nobody_listens_and_nothing_is_worked_out(
    trip: SmallTrip, staff: Browser, open_socket: Open, monkeypatch
) -> None:
    open_socket(staff).hear(desk(trip))
    monkeypatch.setattr("deskops.live.queries.wall_news", lambda *_, **__: 1 / 0)
    register(staff, trip)
    assert trip.id not in PUSH._feeds
