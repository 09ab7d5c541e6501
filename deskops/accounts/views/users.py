"""Users as administrators manage them: who there is, what they may, and how they sign in."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts import scopes as role_scopes
from deskops.accounts import services
from deskops.accounts.access import access, current_actor, forget_recognised
from deskops.accounts.actor import Grant
from deskops.accounts.errors import ScopeRefused, UsernameTaken
from deskops.accounts.forms import NewRole, NewToken, NewUser, errors_by_field
from deskops.accounts.queries import lists
from deskops.accounts.scopes import Scopes
from deskops.accounts.services import managing
from deskops.accounts.views.blueprint import blueprint
from deskops.accounts.views.handing_over import hand_over, link_address
from deskops.accounts.views.words import RANK_NAMES, ROLE_NAMES
from deskops.core import clock, runtime
from deskops.core.errors import InvalidInput
from deskops.core.text import clean_line
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.core.web import perform


@blueprint.get("/users")
@access("account.manage")
def users() -> ResponseReturnValue:
    query = clean_line(request.args.get("q", "")[:80])
    with runtime.current().database.reading() as session:
        found = lists.users(session, query, request.args.get("page", 1, type=int))
        places = role_scopes.scopes(session)
    return render_template("accounts/users.html", found=found, query=query, places=places, roles=ROLE_NAMES)


@blueprint.get("/users/new")
@access("account.manage")
def new_user() -> ResponseReturnValue:
    return render_template("accounts/new_user.html", typed={}, errors={})


@blueprint.post("/users/new")
@access("account.manage")
def create_user() -> ResponseReturnValue:
    try:
        form = NewUser.of_request()
        made = perform(current_actor(), form.model_dump(), lambda uow: _create(uow, form))
    except (InvalidInput, UsernameTaken) as refusal:
        page = render_template("accounts/new_user.html", typed=request.form, errors=errors_by_field(refusal))
        return page, refusal.status
    return redirect(url_for("accounts.user", user_id=made.data["id"], done="created"), 303)


def _create(uow: UnitOfWork, form: NewUser) -> dict[str, Any]:
    user_id = services.create_user(
        uow, name=form.name, username=form.username or None, language=form.language
    )
    return {"id": user_id}


@blueprint.get("/users/<int:user_id>")
@access("account.manage")
def user(user_id: int) -> ResponseReturnValue:
    return _user_page(user_id)


@blueprint.post("/users/<int:user_id>/roles")
@access("account.manage")
def add_role(user_id: int) -> ResponseReturnValue:
    try:
        form = NewRole.of_request()
        with runtime.current().database.reading() as session:
            grant = _grant(form, role_scopes.scopes(session))
        with unit_of_work(current_actor()) as uow:
            managing.add_grant(uow, user_id, grant)
    except (InvalidInput, ScopeRefused) as refusal:
        return _user_page(user_id, errors_by_field(refusal)), refusal.status
    return _changed(user_id, "roles")


@blueprint.post("/users/<int:user_id>/roles/<int:grant_id>/withdraw")
@access("account.manage")
def withdraw_role(user_id: int, grant_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as uow:
        managing.withdraw_grant(uow, user_id, grant_id)
    return _changed(user_id, "roles")


@blueprint.post("/users/<int:user_id>/close")
@access("account.manage")
def close_account(user_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as uow:
        managing.disable_user(uow, user_id)
    return _changed(user_id, "closed")


@blueprint.post("/users/<int:user_id>/reopen")
@access("account.manage")
def reopen_account(user_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as uow:
        managing.enable_user(uow, user_id)
    return _changed(user_id, "opened")


@blueprint.post("/users/<int:user_id>/link")
@access("account.manage")
def make_link(user_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as uow:
        token = services.make_link(uow, user_id)
    return hand_over("link", link_address(token), user_id, url_for("accounts.user", user_id=user_id))


@blueprint.post("/users/<int:user_id>/badge")
@access("account.manage")
def make_badge(user_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as uow:
        code = services.make_badge(uow, user_id)
    return hand_over("badge", code, user_id, url_for("accounts.user", user_id=user_id))


@blueprint.post("/users/<int:user_id>/tokens")
@access("account.manage")
def make_token(user_id: int) -> ResponseReturnValue:
    try:
        form = NewToken.of_request()
    except InvalidInput as refusal:
        return _user_page(user_id, errors_by_field(refusal)), refusal.status
    with unit_of_work(current_actor()) as uow:
        token = services.make_api_token(uow, user_id, form.label)
    return hand_over("token", token, user_id, url_for("accounts.user", user_id=user_id))


@blueprint.post("/users/<int:user_id>/tokens/revoke")
@access("account.manage")
def revoke_tokens(user_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as uow:
        services.revoke_api_tokens(uow, user_id)
    return _changed(user_id, "tokens")


def _grant(form: NewRole, known: Scopes) -> Grant:
    place = known.place_of(form.place)
    agency = int(form.agency) if form.agency.isascii() and form.agency.isdecimal() else None
    if place is None or (agency is not None and agency not in known.agencies):
        raise ScopeRefused(field="place")
    return Grant(form.role, place[0], place[1], agency, form.rank or None)


def _changed(user_id: int, done: str) -> ResponseReturnValue:
    forget_recognised()
    return redirect(url_for("accounts.user", user_id=user_id, done=done), 303)


def _user_page(user_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        shown = lists.user_details(session, user_id, clock.now())
        places = role_scopes.scopes(session)
    return render_template(
        "accounts/user.html",
        user=shown,
        places=places,
        roles=ROLE_NAMES,
        ranks=RANK_NAMES,
        typed=request.form,
        errors=errors or {},
        done=request.args.get("done", ""),
    )
