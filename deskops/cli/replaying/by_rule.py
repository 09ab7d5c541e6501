"""The log's callers and the log's servers, but deskops says who is served by whom.

Events go out in order of time, each after the answer to the one before, which decides what comes next.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from statistics import fmean

from deskops.cli.replaying.calls import Call
from deskops.cli.replaying.duty import Shift
from deskops.cli.replaying.line import Line, Pace

# At one instant: who is done makes room first, who gives up does so last.
DONE, OPENS, ENTERS, CLOSES, GIVES_UP = range(5)


@dataclass
class Seat:
    """A server's seat while the replay runs."""

    name: str
    types: frozenset[str]
    on_duty: bool = False
    serving: Call | None = None
    presses: int = 0


@dataclass(order=True)
class Event:
    """What happens next; `order` decides among events of one instant."""

    at: float
    order: int
    number: int
    act: Callable[[], None] = field(compare=False)


class ByRule:
    """A run by rule. Who hung up in the log and is answered here is served for the mean of their type."""

    def __init__(
        self,
        line: Line,
        calls: Sequence[Call],
        types: Mapping[str, frozenset[str]],
        done: Callable[[int], None],
    ) -> None:
        self._line = line
        self._done = done
        self._seats = {name: Seat(name, types[name]) for name in types}
        self._names = {line.places[name]: name for name in types}
        self._waiting: dict[int, Call] = {}
        self._events: list[Event] = []
        self._numbers = count()
        self._means = mean_service(calls)
        # Nobody who was answered waited longer: whom no server is left for gives up then.
        self._patience = max((call.begins - call.entered for call in calls), default=0.0)
        for call in calls:
            self._plan(call.entered, ENTERS, partial(self._enter, call))

    def run(self, shifts: Iterable[Shift], pace: Pace) -> None:
        """Send everything in order of time. Raises GaveUp, Refused."""
        for shift in shifts:
            seat = self._seats[shift.seat]
            self._plan(shift.begins, OPENS, partial(self._open, seat, shift.begins))
            self._plan(shift.ends, CLOSES, partial(self._close, seat, shift.ends))
        while self._events:
            event = heapq.heappop(self._events)
            pace.wait(event.at)
            event.act()

    def _plan(self, at: float, order: int, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, Event(at, order, next(self._numbers), act))

    def _enter(self, call: Call) -> None:
        if call.fate in {"menu", "phantom"}:
            self._line.contact(call)
            self._done(1)
            return
        turn = self._line.enter(call)
        if turn is None:
            self._done(1)
        elif turn["status"] == "serving":
            self._serve(self._seats[self._names[turn["place_id"]]], call, call.entered)
        else:
            self._waiting[turn["id"]] = call
            patience = call.ended - call.entered if call.fate == "hung_up" else self._patience
            leaves = call.entered + patience
            self._plan(leaves, GIVES_UP, partial(self._give_up, turn["id"], call, leaves))

    def _serve(self, seat: Seat, call: Call, at: float) -> None:
        seat.serving = call
        length = call.service if call.fate == "answered" else self._means[call.type]
        ends = at + round(length)
        self._plan(ends, DONE, partial(self._end, seat, call, ends))

    def _end(self, seat: Seat, call: Call, at: float) -> None:
        self._line.finish(call, at)
        self._done(1)
        seat.serving = None
        if seat.on_duty or self._last_hope(seat):
            self._next(seat, at)
        else:
            self._line.close(seat.name, at)

    def _next(self, seat: Seat, at: float) -> None:
        seat.presses += 1
        turn = self._line.next(seat.name, at, seat.presses)
        if turn is not None:
            call = self._waiting.pop(turn["id"])
            self._line.exchange.acknowledge(call.key, turn["status"], turn["id"])
            self._serve(seat, call, at)
        elif not seat.on_duty:
            self._line.close(seat.name, at)

    def _give_up(self, ticket_id: int, call: Call, at: float) -> None:
        if self._waiting.pop(ticket_id, None) is not None:
            self._line.hang_up(call, at)
            self._done(1)

    def _open(self, seat: Seat, at: float) -> None:
        seat.on_duty = True
        if seat.serving is None:
            self._line.open(seat.name, at)
            self._next(seat, at)

    def _close(self, seat: Seat, at: float) -> None:
        seat.on_duty = False
        if seat.serving is None:
            self._line.close(seat.name, at)

    def _last_hope(self, seat: Seat) -> bool:
        """Whether somebody waits whom no server on duty could take: nobody goes home then."""
        covered = frozenset[str]().union(*(other.types for other in self._seats.values() if other.on_duty))
        return any(call.type in seat.types - covered for call in self._waiting.values())


def mean_service(calls: Iterable[Call]) -> dict[str, float]:
    """Seconds of service by type, over the calls that the log's servers answered."""
    lengths: dict[str, list[float]] = defaultdict(list)
    for call in calls:
        lengths[call.type] += [call.service] if call.answered is not None else []
    every = [length for of_type in lengths.values() for length in of_type] or [0.0]
    return {name: fmean(of_type or every) for name, of_type in lengths.items()}
