"""The shipped rule as a strategy: the same router, claim, offer, re-balance and projection as the live system."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random

from deskops.balancing import offer
from deskops.balancing.claim import best
from deskops.balancing.learning import Correction, ServiceTimes
from deskops.balancing.matching import meetings
from deskops.balancing.planned import PlannedCount
from deskops.balancing.projection import Outlook, look_ahead, newcomer_wait
from deskops.balancing.reroute import place, relabel, walks_worth
from deskops.balancing.router import Choice, choose
from deskops.balancing.simulation.autopilot import ADVICE_MINUTES, Autopilot, planned_counts
from deskops.balancing.simulation.engine import Floor
from deskops.balancing.simulation.loads import languages_of_next, load_of, topics_of
from deskops.balancing.simulation.scenario import Scenario
from deskops.balancing.simulation.walks import Walks
from deskops.balancing.state import (
    PHONE,
    SECONDS_PER_MINUTE,
    Arrival,
    Counter,
    Policy,
    Waiting,
    Walk,
)

REBALANCE_MINUTES = 5.0
PROJECTION_MINUTES = 0.5
PLAN_MINUTES = 240.0
NOTHING_SEEN = Outlook(float("-inf"), {}, {})


@dataclass(frozen=True, slots=True)
class Options:
    """What of the rule is played. `accept_share` None: as the scenario says; 0 plays without the offer (A to C)."""

    accept_share: float | None = None
    advises: bool = False
    learns: bool = True
    policy: Policy = field(default_factory=Policy)


class Rule:
    """Rules A to D and F, and E on autopilot. What it counts is read after the play."""

    def __init__(self, scenario: Scenario, seed: int, options: Options | None = None) -> None:
        self.options = options or Options()
        share = self.options.accept_share
        self.accept_share = scenario.accept_share if share is None else share
        self.estimates: dict[int, float] = {}
        self.asked: set[int] = set()
        self.accepted: set[int] = set()
        self.walks = Walks()
        self.walked = self.walks.asked
        self.moved: set[int] = set()
        self.load = load_of(scenario, self.options.policy)
        self.floor: Floor
        self._autopilot: Autopilot
        self._scenario = scenario
        self._random = Random(seed)
        self._spoken = {desk.id: desk.languages for desk in scenario.desks}
        self._shares = {topic.id: topic.share for topic in scenario.topics}
        self._service = ServiceTimes(topics_of(scenario))
        self._correction = Correction()
        self._projected: dict[int, float] = {}
        self._outlook = NOTHING_SEEN
        self._ticking = False

    # What the engine says

    def begin(self, floor: Floor) -> None:
        self.floor = floor
        self._autopilot = Autopilot(self._scenario, floor, self.load)

    def opened(self, counter: int) -> None:
        known = self.load.counters.get(counter)
        desk_id = self.floor.desk_of[counter]
        new = known or Counter(
            counter, desk_id, languages=languages_of_next(self.load, desk_id, self._spoken[desk_id])
        )
        with self._changing(desk_id):
            self.load.put_counter(replace(new, open=True))

    def leaving(self, counter: int) -> None:
        with self._changing(self.floor.desk_of[counter]):
            self.load.put_counter(replace(self.load.counters[counter], open=False))

    def gone(self, counter: int) -> None:
        with self._changing(self.floor.desk_of[counter]):
            self.load.remove_counter(counter)

    @contextmanager
    def _changing(self, desk_id: int) -> Iterator[None]:
        """A desk whose last counter leaves in the block hands its people over; its first finds those who have no desk."""
        desk = self.load.desks[desk_id]
        had_counters = desk.open_counters > 0
        yield
        if had_counters != (desk.open_counters > 0):
            self._share_out(desk_id if had_counters else None)
        if self._spoken[desk_id]:
            # What nobody speaks any more everybody must do, once all that happens in this minute has happened.
            self.floor.remind(0.0, "match")

    def _share_out(self, desk_id: int | None, *, fails: bool = False) -> None:
        """Who is on the way to where nobody takes them now turns back; who walked to a desk that fails did so in vain."""
        before = self.load.provisional(desk_id)
        given = dict(place(self.load, before))
        astray = [one for one in before if one.walk is Walk.UNDER_WAY and given[one.ticket_id] is None]
        turning = self.walks.turns(self.load, astray)
        for one in before:
            person = one.ticket_id
            if person in turning:
                self.load.put_waiting(turning[person])
                self.floor.remind(self.walks.turn_back(person, self.floor.now), "walked", person)
            elif fails and given[person] is None and one.walk is Walk.ARRIVED:
                self.walks.in_vain.add(person)
                self.load.put_waiting(replace(one, desk_id=None, walk=Walk.NONE))
            elif given[person] != desk_id:
                self.load.assign(person, given[person])

    def free(self, counter: int) -> None:
        ticket = best(self.load, counter)
        if ticket is not None:
            self._start(counter, ticket)
        else:
            self.load.put_counter(replace(self.load.counters[counter], ready=True))

    def finished(self, counter: int, person: int) -> None:
        known = self.load.counters[counter]
        free = replace(known, busy=False, ready=False, serving_topic_id=None, serving_since=None)
        self.load.put_counter(free)
        if self.options.learns:
            topic_id = self.floor.people[person].topic
            speed = self.load.desks[known.desk_id].desk.speed[topic_id]
            mean = self._service.learn(topic_id, self.floor.passed[person].minutes, speed)
            self.load.learn(topic_id, mean, self._shares[topic_id])

    def failed(self, desk: int, down: bool) -> None:
        self.load.put_desk(replace(self.load.desks[desk].desk, open=not down))
        self._share_out(desk if down else None, fails=down)
        self._outlook = NOTHING_SEEN
        self._match()

    def gave_up(self, person: int) -> None:
        self.load.remove_waiting(person)
        self._projected.pop(person, None)

    def timer(self, what: str, person: int) -> None:
        if what == "walked":
            self._reached(person)
        elif what == "match":
            self._match()
        elif what == "advice":
            if self._ticking:
                self._autopilot.follow_advice(self._planned())
                self.floor.remind(ADVICE_MINUTES, "advice")
        else:
            self._tick()

    # Rules A and D

    def arrive(self, person: int) -> None:
        if not self._ticking:
            self._ticking = True
            self._autopilot.day_begins()
            self.floor.remind(REBALANCE_MINUTES, "tick")
            if self.options.advises:
                self.floor.remind(ADVICE_MINUTES, "advice")
        who = self.floor.people[person]
        place = PHONE if who.is_call or who.site is None else who.site + 1
        choice = choose(self.load, Arrival(place, who.topic, who.language))
        waiting = Waiting(
            person, place, who.topic, self._seconds, who.urgent, who.language, desk_id=choice.desk_id
        )
        if choice.counter_id is not None:
            self._arrived(waiting)
            self._start(choice.counter_id, person)
            return
        projected = self._newcomer(place, who.topic, who.urgent)
        if not self._accepts(waiting, projected):
            self._place(waiting, choice, projected)

    def _accepts(self, waiting: Waiting, projected: float | None) -> bool:
        """Ask, where it is worth it and nobody asked before; whoever accepts is on the phone list with their age."""
        place, topic_id, person = waiting.place, waiting.topic_id, waiting.ticket_id
        if person in self.asked or not offer.is_worth_offering(self.load, place, topic_id, projected):
            return False
        self.asked.add(person)
        if self._random.random() >= self.accept_share:
            return False
        self.accepted.add(person)
        self._note(person, self._newcomer(PHONE, topic_id, waiting.urgent))
        # A desk that has them by now would count them against itself.
        with self.load.without([person]):
            choice = choose(self.load, Arrival(PHONE, topic_id, waiting.language))
        self._arrived(replace(waiting, place=PHONE, desk_id=choice.desk_id))
        if choice.counter_id is not None:
            self._start(choice.counter_id, person)
        return True

    def _place(self, waiting: Waiting, choice: Choice, projected: float | None) -> None:
        if choice.walk and choice.desk_id is not None:
            self._note(waiting.ticket_id, choice.expected_wait_minutes)
            self._walk(waiting, choice.desk_id)
        else:
            self._note(waiting.ticket_id, projected)
            self._arrived(waiting)

    def _arrived(self, waiting: Waiting) -> None:
        """Put a newcomer into the load, and into the recent rates at the place where they wait in the end."""
        self.load.put_waiting(waiting)
        self._autopilot.arrived(waiting)

    def _walk(self, waiting: Waiting, desk_id: int) -> None:
        person = waiting.ticket_id
        minutes = self.floor.people[person].walk_minutes
        self.walks.begin(waiting, self.floor.now, minutes)
        site = self.load.desks[desk_id].desk.site_id
        self._arrived(replace(waiting, place=site, desk_id=desk_id, walk=Walk.UNDER_WAY))
        self.floor.remind(minutes, "walked", person)

    def _reached(self, person: int) -> None:
        """Who walked is there: as for anybody who comes, a counter that is free takes them at once."""
        if person in self.floor.gave_up or not self.walks.is_over(person, self.floor.now):
            return
        waiting = replace(self.load.waiting(person), walk=Walk.ARRIVED)
        if waiting.desk_id is None:
            # No desk there could take them meanwhile: they may be asked to walk once more.
            self.walks.in_vain.add(person)
            waiting = replace(waiting, walk=Walk.NONE)
        self.load.put_waiting(waiting)
        arrival = Arrival(waiting.place, waiting.topic_id, waiting.language, may_walk=False)
        counter = choose(self.load, arrival).counter_id
        if counter is not None:
            self._start(counter, person)

    # Rules B, C and F

    def _start(self, counter: int, person: int) -> None:
        self.load.remove_waiting(person)
        known = self.load.counters[counter]
        who = self.floor.people[person]
        projected = self._projected.pop(person, None)
        if projected is not None:
            self._correction.learn(projected, self.floor.now - who.minute)
        self.load.put_counter(
            replace(known, ready=False, busy=True, serving_topic_id=who.topic, serving_since=self._seconds)
        )
        self.floor.serve(counter, person, self.load.desks[known.desk_id].desk.speed[who.topic])

    def _tick(self) -> None:
        for new in relabel(self.load):
            self.load.assign(new.ticket_id, new.desk_id)
        outlook = self._look()
        for waiting in offer.due(self.load, outlook.waits):
            if waiting.walk is Walk.NONE and self._accepts(waiting, outlook.waits.get(waiting.ticket_id)):
                self._projected.pop(waiting.ticket_id, None)
        for walk in walks_worth(self.load, outlook.waits, self.walked - self.walks.in_vain):
            self.moved.add(walk.ticket_id)
            self._walk(self.load.waiting(walk.ticket_id), walk.desk_id)
        self._match()
        if self.floor.at_rest:
            self._ticking = False
            if self.options.advises:
                self._autopilot.day_ends()
        else:
            self.floor.remind(REBALANCE_MINUTES, "tick")

    def _match(self) -> None:
        """Free counters take whom a change has put before them."""
        for counter, ticket in meetings(self.load):
            self._start(counter, ticket)

    def _newcomer(self, place: int, topic_id: int, urgent: bool) -> float | None:
        outlook = self._outlook
        if self._seconds - outlook.at >= PROJECTION_MINUTES * SECONDS_PER_MINUTE:
            outlook = self._look()
        return newcomer_wait(self.load, outlook, place, topic_id, urgent)

    def _look(self) -> Outlook:
        self._outlook = look_ahead(self.load, self._seconds, self._planned())
        return self._outlook

    def _planned(self) -> list[PlannedCount]:
        return planned_counts(self.floor, PLAN_MINUTES, self.floor.now)

    def _note(self, person: int, projected: float | None) -> None:
        """Remember what the person is told, once, at registration."""
        if projected is not None and person not in self.estimates:
            self._projected[person] = projected
            self.estimates[person] = projected * self._correction.factor

    @property
    def _seconds(self) -> float:
        return self.floor.now * SECONDS_PER_MINUTE
