"""What somebody began to set up and hasn't finished."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.dates import local_day
from deskops.core.errors import NotFound
from deskops.desks.models import SetupDraft, Trip


@dataclass(frozen=True)
class Draft:
    """As in the table; `answers` is what was typed, by question, and `began` its local day."""

    token: str
    trip_id: int | None
    kind: str
    start: str
    name: str
    answers: dict[str, Any]
    content: bytes
    began: date


def draft_of(
    session: Session, user_id: int | None, token: str, kind: str, trip_id: int | None = None
) -> Draft:
    """One's own draft of a kind, of one trip where it belongs to one. Raises NotFound."""
    query = select(SetupDraft).where(
        SetupDraft.token == token,
        SetupDraft.user_id == user_id,
        SetupDraft.kind == kind,
        SetupDraft.trip_id == trip_id,
    )
    row = session.scalar(query)
    if row is None:
        raise NotFound()
    began = local_day(row.created_at)
    return Draft(
        row.token, row.trip_id, row.kind, row.start, row.name, json.loads(row.answers), row.content, began
    )


def free_trip_code(session: Session, wanted: str) -> str:
    """The code, with a number behind it where a trip has it already."""
    taken = set(session.scalars(select(Trip.code).where(Trip.code.startswith(wanted, autoescape=True))))
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
