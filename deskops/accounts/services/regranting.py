"""Roles of many users changed at once, as when a list of staff is imported."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from deskops.accounts.actor import Grant
from deskops.accounts.events import RolesChanged, SessionsEnded
from deskops.accounts.models import GrantRow, LoginSession, User
from deskops.core.database import table_of
from deskops.core.pacing import paced, parts
from deskops.core.unit_of_work import UnitOfWork

# The grants that a user is to have, from the id and those held.
After = Callable[[int, Sequence[Grant]], Sequence[Grant]]
GRANTS, USERS, SESSIONS = table_of(GrantRow), table_of(User), table_of(LoginSession)
FACTS = ("role", "rank", "trip_id", "desk_id", "agency_id")


def regrant(uow: UnitOfWork, user_ids: Sequence[int], after: After) -> None:
    """Give each user the roles that `after` says. Sessions of those whose roles differ are ended: a new role needs a new
    session. Whose roles are the same is left alone.
    """
    changed: dict[int, Sequence[Grant]] = {}
    for chunk in parts(sorted(set(user_ids))):
        uow.session.execute(
            select(USERS.c.id).where(USERS.c.id.in_(chunk)).order_by(USERS.c.id).with_for_update()
        )
        changed |= _replaced(uow, chunk, after)
    for chunk in parts(list(changed)):
        _end_sessions(uow, chunk)
    for user_id, grants in changed.items():
        uow.record(RolesChanged(user_id=user_id, roles=tuple(sorted({grant.role for grant in grants}))))


def _replaced(uow: UnitOfWork, user_ids: Sequence[int], after: After) -> dict[int, Sequence[Grant]]:
    held: defaultdict[int, list[Any]] = defaultdict(list)
    for row in uow.session.execute(
        select(GRANTS).where(GRANTS.c.user_id.in_(user_ids)).order_by(GRANTS.c.id)
    ):
        held[row.user_id].append(row)
    changed: dict[int, Sequence[Grant]] = {}
    gone: list[int] = []
    come: list[dict[str, Any]] = []
    for user_id in paced(user_ids):
        before = [_grant(row) for row in held[user_id]]
        wanted = list(after(user_id, before))
        lacking = Counter(wanted) - Counter(before)
        surplus = Counter(before) - Counter(wanted)
        if not lacking and not surplus:
            continue
        changed[user_id] = wanted
        come += [
            {"user_id": user_id} | {fact: getattr(grant, fact) for fact in FACTS}
            for grant in lacking.elements()
        ]
        for row, grant in zip(held[user_id], before, strict=True):
            if surplus[grant] > 0:
                surplus[grant] -= 1
                gone.append(row.id)
    for ids in parts(gone):
        uow.session.execute(delete(GRANTS).where(GRANTS.c.id.in_(ids)))
    if come:
        uow.session.execute(insert(GRANTS), come)
    return changed


def _end_sessions(uow: UnitOfWork, user_ids: Sequence[int]) -> None:
    statement = update(SESSIONS).where(SESSIONS.c.user_id.in_(user_ids), SESSIONS.c.revoked_at.is_(None))
    ended = Counter(uow.session.scalars(statement.values(revoked_at=uow.now).returning(SESSIONS.c.user_id)))
    for user_id, number in ended.items():
        uow.record(SessionsEnded(user_id=user_id, number=number))


def _grant(row: Any) -> Grant:
    return Grant(**{fact: getattr(row, fact) for fact in FACTS})
