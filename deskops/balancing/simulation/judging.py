"""What policies are held against: figures of each play, their mean over traces, and the goals."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from deskops.balancing.simulation.measures import (
    Interval,
    mean_and_interval,
    overtaken_share,
    percentile,
    waits_of,
    within_share,
)
from deskops.balancing.simulation.policies import Play
from deskops.balancing.simulation.scenario import Person, Scenario

Figures = Mapping[str, float | None]
"""By name; None where a policy says nothing of the kind, such as an estimate."""

CURVE = (*(share / 100 for share in range(100)), 0.995, 0.999)
"""The percentiles of a chart's curve."""


def figures_of(people: Sequence[Person], play: Play) -> Figures:
    """What one play is judged by. Minutes; `overtaken` and `estimates_within_5` are shares; walks count for each thousand
    walk-ins, moves for each thousand demands; the rest are counts.
    """
    waits = waits_of(people, play.passed)
    walk_ins = sum(not person.is_call for person in people)
    estimates = play.estimates
    return {
        "mean": waits.mean,
        "p50": waits.p50,
        "p95": waits.p95,
        "p99": waits.p99,
        "overtaken": overtaken_share(people, play.passed),
        "walks_per_1000": 1000 * len(play.walked) / max(1, walk_ins),
        "moves_per_1000": 1000 * len(play.moved) / max(1, len(people)),
        "staff_moves": float(play.staff_moves),
        "accepted": float(len(play.accepted)),
        "unserved": float(waits.unserved),
        "estimates_within_5": None if estimates is None else within_share(people, play.passed, estimates),
    }


def curve_of(people: Sequence[Person], play: Play) -> list[float]:
    """The waits at the percentiles of `CURVE`; of nobody zeros."""
    waits = sorted(event.start - people[person].minute for person, event in play.passed.items()) or [0.0]
    return [percentile(waits, share) for share in CURVE]


class Figure(NamedTuple):
    """A mean over traces with its 95 % interval."""

    value: float
    interval: Interval


Judged = dict[str, Figure | None]


def over_traces(plays: Sequence[Figures]) -> Judged:
    """The mean of each figure over the plays of one policy; None where a play has none."""
    found: Judged = {}
    for name in plays[0]:
        values = [value for figures in plays if (value := figures[name]) is not None]
        found[name] = Figure(*mean_and_interval(values)) if len(values) == len(plays) else None
    return found


class Goal(NamedTuple):
    """`top` over `bottom`, each (policy, figure), or `top` alone, held against a limit: the first where people can walk
    between sites, the second where nobody can. `ours` is the policy judged.
    """

    name: str
    ours: str
    top: tuple[str, str]
    bottom: tuple[str, str] | None
    at_most: bool
    limits: tuple[float, float]

    @property
    def policies(self) -> set[str]:
        """Those whose figures it needs."""
        return {self.top[0]} | ({self.bottom[0]} if self.bottom else set())


_OURS = "rule-full"
GOALS = (
    Goal("p95 / same-speed pool", _OURS, (_OURS, "p95"), ("same-speed-pool", "p95"), True, (1.00, 1.00)),
    Goal("p99 / same-speed pool", _OURS, (_OURS, "p99"), ("same-speed-pool", "p99"), True, (1.10, 1.00)),
    Goal("p95 / full pool", _OURS, (_OURS, "p95"), ("pool", "p95"), True, (1.22, 1.30)),
    Goal("fixed map's p95 / ours", _OURS, ("fixed-map", "p95"), (_OURS, "p95"), False, (3.2, 3.0)),
    Goal("overtaken", _OURS, (_OURS, "overtaken"), None, True, (0.05, 0.05)),
    Goal("walks per 1,000 walk-ins", _OURS, (_OURS, "walks_per_1000"), None, True, (40.0, 0.0)),
    Goal("moves per 1,000 demands", _OURS, (_OURS, "moves_per_1000"), None, True, (3.0, 0.0)),
    Goal("estimates within 5 min", _OURS, (_OURS, "estimates_within_5"), None, False, (0.85, 0.80)),
    Goal("no offer accepted: p99 / rule A to C", "rule-advice", ("rule-advice", "p99"), ("rule", "p99"), True, (0.85, 0.60)),
)  # fmt: skip
"""Ratios are of means over traces. Of the last, `rule-advice` (A to C, advice on staff followed, nobody accepts the offer)
stands over `rule` (A to C as shipped, no advice), both played here; the reference of the rule A to C in balancing.md, 81.3
and 234.6 minutes, is of its own traces and no part of this.
"""


def needed(policies: Iterable[str]) -> set[str]:
    """The policies to be played so that the goals of those asked for can be judged, these included."""
    asked = set(policies)
    return asked.union(*(goal.policies for goal in GOALS if goal.ours in asked))


class Verdict(NamedTuple):
    """A goal as it came out; `value` is None where it has none, such as a ratio to a wait of 0."""

    name: str
    value: float | None
    goal: str
    holds: bool

    def document(self) -> dict[str, Any]:
        return self._asdict()


def verdicts(scenario: Scenario, judged: Mapping[str, Judged]) -> list[Verdict]:
    """All goals whose policies were played."""
    return [_verdict(goal, scenario, judged) for goal in GOALS if goal.policies <= judged.keys()]


def _verdict(goal: Goal, scenario: Scenario, judged: Mapping[str, Judged]) -> Verdict:
    limit = goal.limits[0 if scenario.walk_minutes is not None else 1]
    words = f"{'<=' if goal.at_most else '>='} {limit:g}"
    top = judged[goal.top[0]][goal.top[1]]
    bottom = Figure(1.0, (1.0, 1.0)) if goal.bottom is None else judged[goal.bottom[0]][goal.bottom[1]]
    if top is None or bottom is None:
        return Verdict(goal.name, None, words, holds=True)
    # Multiplied, so that waits of 0 are judged as well.
    bound = limit * bottom.value
    holds = top.value <= bound if goal.at_most else top.value >= bound
    return Verdict(goal.name, top.value / bottom.value if bottom.value else None, words, holds)
