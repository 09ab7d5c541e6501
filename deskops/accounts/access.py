"""The one registry of who may call what: declared beside each route, default-deny, checked before each
request.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request

from deskops.accounts import queries
from deskops.accounts.actor import PUBLIC, Actor
from deskops.accounts.passwords import csrf_token, token_hash
from deskops.core import clock, runtime
from deskops.core.errors import BadOrigin, Forbidden, NotFound, SignInNeeded
from deskops.core.i18n import settle_language

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ACTOR_CACHE_SECONDS = 2.0
ACTOR_CACHE_SIZE = 5000


@dataclass(frozen=True)
class Access:
    """What a route asks for: an action of the matrix, or None where it is open to the public."""

    action: str | None


def access(action: str) -> Callable[[View], View]:
    """Declare the action that a route performs."""

    def declare(view: View) -> View:
        view.__access__ = Access(action)  # type: ignore[attr-defined]
        return view

    return declare


def public_page(view: View) -> View:
    """Declare a route open to everybody."""
    view.__access__ = Access(None)  # type: ignore[attr-defined]
    return view


def declared_access(view: Callable[..., Any] | None) -> Access | None:
    """What a view declares; None where it declares nothing and is therefore closed."""
    return getattr(view, "__access__", None)


def current_actor() -> Actor:
    """Who makes this request."""
    actor: Actor = g.get("actor", PUBLIC)
    return actor


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host and to TLS; browsers refuse that prefix without TLS."""
    return "__Host-deskops" if runtime.current().settings.secure_cookies else "deskops"


def init_access(app: Flask) -> None:
    """Check every request: actor, origin, declaration, permission, in this order."""

    @app.before_request
    def check() -> None:
        if request.endpoint is None:
            return  # 404 and 405 have their own answers
        g.actor = actor_of_request()
        settle_language()
        check_origin(g.actor)
        if "\0" in request.path:
            raise NotFound()  # nothing is called so, and PostgreSQL refuses even to look
        declared = declared_access(current_app.view_functions.get(request.endpoint))
        if declared is None:
            raise Forbidden()
        if declared.action is not None:
            _check_action(g.actor, declared.action, (request.view_args or {}).get("trip_id"))


def _check_action(actor: Actor, action: str, trip_id: int | None) -> None:
    if actor.user_id is None:
        raise SignInNeeded()
    if trip_id is not None and not actor.in_trip(trip_id):
        raise NotFound()
    actor.require(action, trip_id)


def actor_of_request() -> Actor:
    """The user of the bearer token or of the session cookie; the public where there is neither."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        actor = recognise("token", token_hash(header.removeprefix("Bearer ").strip()))
        if actor is None:
            raise SignInNeeded()
        return actor
    cookie = request.cookies.get(cookie_name())
    return (recognise("session", token_hash(cookie)) if cookie else None) or PUBLIC


_recognised: dict[tuple[str, str], tuple[float, Actor]] = {}


def recognise(via: str, credential: str) -> Actor | None:
    """Who a hashed session or token secret belongs to. Remembered for two seconds, so a revocation bites
    within that.
    """
    key, instant = (via, credential), time.monotonic()
    known = _recognised.get(key)
    if known is not None and known[0] > instant:
        return known[1]
    with runtime.current().database.reading() as session:
        if via == "token":
            actor = queries.actor_of_token(session, credential)
        else:
            actor = queries.actor_of_session(session, credential, clock.now())
    if actor is None:
        _recognised.pop(key, None)
        return None
    if len(_recognised) >= ACTOR_CACHE_SIZE:
        _recognised.clear()
    _recognised[key] = (instant + ACTOR_CACHE_SECONDS, actor)
    return actor


def forget_recognised() -> None:
    """Drop what is remembered, after a sign-out or a change of roles in this process."""
    _recognised.clear()


def check_origin(actor: Actor) -> None:
    """Refuse a mutating request that another site's page could have made. A bearer token needs no check."""
    if request.method in SAFE_METHODS or actor.via == "token":
        return
    if not same_origin(request.headers.get("Origin")):
        raise BadOrigin()
    if actor.via == "session" and not _csrf_fits(actor):
        raise BadOrigin()


def same_origin(origin: str | None) -> bool:
    """Whether an Origin header names this site. A missing one does not."""
    if not origin or origin == "null":
        return False
    return origin in allowed_origins()


def allowed_origins() -> set[str]:
    """This host as it was asked for, the public address, and what DESKOPS_ORIGINS adds."""
    settings = runtime.current().settings
    origins = {request.host_url.rstrip("/"), *settings.allowed_origins}
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        origins.add(f"{parts.scheme}://{parts.netloc}")
    return origins


def form_token(actor: Actor) -> str:
    """The CSRF token for the actor's forms; empty for those without a session."""
    if actor.via != "session":
        return ""
    return csrf_token(runtime.current().settings.secret_key, actor.credential)


def _csrf_fits(actor: Actor) -> bool:
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token") or ""
    return hmac.compare_digest(given.encode(), form_token(actor).encode())


def open_to_public(app: Flask, endpoint: str) -> None:
    """Open a view that isn't ours to decorate, such as Flask's own for static files."""
    public_page(app.view_functions[endpoint])
