"""What a benchmark says: one line of JSON, and the table of all of them."""

from __future__ import annotations

import os
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Scale:
    """Full size, or tiny: the same steps with little of everything, which shows that a benchmark works."""

    tiny: bool = False

    def of(self, full: int, tiny: int) -> int:
        """One or the other."""
        return tiny if self.tiny else full

    @property
    def seconds(self) -> float:
        """Length of one measured run."""
        return 0.5 if self.tiny else 6.0

    @property
    def runs(self) -> int:
        """How often each measurement is repeated."""
        return 1 if self.tiny else 5


@dataclass(frozen=True)
class Result:
    """A figure and what it should be. `value` None: it can't be measured here; `details["skipped"]` says why.

    `baseline` is what a ratio was taken against, in its own unit; None where the figure is absolute.
    """

    value: float | None
    unit: str
    goal: str
    holds: bool | None
    baseline: float | None = None
    runs: Sequence[float] = ()
    details: dict[str, Any] = field(default_factory=dict)

    def facts(self, name: str) -> dict[str, Any]:
        """What the last line on standard output says, rounded."""
        facts: dict[str, Any] = {
            "name": name,
            "value": _short(self.value),
            "unit": self.unit,
            "goal": self.goal,
            "holds": self.holds,
            "baseline": _short(self.baseline),
            "runs": [_short(run) for run in self.runs],
            "machine": machine(),
        }
        return facts | {key: _short(value) for key, value in self.details.items()}


Measure = Callable[[Scale], Result]


class CannotMeasureError(Exception):
    """Something that the benchmark needs isn't on this machine; the text names it."""


def skipped(reason: str) -> Result:
    """The result of a benchmark that can't run here."""
    return Result(None, "", "", None, details={"skipped": reason})


def machine() -> str:
    """The class of the machine, not its name."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def say(text: str) -> None:
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile. Raises ValueError where nothing was measured."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    rank = max(1, round(percent / 100 * len(ordered) + 0.5 - 1e-9))
    return ordered[min(rank, len(ordered)) - 1]


def median(values: Sequence[float]) -> float:
    """The middle of several runs."""
    return statistics.median(values)


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {name: _short(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_short(inner) for inner in value]
    return value
