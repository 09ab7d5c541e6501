"""Rule E: which counter should move to which desk, and what it would gain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from deskops.balancing.desk_load import DeskLoad
from deskops.balancing.fluid import HORIZON_MINUTES, Future, Kind, play
from deskops.balancing.load import Load
from deskops.balancing.projection import PlannedCount
from deskops.balancing.state import SECONDS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of rule E. Minutes, except the counts."""

    oldest_wait_minutes: float = 12.0
    gain_person_minutes: float = 30.0
    travel_minutes: float = 20.0
    dwell_minutes: float = 60.0
    stay: int = 1
    sources: int = 4
    targets: int = 4
    moves_at_once: int = 4


class StaffMove(NamedTuple):
    """One counter from a desk to another: what it saves in person-minutes, and the two futures compared."""

    source_id: int
    target_id: int
    gain_person_minutes: float
    without: Future
    with_move: Future


def advise(
    load: Load,
    now: float,
    rates: dict[Kind, float],
    planned: Sequence[PlannedCount] = (),
    lately_moved: dict[int, int] | None = None,
    limits: Limits | None = None,
) -> list[StaffMove]:
    """The moves worth making now, best first, each in sight of those before it.

    `rates`: arrivals a minute by (place, topic). `lately_moved`: by desk, how many counters came less than the dwell ago and
    don't leave again. Empty while nobody has waited for `oldest_wait_minutes`.
    """
    limits = limits or Limits()
    if _oldest_wait(load, now) < limits.oldest_wait_minutes:
        return []
    counts = {desk.desk.id: desk.open_counters for desk in load.desks.values()}
    staying = {desk_id: limits.stay + (lately_moved or {}).get(desk_id, 0) for desk_id in counts}
    moves: list[StaffMove] = []
    plan = list(planned)
    without = play(load, now, rates, plan)
    while len(moves) < limits.moves_at_once:
        best: StaffMove | None = None
        best_plan: list[PlannedCount] = []
        for source_id, target_id in _shortlist(load, without, counts, staying, limits):
            changed = with_move(plan, counts, source_id, target_id, limits.travel_minutes)
            future = play(load, now, rates, changed)
            gain = without.person_minutes - future.person_minutes
            if gain >= limits.gain_person_minutes and (best is None or gain > best.gain_person_minutes):
                best, best_plan = StaffMove(source_id, target_id, gain, without, future), changed
        if best is None:
            break
        moves.append(best)
        plan, without = best_plan, best.with_move
        counts[best.source_id] -= 1
        counts[best.target_id] += 1
        staying[best.target_id] += 1
    return moves


def with_move(
    planned: Iterable[PlannedCount],
    counts: dict[int, int],
    source_id: int,
    target_id: int,
    travel_minutes: float,
) -> list[PlannedCount]:
    """The plan with one counter fewer at the source from now on, and one more at the target after the way."""
    changed = [
        replace_count(change, -1 if change.desk_id == source_id else 0)
        if change.desk_id != target_id or change.minutes < travel_minutes
        else replace_count(change, 1)
        for change in planned
    ]
    there = counts[target_id]
    for change in sorted(changed):
        if change.desk_id == target_id and change.minutes < travel_minutes:
            there = change.counters
    changed.append(PlannedCount(0.0, source_id, max(0, counts[source_id] - 1)))
    changed.append(PlannedCount(travel_minutes, target_id, there + 1))
    return changed


def replace_count(change: PlannedCount, step: int) -> PlannedCount:
    return change._replace(counters=max(0, change.counters + step))


def _oldest_wait(load: Load, now: float) -> float:
    oldest = min((w.registered_at for w in load.all_waiting()), default=now)
    return (now - oldest) / SECONDS_PER_MINUTE


def _shortlist(
    load: Load, future: Future, counts: dict[int, int], staying: dict[int, int], limits: Limits
) -> list[tuple[int, int]]:
    """Pairs by closed form: from where the oldest will have waited least to where they will have waited longest."""
    pressed = {desk.desk.id: _pressure(desk, future) for desk in load.desks.values() if desk.desk.takes_new}
    order = sorted(pressed, key=lambda desk_id: (pressed[desk_id], desk_id))
    sources = [desk_id for desk_id in order if counts[desk_id] > staying[desk_id]]
    sources.sort(key=lambda desk_id: (pressed[desk_id], -counts[desk_id]))
    targets = [desk_id for desk_id in reversed(order) if pressed[desk_id] > 0.0]
    return [(s, t) for t in targets[: limits.targets] for s in sources[: limits.sources] if s != t]


def _pressure(desk: DeskLoad, future: Future) -> float:
    """The longest wait at the horizon among those whom this desk could serve."""
    kinds = ((place, topic_id) for place in desk.desk.places for topic_id in desk.desk.speed)
    return max((future.oldest_minutes.get(kind, 0.0) for kind in kinds), default=0.0)


__all__ = ["HORIZON_MINUTES", "Limits", "StaffMove", "advise", "with_move"]
