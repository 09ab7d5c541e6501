"""Who prepares orders for an official."""

from __future__ import annotations

from sqlalchemy import delete, select

from deskops.accounts.actor import Actor
from deskops.accounts.queries import actor_of_user
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.directives.errors import NotAnAssistant
from deskops.directives.events import AssistantNamed, AssistantRemoved
from deskops.directives.models import Assistant
from deskops.directives.queries.authorities import officials_of


def name_assistant(uow: UnitOfWork, actor: Actor, trip_id: int, official_id: int, user_id: int) -> bool:
    """Have somebody prepare an official's orders; False where they do already. Raises NotFound, NotAnAssistant."""
    _check_official(uow, actor, trip_id, official_id)
    assistant = actor_of_user(uow.session, user_id)
    able = (
        assistant is not None and assistant.in_trip(trip_id) and assistant.may("directive.prepare", trip_id)
    )
    if not able or user_id == official_id:
        raise NotAnAssistant(field="user_id")
    theirs = {"trip_id": trip_id, "official_id": official_id, "user_id": user_id}
    if uow.session.get(Assistant, tuple(theirs.values())) is not None:
        return False
    uow.session.add(Assistant(**theirs, added_at=uow.now, added_by=actor.user_id))
    uow.record(AssistantNamed(**theirs))
    return True


def remove_assistant(uow: UnitOfWork, actor: Actor, trip_id: int, official_id: int, user_id: int) -> None:
    """They prepare no more; what they prepared stays. Raises NotFound."""
    _check_official(uow, actor, trip_id, official_id)
    theirs = (
        Assistant.trip_id == trip_id,
        Assistant.official_id == official_id,
        Assistant.user_id == user_id,
    )
    if uow.session.scalar(select(Assistant.user_id).where(*theirs)) is None:
        raise NotFound()
    uow.session.execute(delete(Assistant).where(*theirs))
    uow.record(AssistantRemoved(trip_id=trip_id, official_id=official_id, user_id=user_id))


def _check_official(uow: UnitOfWork, actor: Actor, trip_id: int, official_id: int) -> None:
    """An official names their own assistants, a coordinator everybody's."""
    actor.require("directive.templates", trip_id)
    if not actor.may("trip.setup", trip_id) and actor.user_id != official_id:
        raise NotFound()
    if official_id not in officials_of(uow.session, trip_id):
        raise NotFound()
