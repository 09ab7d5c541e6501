"""Whose orders somebody sees."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.directives.queries.authorities import officials_assisted, sees_all_authorities


def sees_all(actor: Actor, trip_id: int) -> bool:
    """Whether one sees the orders of all officials: who runs the trip, watches it or follows up."""
    return sees_all_authorities(actor, trip_id) or actor.may("meeting.plan", trip_id)


def whose(session: Session, actor: Actor, trip_id: int, asked: str) -> dict[str, Any]:
    """The part of a filter that says of whom orders are listed: an official's own unless they see all and ask for it, all
    for who sees all, else those of whom one assists.
    """
    every = sees_all(actor, trip_id)
    if actor.may("directive.sign", trip_id) and not (every and asked == "all"):
        return {"user_id": actor.user_id}
    if every:
        return {}
    return {"official_ids": officials_assisted(session, trip_id, actor.user_id or 0)}
