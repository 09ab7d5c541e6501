"""Socket.IO clients that cost little: hundreds in one process, beside the server that they measure."""

from __future__ import annotations

import asyncio
import json
import struct
import time
from collections.abc import Callable
from typing import Any

from benchmarks.ground import User

# Name of the message, its data, and when its last byte came in (seconds of time.time).
Listener = Callable[["Socket", str, Any, float], None]
OPEN, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
SHORT, MEDIUM = 126, 127
OPENED_WITHIN = 30.0


class Socket(asyncio.Protocol):
    """One websocket with Engine.IO and Socket.IO on it, as far as a listener needs them."""

    def __init__(self, listener: Listener | None = None) -> None:
        self.listener = listener
        self.received = 0
        self.lost = asyncio.get_running_loop().create_future()
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._buffer = b""
        self._upgraded = False
        self._transport: asyncio.Transport | None = None

    async def call(self, event: str, data: Any) -> Any:
        """Send a message and give the server's acknowledgement back."""
        number = len(self._answers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._send(f"42{number}{json.dumps([event, data])}")
        return await asyncio.wait_for(answer, OPENED_WITHIN)

    def close(self) -> None:
        """Hang up without a word."""
        if self._transport is not None:
            self._transport.abort()

    async def opened(self) -> None:
        """Return when Socket.IO is connected. Raises ConnectionError where it is refused."""
        await asyncio.wait_for(self._ready, OPENED_WITHIN)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        for waiting in (self._ready, *self._answers.values()):
            if not waiting.done():
                waiting.set_exception(ConnectionError("the socket was closed"))
                waiting.exception()
        if not self.lost.done():
            self.lost.set_result(None)

    def data_received(self, data: bytes) -> None:
        instant = time.time()
        self._buffer += data
        if not self._upgraded and not self._upgrade():
            return
        while (frame := _frame(self._buffer)) is not None:
            code, payload, length = frame
            self._buffer = self._buffer[length:]
            self._take(code, payload, instant)

    def ask(self, port: int, user: User | None) -> None:
        """Ask for the websocket."""
        origin = f"http://127.0.0.1:{port}"
        headers = user.headers(origin) if user else {"Origin": origin}
        lines = [
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        self._write("\r\n".join([*lines, "", ""]).encode())

    def _upgrade(self) -> bool:
        head, parted, rest = self._buffer.partition(b"\r\n\r\n")
        if not parted:
            return False
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            self._refuse(head[:200].decode("latin-1"))
            return False
        self._upgraded, self._buffer = True, rest
        return True

    def _take(self, code: int, payload: bytes, instant: float) -> None:
        if code == CLOSE:
            self.close()
        elif code == PING:
            self._write(_masked(PONG, payload))
        elif code == OPEN:
            self._take_text(payload.decode(), instant)

    def _take_text(self, text: str, instant: float) -> None:
        if text.startswith("42"):
            self.received += 1
            if self.listener is not None:
                name, *data = json.loads(text[2:])
                self.listener(self, name, data[0] if data else None, instant)
        elif text.startswith("43"):
            start = text.index("[")
            self._answers[int(text[2:start])].set_result(json.loads(text[start:])[0])
        elif text.startswith("40"):
            self._ready.set_result(None)
        elif text.startswith("44"):
            self._refuse(text)
        elif text.startswith("0"):
            self._send("40")
        elif text == "2":
            self._send("3")

    def _refuse(self, text: str) -> None:
        if not self._ready.done():
            self._ready.set_exception(ConnectionError(text))
        self.close()

    def _send(self, text: str) -> None:
        self._write(_masked(OPEN, text.encode()))

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


async def connect(port: int, user: User | None = None, listener: Listener | None = None) -> Socket:
    """A connected socket. Raises ConnectionError where the server is away or refuses."""
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(lambda: Socket(listener), "127.0.0.1", port)
    socket.ask(port, user)
    await socket.opened()
    return socket


def _frame(buffer: bytes) -> tuple[int, bytes, int] | None:
    """Code, payload and length of the first whole frame; servers send them unmasked."""
    if len(buffer) < 2:
        return None
    code, size, start = buffer[0] & 0x0F, buffer[1] & 0x7F, 2
    if size == SHORT:
        size, start = (struct.unpack_from("!H", buffer, 2)[0], 4) if len(buffer) >= 4 else (len(buffer), 4)
    elif size == MEDIUM:
        size, start = (struct.unpack_from("!Q", buffer, 2)[0], 10) if len(buffer) >= 10 else (len(buffer), 10)
    if len(buffer) < start + size:
        return None
    return code, buffer[start : start + size], start + size


def _masked(code: int, payload: bytes) -> bytes:
    """A client's frame. The mask is all zeros: it protects proxies, which aren't here, and costs time."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < SHORT else struct.pack("!BH", 0x80 | SHORT, size)
    return bytes([0x80 | code]) + length + b"\0\0\0\0" + payload
