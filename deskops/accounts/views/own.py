"""One's own account: password and open sessions."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts import passwords, queries, services
from deskops.accounts.access import access, current_actor, forget_recognised
from deskops.accounts.actor import Actor
from deskops.accounts.errors import WrongPassword
from deskops.accounts.forms import NewPassword, errors_by_field
from deskops.accounts.queries import lists
from deskops.accounts.views.blueprint import blueprint
from deskops.core import clock, runtime
from deskops.core.errors import Forbidden, InvalidInput, Refusal
from deskops.core.i18n import gettext
from deskops.core.limits import limiter
from deskops.core.unit_of_work import unit_of_work


@blueprint.get("/account")
@access("account.own")
def own() -> ResponseReturnValue:
    return _page(_person())


@blueprint.post("/account/password")
@access("account.own")
@limiter.limit("5 per minute", key_func=lambda: f"own:{current_actor().user_id}")
def change_password() -> ResponseReturnValue:
    actor = _person()
    try:
        _change_password(actor, NewPassword.of_request())
    except Refusal as refusal:
        return _page(actor, errors_by_field(refusal)), refusal.status
    return redirect(url_for("accounts.own", done="password"), 303)


def _change_password(actor: Actor, form: NewPassword) -> None:
    """The hash is made before the transaction. The session at hand goes on, all others end: one of them may
    be a thief's.
    """
    if form.password != form.again:
        raise InvalidInput({"again": gettext("The two passwords differ.")})
    with runtime.current().database.reading() as session:
        stored = queries.password_hash(session, actor.user_id)
        by_link = queries.session_method(session, actor.credential) == "link"
    if stored is not None and not by_link and not passwords.matches(stored, form.present):
        raise WrongPassword(field="present")
    hashed = passwords.hash_password(form.password)
    with unit_of_work(actor) as uow:
        services.set_password(uow, actor.user_id or 0, hashed, keep=actor.credential)
    forget_recognised()


@blueprint.post("/account/sessions/end")
@access("account.own")
def end_other_sessions() -> ResponseReturnValue:
    actor = _person()
    with unit_of_work(actor) as uow:
        services.end_sessions(uow, actor.user_id or 0, keep=actor.credential)
    forget_recognised()
    return redirect(url_for("accounts.own", done="sessions"), 303)


def _person() -> Actor:
    """The asker, who must have a session: a system's token must not be able to set a password."""
    actor = current_actor()
    if actor.via != "session":
        raise Forbidden()
    return actor


def _page(actor: Actor, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        return render_template(
            "accounts/own.html",
            user=lists.user_details(session, actor.user_id or 0, clock.now()),
            sessions=lists.open_sessions(session, actor.user_id or 0, actor.credential, clock.now()),
            by_link=queries.session_method(session, actor.credential) == "link",
            minimum=passwords.MINIMUM_LENGTH,
            errors=errors or {},
            done=request.args.get("done", ""),
        )
