"""Server time of the whole way from sign-in to the readiness board of 36 desks, in Chromium."""

from __future__ import annotations

from contextlib import ExitStack

from playwright.sync_api import Browser

from benchmarks.result import CannotMeasureError, Result, Scale, median, say
from benchmarks.stores import folder
from deskops.core.migrations import upgrade
from deskops.server import ServerOptions
from tests.chromium import chromium
from tests.e2e import setup_way
from tests.e2e.setup_way import MOST_ACTIONS, Hands
from tests.e2e.stage import staged
from tests.services import ServiceMissingError

GOAL_SECONDS = 2.0
TIMED = ServerOptions(application="benchmarks.timed_app:create_app()", embedded=False)


def measure(scale: Scale) -> Result:
    """The median of several ways, each on a server and a database of its own."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(chromium())
        except ServiceMissingError as missing:
            raise CannotMeasureError(str(missing)) from None
        ways = [_way(browser) for _ in range(scale.runs)]
    runs = [way.server_seconds for way in ways]
    value, actions = median(runs), max(way.actions for way in ways)
    say(f"{value:.2f} s of server time in {actions} actions")
    holds = value <= GOAL_SECONDS and actions <= MOST_ACTIONS
    return Result(value, "s", "<= 2 s in <= 40 actions", holds, None, runs, {"actions": actions})


def _way(browser: Browser) -> Hands:
    with folder() as path, ExitStack() as stack:
        url = f"sqlite:///{path / 'deskops.sqlite3'}"
        upgrade(url)
        public = "https://desks.example"
        stage = stack.enter_context(staged(url, path, browser, TIMED, DESKOPS_PUBLIC_URL=public))
        hands = stack.enter_context(setup_way.coordinator(stage, "fa"))
        trip_id = setup_way.make_the_trip(hands)
        setup_way.name_who_is_in_charge(hands, trip_id, path)
        setup_way.print_signs(hands, trip_id)
        setup_way.mark_what_was_tried(hands, trip_id)
        return hands
