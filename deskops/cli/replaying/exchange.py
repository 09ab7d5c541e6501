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

import urllib3

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
TIMEOUT = urllib3.Timeout(connect=3, read=20)


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
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._pool = urllib3.PoolManager(maxsize=connections, block=True, retries=False, timeout=TIMEOUT)
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
        trips = self._ask("GET", "/api/v1/trips/")["trips"]
        found = [trip["id"] for trip in trips if trip["code"] == code]
        if not found:
            raise LookupError(code)
        self.trip_id = int(found[0])
        return self._ask("GET", f"/api/v1/trips/{self.trip_id}/")

    def contacts(self) -> Iterator[dict[str, Any]]:
        """All contacts that the database holds. Raises GaveUp, Refused."""
        after: int | None = 0
        while after is not None:
            page = self._ask("GET", f"/api/v1/trips/{self.trip_id}/contacts?after={after}")
            yield from page["contacts"]
            after = page["next_after"]

    def post(self, path: str, body: dict[str, Any], *, key: str, at: float | None = None) -> dict[str, Any]:
        """Send an event; its answer. Raises GaveUp, Refused."""
        if at is not None:
            body = body | {"at": datetime.fromtimestamp(at, UTC).isoformat()}
        return self._ask("POST", f"/api/v1/trips/{self.trip_id}{path}", body, key)

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
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        data = None if body is None else json.dumps(body).encode()
        deadline, pause = time.monotonic() + self._patience, FIRST_PAUSE
        while True:
            answer = self._once(method, path, data, headers)
            if answer is not None:
                return answer
            if time.monotonic() + pause > deadline:
                raise GaveUp(f"{self._url} did not answer for {self._patience:g} s")
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _once(
        self, method: str, path: str, data: bytes | None, headers: dict[str, str]
    ) -> dict[str, Any] | None:
        """One try; None where another may do better. Raises Refused."""
        try:
            response = self._pool.request(method, self._url + path, body=data, headers=headers)
        except urllib3.exceptions.HTTPError:
            self.retries += 1
            return None
        if response.status in TRY_AGAIN:
            self.retries += 1
            return None
        answer: dict[str, Any] = _json(response)
        if response.status >= 400:
            error = answer.get("error", {})
            raise Refused(response.status, error.get("code", ""), error.get("message", ""))
        self.requests += 1
        return answer


def _json(response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    try:
        data = response.json()
    except ValueError:
        data = None
    return data if isinstance(data, dict) else {}
