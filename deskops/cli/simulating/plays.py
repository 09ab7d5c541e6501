"""Plays policies on traces, several at a time; the answers don't depend on how many."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import NamedTuple

import click

from deskops.balancing.simulation.judging import Figures, curve_of, figures_of
from deskops.balancing.simulation.policies import POLICIES
from deskops.balancing.simulation.scenario import Scenario
from deskops.cli.simulating.files import Trace


class Outcome(NamedTuple):
    """One play: its figures, and its waits by percentile."""

    figures: Figures
    curve: list[float]


Task = tuple[str, int]
"""A policy, and the number of a trace."""


def play_all(
    scenario: Scenario,
    traces: Sequence[Trace],
    policies: Iterable[str],
    jobs: int,
    done: Callable[[int], None],
) -> dict[str, list[Outcome]]:
    """By policy the outcomes in the order of the traces. `done` is told of each play as it ends.

    Raises ClickException where a process ended.
    """
    chosen = [name for name in POLICIES if name in set(policies)]
    # The last ones take longest: begun first, they don't run alone at the end.
    tasks = [(name, number) for name in reversed(chosen) for number in range(len(traces))]
    stage = _Stage(scenario, traces)
    outcomes = _one_by_one(stage, tasks, done) if jobs == 1 else _side_by_side(stage, tasks, jobs, done)
    return {name: [outcomes[name, number] for number in range(len(traces))] for name in chosen}


class _Stage(NamedTuple):
    scenario: Scenario
    traces: Sequence[Trace]

    def play(self, task: Task) -> Outcome:
        policy, number = task
        trace = self.traces[number]
        play = POLICIES[policy](self.scenario, trace.people, trace.seed)
        return Outcome(figures_of(trace.people, play), curve_of(trace.people, play))


def _one_by_one(stage: _Stage, tasks: list[Task], done: Callable[[int], None]) -> dict[Task, Outcome]:
    outcomes = {}
    for task in tasks:
        outcomes[task] = stage.play(task)
        done(1)
    return outcomes


def _side_by_side(
    stage: _Stage, tasks: list[Task], jobs: int, done: Callable[[int], None]
) -> dict[Task, Outcome]:
    outcomes = {}
    try:
        with ProcessPoolExecutor(min(jobs, len(tasks)), initializer=_begin, initargs=(stage,)) as pool:
            futures = {pool.submit(_play, task): task for task in tasks}
            for future in as_completed(futures):
                outcomes[futures[future]] = future.result()
                done(1)
    except BrokenProcessPool as broken:
        raise click.ClickException(
            "A process of the simulation was ended from outside. --jobs 1 needs least memory."
        ) from broken
    return outcomes


_stage: _Stage | None = None


def _begin(stage: _Stage) -> None:
    """In a process of its own: what is common to all plays comes once; Ctrl-C is the first process's to handle."""
    global _stage
    _stage = stage
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _play(task: Task) -> Outcome:
    if _stage is None:
        raise RuntimeError("a play was asked for before the process knew the scenario")
    return _stage.play(task)
