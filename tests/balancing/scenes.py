"""Small scenarios to be played: as documents, and as what is read from them."""

import json
from typing import Any

from deskops.balancing.simulation.reading import FORMAT, read_scenario
from deskops.balancing.simulation.scenario import CounterPlan, Desk, Person, Scenario

LOAN, HOUSING = 0, 1
HALL, PORT = 0, 1
EIGHT = 480


def document(**changes: Any) -> dict[str, Any]:
    """One day, a hall and a port, two topics; a desk of loans in the port, one of everything in the hall, and the phones."""
    return {
        "format": FORMAT,
        "name": "small",
        "days": 1,
        "opening": ["08:00", "12:00"],
        "load": 0.8,
        "sites": 2,
        "hall": HALL,
        "walk": {"minutes": [3, 8], "note": "drawn per person"},
        "topics": [topic(LOAN), topic(HOUSING)],
        "desks": [
            desk(10, site=PORT, own_topic=LOAN, speed={"0": 1.0}),
            desk(20, site=HALL, speed={"0": 1.2, "1": 1.1}),
            desk(30, site=HALL, speed={"0": 1.1, "1": 1.1}, walk_in=False),
        ],
        "events": [],
        "generator": {
            "profile_per_hour": [2, 1, 1, 1],
            "call_share": 0.5,
            "urgent_share": 0.05,
            "service_cv": 0.8,
            "no_show": {"share": 0.1, "minutes": 1.0},
            "surge": {"day": 1, "at": "09:00", "minutes": 30, "topics": [LOAN], "factor": 3},
            "site_of_walk_in": {"own_topic_sites": 0.5, "hall": 0.25, "any": 0.25},
        },
        "reference_slowdown": 1.1,
        "offer": {"accept_share": 0.5},
    } | changes


def topic(number: int, **changes: Any) -> dict[str, Any]:
    return {"id": number, "share": 0.5, "mean_minutes": 10, "believed_mean_minutes": 9} | changes


def desk(
    number: int, *, site: int, speed: dict[str, float], own_topic: int | None = None, **changes: Any
) -> Any:
    facts = {
        "id": number,
        "site": site,
        "own_topic": own_topic,
        "walk_in": True,
        "calls": True,
        "speed": speed,
    }
    return facts | {"counters": [{"from": "08:00", "count": 2}]} | changes


def written(changed: dict[str, Any]) -> str:
    return json.dumps(changed, indent=1)


def scene(**changes: Any) -> Scenario:
    return read_scenario(written(document(**changes)))


def counter_desk(number: int = 1, counters: int = 1, **facts: Any) -> Desk:
    """A desk for loans at own-topic speed, with so many counters from midnight on."""
    plan = (CounterPlan(0, counters),)
    known = {"site": HALL, "own_topic": LOAN, "walk_in": True, "calls": True, "speed": {LOAN: 1.0}} | facts
    return Desk(id=number, counters=plan, **known)


def caller(minute: float, minutes: float = 10.0, **facts: Any) -> Person:
    return somebody(minute, minutes, is_call=True, site=None, **facts)


def walk_in(minute: float, minutes: float = 10.0, **facts: Any) -> Person:
    return somebody(minute, minutes, **facts)


def somebody(minute: float, minutes: float, **facts: Any) -> Person:
    known: dict[str, Any] = {"topic": LOAN, "is_call": False, "site": HALL, "urgent": False, "no_show": False}
    return Person(minute=minute, service_minutes=minutes, **known | {"walk_minutes": 5.0} | facts)
