"""Broadcasts: writing one, who has seen it, and the bar of messages on everybody's screens."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts import permissions
from deskops.accounts.access import access, current_actor
from deskops.accounts.views.words import ROLE_NAMES
from deskops.control import rules, services
from deskops.control.forms import BroadcastForm
from deskops.control.queries.broadcasts import BroadcastLine, BroadcastPage, broadcast_page, to_see
from deskops.control.rules import Aim
from deskops.control.views.blueprint import blueprint
from deskops.core import clock, runtime
from deskops.core.dates import digits, local_day
from deskops.core.errors import DatabaseUnavailable, Refusal
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform, wants_fragment
from deskops.desks.queries import Catalogue, catalogue


@blueprint.get("/broadcasts")
@access("broadcast.send")
def broadcasts(trip_id: int) -> ResponseReturnValue:
    """The form, and what was sent with who has seen it; the list alone for the page to renew it."""
    return _page(trip_id)


@blueprint.post("/broadcasts")
@access("broadcast.send")
def send_broadcast(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = BroadcastForm.of_request()
        new = form.new(local_day(clock.now()))
        perform(
            actor,
            form.model_dump(mode="json"),
            lambda uow: {"id": services.send(uow, actor, trip_id, new).id},
        )
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _page(trip_id, errors_of(refusal, "text")), 422
    flash(gettext("The message is on its way to the screens."), "ok")
    return redirect(url_for("control.broadcasts", trip_id=trip_id), 303)


@blueprint.post("/broadcasts/<int:broadcast_id>/withdraw")
@access("broadcast.send")
def withdraw(trip_id: int, broadcast_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": services.withdraw(uow, actor, trip_id, broadcast_id).id}

    perform(actor, {}, work)
    if wants_fragment():
        return _page(trip_id)
    page = request.args.get("page", type=int)
    return redirect(url_for("control.broadcasts", trip_id=trip_id, page=page), 303)


@blueprint.get("/broadcasts/bar")
@access("broadcast.see")
def bar(trip_id: int) -> ResponseReturnValue:
    """What is said to whoever asks, alone."""
    return _bar(trip_id)


@blueprint.post("/broadcasts/<int:broadcast_id>/seen")
@access("broadcast.see")
def see(trip_id: int, broadcast_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        services.see(uow, actor, trip_id, broadcast_id)
        return {"id": broadcast_id}

    perform(actor, {}, work)
    if wants_fragment():
        return _bar(trip_id)
    back = request.form.get("next", "")
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    return redirect(back if is_ours else url_for("desks.trip_home", trip_id=trip_id), 303)


def said_here() -> list[BroadcastLine] | None:
    """For the page that is being shown: what its reader has yet to see; None where the page is no trip's."""
    actor, trip_id = current_actor(), (request.view_args or {}).get("trip_id")
    if trip_id is None or actor.user_id is None or not actor.may("broadcast.see", trip_id):
        return None
    try:
        with runtime.current().database.reading() as session:
            return to_see(session, actor, trip_id)
    except DatabaseUnavailable:
        # The page that says so has to be shown all the same.
        return []


def _bar(trip_id: int) -> str:
    with runtime.current().database.reading() as session:
        lines = to_see(session, current_actor(), trip_id)
    return render_template("control/_bar.html", said=lines, trip_id=trip_id)


def _page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    own = current_actor().desk_ids("broadcast.send", trip_id)
    with runtime.current().database.reading() as session:
        names, page = catalogue(session, trip_id), _of_asker(session, trip_id, own)
    return render_template(
        "control/_broadcasts.html" if wants_fragment() else "control/broadcasts.html",
        trip=names.trip,
        page=page,
        page_url=lambda number: url_for("control.broadcasts", trip_id=trip_id, page=number),
        aims=_aims(names, own),
        words_of=lambda aim: _aim_words(names, aim),
        today=local_day(clock.now()),
        typed=request.form,
        errors=errors or {},
    )


def _of_asker(session: Session, trip_id: int, own: frozenset[int] | None) -> BroadcastPage:
    """A desk head sees what they sent themselves."""
    mine = None if own is None else current_actor().user_id
    return broadcast_page(session, trip_id, mine, request.args.get("page", 1, type=int))


def _aims(names: Catalogue, own: frozenset[int] | None) -> list[tuple[str, str]]:
    desks = [
        (f"desk:{desk.id}", f"{digits(desk.number)} – {desk.short}")
        for desk in names.desks.values()
        if own is None or desk.id in own
    ]
    if own is not None:
        return desks
    sites = [(f"site:{site.id}", site.short) for site in names.offered_sites()]
    readers = permissions.roles_that_may("broadcast.see")
    roles = [(f"role:{role}", str(ROLE_NAMES[role])) for role in permissions.ROLES if role in readers]
    return [("all", gettext("All desks and everybody")), *roles, *sites, *desks]


def _aim_words(names: Catalogue, aim: Aim) -> str:
    if aim.aim == rules.ROLE:
        return str(ROLE_NAMES[aim.role])
    if aim.aim == rules.DESK:
        return names.desks[aim.desk_id or 0].name
    if aim.aim == rules.SITE:
        return names.sites[aim.site_id or 0].name
    return gettext("All desks and everybody")
