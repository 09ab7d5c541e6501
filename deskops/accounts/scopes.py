"""Where a role can hold: trips, desks and agencies. They belong to an upper room, which hands them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from deskops.core.i18n import gettext

EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class TripScope:
    """A trip and its desks, by name in the current language."""

    id: int
    name: str
    desks: dict[int, str]


@dataclass(frozen=True)
class Scopes:
    """Everything that a role can be limited to."""

    trips: dict[int, TripScope] = field(default_factory=dict)
    agencies: dict[int, str] = field(default_factory=dict)

    def places(self) -> list[tuple[str, str]]:
        """The options of a select: everywhere, trips, and their desks, the last as `trip:desk`."""
        options = [(EVERYWHERE, gettext("Everywhere"))]
        for trip in self.trips.values():
            options.append((str(trip.id), trip.name))
            options += [(f"{trip.id}:{desk}", f"{trip.name} · {name}") for desk, name in trip.desks.items()]
        return options

    def place_of(self, choice: str) -> tuple[int | None, int | None] | None:
        """Trip and desk of a choice among `places`; None where it isn't one of them."""
        if choice not in {value for value, _ in self.places()}:
            return None
        if choice == EVERYWHERE:
            return (None, None)
        trip, _, desk = choice.partition(":")
        return (int(trip), int(desk) if desk else None)

    def default(self) -> str:
        """The place that is offered first: the newest trip, since few roles hold everywhere."""
        return str(next(iter(self.trips), EVERYWHERE))

    def words(self, trip_id: int | None, desk_id: int | None) -> str:
        """Where a role holds, for people."""
        if trip_id is None:
            return gettext("Everywhere")
        trip = self.trips.get(trip_id)
        if trip is None:
            return gettext("a trip that is gone")
        return f"{trip.name} · {trip.desks[desk_id]}" if desk_id in trip.desks else trip.name


Provider = Callable[[Session], Scopes]
_provider: Provider = lambda _session: Scopes()  # noqa: E731


def provide(provider: Provider) -> None:
    """Called by the application factory."""
    global _provider
    _provider = provider


def scopes(session: Session) -> Scopes:
    """What there is now."""
    return _provider(session)
