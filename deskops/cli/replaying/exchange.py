"""The telephone exchange's side of the JSON API: events with their own times, under keys safe to repeat."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deskops.cli.json_api import JsonApi, pauses

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0


class GaveUp(Exception):
    """The server didn't answer for as long as the patience lasted."""


class Refused(Exception):
    """The server understood and said no; `code` says why."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.code = code


@dataclass
class Acknowledged:
    """What the server said last of a call. `status` is the turn's, or "contact" where there is no turn."""

    status: str
    ticket_id: int | None = None


class Exchange:
    """One trip as the exchange reaches it. Safe to use from several threads."""

    def __init__(
        self, url: str, token: str, *, journal: Path, connections: int = 1, patience: float = 60.0
    ) -> None:
        self._api = JsonApi(url, token, connections=connections)
        self._patience = patience
        self._journal = journal
        self._lock = threading.Lock()
        self.trip_id = 0
        self.acknowledged: dict[str, Acknowledged] = {}
        self.refused: list[tuple[str, str]] = []
        self.requests = 0
        self.retries = 0

    def choose_trip(self, code: str) -> dict[str, Any]:
        """Go to a trip by its code; returns its set-up. Raises LookupError, GaveUp, Refused."""
        trips = self._ask("GET", "/trips/")["trips"]
        found = [trip["id"] for trip in trips if trip["code"] == code]
        if not found:
            raise LookupError(code)
        self.trip_id = int(found[0])
        return self._ask("GET", f"/trips/{self.trip_id}/")

    def contacts(self) -> Iterator[dict[str, Any]]:
        """All contacts that the database holds. Raises GaveUp, Refused."""
        after: int | None = 0
        while after is not None:
            page = self._ask("GET", f"/trips/{self.trip_id}/contacts?after={after}")
            yield from page["contacts"]
            after = page["next_after"]

    def post(self, path: str, body: dict[str, Any], *, key: str, at: float | None = None) -> dict[str, Any]:
        """Send an event; its answer. Raises GaveUp, Refused."""
        if at is not None:
            body = body | {"at": datetime.fromtimestamp(at, UTC).isoformat()}
        return self._ask("POST", f"/trips/{self.trip_id}{path}", body, key)

    def acknowledge(self, call: str, status: str, ticket_id: int | None = None) -> None:
        """Keep what the server said, in memory and on disk: what is compared with its database at the end."""
        with self._lock:
            self.acknowledged[call] = Acknowledged(status, ticket_id)
            with self._journal.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"call": call, "status": status, "ticket": ticket_id}) + "\n")

    def refuse(self, call: str, refused: Refused) -> None:
        """Keep what the server said no to."""
        with self._lock:
            self.refused.append((call, str(refused)))

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, key: str = ""
    ) -> dict[str, Any]:
        deadline = time.monotonic() + self._patience
        waits = pauses(FIRST_PAUSE, LONGEST_PAUSE)
        while (answer := self._api.once(method, path, body, key)) is None:
            self.retries += 1
            pause = next(waits)
            if time.monotonic() + pause > deadline:
                raise GaveUp(f"{self._api.address} did not answer for {self._patience:g} s")
            time.sleep(pause)
        if not answer.ok:
            error = answer.data.get("error", {})
            raise Refused(answer.status, error.get("code", ""), error.get("message", ""))
        self.requests += 1
        return answer.data
