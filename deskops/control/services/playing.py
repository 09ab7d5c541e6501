"""Plays that run in a process of their own, told of policy by policy."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from deskops.balancing.simulation.judging import curve_of, figures_of
from deskops.balancing.simulation.policies import POLICIES, Play
from deskops.balancing.simulation.scenario import Person, Scenario

# A fresh interpreter: nothing of the parent's connections and threads goes along.
_CONTEXT = get_context("spawn")


class Played(NamedTuple):
    """One policy's figures, and its waits by percentile."""

    policy: str
    figures: dict[str, float | None]
    curve: list[float]

    def result(self) -> dict[str, Any]:
        return {"figures": self.figures, "curve": self.curve}


def played(policy: str, people: Sequence[Person], play: Play) -> Played:
    return Played(policy, dict(figures_of(people, play)), curve_of(people, play))


class BackgroundPlay:
    """Policies played one after the other on the people of one trace. It ends at the latest with who began it."""

    def __init__(
        self, scenario: Scenario, people: Sequence[Person], policies: Sequence[str], seed: int
    ) -> None:
        self._news, told = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(
            target=_play, args=(told, scenario, list(people), list(policies), seed), daemon=True
        )
        self._process.start()
        told.close()

    @property
    def is_running(self) -> bool:
        return self._process.is_alive()

    def news(self) -> Iterator[Played]:
        """What has been played since the last time."""
        try:
            while self._news.poll():
                yield self._news.recv()
        except EOFError:
            return

    def end(self) -> None:
        """End it, whether it is done or not."""
        self._process.terminate()
        self._process.join()
        self._news.close()


def _play(told: Connection, scenario: Scenario, people: list[Person], policies: list[str], seed: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(10)
    for policy in policies:
        play = POLICIES[policy](scenario, people, seed)
        told.send(played(policy, people, play))


def _end_with_parent() -> None:
    """Nobody would read what a play comes to whose worker was killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
