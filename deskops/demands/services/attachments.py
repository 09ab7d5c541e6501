"""Files that belong to a demand: the photo of a letter, papers that were asked for."""

from __future__ import annotations

from sqlalchemy import func, select

from deskops.accounts.actor import Actor
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.uploads import Upload
from deskops.demands.errors import TooManyFiles
from deskops.demands.events import FileAttached
from deskops.demands.models import Attachment, Demand

MOST = 20


def attach(uow: UnitOfWork, actor: Actor, trip_id: int, demand_id: int, kind: str, upload: Upload) -> int:
    """Add a file; returns its id. `kind` as in the table. Raises NotFound, TooManyFiles."""
    actor.require("attachment.add", trip_id)
    known = select(Demand.id).where(Demand.id == demand_id, Demand.trip_id == trip_id)
    if uow.session.scalar(known.with_for_update()) is None:
        raise NotFound()
    here = select(func.count()).where(Attachment.demand_id == demand_id)
    if uow.session.execute(here).scalar_one() >= MOST:
        raise TooManyFiles(most=MOST)
    row = Attachment(
        trip_id=trip_id,
        demand_id=demand_id,
        kind=kind,
        file=upload.store(uow),
        media_type=upload.media_type,
        size=len(upload.content),
        name=upload.name,
        added_at=uow.now,
        added_by=actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.record(FileAttached(trip_id=trip_id, demand_id=demand_id, attachment_id=row.id, of=kind))
    return row.id
