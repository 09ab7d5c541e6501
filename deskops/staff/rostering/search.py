"""The way to a good roster: relaxed, its whole parts kept and the rest exact; freed again where that isn't enough.

Importing this module fails where highspy or numpy can't be imported.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from threading import Event

import numpy as np

from deskops.staff.rostering import weights
from deskops.staff.rostering.choices import Choices
from deskops.staff.rostering.costing import cost
from deskops.staff.rostering.highs import Relaxed, Rounded, Solver
from deskops.staff.rostering.model import Floats, modelled
from deskops.staff.rostering.problem import Assignment

GOOD_GAP = 0.0099
_STEP_GAP = 0.001
_SURE = 0.95
"""HiGHS and we round differently: it has to prove a little more than is asked."""
_NOTHING = 1e-6
_ENTRIES_A_SECOND = 20_000


class Search:
    """A roster that only gets better, and the bound that it is measured by. `draft`: a roster to begin with;
    `gap`: how far a good one may lie above the bound, as a part of its cost.
    """

    def __init__(self, choices: Choices, draft: frozenset[Assignment], gap: float = GOOD_GAP) -> None:
        self._problem, self._model = choices.problem, modelled(choices)
        self.best, self.cost = draft, cost(choices.problem, draft)
        self.bound: float | None = None
        self._gap = gap
        self.stopping = Event()
        self.seconds = 0.1 + len(self._model.entries) / _ENTRIES_A_SECOND
        self._solver = Solver(self._model, self.stopping.is_set)
        self._relaxed: Relaxed | None = None
        self._short = math.inf
        self._steps = 0

    def relax(self, seconds: float) -> None:
        """Finds the bound, where the solver gets to the optimum."""
        self._relaxed = self._solver.relax(seconds)
        if self._relaxed is not None:
            # Every weight is whole, so every roster's cost is.
            self.bound = float(math.ceil(self._relaxed.cost - _NOTHING))

    def steps(self) -> Iterator[Callable[[float], None]]:
        """One after the other until the roster is good; none without the bound."""
        if self._relaxed is not None:
            yield self._narrow
            yield self._all

    def is_good(self) -> bool:
        """Whether it costs hardly more than the bound, and lacks no more of what is really needed than the relaxation."""
        if self.bound is None or self._relaxed is None:
            return False
        above = self.cost - self.bound
        explained = self._short <= math.ceil(self._need(self._relaxed.columns) - _NOTHING)
        return above <= self._gap * abs(self.cost) and (explained or above < weights.NO_LANGUAGE)

    def figures(self) -> dict[str, float]:
        """What a reader of the plan may want to know: binary variables, and rounds of rounding."""
        return {"entries": float(len(self._model.entries)), "rounds": float(self._steps)}

    def _narrow(self, seconds: float) -> None:
        """With the ones kept, and the zeros that would cost."""
        relaxed = self._found()
        count = len(self._model.entries)
        zeros = (relaxed.columns[:count] < _NOTHING) & (relaxed.reduced[:count] > _NOTHING)
        self._take(self._solver.round(self._ones(), np.where(zeros, 0.0, 1.0), seconds, _STEP_GAP))

    def _all(self, seconds: float) -> None:
        """With nothing kept, from the best so far, until the gap is proved small: cuts prove more than the relaxation."""
        count = len(self._model.entries)
        gap = min(_SURE * self._gap, weights.NO_LANGUAGE / max(1.0, abs(self.cost)))
        rounded = self._solver.round(np.zeros(count), np.ones(count), seconds, gap, self._start())
        self._take(rounded)
        if rounded is not None and self.bound is not None:
            self.bound = max(self.bound, float(math.ceil(rounded.bound - _NOTHING)))

    def _take(self, rounded: Rounded | None) -> None:
        self._steps += 1
        if rounded is None:
            return
        chosen = np.flatnonzero(rounded.columns[: len(self._model.entries)] > 0.5)
        roster = self._problem.frozen | {self._model.entries[column] for column in chosen}
        price = cost(self._problem, roster)
        if price < self.cost or math.isinf(self._short):
            self.best, self.cost, self._short = roster, price, self._need(rounded.columns)

    def _need(self, columns: Floats) -> float:
        """How much is lacking of minimums, supervisors and languages."""
        return float(columns[self._model.costs >= weights.NO_LANGUAGE].sum())

    def _ones(self) -> Floats:
        return np.where(self._found().columns[: len(self._model.entries)] > 1.0 - _NOTHING, 1.0, 0.0)

    def _start(self) -> Floats:
        return np.array([entry in self.best for entry in self._model.entries], dtype=np.float64)

    def _found(self) -> Relaxed:
        if self._relaxed is None:
            raise RuntimeError("rounded before it was relaxed")
        return self._relaxed
