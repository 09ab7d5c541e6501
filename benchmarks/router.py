"""One decision of rule A: where an arrival goes among 36 desks; and how it grows with the competent ones."""

from __future__ import annotations

import time

from benchmarks.provinces import HALL, TOPICS, busy_load
from benchmarks.result import Result, Scale, median, say
from deskops.balancing.load import Load
from deskops.balancing.router import choose
from deskops.balancing.state import PHONE, Arrival

GOAL_US = 20.0
DESKS, WAITING = 36, 300
ABLE = (9, 18, 36)


def measure(scale: Scale) -> Result:
    """Microseconds of the dearest: every desk is competent, every counter busy. `usual_us`: over arrivals of all topics."""
    rounds = scale.of(20_000, 200)
    one = [Arrival(HALL, 0)]
    grows = {}
    for able in ABLE:
        load = busy_load(DESKS, WAITING, able=able)
        grows[able] = [_microseconds(load, one, rounds) for _ in range(scale.runs)]
        say(f"{able} competent desks: {median(grows[able]):.1f} µs a decision")
    usual = [Arrival(place, topic) for place in (HALL, PHONE) for topic in range(TOPICS)]
    details = {
        "us_by_competent_desks": {str(able): median(runs) for able, runs in grows.items()},
        "usual_us": _microseconds(busy_load(DESKS, WAITING), usual, rounds),
        "desks": DESKS,
        "waiting": WAITING,
    }
    worst = median(grows[DESKS])
    return Result(worst, "µs a decision", "<= 20 µs", worst <= GOAL_US, None, grows[DESKS], details)


def _microseconds(load: Load, arrivals: list[Arrival], rounds: int) -> float:
    for arrival in arrivals:
        choose(load, arrival)
    started = time.perf_counter()
    for number in range(rounds):
        choose(load, arrivals[number % len(arrivals)])
    return (time.perf_counter() - started) / rounds * 1e6
