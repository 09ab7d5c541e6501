"""Taking back a form on paper that was typed in by mistake."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.codes import group_code
from deskops.core.dates import digits
from deskops.core.errors import Forbidden, InvalidInput, NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.web import perform
from deskops.demands import forms, queries
from deskops.demands.services.paper_mistakes import take_back_form
from deskops.demands.views.room import blueprint, message_of


@blueprint.get("/trips/<int:trip_id>/paper/<int:demand_id>/take-back")
@access("paper.enter")
def mistaken_form(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """Asks for the reason, so that it takes no script to take a form back."""
    return _page(trip_id, demand_id, {})


@blueprint.post("/trips/<int:trip_id>/paper/<int:demand_id>/take-back")
@access("paper.enter")
def take_back(trip_id: int, demand_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = forms.TakeBackForm.of_request()

        def work(uow: Any) -> dict[str, Any]:
            return {"code": take_back_form(uow, actor, trip_id, demand_id, **form.model_dump())}

        code = perform(actor, form.model_dump(), work).data["code"]
    except (NotFound, Forbidden):
        raise
    except Refusal as refusal:
        return make_response(_page(trip_id, demand_id, _errors(refusal)), refusal.status)
    flash(
        gettext("Taken back. The form %(code)s can be typed in again.", code=digits(group_code(code))), "ok"
    )
    return redirect(url_for("demands.paper", trip_id=trip_id), 303)


def _errors(refusal: Refusal) -> dict[str, str]:
    """By field; what is about none of them stands at the reason."""
    return dict(refusal.errors) if isinstance(refusal, InvalidInput) else {"reason": message_of(refusal)}


def _page(trip_id: int, demand_id: int, errors: dict[str, str]) -> str:
    with runtime.current().database.reading() as session:
        names = queries.names_of(session, trip_id)
        demand = queries.demand_detail(session, trip_id, demand_id)
    return render_template(
        "demands/paper_mistake.html",
        trip_id=trip_id,
        trip=names,
        names=names,
        demand=demand,
        typed=request.form,
        errors=errors,
    )
