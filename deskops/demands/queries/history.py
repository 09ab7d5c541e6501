"""What happened to a demand, from the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from deskops.accounts.queries import names_of_users
from deskops.core import journal


@dataclass(frozen=True)
class Step:
    """One fact. `kind` as the journal names it; the rest where the fact has it. `actor` is whoever did it, by name:
    empty for the system, and where names weren't asked for.
    """

    at: datetime
    kind: str
    status: str | None
    desk_id: int | None
    from_desk_id: int | None
    topic_id: int | None
    fields: tuple[str, ...]
    actor: str


def history_of(session: Session, trip_id: int, demand_id: int, *, with_actors: bool) -> list[Step]:
    """A demand's history, oldest first. Codes and ids for all but who acted: the page finds the words."""
    entries = journal.subject_entries(session, trip_id, f"demand:{demand_id}")
    acted = {entry.actor_id for entry in entries if entry.actor_id is not None}
    names = names_of_users(session, acted) if with_actors else {}
    return [_step(entry, names.get(entry.actor_id or 0, "")) for entry in entries]


def _step(entry: journal.Entry, actor: str) -> Step:
    payload = entry.payload
    return Step(
        at=entry.at,
        kind=entry.kind,
        status=payload.get("status"),
        desk_id=payload.get("desk_id"),
        from_desk_id=payload.get("from_desk_id"),
        topic_id=payload.get("topic_id"),
        fields=tuple(payload.get("fields", ())),
        actor=actor,
    )
