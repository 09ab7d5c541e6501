"""What every page shares: headers, context, navigation, and the pages that belong to no room."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from deskops.accounts.access import access, current_actor, form_token, public_page
from deskops.accounts.actor import Actor
from deskops.control.views.breaks import break_here
from deskops.control.views.broadcasts import said_here
from deskops.control.views.moves import asked_here
from deskops.control.views.rehearsing import rehearsal_here, rehearsal_offered
from deskops.core import clock, runtime
from deskops.core.assets import asset_dir
from deskops.core.i18n import direction, lang, using_language
from deskops.core.i18n import lazy as _l
from deskops.desks.scopes import without_rehearsals
from deskops.directives.views.showing import orders_on

blueprint = Blueprint("pages", __name__)

# (action, endpoint, label, icon); those of a trip are shown inside one.
TRIP_NAVIGATION = (
    ("trip.view", "desks.trip_home", _l("Trip"), "map-pin"),
    ("wall.view", "control.wall", _l("Wall"), "layout-grid"),
    ("directive.sign", "directives.representative", _l("To decide"), "stamp"),
    ("directive.view", "directives.orders", _l("Orders"), "gavel"),
    ("balance.view", "control.balance", _l("Balancing"), "arrow-right-left"),
    ("readiness.view", "control.readiness", _l("Readiness"), "clipboard-check"),
    ("broadcast.send", "control.broadcasts", _l("Broadcasts"), "megaphone"),
    ("staff.view", "staff.people", _l("Staff members"), "users"),
    ("demand.register", "demands.intake", _l("Register"), "plus"),
    ("place.choose", "demands.places", _l("My counter"), "headset"),
    ("session.view", "sessions.schedule", _l("Officials' hours"), "calendar-days"),
    ("shift.own", "staff.my_shifts", _l("My shifts"), "calendar-days"),
    ("demand.search", "demands.demand_list", _l("Demands"), "search"),
    ("referral.view", "directives.referrals", _l("Referrals"), "send"),
    ("guidance.view", "desks.guidance", _l("Guidance cards"), "message-square"),
    ("board.view", "public.boards", _l("Boards"), "tv"),
    ("desk.state", "desks.desk_list", _l("Desks"), "building-2"),
    ("trip.setup", "desks.topics", _l("Topics"), "clipboard-list"),
    ("account.admit", "accounts.admission", _l("Admit staff"), "id-card"),
)
# The first that one may do is what one signs in for.
HOMES = (
    ("trip.setup", "desks.trip_home"),
    ("directive.sign", "directives.representative"),
    ("place.choose", "demands.places"),
    ("wall.view", "control.wall"),
    ("board.view", "public.boards"),
    ("demand.search", "demands.demand_list"),
    ("presence.scan", "staff.scan_page"),
    ("referral.view", "directives.referrals"),
)
NAVIGATION = (
    ("trip.list", "desks.trips", _l("Trips"), "layout-dashboard"),
    ("agency.manage", "agencies.tree", _l("Agencies"), "network"),
    ("account.manage", "accounts.users", _l("Users"), "users"),
)


@blueprint.get("/")
@access("account.own")
def home() -> ResponseReturnValue:
    """Where the day begins: in one's only trip at the screen of one's work, else at the list of trips. A rehearsal is no
    second trip: it is offered on the pages of the real one.
    """
    actor = current_actor()
    trips = actor.trip_ids() or frozenset()
    if len(trips) > 1:
        with runtime.current().database.reading() as session:
            trips = frozenset(without_rehearsals(session, trips))
    if len(trips) != 1:
        return redirect(url_for("desks.trips"))
    [trip_id] = trips
    endpoint = next((point for action, point in HOMES if actor.may(action, trip_id)), "desks.trip_home")
    return redirect(url_for(endpoint, trip_id=trip_id))


@blueprint.get("/healthz")
@public_page
def health() -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        session.connection()
    return {"status": "ok"}


@blueprint.get("/design")
@access("design.view")
def design() -> ResponseReturnValue:
    specimens = [_specimen("fa", "rtl"), _specimen("en", "ltr")]
    return render_template("core/design.html", specimens=specimens)


def _specimen(language: str, towards: str) -> dict[str, str]:
    """Every component in one language and direction."""
    with using_language(language):
        html = render_template(
            "core/specimen.html", lang=language, dir=towards, page_url=lambda page: f"#page-{page}"
        )
    return {"lang": language, "dir": towards, "html": Markup(html)}


def init_pages(app: Flask) -> None:
    """Register context and headers."""
    app.context_processor(_context)
    # A global, since macros are imported without the page's context.
    app.jinja_env.globals["asset"] = asset
    app.after_request(_headers)


@cache
def asset(path: str) -> str:
    """The address of a static file with the hash of its content, so that it may be cached for ever."""
    content = (asset_dir("static") / Path(path)).read_bytes()
    return url_for("static", filename=path, v=hashlib.sha256(content).hexdigest()[:12])


def _context() -> dict[str, Any]:
    actor = current_actor()
    language = lang()
    return {
        "lang": language,
        "dir": direction(),
        "other_lang": "en" if language == "fa" else "fa",
        "csp_nonce": _nonce(),
        "current_actor": actor if actor.user_id is not None else None,
        "csrf_token": form_token(actor),
        "server_now": clock.now(),
        "nav": _navigation(actor),
        "said_here": said_here,
        "orders_on": orders_on,
        "asked_here": asked_here,
        "break_here": break_here,
        "rehearsal_here": rehearsal_here,
        "rehearsal_offered": rehearsal_offered,
    }


def _navigation(actor: Actor) -> list[dict[str, Any]]:
    if actor.user_id is None:
        return []
    trip_id = (request.view_args or {}).get("trip_id")
    entries: list[tuple[Any, ...]] = [(*entry, {}) for entry in NAVIGATION]
    if trip_id is not None:
        entries[1:1] = [(*entry, {"trip_id": trip_id}) for entry in TRIP_NAVIGATION]
    return [
        {
            "href": url_for(endpoint, **values),
            "label": str(label),
            "icon": icon,
            "active": request.endpoint == endpoint,
        }
        for action, endpoint, label, icon, values in entries
        if actor.may(action, trip_id if values else None)
    ]


def _nonce() -> str:
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def _headers(response: Response) -> Response:
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    policy = (
        f"default-src 'self'; script-src 'self'{nonce}; style-src 'self'; img-src 'self' data:; connect-src 'self';"
        " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "microphone=(), geolocation=()"
    if runtime.current().settings.secure_cookies:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static":
        fixed = "public, max-age=31536000, immutable" if "v" in request.args else "public, max-age=3600"
        response.headers["Cache-Control"] = fixed
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
