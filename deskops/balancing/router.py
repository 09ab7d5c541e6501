"""Rule A: where a demand goes when it arrives. O(competent desks)."""

from collections.abc import Iterable, Sequence
from math import inf
from typing import NamedTuple

from deskops.balancing.desk_load import DeskLoad
from deskops.balancing.load import Away, Load
from deskops.balancing.state import DEFAULT_LANGUAGE, PHONE, Arrival


class Choice(NamedTuple):
    """What the rule says of an arrival.

    `desk_id` None: no competent desk has an open counter, the demand goes to the coordinators' list.
    `counter_id`: this free counter takes the person at once. `walk`: the person is to be asked to walk to
    the desk's site. `expected_wait_minutes`: until service starts, the walk included; None without a desk.
    """

    desk_id: int | None = None
    counter_id: int | None = None
    walk: bool = False
    expected_wait_minutes: float | None = None


NOBODY = Choice()
_UNREACHABLE = (inf, inf, 0, False, inf)


def choose(load: Load, arrival: Arrival) -> Choice:
    """Rule A: a competent free counter at the place (calls: anywhere), else the desk of least cost."""
    here, away, language = _candidates(load, arrival)
    free = [desk for desk in here if desk.has_free_counter()]
    for desk in sorted(free, key=lambda d: _free_order(d, arrival)):
        counter_id = desk.free_counter(language)
        if counter_id is not None:
            return Choice(desk.desk.id, counter_id, False, 0.0)
    return _least_cost(load, arrival.topic_id, here, away)


def least_cost(load: Load, arrival: Arrival) -> Choice:
    """The second half of rule A alone: a provisional desk for somebody who waits, never a counter."""
    here, away, _ = _candidates(load, arrival)
    return _least_cost(load, arrival.topic_id, here, away)


def elsewhere(load: Load, arrival: Arrival) -> Choice:
    """The desk of least cost within a walk; `NOBODY` where nobody can walk, or no open counter is competent."""
    _, away, _ = _candidates(load, arrival)
    return _least_cost(load, arrival.topic_id, (), away)


def _candidates(load: Load, arrival: Arrival) -> tuple[Sequence[DeskLoad], Sequence[Away], str | None]:
    """Competent desks here and within a walk, and the language to hold them to.

    If nobody on duty speaks it the language is given up (None): somebody who is served with difficulty is
    better off than somebody whom no desk sees.
    """
    here = load.serving(arrival.place, arrival.topic_id)
    away = load.away(arrival.place, arrival.topic_id) if arrival.may_walk else ()
    language = arrival.language
    if language == DEFAULT_LANGUAGE:
        return here, away, language
    here_speaking = [desk for desk in here if desk.speaks(language)]
    away_speaking = [pair for pair in away if pair.desk.speaks(language)]
    if here_speaking or away_speaking:
        return here_speaking, away_speaking, language
    return here, away, None


def _free_order(desk: DeskLoad, arrival: Arrival) -> tuple[bool, float, int, float, int]:
    facts = desk.desk
    return (
        arrival.place == PHONE and not facts.is_headquarters,
        facts.speed[arrival.topic_id],
        len(facts.speed),
        desk.busy / desk.open_counters,
        facts.id,
    )


def _least_cost(load: Load, topic_id: int, here: Iterable[DeskLoad], away: Iterable[Away]) -> Choice:
    """W + (σ−1)m̂ here; max(W, walk) + margin + (σ−1)m̂ within a walk.

    Ties: least (busy + |P|)/c, then the lower id, so that two processes decide alike.
    """
    means, overall = load.means, load.overall_mean
    mean = load.mean_minutes(topic_id)
    margin = load.policy.walk_margin_minutes
    best = _UNREACHABLE
    for desk in here:
        if desk.open_counters:
            wait = desk.expected_wait(means, overall)
            cost = wait + (desk.desk.speed[topic_id] - 1.0) * mean
            # The first comparison alone settles most desks; this loop is what every arrival pays.
            if cost <= best[0]:
                best = min(best, (cost, desk.taken / desk.open_counters, desk.desk.id, False, wait))
    for desk, minutes in away:
        if desk.open_counters:
            wait = max(desk.expected_wait(means, overall), minutes)
            cost = wait + margin + (desk.desk.speed[topic_id] - 1.0) * mean
            if cost <= best[0]:
                best = min(best, (cost, desk.taken / desk.open_counters, desk.desk.id, True, wait))
    return NOBODY if best is _UNREACHABLE else Choice(best[2], None, best[3], best[4])
