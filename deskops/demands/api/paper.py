"""JSON API of forms on paper."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.demands import forms, queries, rules
from deskops.demands.api.demands import answered, api, ticket_json
from deskops.demands.errors import FormsAtFault
from deskops.demands.forms.paper_list import written_in_json
from deskops.demands.services import paper
from deskops.demands.services import paper_mistakes as mistakes
from deskops.demands.services.paper_list import PaperPlan, plan_of_forms, type_in_all
from deskops.desks.queries import catalogue


@api.get("/paper")
@access("paper.enter")
def paper_state(trip_id: int) -> ResponseReturnValue:
    """How many forms were printed and typed in, the newest that were and the first that weren't; `more` leaves some out."""
    more = max(0, request.args.get("more", 0, type=int))
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        return jsonify(queries.paper_state_json(queries.paper_state(session, trip_id, more=more)))


@api.post("/paper")
@access("paper.enter")
def type_in(trip_id: int) -> ResponseReturnValue:
    """A form with the times that stand on it; `ticket` is null where the person was served on paper."""
    form = forms.PaperForm.of_request()
    actor, at, ending = current_actor(), form.taken_at(), form.ending()

    def work(uow: Any) -> dict[str, Any]:
        made = paper.type_in(uow, actor, trip_id, form.code, form.registration(), at=at, ending=ending)
        ticket = None if made.ticket is None else ticket_json(made.ticket)
        return {"demand": {"id": made.demand_id, "code": made.code}, "ticket": ticket}

    return answered(form, work, status=201)


@api.post("/paper/<int:demand_id>/take-back")
@access("paper.enter")
def take_back_form(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """A form that was typed in by mistake, by the demand that it became; the answer's code can be typed in again."""
    form = forms.TakeBackForm.of_request()
    actor = current_actor()

    def work(uow: Any) -> dict[str, Any]:
        code = mistakes.take_back_form(uow, actor, trip_id, demand_id, **form.model_dump())
        return {"code": code, "demand": {"id": demand_id, "state": rules.INVALID}}

    return answered(form, work)


@api.post("/paper/list")
@access("paper.enter")
def type_list_in(trip_id: int) -> ResponseReturnValue:
    """Many forms, all or none. With any fault 422 and `faults` of `{row, field, message}`, rows counted from 1; what was
    typed in before with the same content is counted as `known`. `dry_run` changes nothing.
    """
    form = forms.PaperListForm.of_request()
    actor, written = current_actor(), written_in_json(form)
    if form.dry_run:
        with runtime.current().database.reading() as session:
            catalogue(session, trip_id)
            return jsonify(_plan_json(plan_of_forms(session, trip_id, written, clock.now())))

    def work(uow: Any) -> dict[str, Any]:
        plan, made = type_in_all(uow, actor, trip_id, written)
        if plan.faults:
            raise FormsAtFault(details=_plan_json(plan))
        return _plan_json(plan) | {"demands": [{"id": one.demand_id, "code": one.code} for one in made]}

    return answered(form, work, status=201)


def _plan_json(plan: PaperPlan) -> dict[str, Any]:
    faults = [{"row": one.row, "field": one.field, "message": one.words} for one in plan.faults]
    return {"new": len(plan.new), "known": len(plan.known), "faults": faults}
