"""A `Scenario` as the document that `reading` reads, and people as the trace that `traces` reads."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from deskops.balancing.simulation.reading import FORMAT
from deskops.balancing.simulation.scenario import (
    MINUTES_PER_DAY,
    CounterMove,
    Desk,
    DeskDown,
    Generator,
    Person,
    Scenario,
)
from deskops.balancing.simulation.traces import COLUMNS, MAY_BE_MISSING
from deskops.balancing.state import DEFAULT_LANGUAGE


def document_of(scenario: Scenario) -> dict[str, Any]:
    """What `read_scenario` makes the same scenario of. Only whole minutes can be written of events and counters."""
    walk: dict[str, Any] = {"minutes": None if scenario.walk_minutes is None else [*scenario.walk_minutes]}
    if scenario.walk_pairs is not None:
        walk["pairs"] = [[site, other, minutes] for (site, other), minutes in scenario.walk_pairs.items()]
    document = {
        "format": FORMAT,
        "name": scenario.name,
        "days": scenario.days,
        "opening": [_clock(minute) for minute in scenario.opening],
        "load": scenario.load,
        "sites": scenario.sites,
        "hall": scenario.hall,
        "walk": walk,
        "topics": [topic._asdict() for topic in scenario.topics],
        "desks": [_desk(desk) for desk in scenario.desks],
        "events": [_event(event) for event in scenario.events],
        "reference_slowdown": scenario.reference_slowdown,
        "offer": {"accept_share": scenario.accept_share},
    }
    if scenario.generator is not None:
        document["generator"] = _generator(scenario.generator)
    return document


def trace_of(people: Iterable[Person]) -> str:
    """CSV, one row a person, the header first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*COLUMNS, *MAY_BE_MISSING))
    for who in people:
        channel, site = ("call", "") if who.is_call else ("walk_in", who.site)
        patience = "" if who.patience_minutes is None else who.patience_minutes
        facts = (int(who.urgent), who.service_minutes, int(who.no_show), who.walk_minutes)
        writer.writerow((who.minute, who.topic, channel, site, *facts, who.language, patience))
    return text.getvalue()


def _desk(desk: Desk) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": desk.id,
        "site": desk.site,
        "own_topic": desk.own_topic,
        "walk_in": desk.walk_in,
        "calls": desk.calls,
        "speed": {str(topic): factor for topic, factor in desk.speed.items()},
        "counters": [{"from": _clock(plan.minute), "count": plan.counters} for plan in desk.counters],
    }
    if desk.also_own:
        document["also_own"] = [*desk.also_own]
    spoken = {name: count for name, count in desk.languages.items() if name != DEFAULT_LANGUAGE}
    return document | ({"languages": spoken} if spoken else {})


def _event(event: DeskDown | CounterMove) -> dict[str, Any]:
    day, minute = divmod(int(event.minute), MINUTES_PER_DAY)
    at = {"day": day + 1, "at": _clock(minute)}
    if isinstance(event, DeskDown):
        return {"type": "desk_down", **at, "minutes": event.minutes, "desk": event.desk}
    moves = [[event.source, event.target]]
    return {"type": "move_counters", **at, "travel_minutes": event.travel_minutes, "moves": moves}


def _generator(generator: Generator) -> dict[str, Any]:
    document: dict[str, Any] = {
        "profile_per_hour": [*generator.profile_per_hour],
        "call_share": generator.call_share,
        "urgent_share": generator.urgent_share,
        "service_cv": generator.service_cv,
        "no_show": {"share": generator.no_show.share, "minutes": generator.no_show.minutes},
        "site_of_walk_in": {
            "own_topic_sites": generator.site_of_walk_in.own_topic_sites,
            "hall": generator.site_of_walk_in.hall,
            "any": generator.site_of_walk_in.any,
        },
    }
    surge = generator.surge
    if surge is not None:
        document["surge"] = {
            "day": surge.day,
            "at": _clock(surge.minute),
            "minutes": surge.minutes,
            "topics": [*surge.topics],
            "factor": surge.factor,
        }
    return document


def _clock(minute: float) -> str:
    return f"{int(minute) // 60:02}:{int(minute) % 60:02}"
