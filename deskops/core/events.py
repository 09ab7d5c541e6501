"""The base of domain events: frozen facts in the past tense that name ids, states and codes only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """A fact of one trip. Subclasses set `kind`, such as "ticket.called"; their fields must be JSON-able."""

    kind: ClassVar[str]
    trip_id: int

    @property
    def subject(self) -> str | None:
        """What the fact is about, such as "demand:7", where its history is asked for by that; else None."""
        return None

    def payload(self) -> dict[str, Any]:
        """What the journal keeps: the fields, without the trip."""
        return {name: value for name, value in vars(self).items() if name != "trip_id"}
