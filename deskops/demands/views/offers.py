"""The offer to be served by phone, answered by the operator's key. Each act answers with the offer as it is afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.dates import digits
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.forms import Form
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform, wants_fragment
from deskops.demands import forms, queries
from deskops.demands.services import offers, serving
from deskops.demands.views.room import blueprint, message_of, toast

_OFFER = "/trips/<int:trip_id>/tickets/<int:ticket_id>/offer"
Answer = Callable[[UnitOfWork], Row[Any]]


@blueprint.post(f"{_OFFER}/accept")
@access("demand.register")
def accept_offer(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = forms.AcceptOfferForm.of_request()
    except InvalidInput as error:
        return _shown(trip_id, ticket_id, problem=next(iter(error.errors.values()))), 422
    return _answered(
        trip_id,
        ticket_id,
        form,
        lambda uow: offers.accept(uow, actor, trip_id, ticket_id, form.phone),
        gettext("%(number)s is called on the phone, and need not wait here."),
    )


@blueprint.post(f"{_OFFER}/refuse")
@access("demand.register")
def refuse_offer(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    actor = current_actor()
    return _answered(
        trip_id,
        ticket_id,
        forms.MomentForm.of_request(),
        lambda uow: offers.refuse(uow, actor, trip_id, ticket_id),
        gettext("%(number)s waits here as before."),
    )


@blueprint.post(f"{_OFFER}/return")
@access("demand.register")
def return_from_offer(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    actor = current_actor()
    return _answered(
        trip_id,
        ticket_id,
        forms.MomentForm.of_request(),
        lambda uow: offers.return_to_place(uow, actor, trip_id, ticket_id),
        gettext("%(number)s waits here again, with the same age."),
    )


@blueprint.post(f"{_OFFER}/undo")
@access("demand.register")
def undo_offer(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    """Take back the answer, within a minute."""
    actor = current_actor()
    return _answered(
        trip_id,
        ticket_id,
        forms.MomentForm.of_request(),
        lambda uow: serving.undo(uow, actor, trip_id, ticket_id),
        gettext("The last step with %(number)s was taken back."),
    )


def _answered(trip_id: int, ticket_id: int, form: Form, answer: Answer, text: str) -> ResponseReturnValue:
    """Do it once; what is refused says why beside the offer as it stands."""
    try:
        done = perform(
            current_actor(), form.model_dump(mode="json"), lambda uow: {"number": answer(uow).number}
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _shown(trip_id, ticket_id, problem=message_of(refusal)), refusal.status
    message = text % {"number": digits(done.data["number"])}
    if not wants_fragment():
        flash(message, "ok")
        return redirect(_demand_page(trip_id, ticket_id), 303)
    page = make_response(_shown(trip_id, ticket_id))
    page.headers.update(toast(message))
    return page


def _demand_page(trip_id: int, ticket_id: int) -> str:
    with runtime.current().database.reading() as session:
        demand_id = queries.ticket(session, trip_id, ticket_id).demand_id
    return url_for("demands.demand", trip_id=trip_id, demand_id=demand_id)


def _shown(trip_id: int, ticket_id: int, problem: str = "") -> str:
    with runtime.current().database.reading() as session:
        ticket = queries.ticket(session, trip_id, ticket_id)
        known = queries.names_of(session, trip_id)
        offer = queries.offer_of(session, trip_id, ticket)
        wait = queries.wait_of(session, trip_id, ticket)
    template = "demands/_offer.html" if wants_fragment() else "demands/offer.html"
    return render_template(
        template, trip_id=trip_id, trip=known, names=known, ticket=ticket, offer=offer, wait=wait,
        problem=problem, typed=request.form,
    )  # fmt: skip
