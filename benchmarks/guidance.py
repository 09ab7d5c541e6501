"""A search of 2,000 guidance cards, as the program calls it and over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote

from benchmarks import ground as grounds
from benchmarks.clients import Client
from benchmarks.ground import Ground, User
from benchmarks.result import Result, Scale, median, percentile, say
from benchmarks.server import Server, pinned, server_core, serving
from benchmarks.stores import folder
from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.queries import FoundCard, find_cards
from deskops.desks.services import add_cards, retire_card
from deskops.desks.services.guidance import CardRow, CardWords
from deskops.desks.template import province

GOAL_MS = 30.0
CARDS, TEXTS_EACH, SEARCHES = 2_000, 12, 300
# What is typed: nothing yet, one letter, common and rare words, two at once, Arabic letters, and what no card says.
TYPED = ("", "و", "وام", "مسکن", "وام اشتغال", "كارخانه", "بیمه و", "گذرنامه")


def measure(scale: Scale) -> Result:
    """The worst 95th percentile of the two roads; each the median of runs."""
    with folder() as path:
        ground = grounds.lay(f"sqlite:///{path / 'deskops.sqlite3'}", path)
        _write_cards(ground, scale.of(CARDS, 50))
        first, after_edit = _timed(ground, "وام"), _after_edit(ground)
        called = [_called(ground, scale.of(SEARCHES, 10)) for _ in range(scale.runs)]
        user = ground.sign_in("coordinator")
        grounds.leave()
        asked = list(_asked(ground, user, path, scale))
    in_process, over_http = median(called), median(asked)
    say(f"in process {in_process:.1f} ms, over HTTP {over_http:.1f} ms")
    worst = max(in_process, over_http)
    details = {
        "in_process_p95_ms": in_process,
        "http_p95_ms": over_http,
        "first_ms": first,
        "after_an_edit_ms": after_edit,
    }
    return Result(worst, "ms p95", "<= 30", worst <= GOAL_MS, None, [*called, *asked], details)


def _write_cards(ground: Ground, wanted: int) -> None:
    texts = (visitor["text"] for visitor in ground.visitors())
    topics = cycle(["", *(topic.code for topic in province().topics)])
    rows = []
    for line in range(1, wanted + 1):
        said = [next(texts) for _ in range(TEXTS_EACH)]
        words = CardWords(title_fa=f"{said[0][:60]} {line}", body_fa="\n".join(said)[:4_000])
        rows.append(CardRow(line, next(topics), words))
    with unit_of_work(SYSTEM) as uow:
        refused = add_cards(uow, SYSTEM, ground.trip_id, rows)
    if refused:
        raise ValueError(refused[0])


def _called(ground: Ground, searches: int) -> float:
    return percentile([_timed(ground, typed) for typed in islice(cycle(TYPED), searches)], 95)


def _timed(ground: Ground, typed: str) -> float:
    begun = time.perf_counter()
    _find(ground, typed)
    return (time.perf_counter() - begun) * 1000


def _find(ground: Ground, typed: str) -> list[FoundCard]:
    topic_id = next(iter(ground.topics.values()))
    with runtime.current().database.reading() as session:
        return find_cards(session, ground.trip_id, typed, topic_id=topic_id)


def _after_edit(ground: Ground) -> float:
    """The first search after somebody changed a card: the median of several."""
    card = _find(ground, "وام")[0]
    taken = []
    for retired in (True, False, True, False, True):
        with unit_of_work(SYSTEM) as uow:
            retire_card(uow, SYSTEM, ground.trip_id, card.id, retired=retired)
        taken.append(_timed(ground, "وام"))
    return median(taken)


def _asked(ground: Ground, user: User, path: Path, scale: Scale) -> Iterator[float]:
    with pinned(), serving(Server(ground.environment, core=server_core(), log=path / "log")) as server:
        for run in range(scale.runs + 1):
            taken = asyncio.run(_over_http(ground, Client(server.port, user), scale.of(SEARCHES, 10)))
            # The first round warms the server's cards.
            if run:
                yield percentile(taken, 95)


async def _over_http(ground: Ground, client: Client, searches: int) -> list[float]:
    taken = []
    for typed in islice(cycle(TYPED), searches):
        reply = await client.get(f"/trips/{ground.trip_id}/guidance/find?q={quote(typed)}")
        taken.append(reply.milliseconds)
    client.close()
    return taken
