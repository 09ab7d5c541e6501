"""Rule C: new provisional desks for those whose desk closed, paused or failed, and for everybody as labels age."""

from collections.abc import Container, Iterable
from math import inf
from typing import NamedTuple

from deskops.balancing.load import Load
from deskops.balancing.router import elsewhere, least_cost
from deskops.balancing.state import PHONE, Arrival, Waiting, Walk


class Relabel(NamedTuple):
    """A ticket's new provisional desk; None is the coordinators' list."""

    ticket_id: int
    desk_id: int | None


def reroute(load: Load, desk_id: int | None) -> list[Relabel]:
    """New desks for all who wait for this desk (None: for the coordinators' list), by rule A, oldest first.

    At the same place, or for calls anywhere, so nobody is asked to walk. Each is placed in sight of those
    before it. Only tickets whose desk changes are returned. The load is as before when this returns: the
    caller writes the changes down, and folds them in once they are committed. Raises UnknownDeskError.
    """
    return _anew(load, load.provisional(desk_id))


def relabel(load: Load) -> list[Relabel]:
    """The same for everybody who waits, whatever desk they were given: rule C's tick, every 5 minutes.

    Claims follow age and not the desk given, so labels grow stale, and with them the expected waits of rule A. Who is
    walking keeps the desk they walk to, whom somebody gave a desk by hand keeps that, and so does who waits for one that
    keeps its people while it pauses.
    """
    free = [
        w
        for w in load.all_waiting()
        if w.walk is not Walk.UNDER_WAY and w.only_desk_id is None and not _is_kept(load, w)
    ]
    return _anew(load, sorted(free, key=lambda w: w.by_age))


def _is_kept(load: Load, waiting: Waiting) -> bool:
    known = None if waiting.desk_id is None else load.desks.get(waiting.desk_id)
    return known is not None and known.desk.keeps and not known.desk.open


def place(load: Load, people: Iterable[Waiting]) -> list[Relabel]:
    """A desk for each of these people by rule A, in their order, each in sight of those before, whether they wait by now
    or not. The load is as before when this returns.
    """
    everybody = list(people)
    # All leave first: otherwise a desk that is still open would count its own list against itself.
    with load.without(person.ticket_id for person in everybody):
        try:
            return [Relabel(person.ticket_id, _assign(load, person)) for person in everybody]
        finally:
            for person in everybody:
                load.remove_waiting(person.ticket_id)


def _anew(load: Load, before: list[Waiting]) -> list[Relabel]:
    after = place(load, before)
    return [new for new, old in zip(after, before, strict=True) if new.desk_id != old.desk_id]


def _assign(load: Load, person: Waiting) -> int | None:
    arrival = Arrival(person.place, person.topic_id, person.language, may_walk=False)
    desk_id = least_cost(load, arrival).desk_id
    load.put_waiting(person.assigned_to(desk_id))
    return desk_id


class Walkover(NamedTuple):
    """Somebody who waits is to be asked to walk to another desk; minutes gained beyond walk and margin."""

    ticket_id: int
    desk_id: int
    gain_minutes: float


def walks_worth(load: Load, waits: dict[int, float], leave_out: Container[int] = ()) -> list[Walkover]:
    """Rule C: who should walk, given the projected waits (minutes by ticket), oldest first.

    A gain of 6 min + 25 % of the remaining wait beyond walk and margin, four per desk and tick. Who stands in no
    projection, because no open counter of their place may take them, has nothing to lose. `leave_out` are the
    tickets of those who walked before, or can't be asked.
    """
    policy = load.policy
    found: list[Walkover] = []
    per_desk: dict[int, int] = {}
    for waiting in sorted(load.all_waiting(), key=lambda w: w.by_age):
        if waiting.place == PHONE or waiting.walk is not Walk.NONE or waiting.only_desk_id is not None:
            continue
        if waiting.ticket_id in leave_out:
            continue
        remaining = waits.get(waiting.ticket_id, inf)
        if remaining < policy.rebalance_gain_minutes + policy.walk_margin_minutes:
            continue
        away = elsewhere(load, Arrival(waiting.place, waiting.topic_id, waiting.language))
        if away.desk_id is None or away.expected_wait_minutes is None:
            continue
        gain = remaining - away.expected_wait_minutes - policy.walk_margin_minutes
        enough = policy.rebalance_gain_minutes + policy.rebalance_gain_share * remaining
        if gain >= enough and per_desk.get(away.desk_id, 0) < policy.rebalance_walks_per_desk:
            per_desk[away.desk_id] = per_desk.get(away.desk_id, 0) + 1
            found.append(Walkover(waiting.ticket_id, away.desk_id, gain))
    return found
