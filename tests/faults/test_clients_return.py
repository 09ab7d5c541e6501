"""Row 6: every screen loses its server at once, comes back by itself, and shows what the database holds."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from tests.faults.clients import intake, session_of
from tests.faults.installation import Helper, Installation, Server, helper, serving
from tests.faults.oracle import Oracle
from tests.faults.scale import FULL, TIMEOUT, scaled

pytestmark = [pytest.mark.faults, pytest.mark.postgresql, pytest.mark.timeout(TIMEOUT)]
SCREENS = scaled(64, 700)
KILLS = scaled(2, 5)
IN_STEP_WITHIN = 10.0  # seconds
PATIENCE = 60.0
DESKS = ("a", "b", "hall", "hq")


def digest(lines: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(lines, sort_keys=True).encode()).hexdigest()[:12]


class Truth:
    """What each audience's screens must show, read from the database."""

    def __init__(self, installation: Installation) -> None:
        self.oracle = Oracle(installation.url)
        self.trip = installation.trip

    def audiences(self) -> list[str]:
        desks = [f"desk:{self.trip['desks'][name]}:staff" for name in DESKS]
        boards = [f"site:{site}:board" for site in self.trip["sites"].values()]
        return [*desks, *boards, f"trip:{self.trip['id']}:coordination"]

    def shown(self) -> dict[str, str]:
        heads = dict(self.oracle.rows("SELECT audience, sequence FROM audience_heads"))
        return {name: f"{heads.get(name, 0)} {digest(self._lines(name))}" for name in self.audiences()}

    def _lines(self, audience: str) -> dict[str, Any]:
        _, number, role = audience.split(":")
        if role == "board":
            return self._keyed(
                "number, desk_id, place_id, status",
                f"location = {number} AND status IN ('called', 'serving')",
            )
        if role == "staff":
            active = "status IN ('waiting', 'called', 'serving', 'held', 'no_show')"
            return self._keyed("id, number, status, topic_id", f"desk_id = {number} AND {active}")
        return self._keyed("desk_id, count(*)", "status = 'waiting' AND desk_id IS NOT NULL GROUP BY desk_id")

    def waiting(self, desk: str) -> dict[str, Any]:
        return self._lines(f"desk:{self.trip['desks'][desk]}:staff")

    def _keyed(self, columns: str, condition: str) -> dict[str, Any]:
        rows = self.oracle.rows(f"SELECT {columns} FROM tickets WHERE {condition}")
        return {str(key): list(rest) for key, *rest in rows}


@contextmanager
def counters_at_work(installation: Installation, server: Server) -> Iterator[None]:
    """Somebody at one counter of each desk takes people and finishes with them, whatever the server does."""
    over = threading.Event()
    users, places = installation.trip["users"]["staff"], installation.trip["places"]
    threads = [
        threading.Thread(
            target=take_people, args=(installation, server, user, places[name][1], over), daemon=True
        )
        for name, user in zip(DESKS, users, strict=False)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(PATIENCE)


def take_people(
    installation: Installation, server: Server, user: dict[str, Any], place: int, over: threading.Event
) -> None:
    session = session_of(server, user)
    base = f"{server.url}/api/v1/trips/{installation.trip['id']}"
    while not over.is_set():
        time.sleep(0.05)
        try:
            session.post(f"{base}/places/{place}/open", json={}, timeout=15)
            ticket = session.post(f"{base}/places/{place}/next", json={}, timeout=15).json().get("ticket")
            if ticket is not None:
                finished = {"outcome": "guidance_given"}
                session.post(f"{base}/tickets/{ticket['id']}/finish", json=finished, timeout=15)
        except (requests.RequestException, ValueError):
            continue


def seconds_until_in_step(screens: Helper, truth: Truth) -> float:
    """Until every screen of every audience shows the same, and that is what the database holds.

    The database is read anew each time: the worker may still mend what the kill left behind.
    """
    began = time.monotonic()
    while True:
        expected = truth.shown()
        screens.tell("report")
        told = screens.hear()
        wrong = {
            name: told["shown"][name] for name in expected if set(told["shown"][name]) != {expected[name]}
        }
        took = time.monotonic() - began
        if not wrong and told["subscribed"] == SCREENS:
            return took
        assert took < PATIENCE, f"wrong views: {wrong}, should be {expected}; {told}"
        time.sleep(0.1)


def test_all_screens_come_back_and_are_right(installation: Installation) -> None:
    installation.prepare(users={"staff": 8, "coordinator": 4}, open_desks=["a", "hall"])
    truth = Truth(installation)
    trip = installation.trip
    with serving(installation) as [server]:
        cookies = [user["cookie"] for user in trip["users"]["coordinator"]]
        wanted = {"server": server.url, "trip": trip["id"], "users": cookies, "audiences": truth.audiences()}
        with helper(installation, "screens", screens=SCREENS, **wanted) as screens:
            took = []
            for _ in range(KILLS):
                with (
                    intake(installation, [server], pace=0.05) as crowd,
                    counters_at_work(installation, server),
                ):
                    crowd.reach(20)
                    server.kill()
                    server.start()
                    crowd.reach(10)
                took.append(seconds_until_in_step(screens, truth))
        assert any(truth.waiting(name) for name in DESKS), "an empty view is easily right"
    print(f"{SCREENS} screens, {KILLS} kills, in step {max(took):.1f} s after the last change at the longest")
    if FULL:
        assert max(took) <= IN_STEP_WITHIN
