"""How far officials' orders go: what coordinators write down, and what officials lend each other for a time."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.accounts.queries import names_of_users
from deskops.core import clock, runtime
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.web import errors_of, perform
from deskops.desks.queries import catalogue
from deskops.directives.errors import DirectiveMoved
from deskops.directives.forms import AuthorityForm, DelegationForm
from deskops.directives.queries.authorities import (
    authority_lines,
    officials_of,
    sees_all_authorities,
    usual_of,
)
from deskops.directives.services import authorities as services
from deskops.directives.views.blueprint import blueprint

_LINE = "/directives/authorities/<int:authority_id>"


@blueprint.get("/directives/authorities")
@access("authority.view")
def authorities(trip_id: int) -> ResponseReturnValue:
    """All officials' for who runs or watches the trip; an official's own, with what they lend and were lent."""
    return _page(trip_id)


@blueprint.post("/directives/authorities")
@access("authority.set")
def set_authority(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = AuthorityForm.of_request()
        wanted = form.written()
        perform(
            actor,
            form.model_dump(mode="json"),
            lambda uow: {"id": services.set_authority(uow, actor, trip_id, wanted)},
        )
    except Refusal as refusal:
        return _again(trip_id, refusal, "official_id")
    flash(gettext("Written down. It holds from its beginning on."), "ok")
    return redirect(url_for("directives.authorities", trip_id=trip_id), 303)


@blueprint.post("/directives/delegations")
@access("directive.sign")
def delegate(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = DelegationForm.of_request()
        limits = form.limits()
        perform(
            actor,
            form.model_dump(mode="json"),
            lambda uow: {
                "id": services.delegate(
                    uow, actor, trip_id, form.official_id, limits, form.lasts, form.reason
                )
            },
        )
    except Refusal as refusal:
        return _again(trip_id, refusal, "official_id")
    flash(gettext("Delegated. You can revoke it at any time."), "ok")
    return redirect(url_for("directives.authorities", trip_id=trip_id), 303)


@blueprint.post(f"{_LINE}/revoke")
@access("authority.view")
def revoke_authority(trip_id: int, authority_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        perform(actor, {}, lambda uow: {"id": services.revoke(uow, actor, trip_id, authority_id)})
        flash(gettext("Revoked. What was signed under it stays."), "ok")
    except DirectiveMoved:
        flash(gettext("This was over already."), "warn")
    return redirect(url_for("directives.authorities", trip_id=trip_id), 303)


def _again(trip_id: int, refusal: Refusal, otherwise: str) -> ResponseReturnValue:
    if isinstance(refusal, NotFound):
        raise refusal
    return make_response(_page(trip_id, errors_of(refusal, otherwise)), refusal.status)


def _page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    actor, now = current_actor(), clock.now()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        officials = officials_of(session, trip_id)
        sees_all = sees_all_authorities(actor, trip_id)
        whose = None if sees_all else actor.user_id
        lines = authority_lines(session, trip_id, now, user_id=whose)
        earlier = authority_lines(session, trip_id, now, over=True, user_id=whose)
        shown = officials if sees_all else {one: officials[one] for one in officials if one == whose}
        rows = [line.row for line in (*lines, *earlier)]
        users = {user for row in rows for user in (row.user_id, row.superior_id, row.delegated_by) if user}
        return render_template(
            "directives/authorities.html",
            trip_id=trip_id,
            trip=names.trip,
            names=names,
            officials=officials,
            shown=shown,
            lines=lines,
            earlier=earlier,
            usual={one: usual_of(session, trip_id, one) for one in shown},
            people=names_of_users(session, users) | officials,
            may_lend=actor.may("directive.sign", trip_id),
            may_set=actor.may("authority.set", trip_id),
            errors=errors or {},
            typed=request.form,
            chosen=frozenset(request.form.getlist("agency_ids", type=int)),
            now=now,
        )
