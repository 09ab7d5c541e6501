"""Reads of signs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.desks.models import Desk, SignPrint

PRINTS, DESKS = table_of(SignPrint), table_of(Desk)


def signs_printed(session: Session, trip_id: int) -> Mapping[int, datetime]:
    """When the sign of each desk of a trip was last printed, by desk id; desks without one are left out."""
    query = select(PRINTS.c.desk_id, PRINTS.c.at).join(DESKS, DESKS.c.id == PRINTS.c.desk_id)
    rows = session.execute(query.where(DESKS.c.trip_id == trip_id))
    return {row.desk_id: row.at for row in rows}
