"""Which desks' signs were sent to a printer."""

from __future__ import annotations

from collections.abc import Sequence

from deskops.core.database import table_of
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.upsert import dialect_of, prepared_upserts
from deskops.desks.events import SignsPrinted
from deskops.desks.models import SignPrint

PRINTS = table_of(SignPrint)
_MARK = prepared_upserts(
    PRINTS,
    lambda added: added.on_conflict_do_update(
        index_elements=["desk_id"], set_={"at": added.excluded.at, "user_id": added.excluded.user_id}
    ),
)


def mark_signs_printed(uow: UnitOfWork, trip_id: int, desk_ids: Sequence[int]) -> None:
    """The signs of these desks of the trip were printed now."""
    if not desk_ids:
        return
    rows = [{"desk_id": desk_id, "at": uow.now, "user_id": uow.actor.user_id} for desk_id in sorted(desk_ids)]
    uow.session.execute(_MARK[dialect_of(uow.session)], rows)
    uow.record(SignsPrinted(trip_id=trip_id, desk_ids=tuple(sorted(desk_ids))))
