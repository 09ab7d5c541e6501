"""Screens that rebuild what they show from what they are told, as static/live does in browsers; without deskops.

Each hears one audience over a bare websocket (Engine.IO 4, Socket.IO 5), applies changes in order, fetches what is
missing from the journal, and comes back by itself after a kill. They are greenlets of one process.
"""

from gevent import monkey

monkey.patch_all()

import hashlib  # noqa: E402
import json  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
from collections import Counter  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
import requests  # noqa: E402
import websocket  # noqa: E402

ACTIVE = ("waiting", "called", "serving", "held", "no_show")
AT_PLACE = ("called", "serving")
BACKOFF = (0.3, 2.5)  # seconds
ANSWER_WITHIN = 15


class View:
    """What a screen shows: lines under keys, as JSON."""

    def __init__(self, audience: str) -> None:
        self.of, number, self.role = audience.split(":")
        self.id = int(number)
        self.lines: dict[str, Any] = {}
        self.as_of: dict[str, float] = {}

    def apply(self, event: dict[str, Any]) -> None:
        """One change of a ticket; a wall shows figures instead."""
        if self.role == "board":
            self._set(
                str(event["number"]), event, event["status"] in AT_PLACE, "desk_id", "place_id", "status"
            )
        elif self.role == "staff" and "ticket_id" in event:
            here = event["desk_id"] == self.id and event["status"] in ACTIVE
            self._set(str(event["ticket_id"]), event, here, "number", "status", "topic_id")

    def show(self, desks: list[dict[str, Any]], as_of: float) -> None:
        """Figures are whole states; older ones than shown are dropped."""
        for desk in desks:
            name = str(desk["desk_id"])
            if as_of >= self.as_of.get(name, 0):
                self.as_of[name] = as_of
                self._set(name, desk, desk["waiting"] > 0, "waiting")

    def digest(self) -> str:
        """Equal for equal views."""
        return hashlib.sha256(json.dumps(self.lines, sort_keys=True).encode()).hexdigest()[:12]

    def _set(self, key: str, facts: dict[str, Any], kept: bool, *names: str) -> None:
        if kept:
            self.lines[key] = [facts[name] for name in names]
        else:
            self.lines.pop(key, None)


class Screen:
    """One client and its one audience."""

    def __init__(self, server: str, trip: int, cookie: str, audience: str) -> None:
        self.server, self.trip, self.audience = server, trip, audience
        self.cookie = f"deskops={cookie}"
        self.view = View(audience)
        self.last = 0
        self.held: list[dict[str, Any]] = []
        self.catching = False
        self.subscribed = False
        self.trouble: Counter[str] = Counter()

    def live(self) -> None:
        """Connect, listen, and come back whenever the line breaks."""
        attempt = 0
        while True:
            try:
                self._listen()
            except (OSError, websocket.WebSocketException, requests.RequestException, ValueError) as problem:
                self.trouble[type(problem).__name__] += 1
            attempt = 0 if self.subscribed else attempt + 1
            self.subscribed = False
            gevent.sleep(min(BACKOFF[1], BACKOFF[0] * 2**attempt) * random.uniform(0.5, 1.5))

    def _listen(self) -> None:
        address = self.server.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        line = websocket.create_connection(
            address, cookie=self.cookie, origin=self.server, timeout=ANSWER_WITHIN
        )
        try:
            line.recv()
            line.send("40")
            while True:
                packet = line.recv()
                if not packet:
                    return
                self._hear(line, packet)
        finally:
            line.close()

    def _hear(self, line: Any, packet: str) -> None:
        if packet == "2":
            line.send("3")
        elif packet.startswith("40"):
            wanted = {"audiences": [{"name": self.audience, "after": self.last}]}
            line.send("420" + json.dumps(["subscribe", wanted]))
        elif packet.startswith("430"):
            self._standing(json.loads(packet[3:])[0])
        elif packet.startswith("42"):
            name, message = json.loads(packet[2:])
            self._told(name, message)
        else:
            raise ValueError(f"refused: {packet[:80]}")

    def _standing(self, answer: dict[str, Any]) -> None:
        if "error" in answer:
            raise ValueError(answer["error"]["code"])
        for page in answer["missed"].values():
            self._take(page)
        self._compare(answer["heads"])
        self.subscribed = True

    def _told(self, name: str, message: dict[str, Any]) -> None:
        if name in ("changes", "figures"):
            self._take(message)
        elif name == "heads":
            gevent.spawn_later(1.0, self._compare, message["heads"])

    def _compare(self, heads: dict[str, int]) -> None:
        if heads.get(self.audience, 0) > self.last:
            self._catch_up()

    def _take(self, message: dict[str, Any]) -> None:
        if self.catching or message["from"] > self.last + 1:
            self.held.append(message)
            self._catch_up()
        else:
            self._deliver(message)

    def _deliver(self, message: dict[str, Any]) -> None:
        for event in message.get("events", []):
            if event["sequence"] > self.last:
                self.view.apply(event)
        self.view.show(message.get("desks", []), message.get("as_of", 0))
        self.last = max(self.last, message["to"])

    def _release(self) -> None:
        self.held.sort(key=lambda message: message["from"])
        while self.held and self.held[0]["from"] <= self.last + 1:
            self._deliver(self.held.pop(0))

    def _catch_up(self) -> None:
        """By one fetch at a time."""
        if not self.catching:
            self.catching = True
            gevent.spawn(self._fetch)

    def _fetch(self) -> None:
        try:
            gevent.sleep(random.uniform(0.15, 0.5))
            self._release()
            while self._page()["more"]:
                pass
        except (requests.RequestException, ValueError) as problem:
            self.trouble[f"journal {type(problem).__name__}"] += 1
        finally:
            self.catching = False
            self._release()

    def _page(self) -> dict[str, Any]:
        url = f"{self.server}/api/v1/trips/{self.trip}/journal"
        wanted = {"audience": self.audience, "after": str(self.last)}
        answer = requests.get(url, params=wanted, headers={"Cookie": self.cookie}, timeout=ANSWER_WITHIN)
        if answer.status_code != 200:
            raise ValueError(answer.status_code)
        page: dict[str, Any] = answer.json()
        self._deliver(page)
        return page


def report(screens: list[Screen]) -> dict[str, Any]:
    """`{audience: {"last digest": screens}}`, how many are subscribed, and what went wrong on the way."""
    shown: dict[str, Counter[str]] = {}
    for screen in screens:
        shown.setdefault(screen.audience, Counter())[f"{screen.last} {screen.view.digest()}"] += 1
    trouble = sum((screen.trouble for screen in screens), Counter())
    subscribed = sum(screen.subscribed for screen in screens)
    return {"shown": shown, "subscribed": subscribed, "trouble": trouble}


def main() -> None:
    wanted = json.loads(sys.argv[1])
    audiences, users = wanted["audiences"], wanted["users"]
    screens = [
        Screen(wanted["server"], wanted["trip"], users[n % len(users)], audiences[n % len(audiences)])
        for n in range(wanted["screens"])
    ]
    for screen in screens:
        gevent.spawn(screen.live)
    while not all(screen.subscribed for screen in screens):
        gevent.sleep(0.05)
    print(json.dumps("ready"), flush=True)
    pool = gevent.get_hub().threadpool
    while pool.apply(sys.stdin.readline):
        print(json.dumps(report(screens)), flush=True)


if __name__ == "__main__":
    main()
