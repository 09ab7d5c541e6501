"""Policies played on the people of one trace, one after the other; each is told as it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from deskops.balancing.simulation.judging import curve_of, figures_of
from deskops.balancing.simulation.policies import POLICIES, Play
from deskops.balancing.simulation.scenario import Person, Scenario
from deskops.core.background import Tell


class Played(NamedTuple):
    """One policy's figures, and its waits by percentile."""

    policy: str
    figures: dict[str, float | None]
    curve: list[float]

    def result(self) -> dict[str, Any]:
        return {"figures": self.figures, "curve": self.curve}


def played(policy: str, people: Sequence[Person], play: Play) -> Played:
    return Played(policy, dict(figures_of(people, play)), curve_of(people, play))


def play_all(
    tell: Tell, scenario: Scenario, people: list[Person], policies: Sequence[str], seed: int
) -> None:
    """For a process of its own: tells of each policy what was Played."""
    for policy in policies:
        tell(played(policy, people, POLICIES[policy](scenario, people, seed)))
