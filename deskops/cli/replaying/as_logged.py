"""The log followed to the letter: each call at the seat, and at the times, that the log says."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Semaphore

from deskops.cli.replaying.calls import HOUR, Call
from deskops.cli.replaying.duty import Shift, served_in_order, shifts
from deskops.cli.replaying.line import Line, Pace

# A seat that was idle for so long was closed in between.
NIGHT = 4 * HOUR
# Steps that may stand ready at once; more would only fill the memory.
AHEAD = 64


@dataclass(frozen=True)
class Step:
    """Something to send at its time, after whatever came before it on its call and at its seat."""

    order: tuple[float, float, int, int]
    at: float
    chains: tuple[str, ...]
    send: Callable[[], object]
    ends: int = 0


def follow(
    line: Line,
    calls: Sequence[Call],
    seats: Mapping[str, str],
    pace: Pace,
    *,
    connections: int,
    done: Callable[[int], None],
) -> None:
    """Send everything in order of time. Steps that have nothing to do with one another go side by side.

    `done` is told how many calls have ended. Raises GaveUp.
    """
    room, last = Semaphore(AHEAD), dict[str, Future[None]]()
    with ThreadPoolExecutor(connections) as pool:
        for step in sorted(_steps(line, calls, seats), key=lambda step: step.order):
            pace.wait(step.at)
            room.acquire()
            before = [last[chain] for chain in step.chains if chain in last]
            future = pool.submit(_run, step, before)
            future.add_done_callback(lambda _: room.release())
            last.update(dict.fromkeys(step.chains, future))
            _raise_failure(before)
            done(step.ends)
    _raise_failure(last.values())


def _run(step: Step, before: Iterable[Future[None]]) -> None:
    # What came before was submitted before, so it is running or over: waiting for it can't block for ever.
    for future in before:
        future.result()
    step.send()


def _raise_failure(futures: Iterable[Future[None]]) -> None:
    for future in futures:
        if future.done():
            future.result()


def _steps(line: Line, calls: Sequence[Call], seats: Mapping[str, str]) -> Iterable[Step]:
    """All steps. Their order breaks ties so that at a seat one call ends before the next begins."""
    served = {call.key: position for position, call in enumerate(served_in_order(calls))}
    at_seat: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        position = served.get(call.key, -1)
        if call.key in seats:
            at_seat[seats[call.key]].append(call)
        yield from _steps_of(line, call, position, seats.get(call.key, ""))
    for seat, served_there in at_seat.items():
        yield from _opening(line, seat, served_there)


def _steps_of(line: Line, call: Call, position: int, seat: str) -> Iterable[Step]:
    own = f"call {call.key}"

    def step(
        rank: int, at: float, chains: tuple[str, ...], send: Callable[[], object], ends: int = 0
    ) -> Step:
        return Step((at, call.begins, position, rank), at, chains, send, ends)

    if call.fate in {"menu", "phantom"}:
        yield step(0, call.entered, (own,), partial(line.contact, call), 1)
        return
    yield step(0, call.entered, (own,), partial(line.enter, call))
    if call.fate == "hung_up":
        yield step(1, call.ended, (own,), partial(line.hang_up, call, call.ended), 1)
        return
    yield step(1, call.begins, (own, seat), partial(line.connect, call, seat))
    yield step(2, call.ended, (own, seat), partial(line.finish, call, call.ended), 1)


def _opening(line: Line, seat: str, calls: Iterable[Call]) -> Iterable[Step]:
    for shift in shifts((Shift(seat, call.begins, call.ended) for call in calls), NIGHT):
        yield Step(
            (shift.begins, -math.inf, -1, 0), shift.begins, (seat,), partial(line.open, seat, shift.begins)
        )
        yield Step((shift.ends, math.inf, -1, 0), shift.ends, (seat,), partial(line.close, seat, shift.ends))
