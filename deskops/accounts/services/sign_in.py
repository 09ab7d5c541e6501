"""Signing in by password, badge and one-time link. Each ends in a new session, or in a refusal that the
journal counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from deskops.accounts import passwords, queries, services
from deskops.accounts.actor import PUBLIC
from deskops.accounts.errors import LinkSpent, WrongSignIn
from deskops.accounts.events import SignInRefused
from deskops.accounts.rules import fold_username, session_hours
from deskops.accounts.services import Opened
from deskops.core import runtime
from deskops.core.unit_of_work import UnitOfWork, unit_of_work


@dataclass(frozen=True)
class Visitor:
    """The browser that signs in. `replaced` is the credential of the session that it had until now."""

    device: str = ""
    replaced: str = ""


def by_password(username: str, password: str, visitor: Visitor) -> Opened:
    """Raises WrongSignIn, SignInBusy. The password is checked between two transactions: it takes long."""
    with runtime.current().database.reading() as session:
        known = queries.password_of(session, fold_username(username))
    fits = passwords.matches(known.password_hash if known else None, password)
    if known is None or not fits:
        _count_refusal("password", known.user_id if known else None)
        raise WrongSignIn(field="password")

    def find(uow: UnitOfWork) -> int:
        # The account may have been closed, or its password changed, while this one was checked.
        if queries.password_of(uow.session, known.username) != known:
            raise WrongSignIn(field="password")
        return known.user_id

    return _signed_in("password", find, visitor)


def by_badge(code: str, visitor: Visitor) -> Opened:
    """Raises WrongSignIn."""
    return _counted("badge", lambda uow: services.user_of_badge(uow, code), visitor)


def by_link(token: str, visitor: Visitor) -> Opened:
    """Spends the link. Raises LinkSpent."""
    return _counted("link", lambda uow: services.use_link(uow, token), visitor)


def _counted(method: str, find: Callable[[UnitOfWork], int], visitor: Visitor) -> Opened:
    try:
        return _signed_in(method, find, visitor)
    except (WrongSignIn, LinkSpent):
        _count_refusal(method, None)
        raise


def _signed_in(method: str, find: Callable[[UnitOfWork], int], visitor: Visitor) -> Opened:
    with unit_of_work(PUBLIC) as uow:
        user_id = find(uow)
        if visitor.replaced:
            services.close_session(uow, visitor.replaced)
        actor = queries.actor_of_user(uow.session, user_id)
        roles = () if actor is None else (grant.role for grant in actor.grants)
        hours = session_hours(roles, runtime.current().settings.session_hours)
        return services.open_session(uow, user_id, method, visitor.device, hours)


def _count_refusal(method: str, user_id: int | None) -> None:
    """In a transaction of its own, since the refused one keeps nothing. Attempts over the limit never come
    here: a guesser could fill the journal with them.
    """
    with unit_of_work(PUBLIC) as uow:
        uow.record(SignInRefused(user_id=user_id, method=method))
