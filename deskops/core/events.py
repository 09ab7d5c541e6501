"""The base of domain events: frozen facts in the past tense that name ids, states and codes only."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """A fact of one trip. Subclasses set `kind`, such as "ticket.called"; their fields must be JSON-able."""

    kind: ClassVar[str]
    trip_id: int

    def payload(self) -> dict[str, Any]:
        """What the journal keeps: the fields, without the trip."""
        data = asdict(self)
        del data["trip_id"]
        return data
