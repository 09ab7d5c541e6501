"""What waits for an official: who is in front of them now, what they can sign, and whose demand is to be decided."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts.access import access, current_actor
from deskops.accounts.queries import actor_of_user
from deskops.core import clock, runtime
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.uploads import sent_file
from deskops.core.web import errors_of, wants_fragment
from deskops.demands import forms
from deskops.demands import queries as demands
from deskops.demands.views import words as demand_words
from deskops.desks.queries import catalogue
from deskops.directives import rules
from deskops.directives.giving import met
from deskops.directives.queries.authorities import officials_assisted, officials_of
from deskops.directives.queries.orders import issued_today, waiting_for
from deskops.directives.queries.representative import (
    AWAITING_DECISION,
    MOST,
    at_own_counter,
    concern_of,
    demands_awaiting,
)
from deskops.directives.views import words
from deskops.directives.views.blueprint import blueprint
from deskops.directives.views.leading import led


@blueprint.get("/representative")
@access("directive.prepare")
def representative(trip_id: int) -> ResponseReturnValue:
    """An official's own; an assistant sees that of the official whom they prepare for. Asks for itself anew."""
    with runtime.current().database.reading() as session:
        shown = _shown(session, trip_id)
        template = "directives/_representative.html" if wants_fragment() else "directives/representative.html"
        return render_template(template, **shown)


@blueprint.get("/representative/met")
@access("directive.prepare")
def met_page(trip_id: int) -> ResponseReturnValue:
    """Somebody who is met on the way."""
    return _met_form(trip_id, {})


@blueprint.post("/representative/met")
@access("directive.prepare")
def register_met(trip_id: int) -> ResponseReturnValue:
    """Register them with the photo of their letter, and go on to the decision."""
    try:
        answer = met(trip_id, forms.MeetForm.of_request(), sent_file("letter"))
    except NotFound:
        raise
    except Refusal as refusal:
        page = _met_form(trip_id, request.form.to_dict(), errors_of(refusal, "topic_id"))
        return make_response(page, refusal.status)
    flash(gettext("Registered. Now decide."), "ok")
    return led(url_for("directives.decide", trip_id=trip_id, demand_id=answer.data["id"]))


@blueprint.get("/directives/today")
@access("wall.view")
def orders_today(trip_id: int) -> ResponseReturnValue:
    """The wall's figure, to be swapped for what stands there."""
    with runtime.current().database.reading() as session:
        count = issued_today(session, trip_id, clock.now())
    return render_template("directives/today.html", trip_id=trip_id, count=count)


def _met_form(trip_id: int, typed: dict[str, str], errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        return render_template(
            "directives/met.html",
            trip_id=trip_id,
            trip=names.trip,
            choices=demands.intake_choices(session, trip_id),
            typed=typed,
            errors=errors or {},
            demand_words=demand_words,
        )


def _shown(session: Session, trip_id: int) -> dict[str, Any]:
    actor, now = current_actor(), clock.now()
    may_sign = actor.may("directive.sign", trip_id)
    officials = officials_of(session, trip_id)
    theirs = [one for one in officials if one in officials_assisted(session, trip_id, actor.user_id or 0)]
    asked = request.args.get("official", type=int)
    chosen = asked if asked in theirs else None
    if chosen is None and not may_sign:
        chosen = next(iter(theirs), None)
    official = actor if chosen is None else actor_of_user(session, chosen) or actor
    names, known = catalogue(session, trip_id), demands.names_of(session, trip_id)
    is_official = chosen is not None or may_sign
    counter = at_own_counter(session, trip_id, official.user_id or 0) if is_official else None
    served = counter.ticket if counter is not None else None
    return {
        "trip_id": trip_id,
        "trip": names.trip,
        "names": names,
        "known": known,
        "officials": {one: officials[one] for one in theirs},
        "official": official,
        "is_official": is_official,
        "may_sign": may_sign and official is actor,
        "counter": counter,
        "served": None if served is None else demands.demand_detail(session, trip_id, served.demand_id),
        "orders": waiting_for(session, trip_id, official.user_id or 0, now) if is_official else [],
        "waiting": demands_awaiting(session, trip_id, concern_of(session, names, official))
        if is_official
        else [],
        "most": MOST,
        "states": AWAITING_DECISION,
        "rules": rules,
        "words": words,
        "demand_words": demand_words,
        "now": now,
    }
