"""The simulator's rule and the live system beside each other: both are told the same facts, each decides by itself, and
after every fact all that they decided is compared.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from deskops.balancing.simulation.engine import Floor
from deskops.balancing.simulation.rule import Options, Rule
from deskops.balancing.state import PHONE
from deskops.core import clock
from deskops.demands import rules
from tests.demands.drawn_histories import History
from tests.demands.live_side import LiveSide

BEGINS = datetime(2026, 11, 22, 4, tzinfo=UTC)


class Unwarned(Rule):
    """Nobody tells the live system that an operator will leave after the person they serve, nor this rule."""

    def leaving(self, counter: int) -> None:
        """Still open, for all that is known."""


def counters_of(history: History, seed: int, options: Options) -> list[int]:
    """The desks of all counters in the order in which they open, by playing the simulator alone."""
    floor = Floor(history.scenario.desks, history.people, Unwarned(history.scenario, seed, options))
    floor.play(history.changes)
    return [floor.desk_of[counter] for counter in sorted(floor.desk_of)]


class Parted(AssertionError):
    """The two sides decided differently."""


class SideBySide:
    """A strategy of the engine that hands everything on to the rule, and to the live system after it."""

    def __init__(self, history: History, seed: int, live: LiveSide, options: Options) -> None:
        self.rule = Unwarned(history.scenario, seed, options)
        self.live = live
        self.seed = seed
        self.compared = 0
        self._learns = options.learns
        self._people = history.people
        self._over: set[int] = set()
        self._meeting = False

    def begin(self, floor: Floor) -> None:
        self.floor = floor
        self.rule.begin(floor)

    def opened(self, counter: int) -> None:
        if counter not in self.rule.load.counters:
            self.rule.opened(counter)
            self._at(f"counter {counter} opens")
            known = self.rule.load.counters[counter]
            self.live.open(counter, known.languages)
            self._compare_soon()

    def leaving(self, counter: int) -> None:
        self.rule.leaving(counter)

    def gone(self, counter: int) -> None:
        self.rule.gone(counter)
        self._at(f"counter {counter} closes")
        self.live.close(counter)
        self._compare_soon()

    def free(self, counter: int) -> None:
        self.rule.free(counter)
        self._at(f"counter {counter} asks for the next person")
        self.live.next(counter)
        self._compare()

    def finished(self, counter: int, person: int) -> None:
        self.rule.finished(counter, person)
        self._over.add(person)
        self._at(f"person {person} is done at counter {counter}")
        self.live.finish(person, came=not self._is_no_show(person))
        if self._learns:
            self._learn(self._people[person].topic)
        self._compare()

    def failed(self, desk: int, down: bool) -> None:
        self.rule.failed(desk, down)
        self._at(f"desk {desk} stops" if down else f"desk {desk} opens again")
        self.live.stop(desk, self._serves(desk)) if down else self.live.open_desk(desk)
        self._compare()

    def arrive(self, person: int) -> None:
        self.rule.arrive(person)
        self._at(f"person {person} comes: {self._people[person]}")
        self.live.register(person, self._people[person])
        self._answer()
        self._compare()

    def gave_up(self, person: int) -> None:
        self.rule.gave_up(person)
        self._over.add(person)
        self._at(f"person {person} goes away")
        self.live.leave(person)
        self._compare()

    def timer(self, what: str, person: int) -> None:
        arrives = what == "walked" and self._arrives(person)
        self.rule.timer(what, person)
        self._at(f"{what} {person}")
        if arrives:
            self.live.arrive(person)
        elif what == "match":
            self._meeting = False
        elif what == "tick":
            for act in rules.TICK_ACTS:
                self.live.tick(act)
                self._answer()
        self._compare()

    def _arrives(self, person: int) -> bool:
        """Not who went away meanwhile, nor at first who turned back."""
        if person in self.floor.gave_up:
            return False
        return self.rule.walks.is_over(person, self.floor.now)

    def _at(self, what: str) -> None:
        self._fact = what
        clock.freeze(BEGINS + timedelta(minutes=self.floor.now))

    def _answer(self) -> None:
        """Who was just offered the phone says what they say in the simulator; who isn't asked there says no."""
        for person in self.live.unanswered():
            self.live.answer(person, accepts=person in self.rule.accepted)

    def _learn(self, topic: int) -> None:
        """The live system counts topics as they come; the simulator is given their shares."""
        mean, share = self.live.learn(topic)
        if mean != self.rule.load.means[topic]:
            raise Parted(f"the mean of topic {topic}: {mean}, simulated {self.rule.load.means[topic]}")
        self.rule.load.learn(topic, mean, share)

    def _serves(self, desk: int) -> bool:
        return any(c.busy for c in self.rule.load.counters.values() if c.desk_id == desk)

    def _is_no_show(self, person: int) -> bool:
        return self._people[person].no_show and person not in self.rule.accepted

    def _compare_soon(self) -> None:
        """Free counters meet whom they may take now as soon as all that happens in this minute has happened."""
        self._meeting = True
        self._compare()

    def _compare(self) -> None:
        if not self._meeting:
            self.live.mend()
        for person in self.live.called():
            if not self._is_no_show(person):
                self.live.serve(person)
        self.compared += 1
        self._must_be_alike("person", self._simulated(), self.live.state())
        ready = {counter.id: counter.ready for counter in self.rule.load.counters.values()}
        self._must_be_alike("counter, ready:", ready, self.live.ready())

    def _must_be_alike(self, what: str, simulated: dict[int, Any], real: dict[int, Any]) -> None:
        if simulated == real:
            return
        parted = [
            f"  {what} {one}: simulated {simulated.get(one)}, live {real.get(one)}"
            for one in sorted(simulated.keys() | real.keys())
            if simulated.get(one) != real.get(one)
        ]
        told = [f"seed {self.seed}, minute {self.floor.now}, when {self._fact}:", *parted]
        raise Parted("\n".join([*told, f"all simulated: {simulated}", f"all live: {real}"]))

    def _simulated(self) -> dict[int, Any]:
        """By person: where they wait and for which desk, or where they are served, and whether the phone was offered."""
        rule = self.rule
        state: dict[int, Any] = {}
        for waiting in rule.load.all_waiting():
            site = None if waiting.place == PHONE else waiting.place - 1
            state[waiting.ticket_id] = "waits", site, waiting.desk_id, waiting.walk.value
        for person, passed in self.floor.passed.items():
            state[person] = ("over",) if person in self._over else ("served", passed.desk)
        state |= dict.fromkeys(self._over, ("over",))
        return {
            person: (*known, person in rule.asked, person in rule.accepted) for person, known in state.items()
        }
