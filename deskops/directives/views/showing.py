"""The orders on a demand, for pages of lower rooms: they show what they can't import."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from deskops.accounts.access import current_actor
from deskops.core import clock, runtime
from deskops.desks.queries import catalogue
from deskops.directives import rules
from deskops.directives.queries.authorities import officials_assisted
from deskops.directives.queries.orders import directives_on
from deskops.directives.views import words
from deskops.followup.queries.collectives import collective_of_demand


def orders_on(trip_id: int, demand_id: int, *, may_act: bool = False) -> Markup:
    """Number, official, text, agencies and state of each; with `may_act` the way to the next order, for who may give or
    prepare one. Nothing for who may not see orders.
    """
    actor, now = current_actor(), clock.now()
    if not actor.may("directive.view", trip_id):
        return Markup()
    with runtime.current().database.reading() as session:
        lines = directives_on(session, trip_id, [demand_id], now)[demand_id]
        shared = collective_of_demand(session, demand_id)
        if not lines and not may_act and shared is None:
            return Markup()
        acts = may_act and (
            actor.may("directive.sign", trip_id)
            or bool(officials_assisted(session, trip_id, actor.user_id or 0))
        )
        names = catalogue(session, trip_id)
    html = render_template(
        "directives/_on_demand.html",
        trip_id=trip_id,
        demand_id=demand_id,
        lines=lines,
        shared=shared,
        names=names,
        acts=acts,
        may_sign=actor.may("directive.sign", trip_id),
        rules=rules,
        words=words,
        now=now,
    )
    return Markup(html)
