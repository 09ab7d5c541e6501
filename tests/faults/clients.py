"""Clients who register walk-ins over HTTP, keep their own log of what was acknowledged, and insist with the same key."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.faults.installation import Installation, Server
from tests.services import wait_until

PATIENCE = 60.0
PAUSE = 0.05


def session_of(server: Server, user: dict[str, Any]) -> requests.Session:
    """What a page of ours sends along."""
    session = requests.Session()
    session.cookies.set("deskops", user["cookie"])
    session.headers.update({"Origin": server.url, "X-CSRF-Token": user["csrf"]})
    return session


@dataclass
class Log:
    """What clients saw. `acknowledged` maps a client's own number to the answer that it got."""

    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    unavailable: list[float] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)

    def saw(self, number: str, answer: requests.Response) -> bool:
        """Note an answer; whether it acknowledges."""
        self.statuses[answer.status_code] += 1
        if answer.status_code == 503:
            self.unavailable.append(answer.elapsed.total_seconds())
        elif answer.status_code != 201:
            self.odd.append(f"{number}: {answer.status_code} {answer.text[:200]}")
        elif self.acknowledged.setdefault(number, answer.json()) != answer.json():
            self.odd.append(f"{number} was answered twice, each time differently")
        return answer.status_code == 201


class Intake:
    """Some clients, each registering one walk-in after the other."""

    def __init__(
        self, installation: Installation, servers: list[Server], clients: int, pace: float = 0.0
    ) -> None:
        self.trip = installation.trip
        self.servers = servers
        self.pace = pace
        self.log = Log()
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._register, args=(n,), daemon=True) for n in range(clients)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Nobody begins another person; whoever was begun is insisted on until acknowledged."""
        self._end.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def reach(self, more: int, within: float = 30.0) -> None:
        """Wait until that many more are acknowledged."""
        goal = len(self.log.acknowledged) + more
        wait_until(lambda: len(self.log.acknowledged) >= goal, f"{more} more acknowledged", within)

    def _register(self, client: int) -> None:
        server = self.servers[client % len(self.servers)]
        users = self.trip["users"]["staff"]
        session = session_of(server, users[client % len(users)])
        turn = 0
        while not self._end.is_set():
            turn += 1
            self._insist(session, server, f"{client}-{turn}", turn)
            time.sleep(self.pace)

    def _insist(self, session: requests.Session, server: Server, number: str, turn: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._post(session, server, number, turn):
                # Some press Save twice.
                if turn % 5 == 0:
                    self._post(session, server, number, turn)
                return
            time.sleep(PAUSE)
        self.log.given_up.append(number)

    def _post(self, session: requests.Session, server: Server, number: str, turn: int) -> bool:
        topics, sites = self.trip["topics"], self.trip["sites"]
        person = {
            "topic_id": topics[("loan", "work", "housing", "nobody")[turn % 4]],
            "site_id": sites[("one", "two")[turn % 2]],
            "name": f"شخص {number}",
            "phone": f"0912{int(number.split('-')[0]):03}{turn % 10000:04}",
            "external_number": number,
        }
        url = f"{server.url}/api/v1/trips/{self.trip['id']}/demands"
        try:
            answer = session.post(url, json=person, headers={"Idempotency-Key": f"key-{number}"}, timeout=15)
        except requests.RequestException:
            return False
        return self.log.saw(number, answer)


@contextmanager
def intake(
    installation: Installation, servers: list[Server], clients: int = 8, pace: float = 0.0
) -> Iterator[Intake]:
    """Clients at work during the block; all of them are answered when it ends."""
    crowd = Intake(installation, servers, clients, pace)
    crowd.start()
    try:
        yield crowd
    finally:
        crowd.finish()
