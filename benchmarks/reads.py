"""The list of a desk, the wall and the search with a million demands, against 10,000."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks import ground as grounds
from benchmarks.clients import Client
from benchmarks.ground import HALL, Ground, User
from benchmarks.result import Result, Scale, median, percentile, say
from benchmarks.seed import add_waiting, copy_of_served
from benchmarks.server import Server, pinned, server_core, serving
from benchmarks.stores import folder

GOAL = 1.5
FEW, MANY, WAITING = 10_000, 1_000_000, 200
REQUESTS = 60
# Common and rare names, a word of many texts, two words at once, the beginning of a phone number.
SEARCHES = ("محمد", "رضا ا", "وام", "فاطمه مسکن", "+989500012", "سارا")


@dataclass
class Reader:
    """A server on one of the two databases, and who reads."""

    ground: Ground
    port: int
    user: User

    async def run(self, path: str, requests: int) -> float:
        """The 95th percentile of so many reads, in milliseconds."""
        client = Client(self.port, self.user)
        replies = [await client.get(self.ground.api(path)) for _ in range(requests)]
        client.close()
        return percentile([reply.milliseconds for reply in replies], 95)


def measure(scale: Scale) -> Result:
    """The worst ratio of the 95th percentiles, each the median of runs that took turns."""
    with ExitStack() as stack:
        many, few = (
            stack.enter_context(_reader(scale.of(size, tiny))) for size, tiny in ((MANY, 2_000), (FEW, 1_000))
        )
        stack.enter_context(pinned())
        taken = {name: _compared(few, many, path, scale) for name, path in _paths(few.ground).items()}
    ratios = {name: many_ms / few_ms for name, (few_ms, many_ms) in taken.items()}
    worst = max(ratios.values())
    details = {"ratios": ratios, "p95_ms_few_many": taken}
    slowest = max(few_ms for few_ms, _ in taken.values())
    return Result(worst, "× p95 at 10,000", "<= 1.5", worst <= GOAL, slowest, list(ratios.values()), details)


def _paths(ground: Ground) -> dict[str, str]:
    lists = {"desk list": f"/demands?desk_id={ground.desks[HALL]}", "list": "/demands", "wall": "/wall"}
    return lists | {f"search {words}": f"/demands?q={quote(words)}" for words in SEARCHES}


def _compared(few: Reader, many: Reader, path: str, scale: Scale) -> tuple[float, float]:
    runs: dict[int, list[float]] = {id(few): [], id(many): []}
    for _ in range(scale.runs + 1):
        for reader in (few, many):
            runs[id(reader)].append(asyncio.run(reader.run(path, scale.of(REQUESTS, 5))))
    # The first round warms the caches.
    small, large = median(runs[id(few)][1:] or runs[id(few)]), median(runs[id(many)][1:] or runs[id(many)])
    say(f"{path}: {small:.1f} ms, {large:.1f} ms")
    return small, large


@contextmanager
def _reader(served: int) -> Iterator[Reader]:
    with folder() as path, ExitStack() as stack:
        ground = grounds.lay(f"sqlite:///{copy_of_served(served, path)}", path)
        add_waiting(ground, WAITING)
        user = ground.sign_in("coordinator")
        grounds.leave()
        server = stack.enter_context(
            serving(Server(ground.environment, core=server_core(), log=path / "log"))
        )
        yield Reader(ground, server.port, user)
