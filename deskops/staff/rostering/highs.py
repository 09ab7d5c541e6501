"""The solver, behind the little that we ask of it. Importing this module fails where highspy or numpy can't be imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from deskops.staff.rostering.model import Floats, Integers, Model

_BY_ROW, _MINIMISE = 2, 1
_WHOLE = 1e-6


@dataclass(frozen=True)
class Relaxed:
    """The model's optimum with broken numbers: no roster costs less than `cost`."""

    cost: float
    columns: Floats
    reduced: Floats


@dataclass(frozen=True)
class Rounded:
    """The best roster found, as columns, and what no roster of that model goes below."""

    cost: float
    columns: Floats
    bound: float


class Solver:
    """One model, solved with one thread and a fixed seed, so that the same model has the same answer.

    `stopped` is asked many times a second while it works; once it says so the work ends without an answer.
    """

    def __init__(self, model: Model, stopped: Callable[[], bool]) -> None:
        self._model, self._stopped = model, stopped

    def relax(self, seconds: float) -> Relaxed | None:
        """The linear relaxation; None where it wasn't solved to the optimum."""
        highs = self._highs(seconds, whole=False)
        highs.setOptionValue("solver", "simplex")
        highs.setOptionValue("presolve", "off")
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = highs.getSolution()
        return Relaxed(highs.getObjectiveValue(), np.array(solution.col_value), np.array(solution.col_dual))

    def round(
        self, lower: Floats, upper: Floats, seconds: float, gap: float, start: Floats | None = None
    ) -> Rounded | None:
        """Whole numbers between these bounds of the binaries; None where none were found. `start`: one to improve on."""
        highs = self._highs(seconds, whole=True)
        binaries = np.arange(len(self._model.entries), dtype=np.int32)
        highs.changeColsBounds(len(binaries), binaries, lower, upper)
        highs.setOptionValue("mip_rel_gap", gap)
        highs.setOptionValue("mip_abs_gap", 1.0 - _WHOLE)
        if start is not None:
            highs.setSolution(len(binaries), binaries, start)
        highs.run()
        found = highs.getInfo()
        if found.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        columns = np.array(highs.getSolution().col_value)
        return Rounded(highs.getObjectiveValue(), columns, found.mip_dual_bound)

    def _highs(self, seconds: float, *, whole: bool) -> highspy.Highs:
        highs: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor bears no types
        model = self._model
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("parallel", "off"),
            ("random_seed", 1),
            ("time_limit", max(0.0, seconds)),
        ):
            highs.setOptionValue(option, value)
        kinds: Integers = np.zeros(len(model.costs), dtype=np.int32)
        kinds[: len(model.entries)] = whole
        highs.passModel(
            len(model.costs), len(model.row_lower), len(model.indices), _BY_ROW, _MINIMISE, model.offset,
            model.costs, np.zeros(len(model.costs)), model.upper, model.row_lower, model.row_upper,
            model.starts, model.indices, model.values, kinds,
        )  # fmt: skip
        for moment in (highs.cbSimplexInterrupt, highs.cbMipInterrupt):
            moment.subscribe(self._interrupt)
        return highs

    def _interrupt(self, event: highspy.highs.HighsCallbackEvent) -> None:
        if self._stopped():
            event.interrupt()
