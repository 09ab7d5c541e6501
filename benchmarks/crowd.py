"""The 700 screens of a full day, kept open through whatever happens to the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from benchmarks.ground import Ground
from benchmarks.result import Scale
from benchmarks.screens import Screen, close_all, consoles, walls
from deskops.core import runtime
from deskops.core.database import table_of
from deskops.core.journal_rows import AudienceHead

SOCKETS, WALLS = 700, 6
HEADS = table_of(AudienceHead)
LOOK_SECONDS = 0.02
OPENED_WITHIN = 60.0


def crowd_of(ground: Ground, scale: Scale) -> list[Screen]:
    """Consoles of all desks and some walls, 700 together."""
    total = scale.of(SOCKETS, 40)
    return [*consoles(ground, total - WALLS), *walls(ground, WALLS)]


@asynccontextmanager
async def kept_open(screens: Sequence[Screen], port: int) -> AsyncIterator[None]:
    """Every screen comes back by itself until the end of the block."""
    tasks = [asyncio.ensure_future(screen.stay_open(port)) for screen in screens]
    try:
        await until(lambda: all(screen.socket for screen in screens), OPENED_WITHIN)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        close_all(screens)


async def until(condition: Callable[[], bool], within: float) -> float:
    """Seconds until a condition held. Raises TimeoutError."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > within:
            raise TimeoutError(f"not within {within:g} s")
        await asyncio.sleep(LOOK_SECONDS)
    return time.monotonic() - started


def behind(screens: Sequence[Screen]) -> int:
    """How many screens are away, or were told less than the database holds."""
    with runtime.current().database.reading() as session:
        heads = {row.audience: row.sequence for row in session.execute(HEADS.select())}
    return sum(not _is_level(screen, heads) for screen in screens)


def _is_level(screen: Screen, heads: dict[str, int]) -> bool:
    if screen.socket is None:
        return False
    # A digest has no numbers: the newest says all.
    kept = [name for name in screen.audiences if name in heads]
    return all(screen.heads.get(name) == heads[name] for name in kept)
