"""What the software learns as the day goes: service times, and how far its projections are off."""

from collections.abc import Mapping
from math import exp, log

from deskops.balancing.state import SECONDS_PER_MINUTE, Kind, Topic


class ServiceTimes:
    """Mean service minutes per topic at own-topic speed, from what really happened; starts from what is believed.

    A service counts divided by its desk's speed factor, and no longer than `LONGEST` times the mean so far: a "finish"
    pressed after lunch teaches little. `PRIOR` services stand behind the believed mean; after `MEMORY` of them older
    ones fade. `weights` are of topics whose mean was learned before.
    """

    LONGEST = 4.0
    LEAST_MINUTES = 0.1
    PRIOR = 30.0
    MEMORY = 400.0

    def __init__(self, topics: list[Topic], weights: Mapping[int, float] | None = None) -> None:
        self._mean = {topic.id: topic.mean_minutes for topic in topics}
        self._weight = dict.fromkeys(self._mean, self.PRIOR) | dict(weights or {})

    def weight(self, topic_id: int) -> float:
        """How many services stand behind a topic's mean."""
        return self._weight[topic_id]

    def learn(self, topic_id: int, minutes: float, speed: float) -> float:
        """Take in one service and give the new mean. Raises KeyError for a topic that it wasn't begun with."""
        mean = self._mean[topic_id]
        weight = min(self._weight[topic_id] + 1.0, self.MEMORY)
        minutes = max(minutes, 0.0) / speed
        mean = max(mean + (min(minutes, self.LONGEST * mean) - mean) / weight, self.LEAST_MINUTES)
        self._mean[topic_id] = mean
        self._weight[topic_id] = weight
        return mean


class Correction:
    """How much longer people wait than the projection said, as a factor learned from those who were served.

    Arrivals to come, above all urgent ones, are in no projection. An exponential mean of the logarithm, so that
    half and double weigh alike; waits under `SHORTEST` minutes teach nothing, and no single one more than a half or a
    double.
    """

    SHORTEST = 3.0
    RATE = 0.01

    def __init__(self, logarithm: float = 0.0) -> None:
        """`logarithm` is of a factor that was learned before."""
        self.logarithm = logarithm

    @property
    def factor(self) -> float:
        return exp(self.logarithm)

    def learn(self, projected_minutes: float, waited_minutes: float) -> None:
        """`projected_minutes` is the uncorrected projection at registration."""
        if projected_minutes < self.SHORTEST or waited_minutes < self.SHORTEST:
            return
        off = min(max(log(waited_minutes / projected_minutes), -log(2)), log(2))
        self.logarithm += self.RATE * (off - self.logarithm)


class ArrivalRates:
    """Arrivals a minute by kind, exponentially smoothed: an arrival counts for less the longer ago it was.

    Kinds are (place, topic); instants are epoch seconds and come in order.
    """

    SMOOTHING_MINUTES = 30.0

    def __init__(self, begun_at: float, least_seen_minutes: float = 1.0) -> None:
        """`least_seen_minutes`: so long a time is reckoned with from the beginning on."""
        self._begun_at = begun_at
        self._least_seconds = least_seen_minutes * SECONDS_PER_MINUTE
        self._seen: dict[Kind, tuple[float, float]] = {}

    def arrived(self, kind: Kind, now: float) -> None:
        weight, at = self._seen.get(kind, (0.0, now))
        self._seen[kind] = (weight * self._fade(now - at) + 1.0, now)

    def rates(self, now: float) -> dict[Kind, float]:
        """Arrivals a minute of every kind seen so far; what was seen for a short time only is not taken for little."""
        seen_for = 1.0 - self._fade(max(now - self._begun_at, self._least_seconds))
        whole = self.SMOOTHING_MINUTES * seen_for
        return {kind: weight * self._fade(now - at) / whole for kind, (weight, at) in self._seen.items()}

    def _fade(self, seconds: float) -> float:
        return exp(-seconds / (self.SMOOTHING_MINUTES * SECONDS_PER_MINUTE))


class LiveRates:
    """Arrival rates of a trip over its days: after a gap, as at night, they begin anew with whoever comes first.

    People who stood at the door when it opened are no rate: until `LEAST_SEEN` has passed they count as if it had.
    """

    GAP_MINUTES = 120.0
    LEAST_SEEN_MINUTES = 15.0

    def __init__(self) -> None:
        self._rates: ArrivalRates | None = None
        self._last = 0.0

    def arrived(self, kind: Kind, now: float) -> None:
        """Kinds are (place, topic). One that is told late counts as come with the last."""
        now = max(now, self._last)
        if self._rates is None or self._is_over(now):
            self._rates = ArrivalRates(now, self.LEAST_SEEN_MINUTES)
        self._rates.arrived(kind, now)
        self._last = now

    def rates(self, now: float) -> dict[Kind, float]:
        """Arrivals a minute by kind, at an instant in epoch seconds; none where nobody came lately."""
        if self._rates is None or self._is_over(now):
            return {}
        return self._rates.rates(max(now, self._last))

    def _is_over(self, now: float) -> bool:
        return now - self._last > self.GAP_MINUTES * SECONDS_PER_MINUTE


class DayProfile:
    """How many of each kind came in each part of the days so far, as the expectation for the next.

    Minutes are of the day; `days` is counted by `day_over`.
    """

    PART_MINUTES = 30.0

    def __init__(self) -> None:
        self.days = 0
        self._counts: dict[int, dict[Kind, int]] = {}

    def arrived(self, kind: Kind, minute: float) -> None:
        part = self._counts.setdefault(int(minute // self.PART_MINUTES), {})
        part[kind] = part.get(kind, 0) + 1

    def day_over(self) -> None:
        self.days += 1

    def expected(self) -> list[tuple[float, dict[Kind, float]]]:
        """From which minute of the day on, how many a minute of each kind; empty before the first day is over."""
        if not self.days:
            return []
        whole = self.days * self.PART_MINUTES
        return [
            (part * self.PART_MINUTES, {kind: count / whole for kind, count in counts.items()})
            for part, counts in sorted(self._counts.items())
        ]
