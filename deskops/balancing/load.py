"""A whole trip's load in memory, folded from facts; a cache, the database decides.

Every `put_…` is an idempotent upsert of a whole fact and every `remove_…` accepts what is gone already. Not
safe for use by several threads at once: the caller holds it while it folds or decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from deskops.balancing.desk_load import DeskLoad
from deskops.balancing.errors import UnknownCounterError, UnknownDeskError, UnknownTicketError
from deskops.balancing.queues import Queues
from deskops.balancing.state import PHONE, Counter, Desk, Kind, Policy, Topic, Waiting

_FINE = 2**40


class Away(NamedTuple):
    """A competent desk at another site, and the minutes to walk there."""

    desk: DeskLoad
    minutes: float


class Load:
    """State of every desk, counter and waiting ticket of one trip."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self.desks: dict[int, DeskLoad] = {}
        self.counters: dict[int, Counter] = {}
        self.queues = Queues()
        self.means: dict[int, float] = {}
        self.overall_mean = self.policy.unlearned_mean_minutes
        self._topics: dict[int, Topic] = {}
        self._shares = self._minutes = 0
        self._desks_by_topic: dict[int, list[DeskLoad]] | None = None
        self._waiting: dict[int, Waiting] = {}
        self._unassigned: set[int] = set()
        self._urgent = 0
        self._walks: dict[int, dict[int, float]] = {}
        self._serving: dict[Kind, tuple[DeskLoad, ...]] = {}
        self._away: dict[Kind, tuple[Away, ...]] = {}
        self._spoken: dict[tuple[int, int, str], bool] = {}

    # Facts that come in

    def put_topic(self, topic: Topic) -> None:
        """Set a topic's learned mean; the overall mean is that of topics as they come, by their shares."""
        known = self._topics.get(topic.id)
        if known is not None:
            self._weigh(known, -1)
        self._topics[topic.id] = topic
        self.means[topic.id] = topic.mean_minutes
        self._weigh(topic, 1)
        if self._shares:
            self.overall_mean = self._minutes / self._shares
        for desk in self._competent(topic.id):
            desk.means_changed()

    def _weigh(self, topic: Topic, step: int) -> None:
        # Whole numbers: what is added and taken off a thousand times is what adding all anew would give.
        self._shares += step * round(topic.share * _FINE)
        self._minutes += step * round(topic.mean_minutes * topic.share * _FINE)

    def learn(self, topic_id: int, mean_minutes: float, share: float) -> None:
        """A topic's mean and share from what happened; of a topic that isn't in the load nothing is learned."""
        known = self._topics.get(topic_id)
        if known is not None:
            self.put_topic(replace(known, mean_minutes=mean_minutes, share=share))

    def prefer_topics(self, minutes: Mapping[int, float]) -> None:
        """The coordinators' bonus by topic; a topic that isn't named has none."""
        for topic_id, topic in self._topics.items():
            self._topics[topic_id] = replace(topic, priority_minutes=minutes.get(topic_id, 0.0))

    def put_desk(self, desk: Desk) -> None:
        known = self.desks.get(desk.id)
        if known is None:
            self.desks[desk.id] = DeskLoad(desk)
        else:
            known.set_desk(desk)
        self._forget_routes()

    def remove_desk(self, desk_id: int) -> None:
        """Take the desk and its counters out; those who waited for it stand in the coordinators' list."""
        desk = self.desks.get(desk_id)
        if desk is None:
            return
        for counter_id in list(desk.counters):
            self.remove_counter(counter_id)
        for ticket_id in list(desk.provisional):
            self.assign(ticket_id, None)
        del self.desks[desk_id]
        self._forget_routes()

    def put_counter(self, counter: Counter) -> None:
        """Set a counter; another desk than before moves it there. Raises UnknownDeskError."""
        desk = self.desk(counter.desk_id)
        self.remove_counter(counter.id)
        self.counters[counter.id] = counter
        desk.add_counter(counter)
        self._spoken.clear()

    def remove_counter(self, counter_id: int) -> None:
        counter = self.counters.pop(counter_id, None)
        if counter is not None:
            self.desks[counter.desk_id].remove_counter(counter)
            self._spoken.clear()

    def put_waiting(self, waiting: Waiting) -> None:
        """Set a waiting ticket, with its provisional desk. Raises UnknownDeskError."""
        if self._waiting.get(waiting.ticket_id) == waiting:
            return
        if waiting.desk_id is not None:
            self.desk(waiting.desk_id)
        self.remove_waiting(waiting.ticket_id)
        self._waiting[waiting.ticket_id] = waiting
        self._urgent += waiting.urgent
        self.queues.add(waiting)
        self._label(waiting)

    def remove_waiting(self, ticket_id: int) -> None:
        """The ticket waits no more: called, gone, finished elsewhere."""
        waiting = self._waiting.pop(ticket_id, None)
        if waiting is None:
            return
        self._urgent -= waiting.urgent
        self.queues.remove(waiting)
        self._unlabel(waiting)

    def give_bonus(self, ticket_id: int, minutes: float) -> None:
        """Another bonus for somebody, if they wait."""
        waiting = self._waiting.get(ticket_id)
        if waiting is not None and waiting.bonus_minutes != minutes:
            self.queues.remove(waiting)
            changed = self._waiting[ticket_id] = replace(waiting, bonus_minutes=minutes)
            self.queues.add(changed)

    @contextmanager
    def without(self, ticket_ids: Iterable[int]) -> Iterator[None]:
        """The load as if these people didn't wait, for the length of the block."""
        aside = [self._waiting[ticket_id] for ticket_id in ticket_ids if ticket_id in self._waiting]
        for waiting in aside:
            self.remove_waiting(waiting.ticket_id)
        try:
            yield
        finally:
            for waiting in aside:
                self.put_waiting(waiting)

    def assign(self, ticket_id: int, desk_id: int | None) -> None:
        """Give a waiting ticket another provisional desk, its place in the queues untouched.

        Raises UnknownTicketError, UnknownDeskError.
        """
        waiting = self.waiting(ticket_id)
        if desk_id is not None:
            self.desk(desk_id)
        self._unlabel(waiting)
        self._waiting[ticket_id] = moved = waiting.assigned_to(desk_id)
        self._label(moved)

    def put_walk(self, site_id: int, other_site_id: int, minutes: float | None = None) -> None:
        """Mark two sites walkable both ways; without minutes the policy's walk counts."""
        length = self.policy.walk_minutes if minutes is None else minutes
        self._walks.setdefault(site_id, {})[other_site_id] = length
        self._walks.setdefault(other_site_id, {})[site_id] = length
        self._forget_routes()

    def remove_walk(self, site_id: int, other_site_id: int) -> None:
        self._walks.get(site_id, {}).pop(other_site_id, None)
        self._walks.get(other_site_id, {}).pop(site_id, None)
        self._forget_routes()

    # What the rules read

    def waiting(self, ticket_id: int) -> Waiting:
        """Raises UnknownTicketError."""
        waiting = self._waiting.get(ticket_id)
        if waiting is None:
            raise UnknownTicketError(ticket_id)
        return waiting

    def desk(self, desk_id: int) -> DeskLoad:
        """Raises UnknownDeskError."""
        desk = self.desks.get(desk_id)
        if desk is None:
            raise UnknownDeskError(desk_id)
        return desk

    def counter(self, counter_id: int) -> Counter:
        """Raises UnknownCounterError."""
        counter = self.counters.get(counter_id)
        if counter is None:
            raise UnknownCounterError(counter_id)
        return counter

    def all_waiting(self) -> Iterator[Waiting]:
        return iter(self._waiting.values())

    def provisional(self, desk_id: int | None) -> list[Waiting]:
        """A desk's list P, or with None the coordinators' list, in order of registration.

        Raises UnknownDeskError.
        """
        ids = self._unassigned if desk_id is None else self.desk(desk_id).provisional
        return sorted((self._waiting[i] for i in ids), key=lambda w: w.by_age)

    def waiting_count(self) -> int:
        return len(self._waiting)

    def urgent_first(self) -> bool:
        """Whether urgent goes strictly first: only while few are marked so (rule B)."""
        return self._urgent < self.policy.urgent_strict_share * len(self._waiting)

    def mean_minutes(self, topic_id: int) -> float:
        """The topic's learned mean, or the overall one while nothing is learned of it."""
        return self.means.get(topic_id, self.overall_mean)

    def priority_minutes(self, topic_id: int) -> float:
        """The coordinators' bonus for this topic."""
        topic = self._topics.get(topic_id)
        return 0.0 if topic is None else topic.priority_minutes

    def serving(self, place: int, topic_id: int) -> tuple[DeskLoad, ...]:
        """Desks competent for the topic that serve this place, by id; open or not, but none that is closing."""
        key = (place, topic_id)
        found = self._serving.get(key)
        if found is None:
            found = tuple(
                d for d in self._competent(topic_id) if place in d.desk.places and not d.desk.closing
            )
            self._serving[key] = found
        return found

    def away(self, place: int, topic_id: int) -> tuple[Away, ...]:
        """Competent desks for walk-ins at sites that can be walked to from this one, by id; open or not."""
        key = (place, topic_id)
        found = self._away.get(key)
        if found is None:
            walks = {} if place == PHONE else self._walks.get(place, {})
            taking = (d for d in self._competent(topic_id) if d.desk.walk_ins and not d.desk.closing)
            competent = (d for d in taking if d.desk.site_id in walks)
            found = self._away[key] = tuple(Away(d, walks[d.desk.site_id]) for d in competent)
        return found

    def is_spoken(self, place: int, topic_id: int, language: str) -> bool:
        """Whether an open counter that serves this place and topic speaks the language."""
        key = (place, topic_id, language)
        spoken = self._spoken.get(key)
        if spoken is None:
            spoken = any(desk.speaks(language) for desk in self.serving(place, topic_id))
            self._spoken[key] = spoken
        return spoken

    def _competent(self, topic_id: int) -> Sequence[DeskLoad]:
        """By id."""
        if self._desks_by_topic is None:
            self._desks_by_topic = {}
            for desk_id in sorted(self.desks):
                for topic in self.desks[desk_id].desk.speed:
                    self._desks_by_topic.setdefault(topic, []).append(self.desks[desk_id])
        return self._desks_by_topic.get(topic_id, ())

    def _label(self, waiting: Waiting) -> None:
        if waiting.desk_id is None:
            self._unassigned.add(waiting.ticket_id)
        else:
            self.desks[waiting.desk_id].add_waiting(waiting)

    def _unlabel(self, waiting: Waiting) -> None:
        if waiting.desk_id is None:
            self._unassigned.discard(waiting.ticket_id)
        else:
            self.desks[waiting.desk_id].remove_waiting(waiting)

    def _forget_routes(self) -> None:
        self._desks_by_topic = None
        self._serving.clear()
        self._away.clear()
        self._spoken.clear()
