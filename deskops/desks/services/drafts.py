"""Work between two pages: a guided set-up under way, a list between its dry run and its import."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from deskops.accounts.actor import Actor, Grant
from deskops.accounts.permissions import COORDINATOR
from deskops.accounts.services.managing import add_followed_grant
from deskops.core.codes import new_token
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.document import Setup
from deskops.desks.models import SetupDraft
from deskops.desks.models.drafts import KEEP_DRAFTS
from deskops.desks.services.trips import create_trip_of_setup

NEW_TRIP = "trip"


def begin_draft(
    uow: UnitOfWork,
    actor: Actor,
    kind: str,
    *,
    trip_id: int | None = None,
    start: str = "",
    name: str = "",
    answers: Mapping[str, Any] | None = None,
    content: bytes = b"",
    needs: str = "trip.setup",
) -> str:
    """Keep what somebody begins with; returns the token that its pages' addresses carry. Old drafts go with it. `needs` is
    the action that must be open to them in the draft's trip.

    Raises Forbidden.
    """
    if trip_id is None:
        actor.require("trip.create")
    else:
        actor.require(needs, trip_id)
    if actor.user_id is None:
        raise Forbidden()
    uow.session.execute(delete(SetupDraft).where(SetupDraft.created_at < uow.now - KEEP_DRAFTS))
    draft = SetupDraft(
        token=new_token(),
        user_id=actor.user_id,
        trip_id=trip_id,
        kind=kind,
        start=start,
        name=name[:200],
        answers=_dumped(answers or {}),
        content=content,
        created_at=uow.now,
    )
    uow.session.add(draft)
    return draft.token


def keep_answers(uow: UnitOfWork, actor: Actor, token: str, answers: Mapping[str, Any]) -> None:
    """Add what was typed on one page to what was typed on others. Raises NotFound."""
    draft = _own(uow, actor, token)
    draft.answers = _dumped(json.loads(draft.answers) | dict(answers))


def create_trip_of_draft(uow: UnitOfWork, actor: Actor, token: str, setup: Setup) -> int:
    """Finish a guided set-up; returns the trip's id. Who leads other trips only is made coordinator of this one.

    Raises NotFound, Forbidden, CodeTaken.
    """
    draft = _own(uow, actor, token)
    trip_id = create_own_trip(uow, actor, setup)
    uow.session.delete(draft)
    return trip_id


def create_own_trip(uow: UnitOfWork, actor: Actor, setup: Setup) -> int:
    """A trip that whoever makes it can see; returns its id. Raises Forbidden, CodeTaken."""
    trip_id = create_trip_of_setup(uow, actor, setup)
    if actor.user_id is not None and not actor.in_trip(trip_id):
        add_followed_grant(uow, actor.user_id, Grant(COORDINATOR, trip_id))
    return trip_id


def drop_draft(uow: UnitOfWork, actor: Actor, token: str) -> None:
    """What was begun is done, or given up. Raises NotFound."""
    uow.session.delete(_own(uow, actor, token))


def _own(uow: UnitOfWork, actor: Actor, token: str) -> SetupDraft:
    query = select(SetupDraft).where(SetupDraft.token == token, SetupDraft.user_id == actor.user_id)
    draft = uow.session.scalar(query.with_for_update())
    if draft is None:
        raise NotFound()
    return draft


def _dumped(answers: Mapping[str, Any]) -> str:
    return json.dumps(dict(answers), ensure_ascii=False)
