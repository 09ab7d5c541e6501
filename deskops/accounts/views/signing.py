"""What officials sign with: one's own PIN and passkeys, and the coordinators' list of who can sign."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts import queries
from deskops.accounts.access import access, current_actor
from deskops.accounts.actor import Actor
from deskops.accounts.forms import NewPasskey, NewPin, errors_by_field
from deskops.accounts.proving import proof_asked, relying_party
from deskops.accounts.queries.signing import is_official, officials
from deskops.accounts.services import passkeys, pins
from deskops.accounts.services.pins import Confirmation, signer_id
from deskops.accounts.views.blueprint import blueprint
from deskops.core import clock, runtime
from deskops.core.errors import InvalidInput, NotFound, Refusal, SignInNeeded
from deskops.core.i18n import gettext
from deskops.core.limits import limiter
from deskops.core.unit_of_work import UnitOfWork, unit_of_work

OWN_LIMIT = limiter.limit("5 per minute", key_func=lambda: f"signing:{current_actor().user_id}")


@blueprint.get("/account/signing")
@access("account.sign")
def own_signing() -> ResponseReturnValue:
    return _own_page(current_actor())


@blueprint.post("/account/signing/pin")
@access("account.sign")
@OWN_LIMIT
def set_pin() -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = NewPin.of_request()
        if form.pin != form.again:
            raise InvalidInput({"again": gettext("The two PINs differ.")})
        pins.set_pin(actor, form.pin, Confirmation(form.password, form.present))
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return _own_page(actor, pin_errors=errors_by_field(refusal)), refusal.status
    return redirect(url_for("accounts.own_signing", done="pin"), 303)


@blueprint.post("/account/signing/passkeys")
@access("account.sign")
@OWN_LIMIT
def add_passkey() -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = NewPasskey.of_request()
        confirmation = Confirmation(form.password, form.present)
        passkeys.add(actor, form.name, form.passkey, relying_party(), confirmation)
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return _own_page(actor, key_errors=_key_errors(refusal)), refusal.status
    return redirect(url_for("accounts.own_signing", done="passkey"), 303)


@blueprint.post("/account/signing/passkeys/<int:passkey_id>/revoke")
@access("account.sign")
def revoke_passkey(passkey_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with unit_of_work(actor) as uow:
        passkeys.revoke(uow, signer_id(actor), passkey_id)
    return redirect(url_for("accounts.own_signing", done="passkey_revoked"), 303)


@blueprint.get("/trips/<int:trip_id>/signers")
@access("account.signers")
def signers(trip_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        listed = officials(session, trip_id, clock.now())
    return render_template(
        "accounts/signers.html", officials=listed, trip_id=trip_id, done=request.args.get("done", "")
    )


@blueprint.post("/trips/<int:trip_id>/signers/<int:user_id>/pin/reset")
@access("account.signers")
def reset_pin(trip_id: int, user_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as uow:
        _require_official(uow, trip_id, user_id)
        pins.reset_pin(uow, user_id)
    return redirect(url_for("accounts.signers", trip_id=trip_id, done="pin_reset"), 303)


@blueprint.post("/trips/<int:trip_id>/signers/<int:user_id>/passkeys/revoke")
@access("account.signers")
def revoke_passkeys(trip_id: int, user_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as uow:
        _require_official(uow, trip_id, user_id)
        passkeys.revoke_all(uow, user_id)
    return redirect(url_for("accounts.signers", trip_id=trip_id, done="passkeys_revoked"), 303)


def _require_official(uow: UnitOfWork, trip_id: int, user_id: int) -> None:
    """Others don't exist for the asker."""
    if not is_official(uow.session, user_id, trip_id):
        raise NotFound()


def _key_errors(refusal: Refusal) -> dict[str, str]:
    """By the ids of the form's fields. A passkey has none: what is wrong with it stands at its name."""
    fields = {"": "name", "pin": "name", "passkey": "name"}
    return {f"key-{fields.get(name, name)}": text for name, text in errors_by_field(refusal).items()}


def _own_page(
    actor: Actor, *, pin_errors: dict[str, str] | None = None, key_errors: dict[str, str] | None = None
) -> str:
    login = pins.require_login(actor)
    with runtime.current().database.reading() as session:
        return render_template(
            "accounts/signing.html",
            proof=proof_asked(session, actor),
            fresh=pins.is_fresh(login, clock.now()),
            has_password=queries.password_hash(session, actor.user_id) is not None,
            device=login.device,
            pin_errors=pin_errors or {},
            key_errors=key_errors or {},
            done=request.args.get("done", ""),
        )
