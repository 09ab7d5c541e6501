"""One demand in one view, for deciding: who and what, its history and papers, what was ordered before, and the order."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts.access import access, current_actor
from deskops.accounts.actor import Actor
from deskops.accounts.proving import proof_asked
from deskops.accounts.queries import actor_of_user
from deskops.core import clock, idempotency, runtime
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.uploads import PICTURES, sent_file
from deskops.core.web import errors_of
from deskops.demands import queries as demands
from deskops.demands.queries import DemandDetail
from deskops.demands.queries.attachments import attachments_of
from deskops.demands.views import words as demand_words
from deskops.desks.queries import Catalogue, catalogue
from deskops.directives.forms import PreparedOrderForm, SignedOrderForm
from deskops.directives.giving import prepared, signed
from deskops.directives.queries.authorities import officials_assisted, officials_of
from deskops.directives.queries.orders import directives_on, signed_before
from deskops.directives.queries.templates import templates_for
from deskops.directives.services.orders import DECIDED
from deskops.directives.views import filling, words
from deskops.directives.views.blueprint import blueprint
from deskops.directives.views.filling import OnScreen
from deskops.directives.views.leading import led

_DEMAND = "/demands/<int:demand_id>"


@blueprint.get(f"{_DEMAND}/decide")
@access("directive.prepare")
def decide(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """`template`, `kind`, `draft` or `supersedes` in the address fill the order in."""
    return _page(trip_id, demand_id)


@blueprint.post(f"{_DEMAND}/decide")
@access("directive.prepare")
def refill(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """The same order as another kind: nothing typed is lost, and nothing is done yet."""
    return _page(trip_id, demand_id, filling.as_typed(), as_usual=True)


@blueprint.post(f"{_DEMAND}/directives")
@access("directive.sign")
def sign_order(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """Sign at once; the order's own page counts the seconds in which it can be called back."""
    try:
        form = SignedOrderForm.of_request()
        photo = sent_file("photo", PICTURES)
        answer = signed(trip_id, form, photo, demand_id)
    except NotFound:
        raise
    except Refusal as refusal:
        return _again(trip_id, demand_id, refusal)
    return led(url_for("directives.directive", trip_id=trip_id, directive_id=answer.data["id"]))


