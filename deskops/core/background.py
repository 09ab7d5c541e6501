"""Long work in a process of its own, which tells how far it is, so that whoever began it goes on."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

# A fresh interpreter: nothing of the parent's connections and threads goes along.
_CONTEXT = get_context("spawn")
News = TypeVar("News")
Tell = Callable[[Any], None]


class Background(Generic[News]):
    """`work(tell, *given)`, a module's own function, somewhere else. It ends at the latest with who began it."""

    def __init__(self, work: Callable[..., None], *given: Any) -> None:
        self._news, told = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(target=_work, args=(told, work, given), daemon=True)
        self._process.start()
        told.close()

    @property
    def is_running(self) -> bool:
        return self._process.is_alive()

    def news(self) -> Iterator[News]:
        """What was told since the last time."""
        try:
            while self._news.poll():
                yield self._news.recv()
        except EOFError:
            return

    def end(self) -> None:
        """End it, whether it is done or not."""
        self._process.terminate()
        self._process.join()
        self._news.close()


def _work(told: Connection, work: Callable[..., None], given: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(10)
    work(told.send, *given)


def _end_with_parent() -> None:
    """Nobody would hear what the work comes to whose worker was killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
