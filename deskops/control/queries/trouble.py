"""Where the trouble is: who waits longest now and soon, by place and desk, and which counters have nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from deskops.balancing.fluid import Look
from deskops.balancing.state import Kind
from deskops.control.queries.forecast import DeskNow, PlaceNow, Prospect, prospect
from deskops.control.queries.stops import StopLine, stops_in_force

LOOKS = (30.0, 60.0)
DESKS_SHOWN = 8


@dataclass(frozen=True)
class Ahead:
    """So many minutes from now: people waiting, and how many minutes the oldest of them has waited."""

    minute: float
    waiting: float
    oldest: float


@dataclass(frozen=True)
class PlaceTrouble:
    now: PlaceNow
    ahead: list[Ahead]

    @property
    def worst(self) -> float:
        return max(self.now.oldest, *(look.oldest for look in self.ahead))

    @property
    def somebody_waits(self) -> bool:
        return self.now.waiting > 0 or any(look.waiting >= 0.5 or look.oldest >= 0.5 for look in self.ahead)


@dataclass(frozen=True)
class DeskTrouble:
    """`ahead` is about all whom the desk could serve, whoever they wait for."""

    now: DeskNow
    ahead: list[Ahead]

    @property
    def worst(self) -> float:
        return max(self.now.oldest, *(look.oldest for look in self.ahead))


@dataclass(frozen=True)
class Trouble:
    """`desks` are those where people wait longest, now or soon; `idle` those with counters that have nobody, most first."""

    places: list[PlaceTrouble]
    desks: list[DeskTrouble]
    idle: list[DeskNow]
    homeless: int
    stops: list[StopLine]

    @property
    def pressed_places(self) -> list[PlaceTrouble]:
        """Where somebody waits now or will soon, the longest wait first."""
        waited = (place for place in self.places if place.somebody_waits)
        return sorted(waited, key=lambda place: -place.worst)

    def as_json(self) -> dict[str, Any]:
        """As the API gives it: minutes, broken numbers of people ahead."""
        stops = [asdict(stop) | {"at": stop.at.isoformat()} for stop in self.stops]
        facts = {"homeless": self.homeless, "stops": stops, "idle": [asdict(desk) for desk in self.idle]}
        return facts | {
            "places": [_line_json(line) for line in self.places],
            "desks": [_line_json(line) for line in self.desks],
        }


def _line_json(line: PlaceTrouble | DeskTrouble) -> dict[str, Any]:
    return asdict(line.now) | {"ahead": [asdict(one) for one in line.ahead]}


def trouble(session: Session, trip_id: int) -> Trouble:
    """As it is now, and as it will be if nothing is done. Raises NotFound."""
    known = prospect(session, trip_id, max(LOOKS), LOOKS)
    looks = known.what_if.play(known.planned).looks
    desks = [
        DeskTrouble(desk, [desk_ahead(known, desk.desk_id, look) for look in looks]) for desk in known.desks
    ]
    pressed = sorted((one for one in desks if one.worst >= 1.0), key=lambda one: -one.worst)
    return Trouble(
        places=[
            PlaceTrouble(place, [place_ahead(place.place, look) for look in looks]) for place in known.places
        ],
        desks=pressed[:DESKS_SHOWN],
        idle=sorted((desk for desk in known.desks if desk.idle), key=lambda desk: (-desk.idle, desk.desk_id)),
        homeless=known.homeless,
        stops=stops_in_force(session, trip_id),
    )


def place_ahead(place: int, look: Look) -> Ahead:
    """A look at one place, 0 the phone."""
    return Ahead(
        look.minute, _sum_at(look.waiting, place), max(_of_place(look.oldest_minutes, place), default=0.0)
    )


def desk_ahead(known: Prospect, desk_id: int, look: Look) -> Ahead:
    """A look at all whom a desk could serve."""
    kinds = known.what_if.kinds(desk_id)
    waiting = sum(look.waiting.get(kind, 0.0) for kind in kinds)
    oldest = max((look.oldest_minutes.get(kind, 0.0) for kind in kinds), default=0.0)
    return Ahead(look.minute, waiting, oldest)


def _sum_at(by_kind: Mapping[Kind, float], place: int) -> float:
    return sum(_of_place(by_kind, place))


def _of_place(by_kind: Mapping[Kind, float], place: int) -> list[float]:
    return [value for kind, value in by_kind.items() if kind[0] == place]
