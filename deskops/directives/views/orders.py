"""Orders: the list with their fate, and one order with all that can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.accounts.forms import ProofForm
from deskops.accounts.proving import perform_signed, proof_asked
from deskops.core import clock, runtime
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.files import read
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.uploads import media_type_of, to_save
from deskops.core.web import errors_of, perform, wants_fragment
from deskops.demands.queries import names_of
from deskops.desks.queries import catalogue
from deskops.directives import rules
from deskops.directives.errors import DirectiveMoved, ReasonNeeded, TooLateToCallBack
from deskops.directives.forms import ReasonForm
from deskops.directives.models import Directive
from deskops.directives.queries.authorities import officials_of
from deskops.directives.queries.orders import OrderFilter, directive_of, order_page
from deskops.directives.queries.seen import sees_all, whose
from deskops.directives.services import issuing, signing
from deskops.directives.views import words
from deskops.directives.views.blueprint import blueprint
from deskops.directives.views.leading import led

_ORDER = "/directives/<int:directive_id>"
Work = Callable[[UnitOfWork], Directive]


@blueprint.get("/directives")
@access("directive.view")
def orders(trip_id: int) -> ResponseReturnValue:
    """One's own and those of whom one assists; who runs or watches the trip sees all."""
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        wanted = OrderFilter.of_args(
            request.args, **whose(session, current_actor(), trip_id, request.args.get("whose", ""))
        )
        page = order_page(session, trip_id, wanted, clock.now())
        return render_template(
            "directives/orders.html",
            trip_id=trip_id,
            trip=names.trip,
            names=names,
            page=page,
            wanted=wanted,
            mine=wanted.user_id is not None,
            may_sign=actor.may("directive.sign", trip_id),
            sees_all=sees_all(actor, trip_id),
            rules=rules,
            words=words,
        )


@blueprint.get(_ORDER)
@access("directive.view")
def directive(trip_id: int, directive_id: int) -> ResponseReturnValue:
    return _page(trip_id, directive_id)


@blueprint.get(f"{_ORDER}/photo")
@access("directive.view")
def directive_photo(trip_id: int, directive_id: int) -> Response:
    with runtime.current().database.reading() as session:
        row = directive_of(session, trip_id, directive_id, clock.now()).row
    if row.photo is None:
        raise NotFound()
    content = read(runtime.current().settings.data_dir, row.photo)
    return to_save(row.photo, media_type_of(content), f"order-{row.id}")


@blueprint.post(f"{_ORDER}/sign")
@access("directive.sign")
def sign_prepared(trip_id: int, directive_id: int) -> ResponseReturnValue:
    """Sign what was prepared, or proposed, as it stands."""
    actor = current_actor()
    try:
        form = ProofForm.of_request()
        perform_signed(
            actor,
            form,
            {"directive_id": directive_id},
            lambda uow, signature: _told(signing.sign(uow, actor, trip_id, directive_id, signature)),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _again(trip_id, directive_id, refusal, "pin")
    return led(url_for("directives.directive", trip_id=trip_id, directive_id=directive_id))


@blueprint.post(f"{_ORDER}/call-back")
@access("directive.sign")
def call_back(trip_id: int, directive_id: int) -> ResponseReturnValue:
    return _done(
        trip_id, directive_id, lambda uow: signing.call_back(uow, current_actor(), trip_id, directive_id)
    )


@blueprint.post(f"{_ORDER}/issue")
@access("directive.sign")
def issue(trip_id: int, directive_id: int) -> ResponseReturnValue:
    """The page's own seconds are over; the worker may have been quicker, and what is too early stays as it is."""
    actor = current_actor()
    with suppress(DirectiveMoved):
        perform(actor, {}, lambda uow: _told(issuing.issue_now(uow, actor, trip_id, directive_id)))
    if wants_fragment():
        return _page(trip_id, directive_id)
    return redirect(url_for("directives.directive", trip_id=trip_id, directive_id=directive_id), 303)


@blueprint.post(f"{_ORDER}/withdraw")
@access("directive.sign")
def withdraw(trip_id: int, directive_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = ReasonForm.of_request()
        perform(
            actor,
            form.model_dump(),
            lambda uow: _told(issuing.withdraw(uow, actor, trip_id, directive_id, form.reason)),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _again(trip_id, directive_id, refusal, "reason")
    flash(gettext("The order is withdrawn."), "ok")
    return led(url_for("directives.directive", trip_id=trip_id, directive_id=directive_id))


@blueprint.post(f"{_ORDER}/discard")
@access("directive.prepare")
def discard(trip_id: int, directive_id: int) -> ResponseReturnValue:
    """Throw away what was prepared, or decline what was proposed."""
    try:
        form = ReasonForm.of_request()
        return _done(
            trip_id,
            directive_id,
            lambda uow: signing.discard(uow, current_actor(), trip_id, directive_id, form.reason),
            form.model_dump(),
        )
    except (InvalidInput, ReasonNeeded) as refusal:
        return _again(trip_id, directive_id, refusal, "reason")


def _done(trip_id: int, directive_id: int, work: Work, body: Any = None) -> ResponseReturnValue:
    """Do it, and show how the order stands then; what came too late is said there."""
    try:
        perform(current_actor(), body or {}, lambda uow: _told(work(uow)))
    except (DirectiveMoved, TooLateToCallBack) as refusal:
        flash(refusal.text(), "bad")
    return led(url_for("directives.directive", trip_id=trip_id, directive_id=directive_id))


def _told(row: Directive) -> dict[str, Any]:
    return {"id": row.id, "state": row.state}


def _again(trip_id: int, directive_id: int, refusal: Refusal, field: str) -> ResponseReturnValue:
    page = _page(trip_id, directive_id, errors_of(refusal, field), request.form.get("reason", ""))
    return make_response(page, refusal.status)


def _page(trip_id: int, directive_id: int, errors: dict[str, str] | None = None, reason: str = "") -> str:
    actor, now = current_actor(), clock.now()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        line = directive_of(session, trip_id, directive_id, now)
        may_sign = actor.may("directive.sign", trip_id)
        return render_template(
            "directives/directive.html",
            trip_id=trip_id,
            trip=names.trip,
            names=names,
            known=names_of(session, trip_id),
            line=line,
            signs=may_sign and actor.user_id == _signer(line.row),
            is_mine=may_sign and actor.user_id == line.row.official_id,
            wrote=actor.user_id in (line.row.prepared_by, line.row.official_id),
            proof=proof_asked(session, actor) if may_sign else None,
            officials=officials_of(session, trip_id),
            left_ms=_left_ms(line.row),
            errors=errors or {},
            reason=reason,
            rules=rules,
            words=words,
            now=now,
        )


def _signer(row: Directive) -> int | None:
    """Who may sign it as it stands; None where nobody can any more."""
    if row.state == rules.PROPOSED:
        return row.proposed_to
    return row.official_id if row.state == rules.DRAFT else None


def _left_ms(row: Directive) -> int:
    """How long it can still be called back, in milliseconds."""
    if row.state != rules.SIGNED or row.issues_at is None:
        return 0
    return max(0, int((row.issues_at - clock.now()).total_seconds() * 1000))
