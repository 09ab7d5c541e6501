"""Plays people through counters, event by event; whom a free counter takes is the strategy's to say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple, Protocol

from deskops.balancing.simulation.scenario import CounterMove, Desk, Person
from deskops.balancing.simulation.staffing import Failure, Shift, move_shifts


class Strategy(Protocol):
    """A policy as the engine asks it. `person` is an index of the trace, `counter` an id that the engine gave."""

    def begin(self, floor: "Floor") -> None: ...

    def arrive(self, person: int) -> None: ...

    def free(self, counter: int) -> None:
        """The counter asks for the next person: serve one, or keep it in mind."""

    def finished(self, counter: int, person: int) -> None: ...

    def opened(self, counter: int) -> None:
        """A new counter, or a busy one that was about to leave and stays."""

    def leaving(self, counter: int) -> None:
        """A busy counter takes nobody more."""

    def gone(self, counter: int) -> None: ...

    def failed(self, desk: int, down: bool) -> None: ...

    def gave_up(self, person: int) -> None:
        """A waiting person's patience is at its end; they must not be served any more."""

    def timer(self, what: str, person: int) -> None:
        """A time that the strategy set with `Floor.remind` has come."""


class Passed(NamedTuple):
    """What happened to a person: when service started, where, and how long it took."""

    start: float
    desk: int
    minutes: float


@dataclass(slots=True)
class _Place:
    """A desk's counters. Counters are counted, not scheduled: of too many, whoever is done first leaves."""

    plan: int = 0
    moved: int = 0
    down: bool = False
    serving: dict[int, int | None] = field(default_factory=dict)
    leaving: set[int] = field(default_factory=set)

    @property
    def wanted(self) -> int:
        return max(0, self.plan + self.moved)


_Event = tuple[float, int, int, object]
"""Minute, rank among those of one minute (ends of service before changes before timers), number, what."""


class _Done(NamedTuple):
    counter: int
    person: int


class _PatienceEnds(NamedTuple):
    person: int


class _Timer(NamedTuple):
    what: str
    person: int


