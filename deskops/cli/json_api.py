"""One try at a server's JSON API. How long to insist is for each of those who use it to say."""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

TIMEOUT = urllib3.Timeout(connect=3, read=20)


@dataclass(frozen=True)
class Answer:
    """What the server said; no data where it wasn't a JSON object."""

    status: int
    data: dict[str, Any]

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.status < 400


class JsonApi:
    """A server under one token. Safe to use from as many threads as it has connections."""

    def __init__(
        self, address: str, token: str, *, connections: int = 1, certificate: Path | None = None
    ) -> None:
        self.address = address.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        options: dict[str, Any] = {
            "maxsize": connections,
            "block": True,
            "retries": False,
            "timeout": TIMEOUT,
        }
        if certificate is not None:
            # No authority signed the demo's own certificate; it is known by its fingerprint instead.
            der = ssl.PEM_cert_to_DER_cert(certificate.read_text(encoding="ascii"))
            options |= {"cert_reqs": "CERT_NONE", "assert_fingerprint": hashlib.sha256(der).hexdigest()}
        self._pool = urllib3.PoolManager(**options)

    def once(
        self, method: str, path: str, body: dict[str, Any] | None = None, key: str = ""
    ) -> Answer | None:
        """The answer; None where another try may get a better one. `path` begins below /api/v1."""
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        data = None if body is None else json.dumps(body).encode()
        try:
            response = self._pool.request(method, f"{self.address}/api/v1{path}", body=data, headers=headers)
        except urllib3.exceptions.HTTPError:
            return None
        if response.status >= 500 or response.status == 429:
            return None
        return Answer(response.status, _object_of(response))


def pauses(first: float, longest: float) -> Iterator[float]:
    """Seconds between tries, each twice the one before."""
    pause = first
    while True:
        yield pause
        pause = min(pause * 2, longest)


def _object_of(response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    try:
        data = response.json()
    except ValueError:
        data = None
    return data if isinstance(data, dict) else {}
