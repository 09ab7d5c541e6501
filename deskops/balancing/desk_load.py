"""One desk's share of the load: open counters c, busy, provisional list P and its work qw."""

from collections import Counter as Tally
from math import fsum

from deskops.balancing.state import DEFAULT_LANGUAGE, Counter, Desk, Waiting


class DeskLoad:
    """What rules A and B read of a desk, each in O(1). Only `Load` changes it.

    An arrival changes one desk and reads all, so each keeps its W until something of it changes.
    """

    __slots__ = (
        "_by_language",
        "_by_topic",
        "_ready",
        "_switched_on",
        "_told_of_all",
        "_unlearned",
        "_wait",
        "_wait_mean",
        "_work",
        "busy",
        "counters",
        "desk",
        "open_counters",
        "provisional",
    )

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.counters: dict[int, Counter] = {}
        self.provisional: set[int] = set()
        self.open_counters = 0
        self.busy = 0
        self._switched_on = 0
        self._ready: set[int] = set()
        self._by_language: Tally[str] = Tally()
        self._by_topic: Tally[int] = Tally()
        self._work: float | None = None
        self._unlearned = 0.0
        # `means_changed` is said of topics that the desk does; who waits for it about another is counted anew each time.
        self._told_of_all = True
        self._wait: float | None = None
        self._wait_mean = 0.0

    @property
    def taken(self) -> int:
        """busy + |P|: how many of the counters are spoken for."""
        return self.busy + len(self.provisional)

    def work_minutes(self, means: dict[int, float], overall_mean: float) -> float:
        """qw, the sum of mean times speed over P, in minutes.

        Summed by topic and only after a change, exactly rounded: it neither drifts over a day nor depends on
        the order in which events came, so two processes that folded the same journal decide alike.
        """
        if self._work is None or not self._told_of_all:
            speed, waiting = self.desk.speed, self._by_topic.items()
            self._work = fsum(
                n * means[topic] * speed.get(topic, 1.0) for topic, n in waiting if topic in means
            )
            self._unlearned = fsum(n * speed.get(topic, 1.0) for topic, n in waiting if topic not in means)
            self._told_of_all = self._by_topic.keys() <= speed.keys()
        return self._work + self._unlearned * overall_mean

    def expected_wait(self, means: dict[int, float], overall_mean: float) -> float:
        """W in minutes: 0 while a counter is left over, else (qw + m̄)/c. Only with an open counter."""
        if self._wait is None or self._wait_mean != overall_mean or not self._told_of_all:
            counters = self.open_counters
            left_over = self.taken < counters
            work = 0.0 if left_over else self.work_minutes(means, overall_mean) + overall_mean
            self._wait = work / counters
            self._wait_mean = overall_mean
        return self._wait

    def speaks(self, language: str) -> bool:
        """Whether an open counter here serves this language."""
        if not self.open_counters:
            return False
        return language == DEFAULT_LANGUAGE or self._by_language[language] > 0

    def takes(self, topic_id: int, place: int) -> bool:
        """Whether somebody new who waits at a place about a topic can be given to it now."""
        desk = self.desk
        return self.open_counters > 0 and desk.takes_new and topic_id in desk.speed and place in desk.places

    def has_free_counter(self) -> bool:
        return bool(self._ready) and self.desk.open

    def free_counter(self, language: str | None) -> int | None:
        """The free counter with the lowest id that speaks the language; None as language takes any."""
        if not self.has_free_counter():
            return None
        if language is None or language == DEFAULT_LANGUAGE:
            return min(self._ready)
        return min((i for i in self._ready if self.counters[i].speaks(language)), default=None)

    def set_desk(self, desk: Desk) -> None:
        self.desk = desk
        self.means_changed()
        self._recount()

    def add_counter(self, counter: Counter) -> None:
        self.counters[counter.id] = counter
        self._count(counter, 1)

    def remove_counter(self, counter: Counter) -> None:
        self._count(counter, -1)
        del self.counters[counter.id]

    def add_waiting(self, waiting: Waiting) -> None:
        self.provisional.add(waiting.ticket_id)
        self._by_topic[waiting.topic_id] += 1
        self.means_changed()

    def remove_waiting(self, waiting: Waiting) -> None:
        self.provisional.discard(waiting.ticket_id)
        self._by_topic[waiting.topic_id] -= 1
        if not self._by_topic[waiting.topic_id]:
            del self._by_topic[waiting.topic_id]
        self.means_changed()

    def means_changed(self) -> None:
        self._work = self._wait = None

    def _count(self, counter: Counter, step: int) -> None:
        if not counter.open:
            return
        self._switched_on += step
        self.busy += step * counter.busy
        for language in counter.languages:
            self._by_language[language] += step
        if counter.free and step > 0:
            self._ready.add(counter.id)
        else:
            self._ready.discard(counter.id)
        self._recount()

    def _recount(self) -> None:
        self.open_counters = self._switched_on if self.desk.open else 0
        self._wait = None
