"""Rule E: which counters should move to which desks, now or for tomorrow (ADR 0008), and what it would gain."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from deskops.balancing.fluid import Arrivals, Fluid, Future, Question, longest_wait, whole
from deskops.balancing.load import Load
from deskops.balancing.planned import PlannedCount
from deskops.balancing.state import SECONDS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of rule E. Minutes, except the counts.

    `at_once`: the most counters that one piece of advice moves; `share_for_tomorrow`: the most of all counters that
    advice for the next day moves; `stay_tomorrow`: how many stay at each desk then; `heavier_tomorrow`: by how much the
    day that is prepared for is heavier than those before. `sources`, `targets`: how many desks of each side are tried.
    """

    oldest_wait_minutes: float = 12.0
    gain_person_minutes: float = 30.0
    travel_minutes: float = 20.0
    dwell_minutes: float = 60.0
    stay: int = 1
    sources: int = 4
    targets: int = 4
    at_once: int = 4
    share_for_tomorrow: float = 0.3
    stay_tomorrow: int = 8
    heavier_tomorrow: float = 1.15


class StaffMove(NamedTuple):
    """Counters from one desk to another: what all of them save in person-minutes, and the two futures compared."""

    source_id: int
    target_id: int
    counters: int
    gain_person_minutes: float
    without: Future
    with_move: Future


def advise(
    load: Load,
    question: Question,
    lately_moved: Mapping[int, int] | None = None,
    limits: Limits | None = None,
) -> list[StaffMove]:
    """The moves worth making now, best first, each in sight of those before it.

    `lately_moved`: by desk, how many counters came less than the dwell ago and don't leave again. Empty while nobody has
    waited for `oldest_wait_minutes`.
    """
    limits = limits or Limits()
    if _oldest_wait(load, question.now) < limits.oldest_wait_minutes:
        return []
    counts = {desk.desk.id: desk.open_counters for desk in load.desks.values()}
    planned = [*(PlannedCount(0.0, desk_id, count) for desk_id, count in counts.items()), *question.planned]
    search = _Search(load, replace(question, planned=planned), counts, lately_moved or {}, limits)
    return list(search.moves(_pressed_pairs, limits.at_once, 1, limits.travel_minutes))


def advise_tomorrow(load: Load, question: Question, limits: Limits | None = None) -> list[StaffMove]:
    """The moves worth making before the next day begins, if it is as `question` expects; minute 0 is its opening.

    `question.planned` says all counters of that day. A move costs no travel and holds for the whole day, so that it pays to
    take staff from where they are idle, or serve others' topics slowly, to the topic's own desks. Only from desks of calls
    alone: whoever stands in a hall can be served nowhere else. Raises UnknownDeskError for a desk of the plan.
    """
    limits = limits or Limits()
    counts = _fewest(question.planned)
    kept = {
        desk_id: count if load.desk(desk_id).desk.walk_ins else limits.stay_tomorrow - limits.stay
        for desk_id, count in counts.items()
    }
    heavier = [
        Arrivals(part.minute, {kind: rate * limits.heavier_tomorrow for kind, rate in part.rates.items()})
        for part in question.arrivals
    ]
    search = _Search(load, replace(question, arrivals=heavier, carry_over=False), counts, kept, limits)
    most = int(limits.share_for_tomorrow * sum(counts.values()))
    return list(search.moves(_faster_pairs, most, 4, 0.0))


class _Played(NamedTuple):
    """A part's plan and what comes of it."""

    plan: list[PlannedCount]
    future: Future


class _Trial(NamedTuple):
    """A move as it was played, by the parts that it touches."""

    source_id: int
    target_id: int
    gain: float
    played: dict[int, _Played]


_Pairs = Callable[["_Search", int], list[tuple[int, int]]]
"""Which (source, target) are worth playing for so many counters together."""


