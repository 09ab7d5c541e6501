"""JSON API of the offer to be served by phone, under /api/v1/trips/<trip_id>/tickets/<ticket_id>/offer."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.demands import forms
from deskops.demands.api.demands import answered, api, ticket_json
from deskops.demands.services import offers

_OFFER = "/tickets/<int:ticket_id>/offer"


@api.post(f"{_OFFER}/accept")
@access("demand.register")
def accept_offer(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    """The turn, now on the phone list. `phone` where the person gave none yet."""
    form, actor = forms.AcceptOfferForm.of_request(), current_actor()
    return answered(form, lambda uow: ticket_json(offers.accept(uow, actor, trip_id, ticket_id, form.phone)))


@api.post(f"{_OFFER}/refuse")
@access("demand.register")
def refuse_offer(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    return answered(form, lambda uow: ticket_json(offers.refuse(uow, actor, trip_id, ticket_id)))


@api.post(f"{_OFFER}/return")
@access("demand.register")
def return_from_offer(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    form, actor = forms.MomentForm.of_request(), current_actor()
    return answered(form, lambda uow: ticket_json(offers.return_to_place(uow, actor, trip_id, ticket_id)))
