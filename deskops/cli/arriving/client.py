"""A client of the JSON API that outlives the server's restarts."""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0


class Unwelcome(Exception):
    """The server doesn't know the token, or the trip is gone: there is nothing more to do."""


class Stopped(Exception):
    """The process was asked to end while it waited for the server."""


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    data: dict[str, Any]

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.status < 400


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
        self._base = f"{address}/api/v1/trips/{trip_id}"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._stopping = stopping
        options: dict[str, Any] = {}
        if certificate is not None:
            # No authority signed the demo's own certificate; it is known by its fingerprint instead.
            der = ssl.PEM_cert_to_DER_cert(certificate.read_text(encoding="ascii"))
            options = {"cert_reqs": "CERT_NONE", "assert_fingerprint": hashlib.sha256(der).hexdigest()}
        self._pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=3, read=20), **options
        )

    def get(self, path: str) -> dict[str, Any]:
        """Raises Unwelcome, Stopped."""
        return self._ask("GET", path, None, {}).data

    def post(self, path: str, body: dict[str, Any]) -> Answer:
        """Raises Unwelcome, Stopped."""
        return self._ask("POST", path, json.dumps(body).encode(), {"Idempotency-Key": uuid.uuid4().hex})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        pause = FIRST_PAUSE
        while True:
            answer = self._once(method, path, body, headers)
            if answer is not None:
                return answer
            if self._stopping.wait(pause):
                raise Stopped()
            pause = min(pause * 2, LONGEST_PAUSE)

    def _once(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer | None:
        """One try; None where it is worth another."""
        try:
            response = self._pool.request(
                method, self._base + path, body=body, headers=self._headers | headers
            )
        except urllib3.exceptions.HTTPError:
            return None
        if response.status >= 500 or response.status == 429:
            return None
        if response.status == 401 or (method == "GET" and response.status >= 400):
            raise Unwelcome(f"{method} {path}: {response.status}")
        return Answer(response.status, response.json())
