"""What all use cases of a ticket share: reading it, changing it by its state machine, telling the journal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.errors import NotFound, StaleVersion
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import TicketMoved
from deskops.demands.events import TicketEvent
from deskops.demands.models import Ticket

TICKETS = table_of(Ticket)


@dataclass(frozen=True)
class Act:
    """Who does something, and when it happened; `at` differs from now only for systems that saw it happen."""

    uow: UnitOfWork
    actor: Actor
    at: datetime


def act(uow: UnitOfWork, actor: Actor, trip_id: int, at: datetime | None = None) -> Act:
    """An act at its own time. Raises Forbidden where the actor may not say when it happened."""
    if at is not None:
        actor.require("event.backdate", trip_id)
    return Act(uow, actor, at or uow.now)


def ticket_of(uow: UnitOfWork, trip_id: int, ticket_id: int) -> Row[Any]:
    """The ticket's row, locked until the commit. Raises NotFound."""
    query = select(TICKETS).where(TICKETS.c.id == ticket_id, TICKETS.c.trip_id == trip_id).with_for_update()
    row = uow.session.execute(query).first()
    if row is None:
        raise NotFound()
    return row


def check_version(row: Row[Any], version: int | None) -> None:
    """Raises StaleVersion with both versions where the asker saw an older one."""
    if version is not None and version != row.version:
        raise StaleVersion(details={"yours": version, "current": row.version, "status": row.status})


def move(
    doing: Act, row: Row[Any], action: str, event: type[TicketEvent], *, undoable: bool = False, **values: Any
) -> Row[Any]:
    """Take a ticket along its state machine, and record the event; returns the new row.

    Raises TicketMoved where the machine, or somebody quicker, forbids it.
    """
    status = rules.after(row.status, action)
    if status is None:
        raise TicketMoved(details={"status": row.status, "version": row.version})
    values["undo"] = _memory(doing, row, action) if undoable else None
    return put(doing, row, status, event, **values)


def put(doing: Act, row: Row[Any], status: str, event: type[TicketEvent], **values: Any) -> Row[Any]:
    """Write a new status where nobody changed the ticket meanwhile, and record the event."""
    statement = (
        update(TICKETS)
        .where(TICKETS.c.id == row.id, TICKETS.c.status == row.status, TICKETS.c.version == row.version)
        .values(status=status, changed_at=doing.at, version=row.version + 1, **values)
        .returning(TICKETS)
    )
    changed = doing.uow.session.execute(statement).first()
    if changed is None:
        raise TicketMoved(details={"status": row.status, "version": row.version})
    doing.uow.record(event_of(changed, event, before=row), doing.at)
    return changed


def event_of(row: Row[Any], event: type[TicketEvent], before: Row[Any] | None = None) -> TicketEvent:
    """The fact that a ticket is now as its row says."""
    return event(
        trip_id=row.trip_id,
        ticket_id=row.id,
        demand_id=row.demand_id,
        number=row.number,
        status=row.status,
        channel=row.channel,
        location=row.location,
        topic_id=row.topic_id,
        urgent=row.urgent,
        language=row.language,
        bonus_minutes=row.bonus_minutes,
        walk=row.walk,
        desk_id=row.desk_id,
        place_id=row.place_id,
        registered_at=row.registered_at.timestamp(),
        changed_at=row.changed_at.timestamp(),
        from_desk_id=before.desk_id if before is not None and before.desk_id != row.desk_id else None,
        from_place_id=before.place_id if before is not None else None,
        actor_place_id=row.place_id,
    )


def _memory(doing: Act, row: Row[Any], action: str) -> str:
    """What undoing needs: the fields as they were before."""
    return json.dumps(
        {
            "action": action,
            "by": doing.actor.user_id,
            "at": doing.at.timestamp(),
            "fields": {
                "desk_id": row.desk_id,
                "place_id": row.place_id,
                "user_id": row.user_id,
                "called_at": _stamp(row.called_at),
                "serving_at": _stamp(row.serving_at),
                "done_at": _stamp(row.done_at),
            },
        }
    )


def _stamp(instant: datetime | None) -> float | None:
    return None if instant is None else instant.timestamp()