@blueprint.post(f"{_DEMAND}/drafts")
@access("directive.prepare")
def prepare_order(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """Leave it for its official to sign."""
    try:
        form = PreparedOrderForm.of_request()
        photo = sent_file("photo", PICTURES)
        answer = prepared(trip_id, form, photo, demand_id)
    except NotFound:
        raise
    except Refusal as refusal:
        return _again(trip_id, demand_id, refusal)
    flash(gettext("Prepared. It waits for the official's signature."), "ok")
    return led(url_for("directives.directive", trip_id=trip_id, directive_id=answer.data["id"]))


@blueprint.get(f"{_DEMAND}/directives/sent")
@access("directive.sign")
def sent(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """What became of an order whose answer was lost on the way: its own page, or that there is none. `key` is the form's."""
    route = f"POST {url_for('directives.sign_order', trip_id=trip_id, demand_id=demand_id)}"
    key = request.args.get("key", "")[:80]
    with runtime.current().database.reading() as session:
        answer = idempotency.given(session, current_actor().key, route, key)
        names = catalogue(session, trip_id)
    if answer is not None:
        return led(url_for("directives.directive", trip_id=trip_id, directive_id=answer.data["id"]))
    return render_template("directives/sent.html", trip=names.trip, trip_id=trip_id, demand_id=demand_id)


def _again(trip_id: int, demand_id: int, refusal: Refusal) -> ResponseReturnValue:
    errors = errors_of(refusal, "text")
    return make_response(_page(trip_id, demand_id, filling.as_typed(), errors), refusal.status)


def _page(
    trip_id: int,
    demand_id: int,
    screen: OnScreen | None = None,
    errors: dict[str, str] | None = None,
    *,
    as_usual: bool = False,
) -> str:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        demand = demands.demand_detail(session, trip_id, demand_id)
        giver = giver_of(session, actor, trip_id, names)
        matter = _matter(session, actor, demand)
        is_new = screen is None
        screen = filled(session, names, giver, demand, screen, as_usual=as_usual)
        if is_new:
            screen = filling.with_newest(screen, [line.id for line in matter["earlier"]])
        return render_template(
            "directives/decide.html",
            **matter,
            trip_id=trip_id,
            trip=names.trip,
            names=names,
            **giver,
            screen=screen,
            errors=errors or {},
            is_decided=demand.state in DECIDED and not (screen and screen.supersedes_id),
            key=_key(session, actor, demand_id),
            words=words,
            demand_words=demand_words,
        )


def _matter(session: Session, actor: Actor, demand: DemandDetail) -> dict[str, Any]:
    """What is read before deciding: the demand, history and papers, the person's earlier ones, and the orders on them."""
    trip_id = demand.trip_id
    earlier = [line for line in _lines_of_person(session, demand) if line.id != demand.id]
    ids = [demand.id, *(line.id for line in earlier)]
    told = actor.may("demand.actors", trip_id)
    return {
        "demand": demand,
        "known": demands.names_of(session, trip_id),
        "steps": demands.history_of(session, trip_id, demand.id, with_actors=told),
        "attachments": attachments_of(session, trip_id, demand.id),
        "earlier": earlier,
        "on": directives_on(session, trip_id, ids, clock.now()),
    }


def giver_of(session: Session, actor: Actor, trip_id: int, names: Catalogue) -> dict[str, Any]:
    """In whose name one gives orders, from which templates, and how one proves oneself where one signs."""
    officials = _officials_prepared_for(session, actor, trip_id)
    official = _chosen_official(session, actor, trip_id, officials)
    may_sign = actor.may("directive.sign", trip_id)
    return {
        "officials": officials,
        "official": official,
        "templates": templates_for(session, names, official.user_id),
        "may_sign": may_sign,
        "proof": proof_asked(session, actor) if may_sign else None,
    }


def filled(
    session: Session,
    names: Catalogue,
    giver: dict[str, Any],
    demand: DemandDetail,
    screen: OnScreen | None,
    *,
    as_usual: bool,
) -> OnScreen | None:
    """The order's form as it was asked for, or as it was typed; `as_usual`: typed, and of another kind now."""
    official = giver["official"]
    if screen is None:
        return filling.as_asked(session, names, official, demand, giver["templates"])
    if as_usual:
        usual = filling.usual_of_kind(session, names, official, demand, screen.kind)
        return filling.with_usual(screen, usual)
    return screen


def _officials_prepared_for(session: Session, actor: Actor, trip_id: int) -> dict[int, str]:
    """For whom one may prepare orders, by id."""
    theirs = officials_assisted(session, trip_id, actor.user_id or 0)
    return {user_id: name for user_id, name in officials_of(session, trip_id).items() if user_id in theirs}


def _chosen_official(session: Session, actor: Actor, trip_id: int, officials: dict[int, str]) -> Actor:
    """In whose name an assistant's page fills orders in; an official's own is filled in in theirs."""
    asked = request.values.get("official_id", type=int)
    if asked not in officials:
        asked = None if actor.may("directive.sign", trip_id) else next(iter(officials), None)
    return (actor_of_user(session, asked) if asked is not None else None) or actor


def _lines_of_person(session: Session, demand: DemandDetail) -> list[demands.DemandLine]:
    return demands.demand_page(session, demand.trip_id, demands.Filter(person_id=demand.person_id)).lines


def _key(session: Session, actor: Actor, demand_id: int) -> str:
    """The same on every look at the page until something is signed or prepared there, so that who loads it again after a
    cut connection doesn't order twice.
    """
    return f"order-{demand_id}-{signed_before(session, actor.user_id or 0, demand_id)}"