class _Search:
    """Greedy: of the shortlisted pairs the best is taken, and the next is looked for in sight of it."""

    def __init__(
        self,
        load: Load,
        question: Question,
        counts: dict[int, int],
        kept: Mapping[int, int],
        limits: Limits,
    ) -> None:
        self.load = load
        self.limits = limits
        self.counts = dict(counts)
        self.staying = {desk_id: limits.stay + kept.get(desk_id, 0) for desk_id in counts}
        self._fluid = Fluid(load, question)
        self._plans = self._fluid.plans(question.planned)
        self._futures = {
            part: self._fluid.play_part(part, self._plans.get(part, ())) for part in self._fluid.parts
        }
        self.future = whole(self._futures.values())
        self._played: dict[int, dict[tuple[int | None, int | None, int], _Played]] = {}

    def moves(self, pairs: _Pairs, most: int, together: int, travel_minutes: float) -> Iterator[StaffMove]:
        """Up to `most` counters, so many `together`, and fewer where so many don't pay."""
        left = most
        while left > 0 and together > 0:
            together = min(together, left)
            trials = [self._trial(s, t, together, travel_minutes) for s, t in pairs(self, together)]
            best = max(trials, key=lambda trial: trial.gain, default=None)
            if best is None or best.gain < together * self.limits.gain_person_minutes:
                together //= 2
                continue
            left -= together
            yield self._take(best, together)

    def _trial(self, source_id: int, target_id: int, counters: int, travel: float) -> _Trial:
        """Only the parts of the two desks are played: nothing else changes by the move."""
        leaves, arrives = self._fluid.part_of[source_id], self._fluid.part_of[target_id]
        if leaves == arrives:
            played = {leaves: self._play(leaves, source_id, target_id, counters, travel)}
        else:
            played = {
                leaves: self._play(leaves, source_id, None, counters, travel),
                arrives: self._play(arrives, None, target_id, counters, travel),
            }
        gain = sum(
            self._futures[part].person_minutes - future.person_minutes for part, (_, future) in played.items()
        )
        return _Trial(source_id, target_id, gain, played)

    def _play(
        self, part: int, source_id: int | None, target_id: int | None, counters: int, travel: float
    ) -> _Played:
        """As it was played before, if no move has touched the part since."""
        key = (source_id, target_id, counters)
        known = self._played.setdefault(part, {})
        if key not in known:
            plan = moved_plan(self._plans.get(part, []), source_id, target_id, counters, travel)
            known[key] = _Played(plan, self._fluid.play_part(part, plan))
        return known[key]

    def _take(self, trial: _Trial, counters: int) -> StaffMove:
        before = self.future
        for part, (plan, future) in trial.played.items():
            self._plans[part], self._futures[part] = plan, future
            del self._played[part]
        self.future = whole(self._futures.values())
        self.counts[trial.source_id] -= counters
        self.counts[trial.target_id] += counters
        self.staying[trial.target_id] += counters
        return StaffMove(trial.source_id, trial.target_id, counters, trial.gain, before, self.future)

    def can_leave(self, desk_id: int, counters: int) -> bool:
        return desk_id in self.counts and self.counts[desk_id] - counters >= self.staying[desk_id]


def moved_plan(
    planned: Iterable[PlannedCount],
    source_id: int | None,
    target_id: int | None,
    counters: int,
    travel_minutes: float,
) -> list[PlannedCount]:
    """The plan with so many counters fewer at the source from minute 0 on, and more at the target after the way; None where
    that end of the move isn't in the plan. It has an entry of minute 0 for both desks.
    """
    changed = []
    there = 0
    for change in sorted(planned):
        if change.desk_id == source_id:
            changed.append(change._replace(counters=max(0, change.counters - counters)))
        elif change.desk_id == target_id and change.minutes >= travel_minutes:
            changed.append(change._replace(counters=change.counters + counters))
        else:
            changed.append(change)
        if change.desk_id == target_id and change.minutes < travel_minutes:
            there = change.counters
    if target_id is not None and travel_minutes > 0.0:
        changed.append(PlannedCount(travel_minutes, target_id, there + counters))
    return changed


def _oldest_wait(load: Load, now: float) -> float:
    oldest = min((w.registered_at for w in load.all_waiting()), default=now)
    return (now - oldest) / SECONDS_PER_MINUTE


def _fewest(planned: Iterable[PlannedCount]) -> dict[int, int]:
    """The fewest counters that each desk has at any time of the plan: so many can leave for the whole of it."""
    counts: dict[int, int] = {}
    for change in planned:
        counts[change.desk_id] = min(change.counters, counts.get(change.desk_id, change.counters))
    return counts


def _pressed_pairs(search: _Search, together: int) -> list[tuple[int, int]]:
    """From where the oldest will have waited least to where they will have waited longest."""
    desks = [desk.desk for desk in search.load.desks.values() if desk.desk.takes_new]
    pressed = {desk.id: longest_wait(desk, search.future.oldest_minutes) for desk in desks}
    targets = sorted((d for d in pressed if pressed[d] > 0.0), key=lambda d: (-pressed[d], d))
    sources = sorted(
        (d for d in pressed if search.can_leave(d, together)),
        key=lambda d: (pressed[d], -search.counts[d], d),
    )
    return _across(sources[: search.limits.sources], targets[: search.limits.targets])


def _faster_pairs(search: _Search, together: int) -> list[tuple[int, int]]:
    """From where most counter minutes are lost to the desks whose own topics are served slowly elsewhere."""
    future = search.future
    desks = [desk.desk for desk in search.load.desks.values()]
    slow = {d.id: sum(future.slow_minutes.get(topic_id, 0.0) for topic_id in d.own_topics) for d in desks}
    lost = {d.id: future.lost_minutes.get(d.id, 0.0) for d in desks}
    targets = sorted((d for d in slow if slow[d] > 0.0), key=lambda d: (-slow[d], lost[d], d))
    sources = sorted((d for d in lost if search.can_leave(d, together)), key=lambda d: (-lost[d], d))
    return _across(sources[: search.limits.sources], targets[: search.limits.targets])


def _across(sources: Sequence[int], targets: Sequence[int]) -> list[tuple[int, int]]:
    return [(source, target) for target in targets for source in sources if source != target]
