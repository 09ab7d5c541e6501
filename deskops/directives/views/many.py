"""One order on several demands: on those that were ticked, or on all that share a matter."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts.access import access, current_actor
from deskops.core import clock, idempotency, runtime
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.uploads import PICTURES, sent_file
from deskops.core.web import errors_of
from deskops.demands import queries as demands
from deskops.demands.views import words as demand_words
from deskops.desks.queries import catalogue
from deskops.directives import rules
from deskops.directives.forms import PreparedOrderForm, SignedOrderForm
from deskops.directives.giving import prepared, signed
from deskops.directives.queries.orders import orders_on_collective
from deskops.directives.queries.selected import demands_selected, prepared_before
from deskops.directives.services.orders import DECIDED
from deskops.directives.views import filling, words
from deskops.directives.views.blueprint import blueprint
from deskops.directives.views.deciding import filled, giver_of
from deskops.directives.views.filling import OnScreen
from deskops.directives.views.leading import led
from deskops.followup.queries.collectives import CollectiveLine, collective_of, demands_of


@dataclass(frozen=True)
class Chosen:
    """What an order is about: these demands, or those of a collective one."""

    demand_ids: tuple[int, ...] = ()
    collective_id: int | None = None

    @classmethod
    def of_request(cls) -> Chosen:
        """From the address of the page, or from its form."""
        ids = request.args.getlist("demand_id", type=int) or request.form.getlist("demand_ids", type=int)
        collective_id = request.values.get("collective_id", type=int)
        return cls(tuple(dict.fromkeys(ids))[: rules.MOST_DEMANDS], collective_id)

    def address(self) -> dict[str, object]:
        """As it stands in the address of the page."""
        return {"demand_id": list(self.demand_ids), "collective_id": self.collective_id}


@blueprint.get("/decide")
@access("directive.prepare")
def decide_many(trip_id: int) -> ResponseReturnValue:
    """`demand_id`, as often as demands were ticked, or `collective_id`; `template` or `kind` fill the order in."""
    return _page(trip_id)


@blueprint.post("/decide")
@access("directive.prepare")
def refill_many(trip_id: int) -> ResponseReturnValue:
    """The same order as another kind."""
    return _page(trip_id, filling.as_typed(), as_usual=True)


@blueprint.post("/decide/sign")
@access("directive.sign")
def sign_many(trip_id: int) -> ResponseReturnValue:
    try:
        answer = signed(trip_id, SignedOrderForm.of_request(), sent_file("photo", PICTURES))
    except NotFound:
        raise
    except Refusal as refusal:
        return _again(trip_id, refusal)
    return led(url_for("directives.directive", trip_id=trip_id, directive_id=answer.data["id"]))


@blueprint.post("/decide/drafts")
@access("directive.prepare")
def prepare_many(trip_id: int) -> ResponseReturnValue:
    """Leave it for its official to sign."""
    try:
        answer = prepared(trip_id, PreparedOrderForm.of_request(), sent_file("photo", PICTURES))
    except NotFound:
        raise
    except Refusal as refusal:
        return _again(trip_id, refusal)
    flash(gettext("Prepared. It waits for the official's signature."), "ok")
    return led(url_for("directives.directive", trip_id=trip_id, directive_id=answer.data["id"]))


@blueprint.get("/decide/sent")
@access("directive.sign")
def sent_many(trip_id: int) -> ResponseReturnValue:
    """What became of an order whose answer was lost on the way; `key` is the form's."""
    route = f"POST {url_for('directives.sign_many', trip_id=trip_id)}"
    with runtime.current().database.reading() as session:
        answer = idempotency.given(session, current_actor().key, route, request.args.get("key", "")[:80])
        names = catalogue(session, trip_id)
    if answer is not None:
        return led(url_for("directives.directive", trip_id=trip_id, directive_id=answer.data["id"]))
    return render_template("directives/sent.html", trip=names.trip, trip_id=trip_id, demand_id=None)


def _again(trip_id: int, refusal: Refusal) -> ResponseReturnValue:
    page = _page(trip_id, filling.as_typed(), errors_of(refusal, "text"))
    return make_response(page, refusal.status)


def _page(
    trip_id: int,
    screen: OnScreen | None = None,
    errors: dict[str, str] | None = None,
    *,
    as_usual: bool = False,
) -> str:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        chosen, collective = _seen(session, trip_id)
        selected = demands_selected(session, trip_id, chosen.demand_ids)
        replaces = request.args.get("supersedes") or request.form.get("supersedes_id")
        open_ids = tuple(line.id for line in selected if replaces or line.state not in DECIDED)
        first = _first(session, chosen, open_ids)
        giver = giver_of(session, actor, trip_id, names)
        if first is not None:
            sample = demands.demand_detail(session, trip_id, first)
            screen = filled(session, names, giver, sample, screen, as_usual=as_usual)
        return render_template(
            "directives/decide_many.html",
            trip_id=trip_id,
            trip=names.trip,
            names=names,
            chosen=chosen,
            address=chosen.address(),
            collective=collective,
            selected=selected,
            open_ids=open_ids,
            possible=first is not None,
            orders=orders_on_collective(session, trip_id, collective.id, clock.now()) if collective else [],
            **giver,
            screen=screen,
            errors=errors or {},
            key=_key(session, actor.user_id or 0, chosen),
            kinds=rules.KINDS,
            earlier=[],
            decided=DECIDED,
            words=words,
            demand_words=demand_words,
        )


def _seen(session: Session, trip_id: int) -> tuple[Chosen, CollectiveLine | None]:
    """What is chosen, and the collective demand, if it is one. Raises NotFound where nothing is."""
    chosen = Chosen.of_request()
    if chosen.collective_id is not None:
        return Chosen(collective_id=chosen.collective_id), collective_of(
            session, trip_id, chosen.collective_id
        )
    if not chosen.demand_ids:
        raise NotFound()
    return chosen, None


def _first(session: Session, chosen: Chosen, open_ids: tuple[int, ...]) -> int | None:
    """A demand by which the order is filled in; None where nothing is left to decide."""
    if chosen.collective_id is None:
        return next(iter(open_ids), None)
    tied = demands_of(session, chosen.collective_id).lines
    return next((line.id for line in tied), None)


def _key(session: Session, user_id: int, chosen: Chosen) -> str:
    """As on the page of one demand: the same until something is signed or prepared on it."""
    about = hashlib.sha256(repr(chosen).encode()).hexdigest()[:16]
    ids, collective_id = chosen.demand_ids, chosen.collective_id
    return f"many-{about}-{prepared_before(session, user_id, ids, collective_id)}"
