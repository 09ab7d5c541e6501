"""static/live in a real browser, against a real server: pushes, gaps, kills and blocked websockets."""

from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from deskops.core.config import Settings
from tests.fixtures import Browser, Join
from tests.infra.servers import Running
from tests.live.real import serving, token_of
from tests.live.screens import act, desk, register
from tests.small_trip import SmallTrip

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

CONNECT = """async ({trip, audience, after}) => {
  const { connectLive } = await import("deskops/live");
  window.seen = []; window.states = []; window.snapshots = 0;
  window.live = connectLive({
    trip,
    audiences: [{ name: audience, after }],
    apply: (event) => window.seen.push(event.sequence),
    snapshot: async () => { window.snapshots += 1; return { [audience]: window.snapshotAt }; },
    onState: (state) => window.states.push(state),
    signedOut: () => window.states.push("signed out"),
  });
}"""


@pytest.fixture
def staff(trip: SmallTrip, sign_in: Join) -> Browser:
    """Somebody at desk A, whose first counter is open: number 1 of the desk's audience."""
    browser = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    act(browser, trip, f"/places/{trip.places['a'][0]}/open")
    return browser


@pytest.fixture
def server(app: Any, settings: Settings) -> Iterator[Running]:
    with serving(settings) as started:
        yield started


@pytest.fixture
def page(browser: Chromium, server: Running, staff: Browser) -> Iterator[Page]:
    """Any page of ours, signed in as somebody at desk A."""
    context = browser.new_context()
    context.add_cookies([{"name": "deskops", "value": token_of(staff), "url": server.url}])
    opened = context.new_page()
    opened.goto(server.url + "/design")
    yield opened
    context.close()


def connect(page: Page, trip: SmallTrip, after: int = 1) -> None:
    page.evaluate(CONNECT, {"trip": trip.id, "audience": desk(trip), "after": after})


def wait(page: Page, condition: str, seconds: float = 20) -> None:
    page.wait_for_function(f"() => {condition}", timeout=seconds * 1000)


def register_in_the_page(page: Page, trip: SmallTrip) -> None:
    """Through the server, which pushes it."""
    status = page.evaluate(
        """async ({path, body}) => (await fetch(path, {method: "POST", body: JSON.stringify(body), headers: {
            "Content-Type": "application/json",
            "X-CSRF-Token": document.querySelector("meta[name=csrf-token]").content}})).status""",
        {
            "path": f"/api/v1/trips/{trip.id}/demands",
            "body": {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"], "name": "سارا نمونه"},
        },
    )
    assert status == 201


def seen(page: Page) -> list[int]:
    return list(page.evaluate("window.seen"))


def test_changes_come_in_order_and_a_gap_is_filled(page: Page, trip: SmallTrip, staff: Browser) -> None:
    connect(page, trip)
    wait(page, "states.at(-1) === 'online'")
    register_in_the_page(page, trip)
    wait(page, "seen.length === 1")
    for _ in range(3):
        register(staff, trip)  # in the test's process: this server pushes none of them
    register_in_the_page(page, trip)
    wait(page, "seen.length === 5")
    assert seen(page) == [2, 3, 4, 5, 6]


def test_a_page_that_is_behind_is_brought_up_to_date(page: Page, trip: SmallTrip, staff: Browser) -> None:
    for _ in range(3):
        register(staff, trip)
    connect(page, trip)
    wait(page, "seen.length === 3")
    assert seen(page) == [2, 3, 4]


def test_after_a_kill_the_page_returns_by_itself(
    page: Page, server: Running, trip: SmallTrip, staff: Browser
) -> None:
    connect(page, trip)
    wait(page, "states.at(-1) === 'online'")
    for worker in psutil.Process(server.pid).children():
        worker.kill()
    wait(page, "states.at(-1) === 'reconnecting'")
    register(staff, trip)
    wait(page, "states.at(-1) === 'online' && seen.length === 1")
    assert page.get_attribute("[data-connection]", "data-connection") == "online"
    register_in_the_page(page, trip)
    wait(page, "seen.length === 2")


def test_who_is_ahead_of_the_server_takes_one_snapshot(page: Page, trip: SmallTrip, staff: Browser) -> None:
    page.evaluate("window.snapshotAt = 1")
    connect(page, trip, after=9)
    wait(page, "snapshots === 1")
    register_in_the_page(page, trip)
    wait(page, "seen.length === 1")
    assert (seen(page), page.evaluate("snapshots")) == ([2], 1)


def test_where_websockets_are_blocked_the_page_polls(page: Page, trip: SmallTrip, staff: Browser) -> None:
    page.route_web_socket("**/socket.io/**", lambda route: route.close())
    connect(page, trip)
    register(staff, trip)
    wait(page, "seen.length === 1 && states.at(-1) === 'online'", 30)
    register(staff, trip)
    wait(page, "seen.length === 2")
    assert seen(page) == [2, 3]


def test_after_sign_out_the_page_is_told(page: Page, server: Running, trip: SmallTrip) -> None:
    connect(page, trip)
    wait(page, "states.at(-1) === 'online'")
    page.evaluate(
        """async () => fetch("/sign-out", {method: "POST", headers: {
            "X-CSRF-Token": document.querySelector("meta[name=csrf-token]").content}})"""
    )
    wait(page, "states.includes('signed out')")
