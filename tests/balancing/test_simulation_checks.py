"""The simulator itself held against figures that leave a policy no freedom."""

import gzip
from functools import cache

import pytest

from deskops.balancing.simulation.measures import waits_of
from deskops.balancing.simulation.policies import POLICIES
from deskops.balancing.simulation.reading import read_scenario
from deskops.balancing.simulation.scenario import Person, Scenario
from deskops.balancing.simulation.traces import read_trace
from tests.cli.real_data import real_file

WITHIN_MINUTES = 0.1
P95 = {
    ("trip34", "pool"): (50.61, 47.40, 51.46),
    ("province34", "pool"): (49.71, 46.43, 50.49),
    ("province34", "fixed-map"): (211.66, 197.25, 187.83),
}


@cache
def scenario(name: str) -> Scenario:
    return read_scenario(real_file(f"scenario-{name}.json").read_text(encoding="utf-8"))


def trace(name: str, seed: int) -> list[Person]:
    packed = real_file(f"demands-{name}-{seed}.csv.gz").read_bytes()
    return read_trace(gzip.decompress(packed).decode().splitlines(), scenario(name))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("name", "policy"), P95)
def test_what_leaves_no_freedom_comes_out_as_it_must(name: str, policy: str, seed: int) -> None:
    people = trace(name, seed)
    p95 = waits_of(people, POLICIES[policy](scenario(name), people, seed).passed).p95
    assert p95 == pytest.approx(P95[name, policy][seed - 1], abs=WITHIN_MINUTES)


def test_the_fixed_map_of_a_trip_comes_near_the_reference_although_lots_are_drawn() -> None:
    waits = []
    for seed in (1, 2, 3):
        people = trace("trip34", seed)
        waits.append(waits_of(people, POLICIES["fixed-map"](scenario("trip34"), people, seed).passed))
    assert sum(one.mean for one in waits) / 3 == pytest.approx(51.8, abs=0.5)
    assert sum(one.p95 for one in waits) / 3 == pytest.approx(196.7, abs=2)
