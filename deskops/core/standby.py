"""Work whose libraries take a second to load, done by a process that has loaded them and is kept for a while.

One for each process that asks, begun when it is first needed; it ends by itself when nobody has asked for some minutes,
after a number of pieces of work, and with who began it. Both talk over a socket, which every way of running waits for
without stopping other requests.
"""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from deskops.core.aside import asked_for, outcome, worked_out
from deskops.core.errors import Refusal
from deskops.core.i18n import lazy

Result = TypeVar("Result")
SECONDS = 20.0
IDLE_SECONDS = 300.0
MOST_WAITING = 8
# What the libraries leave behind is given back with the process.
MOST_WORK = 500
# Screens go first where there are fewer processors than work.
_NICENESS = 5
_LENGTH = struct.Struct(">Q")
_ROOT = Path(__file__).resolve().parents[2]


class NotInTime(Refusal):
    """Too many ask at once, or this one took too long."""

    status = 503
    code = "not_in_time"
    message = lazy("This could not be made in time, as others are being made. Try again in a moment.")


class Gone(Exception):
    """The process ended before it answered."""


class Standby:
    """A process that does one piece of work after the other; `prepare`, a module's own function, is what it loads."""

    def __init__(self, prepare: Callable[[], None]) -> None:
        self._prepare = f"{prepare.__module__}:{prepare.__name__}"
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._lock = threading.Lock()
        self._asking = 0

    @property
    def pid(self) -> int | None:
        """Of the process that stands by, None where there is none."""
        is_there = self._process is not None and self._process.poll() is None
        return self._process.pid if is_there and self._process is not None else None

    def start(self) -> None:
        """Have it loaded by the time that somebody asks, without waiting for it."""
        if self.pid is None and self._lock.acquire(blocking=False):
            try:
                self._begin()
            finally:
                self._lock.release()

    def ask(self, work: Callable[..., Result], *args: Any) -> Result:
        """What a module's function returns, worked out there in the current language; it may be begun twice.

        Raises what it raises, or NotInTime. Arguments, result and errors must be picklable.
        """
        if self._asking >= MOST_WAITING:
            raise NotInTime()
        self._asking += 1
        try:
            with self._lock:
                return outcome(self._answer(asked_for(work, args, {})))  # type: ignore[no-any-return]
        finally:
            self._asking -= 1

    def end(self) -> None:
        """End it at once."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._line = self._process = None

    def _answer(self, asked: bytes) -> bytes:
        with suppress(Gone):
            # It may just have ended, as nobody had asked for so long.
            return self._tried(asked)
        try:
            return self._tried(asked)
        except Gone:
            raise NotInTime() from None

    def _tried(self, asked: bytes) -> bytes:
        if self.pid is None:
            self._begin()
        assert self._line is not None
        try:
            _send(self._line, asked)
            return _received(self._line)
        except TimeoutError:
            self.end()
            raise NotInTime() from None
        except OSError:
            self.end()
            raise Gone() from None
        except BaseException:
            # Cut off while it waits: what is answered later must not be taken for somebody else's.
            self.end()
            raise

    def _begin(self) -> None:
        self.end()
        self._line, theirs = socket.socketpair()
        self._line.settimeout(SECONDS)
        command = [sys.executable, "-m", "deskops.core.standby", self._prepare]
        with theirs:
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), cwd=_ROOT)


def _send(line: socket.socket, content: bytes) -> None:
    line.sendall(_LENGTH.pack(len(content)) + content)


def _received(line: socket.socket) -> bytes:
    """Raises TimeoutError, and ConnectionError where the other side has ended."""
    return _exactly(line, _LENGTH.unpack(_exactly(line, _LENGTH.size))[0])


def _exactly(line: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = line.recv(min(length - len(parts), 1 << 20))
        if not part:
            raise ConnectionResetError
        parts += part
    return bytes(parts)


def _stand_by(prepare: str) -> None:
    os.nice(_NICENESS)
    module, name = prepare.split(":")
    getattr(import_module(module), name)()
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as line:
        serve(line, IDLE_SECONDS)


def serve(line: socket.socket, idle_seconds: float) -> None:
    """Work out what comes in until nothing comes, the other side ends, or it was enough."""
    line.settimeout(idle_seconds)
    with suppress(OSError):
        for _ in range(MOST_WORK):
            _send(line, worked_out(_received(line)))


if __name__ == "__main__":
    _stand_by(sys.argv[1])
