"""Rule E followed at once: what is advised during the day, and in the evening for the next."""

from collections import Counter as Counted
from collections.abc import Iterable, Sequence

from deskops.balancing.advice import Limits, StaffMove, advise, advise_tomorrow
from deskops.balancing.fluid import Arrivals, Question
from deskops.balancing.learning import ArrivalRates, DayProfile
from deskops.balancing.load import Load
from deskops.balancing.planned import PlannedCount
from deskops.balancing.simulation.engine import Floor
from deskops.balancing.simulation.scenario import MINUTES_PER_DAY, Scenario
from deskops.balancing.state import SECONDS_PER_MINUTE, Waiting

ADVICE_MINUTES = 10.0
TOMORROW_STEP_MINUTES = 10.0
LIMITS = Limits()


class Autopilot:
    """Knows who came, each at the place where they wait in the end, and moves counters as advised."""

    def __init__(self, scenario: Scenario, floor: Floor, load: Load) -> None:
        self._opening, self._closing = scenario.opening
        self._floor = floor
        self._load = load
        self._rates = ArrivalRates(0.0)
        self._profile = DayProfile()
        self._counted: set[int] = set()
        self._moved: list[tuple[float, int]] = []

    def day_begins(self) -> None:
        self._rates = ArrivalRates(self._seconds)

    def arrived(self, waiting: Waiting) -> None:
        """Count a person once; who moves on later came already."""
        if waiting.ticket_id not in self._counted:
            self._counted.add(waiting.ticket_id)
            kind = (waiting.place, waiting.topic_id)
            self._rates.arrived(kind, self._seconds)
            self._profile.arrived(kind, self._floor.now % MINUTES_PER_DAY)

    def follow_advice(self, planned: Sequence[PlannedCount]) -> None:
        since = self._floor.now - LIMITS.dwell_minutes
        lately = Counted(desk_id for minute, desk_id in self._moved if minute > since)
        question = Question(self._seconds, [Arrivals(0.0, self._rates.rates(self._seconds))], planned)
        self._follow(advise(self._load, question, lately, LIMITS))

    def day_ends(self) -> None:
        """Prepare the next day, for one like those before; at any other time than after closing nothing happens."""
        if self._floor.now % MINUTES_PER_DAY < self._closing:
            return
        self._profile.day_over()
        next_opening = (self._floor.now // MINUTES_PER_DAY + 1) * MINUTES_PER_DAY + self._opening
        ahead = next_opening + MINUTES_PER_DAY - self._opening - self._floor.now
        planned = planned_counts(self._floor, ahead, next_opening)
        if planned:
            arrivals = [Arrivals(minute - self._opening, rates) for minute, rates in self._profile.expected()]
            minutes = self._closing - self._opening
            question = Question(self._seconds, arrivals, planned, minutes, TOMORROW_STEP_MINUTES)
            self._follow(advise_tomorrow(self._load, question, LIMITS))

    def _follow(self, moves: Iterable[StaffMove]) -> None:
        for move in moves:
            for _ in range(move.counters):
                self._floor.move_counter(move.source_id, move.target_id, LIMITS.travel_minutes)
                self._moved.append((self._floor.now + LIMITS.travel_minutes, move.target_id))

    @property
    def _seconds(self) -> float:
        return self._floor.now * SECONDS_PER_MINUTE


def planned_counts(floor: Floor, minutes: float, since: float) -> list[PlannedCount]:
    """What the plan changes within so many minutes, counted from the minute `since`."""
    return [
        PlannedCount(shift.minute - since, shift.desk, shift.counters)
        for shift in floor.planned(minutes)
        if shift.counters is not None
    ]
