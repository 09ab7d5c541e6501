"""What was acknowledged against what the database holds, and the waits beside the log's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import ceil
from typing import Any

from deskops.cli.replaying.calls import TYPES, Call
from deskops.cli.replaying.exchange import Acknowledged

CONTACT = "contact"


@dataclass
class Waits:
    """Calls of one type and what became of them; waits are of those who were answered, in seconds."""

    calls: int = 0
    answered: int = 0
    abandoned: int = 0
    menu: int = 0
    p50: float = 0.0
    p95: float = 0.0
    lengths: list[float] = field(default_factory=list, repr=False)

    def closed(self) -> dict[str, float]:
        """As it is printed."""
        self.p50, self.p95 = percentile(self.lengths, 50), percentile(self.lengths, 95)
        return {name: value for name, value in asdict(self).items() if name != "lengths"}


@dataclass(frozen=True)
class Comparison:
    """`lost`: acknowledged, and the database doesn't hold it so. `duplicated`: held more than once."""

    stored: int
    lost: list[str]
    duplicated: list[str]
    mismatches: list[str]
    waits: dict[str, dict[str, Any]]


def compare(
    calls: Sequence[Call],
    acknowledged: Mapping[str, Acknowledged],
    stored: Iterable[Mapping[str, Any]],
    *,
    topics: Mapping[str, int],
    seats: Mapping[str, int] | None,
) -> Comparison:
    """Compare; `seats` is the place id by call where the log was followed to the letter, else None."""
    lines: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for line in stored:
        lines[line["external_id"]].append(line)
    mismatches = []
    if seats is not None:
        by_key = {call.key: call for call in calls}
        for key in acknowledged:
            wrong = _differences(by_key[key], lines.get(key, []), seats.get(key))
            mismatches += [f"line {by_key[key].line}: {one}" for one in wrong]
    return Comparison(
        stored=sum(bool(lines.get(call.key)) for call in calls),
        lost=[key for key, said in acknowledged.items() if not _holds(said, lines.get(key, []))],
        duplicated=[key for key, held in lines.items() if len(held) > 1],
        mismatches=mismatches,
        waits=_waits(calls, (line for held in lines.values() for line in held), topics),
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """Nearest rank; 0 for no values."""
    ordered = sorted(values)
    return ordered[ceil(len(ordered) * percent / 100) - 1] if ordered else 0.0


def _holds(said: Acknowledged, held: Sequence[Mapping[str, Any]]) -> bool:
    return any(
        line["ticket_id"] == said.ticket_id and (said.status == CONTACT or line["status"] == said.status)
        for line in held
    )


def _differences(call: Call, held: Sequence[Mapping[str, Any]], place_id: int | None) -> list[str]:
    """Where the database says something else than the log: who served, and when."""
    if not held:
        return ["not stored"]
    line = held[0]
    wanted: dict[str, Any] = {"at": call.entered}
    if call.fate == "hung_up":
        wanted |= {"registered_at": call.entered, "serving_at": None, "done_at": call.ended}
    elif call.fate == "answered":
        wanted |= {
            "registered_at": call.entered,
            "called_at": call.answered,
            "serving_at": call.answered,
            "done_at": call.ended,
            "place_id": place_id,
        }
    found = {name: line[name] if name == "place_id" else _instant(line[name]) for name in wanted}
    return [f"{name} is {found[name]}, not {wanted[name]}" for name in wanted if found[name] != wanted[name]]


def _waits(
    calls: Iterable[Call], stored: Iterable[Mapping[str, Any]], topics: Mapping[str, int]
) -> dict[str, dict[str, Any]]:
    here: dict[str, Waits] = defaultdict(Waits)
    log: dict[str, Waits] = defaultdict(Waits)
    types = {}
    for call in calls:
        types[call.key] = call.type
        _count(log[call.type], call.fate, call.wait)
    for line in stored:
        if line["external_id"] in types:
            fate, wait = _fate(line)
            _count(here[types[line["external_id"]]], fate, wait)
    return {
        name: here[name].closed() | {"log": log[name].closed()}
        for name in TYPES
        if name in topics and name in log
    }


def _count(waits: Waits, fate: str, wait: float) -> None:
    waits.calls += 1
    if fate == "answered":
        waits.answered += 1
        waits.lengths.append(wait)
    elif fate == "hung_up":
        waits.abandoned += 1
    else:
        waits.menu += 1


def _fate(line: Mapping[str, Any]) -> tuple[str, float]:
    serving, registered = _instant(line["serving_at"]), _instant(line["registered_at"])
    if line["ticket_id"] is None or registered is None:
        return "menu", 0.0
    return ("hung_up", 0.0) if serving is None else ("answered", serving - registered)


def _instant(text: str | None) -> float | None:
    return None if text is None else datetime.fromisoformat(text).timestamp()


def table(waits: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    """The closing table, a line at a time. Waits in seconds; the log's own figures stand behind the bar."""
    columns = ("calls", "answered", "abandoned", "menu", "p50", "p95")
    heads = "".join(f"{name:>10}" for name in columns)
    yield f"{'':<22}{heads}  |" + "".join(f"{name:>10}" for name in columns[1:])
    for name, here in waits.items():
        own = "".join(f"{here[column]:>10,.0f}" for column in columns)
        log = "".join(f"{here['log'][column]:>10,.0f}" for column in columns[1:])
        yield f"{name + ' ' + TYPES[name]:<22}{own}  |{log}"
