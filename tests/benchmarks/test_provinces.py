"""The provinces that the simulator's benchmarks play: copies share nothing, a busy load is as busy as it says."""

import pytest

from benchmarks.provinces import busy_load, copies
from deskops.balancing.router import choose
from deskops.balancing.simulation.drawing import draw
from deskops.balancing.simulation.policies import POLICIES
from deskops.balancing.state import Arrival
from tests.balancing.scenes import scene

MOVE = {"type": "move_counters", "day": 1, "at": "09:00", "travel_minutes": 10, "moves": [[20, 10]]}
DOWN = {"type": "desk_down", "day": 1, "at": "10:00", "minutes": 30, "desk": 20}


@pytest.mark.parametrize("policy", ["late-binding", "rule"])
def test_each_copy_of_a_province_has_the_day_of_the_one(policy: str) -> None:
    one = scene(load=1.2, events=[MOVE, DOWN])
    people = draw(one, 1)
    wide, everybody = copies(one, people, 3)
    alone = POLICIES[policy](one, people, 1).passed
    together = POLICIES[policy](wide, everybody, 1).passed
    assert len(wide.desks) == 3 * len(one.desks)
    assert sum(topic.share for topic in wide.topics) == pytest.approx(1.0)
    for copy in range(3):
        starts = [together[3 * number + copy].start for number in range(len(people))]
        if policy == "late-binding":
            assert starts == [alone[number].start for number in range(len(people))]
        assert all(together[3 * n + copy].desk // 31 == copy for n in range(len(people)))


def test_in_a_busy_load_nobody_is_free_and_as_many_wait_as_were_asked_for() -> None:
    load = busy_load(36, 500)
    assert (len(load.desks), load.waiting_count()) == (36, 500)
    assert choose(load, Arrival(1, 0)).counter_id is None


@pytest.mark.parametrize("able", [1, 9, 36])
def test_so_many_desks_are_competent_as_were_asked_for(able: int) -> None:
    load = busy_load(36, 10, able=able)
    assert sum(0 in desk.desk.speed for desk in load.desks.values()) == able
