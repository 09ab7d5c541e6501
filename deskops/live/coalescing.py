"""How often a desk's figures are shown: at once after a quiet time, else at most four times a second."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

DESK_GAP_SECONDS = 0.25
NEVER = float("-inf")


class Batch(NamedTuple):
    """What may be shown now. It tells the audience's numbers `start` to `end`; none where `end` is below."""

    start: int
    end: int
    desk_ids: frozenset[int]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return self.end < self.start and not self.desk_ids


class Coalescer:
    """What one audience still has to be told of. Instants are monotonic seconds.

    A desk that was shown a moment ago waits, and with it the numbers from its first untold change on:
    a client that took number n has seen everything up to n.
    """

    def __init__(self, told: int) -> None:
        self.told = told
        self.seen = told
        self._since: dict[int, int] = {}
        self._shown_at: dict[int, float] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether something was noted that wasn't told yet."""
        return self.told < self.seen

    def note(self, sequence: int, desk_ids: Iterable[int]) -> None:
        """A change that touches these desks, or none."""
        self.seen = max(self.seen, sequence)
        for desk_id in desk_ids:
            self._since.setdefault(desk_id, sequence)

    def skip_to(self, sequence: int) -> None:
        """What is up to this number was told by somebody else."""
        if not self.is_waiting and sequence > self.seen:
            self.told = self.seen = sequence

    def take(self, now: float) -> Batch:
        """The desks whose time has come; they count as shown."""
        due = {desk for desk in self._since if now - self._shown_at.get(desk, NEVER) >= DESK_GAP_SECONDS}
        for desk_id in due:
            del self._since[desk_id]
            self._shown_at[desk_id] = now
        start = self.told + 1
        self.told = min(self._since.values(), default=self.seen + 1) - 1
        return Batch(start, self.told, frozenset(due))
