"""How many people desks need: of one desk, or of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.core.errors import InvalidInput, StaleVersion
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.document.needs import fault_of, words_for
from deskops.desks.models import Desk, StaffNeed
from deskops.desks.rules import Need, usual_need
from deskops.desks.services.changes import Changed, Changes
from deskops.desks.services.states import locked_desk

NEED = "need"


def set_need(
    uow: UnitOfWork, actor: Actor, trip_id: int, desk_id: int, version: int, need: Need | None
) -> Changed:
    """Say how many people a desk needs; None: nobody says it any more. `version` is the desk's.

    Raises NotFound, Forbidden, StaleVersion, InvalidInput.
    """
    actor.require("trip.setup", trip_id)
    desk = locked_desk(uow, trip_id, desk_id)
    if version != desk.version:
        raise StaleVersion(details={"yours": version, "current": desk.version})
    if need is not None:
        check_need(need)
    changes = Changes(uow, trip_id)
    put_needs(uow, changes, {desk.id: need})
    changed = changes.keep(NEED, desk.id, desk.name)
    if changed is not None:
        desk.version += 1
    return Changed(desk.id, desk.version, changed)


def check_need(need: Need) -> None:
    """Raises InvalidInput at the field that doesn't fit."""
    field = fault_of(need)
    if field is not None:
        raise InvalidInput({field: str(words_for(field, need))})


def put_needs(uow: UnitOfWork, changes: Changes, needs: Mapping[int, Need | None]) -> None:
    """Write the needs of desks by their ids."""
    query = select(StaffNeed).where(StaffNeed.desk_id.in_(needs))
    known = {row.desk_id: row for row in uow.session.scalars(query)}
    for desk_id, need in needs.items():
        row = known.get(desk_id)
        if need is None:
            _remove(changes, row)
        elif row is None:
            changes.add(StaffNeed(desk_id=desk_id, **columns_of(need)))
        else:
            changes.update(row, **columns_of(need))


def usual_need_row(desk: Desk, places: int) -> StaffNeed:
    """What a new desk needs until somebody says otherwise; not yet added."""
    return StaffNeed(desk_id=desk.id, **columns_of(usual_need(places)))


def columns_of(need: Need) -> dict[str, Any]:
    """As a row holds it."""
    facts = {name: getattr(need, name) for name in ("minimum", "target", "supervisors")}
    return facts | {"languages": ",".join(need.languages)}


def _remove(changes: Changes, row: StaffNeed | None) -> None:
    if row is not None:
        changes.remove(row)