class Floor:
    """The desks and counters of a play, and its clock."""

    def __init__(self, desks: Iterable[Desk], people: Sequence[Person], strategy: Strategy) -> None:
        self.now = 0.0
        self.people = people
        self.passed: dict[int, Passed] = {}
        self.gave_up: set[int] = set()
        self.desk_of: dict[int, int] = {}
        self.moved_counters = 0
        self._places = {desk.id: _Place() for desk in desks}
        self._strategy = strategy
        self._plan: list[Shift] = []
        self._followed: list[tuple[int, int]] = []
        self._events: list[_Event] = []
        self._number = 0

    def play(self, changes: Iterable[Shift | Failure]) -> dict[int, Passed]:
        """Plays to the end; who was never served is missing in the answer."""
        for change in changes:
            self._push(change.minute, 1, change)
            if isinstance(change, Shift) and change.counters is not None:
                self._plan.append(change)
        self._strategy.begin(self)
        arrivals = iter(range(len(self.people)))
        person = next(arrivals, None)
        while self._events or person is not None:
            if person is not None and (not self._events or self.people[person].minute < self._events[0][0]):
                self._arrive(person)
                person = next(arrivals, None)
            else:
                self.now, _, _, event = heappop(self._events)
                self._happen(event)
        return self.passed

    # What a strategy may do

    def serve(self, counter: int, person: int, factor: float) -> None:
        """Start a service at a free counter; `factor` is the desk's speed, which a no-show doesn't feel."""
        desk = self.desk_of[counter]
        who = self.people[person]
        minutes = who.service_minutes if who.no_show else who.service_minutes * factor
        place = self._places[desk]
        if place.serving[counter] is not None or person in self.passed or place.down:
            raise RuntimeError(f"counter {counter} can't serve person {person} at minute {self.now}")
        place.serving[counter] = person
        self.passed[person] = Passed(self.now, desk, minutes)
        self._push(self.now + minutes, 0, _Done(counter, person))

    def remind(self, minutes: float, what: str, person: int = -1) -> None:
        """Call the strategy's `timer` after so many minutes."""
        self._push(self.now + minutes, 2, _Timer(what, person))

    def move_counter(self, source: int, target: int, travel_minutes: float) -> None:
        """Advice that was followed: one counter leaves now and is open at the other desk after the way.

        It still ends its shift with the plan of the desk that it came from.
        """
        self.moved_counters += 1
        self._followed.append((source, target))
        leave, arrive = move_shifts(CounterMove(self.now, source, target, travel_minutes))
        self._shift(leave)
        self._push(arrive.minute, 1, arrive)

    def open_counters(self, desk: int) -> int:
        place = self._places[desk]
        return 0 if place.down else place.wanted

    def planned(self, minutes: float) -> list[Shift]:
        """The plan's changes of so many minutes to come, with the counters there will be, moved ones included."""
        until = self.now + minutes
        coming = (shift for shift in self._plan if self.now < shift.minute <= until)
        return [s._replace(counters=max(0, (s.counters or 0) + self._places[s.desk].moved)) for s in coming]

    @property
    def at_rest(self) -> bool:
        """Whether nobody is being served."""
        return not any(
            person is not None for place in self._places.values() for person in place.serving.values()
        )

    # What happens by itself

    def _push(self, minute: float, rank: int, event: object) -> None:
        self._number += 1
        heappush(self._events, (minute, rank, self._number, event))

    def _arrive(self, person: int) -> None:
        who = self.people[person]
        self.now = who.minute
        if who.patience_minutes is not None:
            self._push(self.now + who.patience_minutes, 2, _PatienceEnds(person))
        self._strategy.arrive(person)

    def _happen(self, event: object) -> None:
        if isinstance(event, _Done):
            self._done(event.counter, event.person)
        elif isinstance(event, Shift):
            self._shift(event)
        elif isinstance(event, Failure):
            self._failure(event)
        elif isinstance(event, _PatienceEnds):
            if event.person not in self.passed:
                self.gave_up.add(event.person)
                self._strategy.gave_up(event.person)
        elif isinstance(event, _Timer):
            self._strategy.timer(event.what, event.person)

    def _done(self, counter: int, person: int) -> None:
        place = self._places[self.desk_of[counter]]
        place.serving[counter] = None
        self._strategy.finished(counter, person)
        if place.leaving:
            if counter in place.leaving:
                place.leaving.discard(counter)
            else:
                self._strategy.opened(place.leaving.pop())
            del place.serving[counter]
            self._strategy.gone(counter)
        elif not place.down:
            self._strategy.free(counter)

    def _shift(self, shift: Shift) -> None:
        place = self._places[shift.desk]
        if shift.counters is None:
            place.moved += shift.step
        else:
            place.plan = shift.counters
        self._end_shifts(shift.desk, place)
        surplus = len(place.serving) - len(place.leaving) - place.wanted
        if surplus < 0:
            self._open(shift.desk, place, -surplus)
        elif surplus > 0:
            self._close(place, surplus)

    def _end_shifts(self, desk: int, place: _Place) -> None:
        """Where the plan has fewer than advice took away, those too many leave the desks that they went to."""
        for source, target in reversed(self._followed.copy()):
            if place.plan + place.moved >= 0:
                return
            if source == desk:
                self._followed.remove((source, target))
                place.moved += 1
                self._shift(Shift(self.now, target, step=-1))

    def _open(self, desk: int, place: _Place, count: int) -> None:
        stay = [place.leaving.pop() for _ in range(min(count, len(place.leaving)))]
        for counter in stay:
            self._strategy.opened(counter)
        for _ in range(count - len(stay)):
            counter = len(self.desk_of) + 1
            self.desk_of[counter] = desk
            place.serving[counter] = None
            self._strategy.opened(counter)
            if not place.down:
                self._strategy.free(counter)

    def _close(self, place: _Place, count: int) -> None:
        idle = [counter for counter, person in place.serving.items() if person is None][:count]
        for counter in idle:
            del place.serving[counter]
            self._strategy.gone(counter)
        busy = [counter for counter in place.serving if counter not in place.leaving]
        for counter in busy[: count - len(idle)]:
            place.leaving.add(counter)
            self._strategy.leaving(counter)

    def _failure(self, failure: Failure) -> None:
        place = self._places[failure.desk]
        place.down = failure.down
        self._strategy.failed(failure.desk, failure.down)
        if not failure.down:
            for counter in [c for c, person in place.serving.items() if person is None]:
                self._strategy.free(counter)
