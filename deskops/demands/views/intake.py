"""The form of registration, on a page of its own and inside the console."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.balancing.projection import WaitRange
from deskops.core import runtime
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.identity import NationalIdValidity, national_id
from deskops.core.web import perform, wants_fragment
from deskops.demands import forms, queries
from deskops.demands.queries import DemandDetail, OfferLine
from deskops.demands.services import intake as services
from deskops.demands.views.room import blueprint, message_of

# What the next person usually shares with the one before.
KEPT = ("channel", "site_id")
PREFIX = "intake-"


@dataclass(frozen=True)
class Confirmation:
    """What was registered, for the screen: the demand with its ticket, the wait, what is offered instead, and a doubtful
    national ID.
    """

    demand: DemandDetail
    wait: WaitRange | None
    offer: OfferLine | None
    doubtful_id: bool


@blueprint.get("/trips/<int:trip_id>/intake")
@access("demand.register")
def intake(trip_id: int) -> ResponseReturnValue:
    typed = {name: request.args[name] for name in KEPT if name in request.args}
    shown = request.args.get("done", type=int)
    return _page(trip_id, typed, confirmation=None if shown is None else _confirmation(trip_id, shown))


@blueprint.post("/trips/<int:trip_id>/intake")
@access("demand.register")
def register(trip_id: int) -> ResponseReturnValue:
    """Register once per key; the form comes back empty, or with what was typed and what is wrong with it."""
    actor = current_actor()
    try:
        form = forms.RegisterForm.of_request()
        answer = perform(
            actor,
            form.model_dump(mode="json"),
            lambda uow: {
                "id": services.register(uow, actor, trip_id, form.registration(), kept=form.at).demand_id
            },
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return make_response(_page(trip_id, request.form.to_dict(), errors=_errors(refusal)), refusal.status)
    kept: dict[str, Any] = {name: request.form[name] for name in KEPT if name in request.form}
    if not wants_fragment():
        return redirect(url_for("demands.intake", trip_id=trip_id, done=answer.data["id"], **kept), 303)
    page = make_response(_page(trip_id, kept, confirmation=_confirmation(trip_id, answer.data["id"])))
    page.headers["HX-Trigger"] = "registered"
    return page


def _errors(refusal: Refusal) -> dict[str, str]:
    """Messages by the id of the field that they are about; what is about no field stands at the first."""
    if not isinstance(refusal, InvalidInput):
        return {f"{PREFIX}{refusal.field or 'topic_id'}": message_of(refusal)}
    # The one rule over several fields is that a walk-in waits at a site.
    return {f"{PREFIX}{field or 'site_id'}": message for field, message in refusal.errors.items()}


def _confirmation(trip_id: int, demand_id: int) -> Confirmation:
    with runtime.current().database.reading() as session:
        demand = queries.demand_detail(session, trip_id, demand_id)
        wait = None if demand.ticket is None else queries.wait_of(session, trip_id, demand.ticket)
        offer = None if demand.ticket is None else queries.offer_of(session, trip_id, demand.ticket)
    given = demand.national_id
    doubtful = bool(given) and national_id(given or "").validity is not NationalIdValidity.VALID
    return Confirmation(demand, wait, offer, doubtful)


def _page(
    trip_id: int,
    typed: dict[str, Any],
    errors: dict[str, str] | None = None,
    confirmation: Confirmation | None = None,
) -> str:
    template = "demands/_intake.html" if wants_fragment() else "demands/intake.html"
    with runtime.current().database.reading() as session:
        known = queries.names_of(session, trip_id)
        choices = queries.intake_choices(session, trip_id)
    return render_template(
        template,
        trip_id=trip_id,
        trip=known,
        names=known,
        choices=choices,
        typed=typed,
        errors=errors or {},
        confirmation=confirmation,
        prefix=PREFIX,
        reads_guidance=current_actor().may("guidance.view", trip_id),
    )
