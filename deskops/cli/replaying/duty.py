"""Who served, when and what: the log's servers as counters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from deskops.cli.replaying.calls import Call, Odd

# A server answers a type once in a while by mistake; so many calls of it are no mistake.
FEWEST_CALLS = 5
SPARE = "spare-"


@dataclass(frozen=True)
class Shift:
    """A seat is worked at from one instant to another, in epoch seconds."""

    seat: str
    begins: float
    ends: float


def competence(calls: Iterable[Call]) -> dict[str, frozenset[str]]:
    """The types that each server served, save those met hardly ever; at least the commonest."""
    served: dict[str, Counter[str]] = defaultdict(Counter)
    for call in calls:
        if call.server is not None:
            served[call.server][call.type] += 1
    return {server: _usual(types) for server, types in served.items()}


def _usual(types: Counter[str]) -> frozenset[str]:
    return frozenset(
        {types.most_common(1)[0][0]} | {name for name, count in types.items() if count >= FEWEST_CALLS}
    )


def desks_of(skills: Mapping[str, frozenset[str]]) -> dict[frozenset[str], list[str]]:
    """Servers who do the same types sit at one desk."""
    desks: dict[frozenset[str], list[str]] = defaultdict(list)
    for server in sorted(skills):
        desks[skills[server]].append(server)
    return dict(desks)


def seats_of(calls: Iterable[Call]) -> tuple[dict[str, str], list[Odd]]:
    """Which seat each answered call is served at, by the call's key.

    A place serves one at a time: a call that the log has served beside another, or by nobody it names, gets a
    spare seat.
    """
    free_from: dict[str, float] = {}
    seats: dict[str, str] = {}
    odd: list[Odd] = []
    for call in served_in_order(calls):
        seat = call.server
        if seat is not None and free_from.get(seat, 0.0) > call.begins:
            odd.append(Odd(call.line, "server_busy", f"{seat} for {free_from[seat] - call.begins:g} s more"))
            seat = None
        if seat is None:
            seat = _spare(free_from, call)
        seats[call.key] = seat
        free_from[seat] = max(call.ended, free_from.get(seat, 0.0))
    return seats, odd


def served_in_order(calls: Iterable[Call]) -> list[Call]:
    """Answered calls by the beginning of service; at one instant the shorter first, so that it can end."""
    answered = (call for call in calls if call.answered is not None)
    return sorted(answered, key=lambda call: (call.begins, call.ended, call.line))


def shifts(intervals: Iterable[Shift], longest_gap: float) -> list[Shift]:
    """Intervals of a seat joined over gaps of `longest_gap` seconds at most; in order of beginning."""
    joined: dict[str, list[Shift]] = defaultdict(list)
    for one in sorted(intervals, key=lambda shift: (shift.seat, shift.begins)):
        known = joined[one.seat]
        if known and one.begins - known[-1].ends <= longest_gap:
            known[-1] = Shift(one.seat, known[-1].begins, max(known[-1].ends, one.ends))
        else:
            known.append(one)
    return sorted(
        (shift for known in joined.values() for shift in known), key=lambda shift: (shift.begins, shift.seat)
    )


def worked(calls: Iterable[Call]) -> list[Shift]:
    """The intervals in which the log's servers really served."""
    return [
        Shift(call.server, call.begins, call.ended)
        for call in calls
        if call.server is not None and call.answered is not None
    ]


def _spare(free_from: Mapping[str, float], call: Call) -> str:
    number = 1
    while free_from.get(f"{SPARE}{number}", 0.0) > call.begins:
        number += 1
    return f"{SPARE}{number}"
