"""HTTP clients that cost little: the machine that measures is the machine that serves."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.ground import User

Action = Callable[[], Awaitable[None]]
LOST = (ConnectionError, asyncio.IncompleteReadError)
BUSY, PATIENCE, PAUSE_SECONDS = 503, 100, 0.1


@dataclass(frozen=True)
class Reply:
    """An answer. `sent` and `received` are seconds of `time.monotonic`."""

    status: int
    body: bytes
    sent: float
    received: float

    @property
    def milliseconds(self) -> float:
        """From the first byte sent to the last one received."""
        return (self.received - self.sent) * 1000

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


class RefusedError(Exception):
    """The server answered something else than a benchmark can go on with."""


class Client:
    """A keep-alive connection of one user. A lost one is opened anew; its request is sent again."""

    def __init__(self, port: int, user: User | None = None) -> None:
        self._port = port
        origin = f"http://127.0.0.1:{port}"
        headers = {"Host": f"127.0.0.1:{port}", **(user.headers(origin) if user else {"Origin": origin})}
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._asked = False
        self.busy = 0

    async def get(self, path: str, expected: int = 200) -> Reply:
        """Raises RefusedError for another status."""
        return await self._checked(f"GET {path} HTTP/1.1\r\n{self._headers}\r\n".encode(), expected)

    async def post(self, path: str, body: dict[str, Any], expected: int = 200) -> Reply:
        """Raises RefusedError for another status."""
        data = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\n{self._headers}Idempotency-Key: {uuid.uuid4().hex}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        return await self._checked(head.encode() + data, expected)

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _checked(self, request: bytes, expected: int) -> Reply:
        async with self._one_at_a_time:
            reply = await self._exchanged(request)
            # "Nothing was saved, try again in a moment": so does a page of ours.
            while reply.status == BUSY and self.busy < PATIENCE:
                self.busy += 1
                await asyncio.sleep(PAUSE_SECONDS)
                reply = await self._exchanged(request)
        if reply.status != expected:
            raise RefusedError(f"{request[:80]!r}: {reply.status} {reply.body[:300]!r}")
        return reply

    async def _exchanged(self, request: bytes) -> Reply:
        for _ in range(PATIENCE):
            try:
                return await self._exchange(request)
            except LOST:
                # Given up while idle, or the server is away: the key makes it safe to ask again.
                self.close()
                await asyncio.sleep(0 if self._asked else PAUSE_SECONDS)
                self._asked = False
        return await self._exchange(request)

    async def _exchange(self, request: bytes) -> Reply:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        sent = time.monotonic()
        self._asked = True
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status = int(head.split(" ", 2)[1])
        body = await reader.readexactly(_length(head))
        if "connection: close" in head.lower():
            self.close()
        return Reply(status, body, sent, time.monotonic())


def _length(head: str) -> int:
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    return 0


async def all_at_once(actions: list[Action], seconds: float) -> float:
    """Each action again and again, one after the other, for some time; returns how long it really took."""
    started = time.monotonic()
    deadline = started + seconds

    async def repeat(action: Action) -> None:
        while time.monotonic() < deadline:
            await action()

    await asyncio.gather(*(repeat(action) for action in actions))
    return time.monotonic() - started


async def at_rate(actions: list[Action], rate: float, seconds: float) -> float:
    """Each action at its own turns, together `rate` a second. Who is behind goes on at once.

    Returns how long it really took.
    """
    started = time.monotonic()

    async def repeat(place: int, action: Action) -> None:
        turn = place
        while turn < rate * seconds and time.monotonic() < started + seconds:
            await asyncio.sleep(started + turn / rate - time.monotonic())
            await action()
            turn += len(actions)

    await asyncio.gather(*(repeat(place, action) for place, action in enumerate(actions)))
    return time.monotonic() - started
