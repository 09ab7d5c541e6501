"""Signing in and out, and the language: what everybody reaches."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RequestLimit
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import HTTPException

from deskops.accounts import passwords, queries, services
from deskops.accounts.access import access, cookie_name, current_actor, forget_recognised, public_page
from deskops.accounts.errors import LinkSpent
from deskops.accounts.forms import BadgeSignIn, PasswordSignIn
from deskops.accounts.rules import device_name, fold_badge, fold_username, same_site_path
from deskops.accounts.services import Opened, sign_in
from deskops.accounts.services.sign_in import Visitor
from deskops.accounts.views.blueprint import blueprint
from deskops.core import clock, runtime
from deskops.core.errors import InvalidInput, Refusal, TooManyAttempts
from deskops.core.i18n import LANGUAGE_COOKIE, LANGUAGES
from deskops.core.limits import limiter
from deskops.core.unit_of_work import unit_of_work

View = Callable[..., ResponseReturnValue]
PER_ACCOUNT = "5 per minute"
# A hall of 700 shares one address, so only failures count, and each way of signing in for itself. Spraying
# one password over many accounts is slowed down to this; who sits behind the same address can still use a
# badge or a link.
FAILURES_PER_ADDRESS = "60 per minute"
YEAR = 365 * 24 * 3600


def _account_key() -> str:
    return f"password:{fold_username(request.form.get('username', '')[:80])}"


def _badge_key() -> str:
    return f"badge:{passwords.token_hash(fold_badge(request.form.get('code', '')[:80]))}"


def _link_key() -> str:
    return f"link:{passwords.token_hash(str((request.view_args or {}).get('token')))}"


def _address_key() -> str:
    return f"{request.endpoint}:{get_remote_address()}"


def _failed(response: Response) -> bool:
    return response.status_code in {401, 410}


def _throttled(_limit: RequestLimit) -> Response:
    refusal = TooManyAttempts()
    if request.endpoint == "accounts.use_link":
        return make_response(_link_page(refusal=refusal), refusal.status)
    return make_response(_sign_in_page(refusal), refusal.status)


def _limited(key: Callable[[], str]) -> Callable[[View], View]:
    """At most five attempts a minute for one account, and a number of failures for one address."""
    by_account = limiter.limit(PER_ACCOUNT, key_func=key, on_breach=_throttled)
    by_address = limiter.limit(
        FAILURES_PER_ADDRESS, key_func=_address_key, deduct_when=_failed, on_breach=_throttled
    )
    return lambda view: by_account(by_address(view))


@blueprint.get("/sign-in", endpoint="sign_in")
@public_page
def sign_in_page() -> ResponseReturnValue:
    if current_actor().user_id is not None:
        return redirect(_next())
    return _sign_in_page()


@blueprint.post("/sign-in")
@public_page
@_limited(_account_key)
def sign_in_by_password() -> ResponseReturnValue:
    def attempt() -> Opened:
        form = PasswordSignIn.of_request()
        return sign_in.by_password(form.username, form.password, _visitor())

    return _attempted(attempt)


@blueprint.post("/sign-in/badge")
@public_page
@_limited(_badge_key)
def sign_in_by_badge() -> ResponseReturnValue:
    return _attempted(lambda: sign_in.by_badge(BadgeSignIn.of_request().code, _visitor()))


def _attempted(attempt: Callable[[], Opened]) -> ResponseReturnValue:
    try:
        opened = attempt()
    except Refusal as refusal:
        return _sign_in_page(refusal), refusal.status
    return _with_session(opened, _next())


def _sign_in_page(refusal: Refusal | None = None) -> str:
    by_badge = request.endpoint == "accounts.sign_in_by_badge" or request.args.get("by") == "badge"
    errors = refusal.errors if isinstance(refusal, InvalidInput) else {}
    return render_template(
        "accounts/sign_in.html",
        by_badge=by_badge,
        next=_next(),
        username=request.form.get("username", "")[:80],
        errors=errors,
        message=refusal.text() if refusal and not errors else "",
    )


@blueprint.get("/link/<token>")
@public_page
def link_page(token: str) -> ResponseReturnValue:
    """A page with a button: scanners of mail and messengers open links, and must not spend them."""
    with runtime.current().database.reading() as session:
        name = queries.name_of_link(session, passwords.token_hash(token), clock.now())
    if name is None:
        refusal = LinkSpent()
        return _link_page(refusal=refusal), refusal.status
    return _link_page(name=name)


@blueprint.post("/link/<token>")
@public_page
@_limited(_link_key)
def use_link(token: str) -> ResponseReturnValue:
    try:
        opened = sign_in.by_link(token, _visitor())
    except Refusal as refusal:
        return _link_page(refusal=refusal), refusal.status
    return _with_session(opened, url_for("accounts.after_link"))


def _link_page(name: str = "", refusal: Refusal | None = None) -> str:
    return render_template("accounts/link.html", name=name, message=refusal.text() if refusal else "")


@blueprint.get("/after-link")
@access("account.own")
def after_link() -> ResponseReturnValue:
    """Who has a user name but no password yet is shown where to set one; the others begin."""
    actor = current_actor()
    with runtime.current().database.reading() as session:
        needs_password = actor.user_id is not None and queries.lacks_password(session, actor.user_id)
    return redirect(url_for("accounts.own") if needs_password else "/")


@blueprint.post("/sign-out")
@access("account.own")
def sign_out() -> ResponseReturnValue:
    actor = current_actor()
    with unit_of_work(actor) as uow:
        services.close_session(uow, actor.credential)
    forget_recognised()
    response = make_response(redirect(url_for("accounts.sign_in"), 303))
    _set_cookie(response, cookie_name(), "", 0)
    return response


@blueprint.post("/language")
@public_page
def switch_language() -> ResponseReturnValue:
    """Remember the choice in the browser, and go back to the page that was open."""
    response = make_response(redirect(_next(), 303))
    chosen = request.form.get("lang", "")
    if chosen in LANGUAGES:
        _set_cookie(response, LANGUAGE_COOKIE, chosen, YEAR)
    return response


def _visitor() -> Visitor:
    actor = current_actor()
    return Visitor(
        device=device_name(request.headers.get("User-Agent", "")),
        replaced=actor.credential if actor.via == "session" else "",
    )


def _with_session(opened: Opened, target: str) -> Response:
    forget_recognised()
    response = make_response(redirect(target, 303))
    _set_cookie(response, cookie_name(), opened.token, opened.hours * 3600)
    return response


def _set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    secure = runtime.current().settings.secure_cookies
    response.set_cookie(name, value, seconds, path="/", httponly=True, samesite="Lax", secure=secure)


def _next() -> str:
    """Where to go on: a page of this site that can be opened, else the start."""
    target = same_site_path(request.values.get("next"))
    if target is None:
        return "/"
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(target.partition("?")[0], method="GET")
    except HTTPException:
        return "/"
    return "/" if endpoint == "accounts.sign_in" else target
