"""What all use cases of a ticket share: reading it, changing it by its state machine, telling the journal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.errors import NotFound, StaleVersion
from deskops.core.idempotency import KEEP_ANSWERS
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import KeptTooLong, TicketMoved
from deskops.demands.events import TicketEvent
from deskops.demands.models import IS_AT_PLACE, Ticket

TICKETS = table_of(Ticket)
# Made once: putting a statement together costs as much as running it.
_AT_PLACE = select(TICKETS.c.id).where(TICKETS.c.place_id == bindparam("place_id"), IS_AT_PLACE).limit(1)
_LOCKED = (
    select(TICKETS)
    .where(TICKETS.c.id == bindparam("ticket_id"), TICKETS.c.trip_id == bindparam("trip_id"))
    .with_for_update(key_share=True)
)
_FREE = _LOCKED.with_for_update(key_share=True, skip_locked=True)
# The names of what it was before must not be names of columns, which are what it will be.
_PUT = (
    update(TICKETS)
    .where(
        TICKETS.c.id == bindparam("ticket_id"),
        TICKETS.c.status == bindparam("status_before"),
        TICKETS.c.version == bindparam("version_before"),
    )
    .returning(TICKETS)
)

MakesEvent = Callable[..., TicketEvent]
"""A ticket's event, or one with facts of its own filled in."""


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


def kept_act(uow: UnitOfWork, actor: Actor, at: datetime) -> Act:
    """An act that a counter's device kept while the network was down, at its own time, which is never ahead of ours.

    Raises KeptTooLong beyond the time for which first answers are kept: sent again, it might count twice.
    """
    if uow.now - at > KEEP_ANSWERS:
        raise KeptTooLong(days=KEEP_ANSWERS.days)
    return Act(uow, actor, min(at, uow.now))


def may_at(actor: Actor, action: str, trip_id: int, desk_id: int | None) -> bool:
    """Whether an action is open to the actor at a desk; somebody bound to no desk may do it at all, and at none."""
    if not actor.may(action, trip_id):
        return False
    desks = actor.desk_ids(action, trip_id)
    return desks is None or desk_id in desks


def is_taken(uow: UnitOfWork, place_id: int) -> bool:
    """Whether somebody is called to a counter, or served there."""
    return uow.session.execute(_AT_PLACE, {"place_id": place_id}).first() is not None


def ticket_of(uow: UnitOfWork, trip_id: int, ticket_id: int) -> Row[Any]:
    """The ticket's row, locked until the commit. Raises NotFound."""
    row = uow.session.execute(_LOCKED, {"ticket_id": ticket_id, "trip_id": trip_id}).first()
    if row is None:
        raise NotFound()
    return row


def free_ticket_of(uow: UnitOfWork, trip_id: int, ticket_id: int) -> Row[Any] | None:
    """The same without waiting: None where another process holds it."""
    return uow.session.execute(_FREE, {"ticket_id": ticket_id, "trip_id": trip_id}).first()


def tickets_of(uow: UnitOfWork, trip_id: int, ticket_ids: Iterable[int]) -> list[Row[Any]]:
    """The same of several, locked by number, as everywhere: two who take them in other orders would wait in a circle."""
    return [ticket_of(uow, trip_id, ticket_id) for ticket_id in sorted(ticket_ids)]


def check_version(row: Row[Any], version: int | None) -> None:
    """Raises StaleVersion with both versions where the asker saw an older one."""
    if version is not None and version != row.version:
        raise StaleVersion(details={"yours": version, "current": row.version, "status": row.status})


def move(
    doing: Act, row: Row[Any], action: str, event: MakesEvent, *, undoable: bool = False, **values: Any
) -> Row[Any]:
    """Take a ticket along its state machine, and record the event; returns the new row.

    Raises TicketMoved where the machine, or somebody quicker, forbids it.
    """
    status = rules.after(row.status, action)
    if status is None:
        raise TicketMoved(details={"status": row.status, "version": row.version})
    values["undo"] = _memory(doing, row, action) if undoable else None
    return put(doing, row, status, event, **values)


def put(doing: Act, row: Row[Any], status: str, event: MakesEvent, **values: Any) -> Row[Any]:
    """Write a new status where nobody changed the ticket meanwhile, and record the event."""
    if values.get("desk_id", row.only_desk_id) != row.only_desk_id:
        # Another desk than the one chosen by hand ends that choice.
        values.setdefault("only_desk_id", None)
    before = {"ticket_id": row.id, "status_before": row.status, "version_before": row.version}
    after = {"status": status, "changed_at": doing.at, "version": row.version + 1, **values}
    changed = doing.uow.session.execute(_PUT, before | after).first()
    if changed is None:
        raise TicketMoved(details={"status": row.status, "version": row.version})
    doing.uow.record(event_of(changed, event, before=row), doing.at)
    return changed


def event_of(row: Row[Any], event: MakesEvent, before: Row[Any] | None = None) -> TicketEvent:
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
        only_desk_id=row.only_desk_id,
        place_id=row.place_id,
        registered_at=row.registered_at.timestamp(),
        changed_at=row.changed_at.timestamp(),
        from_desk_id=before.desk_id if before is not None and before.desk_id != row.desk_id else None,
        from_place_id=before.place_id if before is not None and before.status in rules.AT_PLACE else None,
        from_location=before.location if before is not None and before.location != row.location else None,
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
                "location": row.location,
                "walk": row.walk,
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
