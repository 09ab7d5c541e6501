"""Reads of the files that belong to demands."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.errors import NotFound
from deskops.demands.models import Attachment


def attachments_of(session: Session, trip_id: int, demand_id: int) -> Sequence[Attachment]:
    """A demand's files, oldest first."""
    mine = (Attachment.demand_id == demand_id, Attachment.trip_id == trip_id)
    return session.scalars(select(Attachment).where(*mine).order_by(Attachment.id)).all()


def attachment(session: Session, trip_id: int, demand_id: int, attachment_id: int) -> Attachment:
    """One of them. Raises NotFound."""
    row = session.get(Attachment, attachment_id)
    if row is None or (row.trip_id, row.demand_id) != (trip_id, demand_id):
        raise NotFound()
    return row
