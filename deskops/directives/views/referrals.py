"""What agencies were ordered: the list by due date, one referral with its order, and copies for information."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.web import wants_fragment
from deskops.demands.views import words as demand_words
from deskops.desks.queries import catalogue
from deskops.directives import rules
from deskops.directives.queries.referred import copy_of, copy_page, orders_carried
from deskops.directives.views import words
from deskops.directives.views.blueprint import blueprint
from deskops.followup.queries.referrals import (
    ReferralFilter,
    matter_of,
    referral_of,
    referral_page,
    seen_by,
)


@blueprint.get("/referrals")
@access("referral.view")
def referrals(trip_id: int) -> ResponseReturnValue:
    """An agency's officer sees their agency's and those below it. Asks for itself anew."""
    actor, now = current_actor(), clock.now()
    wanted = ReferralFilter.of_args(request.args)
    with runtime.current().database.reading() as session:
        names, seen = catalogue(session, trip_id), seen_by(session, actor, trip_id)
        agencies = [
            agency
            for agency in names.agencies.values()
            if seen.agency_ids is None or agency.id in seen.agency_ids
        ]
        return render_template(
            "directives/_referrals.html" if wants_fragment() else "directives/referrals.html",
            trip_id=trip_id,
            trip=names.trip,
            names=names,
            agencies=agencies,
            page=referral_page(session, trip_id, seen, wanted, now),
            wanted=wanted,
            show=request.args.get("show", ""),
            words=words,
            now=now,
        )


@blueprint.get("/referrals/<int:referral_id>")
@access("referral.view")
def referral(trip_id: int, referral_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        line = referral_of(session, trip_id, seen_by(session, actor, trip_id), referral_id)
        return render_template(
            "directives/referral.html",
            trip_id=trip_id,
            trip=names.trip,
            names=names,
            line=line,
            matter=matter_of(session, line),
            orders=orders_carried(session, trip_id, referral_id),
            rules=rules,
            words=words,
            demand_words=demand_words,
            now=clock.now(),
        )


@blueprint.get("/referrals/copies")
@access("referral.view")
def copies(trip_id: int) -> ResponseReturnValue:
    """Orders of which agencies have a copy, for information."""
    before = request.args.get("before", type=int)
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        page = copy_page(session, trip_id, seen_by(session, current_actor(), trip_id), before)
        return render_template(
            "directives/copies.html", trip_id=trip_id, trip=names.trip, names=names, page=page, words=words
        )


@blueprint.get("/referrals/copies/<int:directive_id>")
@access("referral.view")
def copy(trip_id: int, directive_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        order = copy_of(session, trip_id, seen_by(session, current_actor(), trip_id), directive_id)
        return render_template(
            "directives/copy.html",
            trip_id=trip_id,
            trip=names.trip,
            names=names,
            order=order,
            rules=rules,
            words=words,
        )
