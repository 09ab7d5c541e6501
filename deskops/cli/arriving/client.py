"""A client of the JSON API that outlives the server's restarts."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path
from typing import Any

from deskops.cli.json_api import Answer, JsonApi, pauses

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0


class Unwelcome(Exception):
    """The server doesn't know the token, or the trip is gone: there is nothing more to do."""


class Stopped(Exception):
    """The process was asked to end while it waited for the server."""


class Client:
    """Asks until it is answered: a request that was cut off is sent again under the same key, so nothing is
    done twice.
    """

    def __init__(
        self,
        address: str,
        trip_id: int,
        token: str,
        stopping: threading.Event,
        certificate: Path | None = None,
    ) -> None:
        self._api = JsonApi(address, token, certificate=certificate)
        self._trip = f"/trips/{trip_id}"
        self._stopping = stopping

    def get(self, path: str) -> dict[str, Any]:
        """Raises Unwelcome, Stopped."""
        answer = self._ask("GET", path)
        if not answer.ok:
            raise Unwelcome(f"GET {path}: {answer.status}")
        return answer.data

    def post(self, path: str, body: dict[str, Any]) -> Answer:
        """Raises Unwelcome, Stopped."""
        return self._ask("POST", path, body, uuid.uuid4().hex)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None, key: str = "") -> Answer:
        waits = pauses(FIRST_PAUSE, LONGEST_PAUSE)
        while (answer := self._api.once(method, self._trip + path, body, key)) is None:
            if self._stopping.wait(next(waits)):
                raise Stopped()
        if answer.status == 401:
            raise Unwelcome(f"{method} {path}: 401")
        return answer
