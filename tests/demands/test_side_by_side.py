"""The live system and the simulator call the same functions: random histories through HTTP and the database on one side and
the simulator on the other come to the same choices.
"""

import os

import pytest
from flask import Flask

from deskops.balancing.simulation.engine import Floor
from deskops.balancing.simulation.rule import Options
from deskops.core import clock
from tests.demands.drawn_histories import History, draw_history
from tests.demands.live_side import LiveSide
from tests.demands.side_by_side import BEGINS, SideBySide, counters_of

SEEDS = range(int(os.environ.get("DESKOPS_TEST_HISTORIES", "6")))
"""More of them: DESKOPS_TEST_HISTORIES=200."""


def play(app: Flask, history: History, seed: int, options: Options) -> SideBySide:
    clock.freeze(BEGINS)
    live = LiveSide(app, history.scenario, counters_of(history, seed, options))
    both = SideBySide(history, seed, live, options)
    Floor(history.scenario.desks, history.people, both).play(history.changes)
    return both


@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_choose_alike(app: Flask, seed: int) -> None:
    history = draw_history(seed)
    both = play(app, history, seed, Options(learns=False))
    assert both.compared > len(history.people)


def test_what_the_day_teaches_is_the_same(app: Flask) -> None:
    seed = 1000
    history = draw_history(seed)
    came = [person._replace(no_show=False) for person in history.people]
    both = play(app, history._replace(people=came), seed, Options())
    means = [topic.believed_mean_minutes for topic in history.scenario.topics]
    assert [both.rule.load.means[topic] for topic in range(len(means))] != means
