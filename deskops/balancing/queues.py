"""The lists of those waiting, one per place, topic, priority and language, each in order of seniority.

Sorted lists with bisection: a transferred or returned ticket keeps its age, so it may enter anywhere. Moving
10,000 entries by one is a few microseconds, less than the bookkeeping of a heap with lazy deletion.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator

from deskops.balancing.state import Kind, QueueKey, Waiting


class Queue:
    """The waiting of one key as `(seniority, ticket_id)`, oldest first; never empty while it is kept."""

    __slots__ = ("entries", "key")

    def __init__(self, key: QueueKey) -> None:
        self.key = key
        self.entries: list[tuple[float, int]] = []

    @property
    def head(self) -> tuple[float, int]:
        return self.entries[0]


class Queues:
    """All queues of a trip, by (place, topic) and by the desk that knows the person. O(log n) in and out."""

    def __init__(self) -> None:
        self._by_topic: dict[Kind, dict[QueueKey, Queue]] = {}
        self._by_known_desk: dict[int, dict[QueueKey, Queue]] = {}

    def add(self, waiting: Waiting) -> None:
        for key in waiting.queue_keys:
            shelf = self._shelf(key)
            queue = shelf.get(key)
            if queue is None:
                queue = shelf[key] = Queue(key)
            insort(queue.entries, (waiting.seniority, waiting.ticket_id))

    def remove(self, waiting: Waiting) -> None:
        """Take out a ticket that was added with these very facts."""
        for key in waiting.queue_keys:
            shelf = self._shelf(key)
            entries = shelf[key].entries
            del entries[bisect_left(entries, (waiting.seniority, waiting.ticket_id))]
            if not entries:
                del shelf[key]

    def at(self, place: int, topic_id: int) -> Iterator[Queue]:
        """The queues of one topic at one place, as every competent desk sees them."""
        return iter(self._by_topic.get((place, topic_id), {}).values())

    def known_to(self, desk_id: int) -> Iterator[Queue]:
        """The queues of those whose older demand this desk knows; they stand in the common ones as well."""
        return iter(self._by_known_desk.get(desk_id, {}).values())

    def _shelf(self, key: QueueKey) -> dict[QueueKey, Queue]:
        if key.known_desk_id is None:
            return self._by_topic.setdefault((key.place, key.topic_id), {})
        return self._by_known_desk.setdefault(key.known_desk_id, {})
