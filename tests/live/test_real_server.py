"""The live room in a real server process, seen from outside."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psutil
import pytest

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM
from deskops.core.config import ASYNC_MODES, AsyncMode, Settings
from deskops.core.unit_of_work import unit_of_work
from tests import services
from tests.fixtures import Browser
from tests.infra.servers import Running
from tests.live.real import Client, handshake, headers, serving
from tests.live.screens import coordination, desk, register
from tests.services import wait_until
from tests.small_trip import SmallTrip


def register_outside(client: Client, trip: SmallTrip) -> float:
    """Register a walk-in through the server's own HTTP; gives how long that took."""
    body = {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"], "name": "سارا نمونه"}
    sent = headers(client.server, client.browser) | {"X-CSRF-Token": client.browser.headers["X-CSRF-Token"]}
    began = time.monotonic()
    answer = client.server.post(f"/api/v1/trips/{trip.id}/demands", json=body, headers=sent)
    assert answer.status_code == 201, answer.text
    return time.monotonic() - began


@pytest.mark.parametrize("mode", ASYNC_MODES)
def test_a_demand_is_on_desk_and_wall_in_each_way_of_running(
    trip: SmallTrip, staff: Browser, coordinator: Browser, settings: Settings, mode: AsyncMode
) -> None:
    with (
        serving(settings, async_mode=mode) as server,
        Client(server, staff) as console,
        Client(server, coordinator) as wall,
    ):
        console.subscribe(desk(trip))
        head = wall.subscribe(coordination(trip))["heads"][coordination(trip)]
        register_outside(console, trip)
        assert console.wait_for("changes")[0]["events"][0]["kind"] == "demand.registered"
        figures = wall.wait_for("figures")[0]
        assert (figures["from"], figures["to"]) == (head + 1, head + 1)


def test_strangers_and_other_sites_get_no_websocket_at_all(
    trip: SmallTrip, staff: Browser, settings: Settings
) -> None:
    with serving(settings) as server:
        ours = headers(server, staff)
        assert handshake(server, ours) == 101
        assert handshake(server, ours | {"Cookie": ""}) == 401
        assert handshake(server, ours | {"Cookie": "deskops=invented"}) == 401
        for origin in ("https://elsewhere.example", "null"):
            assert handshake(server, ours | {"Origin": origin}) == 400
        assert handshake(server, {"Cookie": ours["Cookie"]}) == 401


def test_a_revoked_session_is_cut_within_five_seconds(
    trip: SmallTrip, staff: Browser, settings: Settings
) -> None:
    with serving(settings) as server, Client(server, staff) as console:
        console.subscribe(desk(trip))
        with unit_of_work(SYSTEM) as uow:
            accounts.end_sessions(uow, staff.user_id)
        wait_until(lambda: not console.io.connected, "the cut", 5)
        assert handshake(server, headers(server, staff)) == 401


def test_what_another_process_wrote_is_noticed_within_seconds(
    trip: SmallTrip, staff: Browser, settings: Settings
) -> None:
    with serving(settings) as server, Client(server, staff) as console:
        console.subscribe(desk(trip))
        console.wait_for("heads")
        register(staff, trip)  # through the test's own process
        wait_until(lambda: console.got("heads")[-1]["heads"].get(desk(trip)) == 2, "the new head", 5)


def test_after_a_kill_the_client_comes_back_and_is_told_what_it_missed(
    trip: SmallTrip, staff: Browser, settings: Settings
) -> None:
    with serving(settings) as server, Client(server, staff) as console:
        console.subscribe(desk(trip))
        for worker in psutil.Process(server.pid).children():
            worker.kill()
        wait_until(lambda: not console.io.connected, "the loss", 5)
        register(staff, trip)
        wait_until(lambda: console.io.connected, "the return", 40)
        missed = console.subscribe(desk(trip), after=1)["missed"][desk(trip)]
        assert [event["sequence"] for event in missed["events"]] == [2]


@contextmanager
def consoles_at(server: Running, staff: Browser, audience: str, number: int = 8) -> Iterator[list[Client]]:
    """So many that both of two workers have some."""
    with ExitStack() as stack:
        consoles = [stack.enter_context(Client(server, staff)) for _ in range(number)]
        for console in consoles:
            console.subscribe(audience)
        yield consoles


def told(console: Client) -> set[int]:
    return {event["sequence"] for message in console.got("changes") for event in message["events"]}


def knows(console: Client, audience: str) -> int:
    """The newest number that it was told of, by a push or by a head."""
    heads = (message["heads"].get(audience, 0) for message in console.got("heads"))
    return max(0, *told(console), *heads)


@pytest.mark.redis
def test_two_workers_tell_each_others_screens(
    trip: SmallTrip, staff: Browser, settings: Settings, redis_url: str
) -> None:
    with (
        serving(settings, workers=2, redis_url=redis_url) as server,
        consoles_at(server, staff, desk(trip)) as consoles,
    ):
        for _ in range(4):
            register_outside(consoles[0], trip)
        for console in consoles:
            wait_until(lambda heard=console: told(heard) == {2, 3, 4, 5}, "all four", 10)


@pytest.mark.redis
def test_a_redis_that_hangs_stops_no_request_and_every_screen_learns_of_it(
    trip: SmallTrip, staff: Browser, settings: Settings
) -> None:
    with (
        services.redis() as redis,
        serving(settings, workers=2, redis_url=services.redis_url(redis)) as server,
        consoles_at(server, staff, desk(trip)) as consoles,
    ):
        redis.freeze()
        assert max(register_outside(consoles[0], trip) for _ in range(4)) < 2
        for console in consoles:
            wait_until(lambda heard=console: knows(heard, desk(trip)) == 5, "the newest number", 10)
        redis.thaw()
