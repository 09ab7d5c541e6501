"""Long loops that let the other requests of the process have their turn."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
# A screen that waits for less than this isn't noticed.
HELD_SECONDS = 0.02
# So many rows of a statement take some milliseconds, and no store has a limit below it.
PART = 250


def paced(items: Iterable[Item]) -> Iterator[Item]:
    """The items; whenever the process has been held for HELD_SECONDS, everybody else who waits comes first.

    Under gevent and eventlet a sleep of no time lets others run; among real threads it gives the interpreter lock away.
    """
    since = time.perf_counter()
    for item in items:
        yield item
        if time.perf_counter() - since > HELD_SECONDS:
            time.sleep(0)
            since = time.perf_counter()


def parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items PART by PART, paced as well."""
    yield from paced(items[start : start + PART] for start in range(0, len(items), PART))
