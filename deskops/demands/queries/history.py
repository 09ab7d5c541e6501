"""What happened to a demand, from the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from deskops.core import journal


@dataclass(frozen=True)
class Step:
    """One fact. `kind` as the journal names it; the rest where the fact has it."""

    at: datetime
    kind: str
    status: str | None
    desk_id: int | None
    from_desk_id: int | None
    topic_id: int | None
    fields: tuple[str, ...]


def history_of(session: Session, trip_id: int, demand_id: int) -> list[Step]:
    """A demand's history, oldest first. Codes and ids only: the page finds the words."""
    return [
        _step(entry.at, entry.kind, entry.payload)
        for entry in journal.subject_entries(session, trip_id, f"demand:{demand_id}")
    ]


def _step(at: datetime, kind: str, payload: dict[str, Any]) -> Step:
    return Step(
        at=at,
        kind=kind,
        status=payload.get("status"),
        desk_id=payload.get("desk_id"),
        from_desk_id=payload.get("from_desk_id"),
        topic_id=payload.get("topic_id"),
        fields=tuple(payload.get("fields", ())),
    )
