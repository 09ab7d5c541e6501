"""What administrators do to accounts: roles given and withdrawn, accounts closed and opened again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import insert, select

from deskops.accounts.actor import Grant
from deskops.accounts.errors import LastAdministrator, OwnAccount, ScopeRefused
from deskops.accounts.events import RolesChanged, UserDisabled, UserEnabled
from deskops.accounts.models import GrantRow, User
from deskops.accounts.permissions import ADMINISTRATOR
from deskops.accounts.rules import is_complete
from deskops.accounts.services import end_sessions, set_grants, user_of
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork


def add_grant(uow: UnitOfWork, user_id: int, grant: Grant) -> None:
    """Give one more role. Raises NotFound, ScopeRefused."""
    if not is_complete(grant):
        raise ScopeRefused(field="place")
    held = grants_of(uow, user_id)
    if grant not in held:
        set_grants(uow, user_id, [*held, grant])


def add_followed_grant(uow: UnitOfWork, user_id: int, grant: Grant) -> None:
    """Give a role that follows from what its holder just did: they were recognised a moment ago, so their session goes on.

    Raises NotFound, ScopeRefused.
    """
    if not is_complete(grant):
        raise ScopeRefused(field="place")
    user_of(uow, user_id)
    held = grants_of(uow, user_id)
    facts = ("role", "rank", "trip_id", "desk_id", "agency_id")
    uow.session.add(GrantRow(user_id=user_id, **{name: getattr(grant, name) for name in facts}))
    uow.record(RolesChanged(user_id=user_id, roles=tuple(sorted({grant.role, *(one.role for one in held)}))))


def add_followed_grants(uow: UnitOfWork, grants: Collection[tuple[int, Grant]]) -> None:
    """The same to many users at once, who are there; a role that somebody holds already they aren't given again."""
    query = select(GrantRow).where(GrantRow.user_id.in_({user_id for user_id, _ in grants}))
    held: dict[int, set[Grant]] = defaultdict(set)
    for row in uow.session.scalars(query):
        held[row.user_id].add(_grant(row))
    new = [(user_id, grant) for user_id, grant in dict.fromkeys(grants) if grant not in held[user_id]]
    for user_id, grant in new:
        if not is_complete(grant):
            raise ScopeRefused(field="place")
        held[user_id].add(grant)
    if new:
        uow.session.execute(insert(GrantRow), [{"user_id": user, **asdict(grant)} for user, grant in new])
    for user_id in dict.fromkeys(user_id for user_id, _ in new):
        roles = tuple(sorted({grant.role for grant in held[user_id]}))
        uow.record(RolesChanged(user_id=user_id, roles=roles))


def withdraw_grant(uow: UnitOfWork, user_id: int, grant_id: int) -> None:
    """Take one role away. Raises NotFound, LastAdministrator."""
    row = uow.session.get(GrantRow, grant_id)
    if row is None or row.user_id != user_id:
        raise NotFound()
    left = [grant for grant in grants_of(uow, user_id) if grant != _grant(row)]
    set_grants(uow, user_id, left)
    _require_administrator(uow)


def grants_of(uow: UnitOfWork, user_id: int) -> list[Grant]:
    """The roles of a user, oldest first. Raises NotFound. Locks the user: two changes of roles don't
    overwrite each other.
    """
    user_of(uow, user_id)
    query = select(GrantRow).where(GrantRow.user_id == user_id).order_by(GrantRow.id)
    return [_grant(row) for row in uow.session.scalars(query)]


def disable_user(uow: UnitOfWork, user_id: int) -> None:
    """Close an account and end its sessions. Raises NotFound, OwnAccount, LastAdministrator."""
    user = user_of(uow, user_id)
    if user_id == uow.actor.user_id:
        raise OwnAccount()
    user.active = False
    end_sessions(uow, user_id)
    _require_administrator(uow)
    uow.record(UserDisabled(user_id=user_id))


def enable_user(uow: UnitOfWork, user_id: int) -> None:
    """Open a closed account again; its old sessions stay ended. Raises NotFound."""
    user_of(uow, user_id).active = True
    uow.record(UserEnabled(user_id=user_id))


def _require_administrator(uow: UnitOfWork) -> None:
    query = (
        select(User.id)
        .join(GrantRow, GrantRow.user_id == User.id)
        .where(GrantRow.role == ADMINISTRATOR, User.active.is_(True))
        .limit(1)
    )
    uow.session.flush()
    if uow.session.scalar(query) is None:
        raise LastAdministrator()


def _grant(row: GrantRow) -> Grant:
    return Grant(row.role, row.trip_id, row.desk_id, row.agency_id, row.rank)
