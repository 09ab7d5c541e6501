"""JSON API of demands and contacts, under /api/v1/trips/<trip_id>/."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.forms import Form
from deskops.core.web import Work, perform
from deskops.demands import forms, queries, rules
from deskops.demands.services import contacts, editing, intake, priorities

api = Blueprint("demands_api", __name__, url_prefix="/api/v1/trips/<int:trip_id>")


def ticket_json(row: Row[Any] | queries.TicketLine) -> dict[str, Any]:
    """A ticket without anything personal."""
    return {
        "id": row.id,
        "demand_id": row.demand_id,
        "number": row.number,
        "status": row.status,
        "channel": row.channel,
        "location": row.location,
        "topic_id": row.topic_id,
        "desk_id": row.desk_id,
        "place_id": row.place_id,
        "urgent": row.urgent,
        "walk": row.walk,
        "registered_at": row.registered_at.isoformat(),
        "version": row.version,
    }


def registered_json(made: intake.Registered) -> dict[str, Any]:
    """The answer to a registration: all that the receipt prints."""
    estimate = None if made.estimate is None else made.estimate._asdict()
    demand = {
        "id": made.demand_id,
        "code": made.code,
        "secret": made.secret,
        "receipt_token": made.receipt_token,
    }
    offer = {"state": rules.OFFERED} if made.offered else None
    return {"demand": demand, "ticket": ticket_json(made.ticket), "estimate": estimate, "offer": offer}


def answered(body: Form, work: Work, status: int = 200) -> ResponseReturnValue:
    """Do the work once and answer in JSON; a repeated answer says so in a header."""
    answer = perform(current_actor(), body.model_dump(mode="json"), work, status=status)
    response = jsonify(answer.data)
    response.status_code = answer.status
    if answer.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


@api.post("/demands")
@access("demand.register")
def register(trip_id: int) -> ResponseReturnValue:
    form = forms.RegisterForm.of_request()
    actor = current_actor()
    return answered(
        form,
        lambda uow: registered_json(intake.register(uow, actor, trip_id, form.registration(), at=form.at)),
        status=201,
    )


@api.get("/demands")
@access("demand.search")
def find_demands(trip_id: int) -> ResponseReturnValue:
    wanted = queries.Filter.of_args(request.args)
    with runtime.current().database.reading() as session:
        page = queries.demand_page(session, trip_id, wanted)
    return jsonify(queries.page_json(page))


@api.get("/demands/<int:demand_id>")
@access("demand.view")
def demand(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """Which priorities the person has is told to who may change them: none are named to anybody else."""
    with_kinds = current_actor().may("demand.edit", trip_id)
    with runtime.current().database.reading() as session:
        detail = queries.demand_detail(session, trip_id, demand_id)
    return jsonify(queries.detail_json(detail, with_kinds=with_kinds))


@api.patch("/demands/<int:demand_id>")
@access("demand.edit")
def edit_demand(trip_id: int, demand_id: int) -> ResponseReturnValue:
    form = forms.EditForm.of_request()
    actor = current_actor()
    changes = form.model_dump(exclude_none=True, exclude={"version"})
    return answered(
        form, lambda uow: {"version": editing.edit(uow, actor, trip_id, demand_id, form.version, changes)}
    )


@api.post("/tickets/<int:ticket_id>/priorities")
@access("demand.edit")
def prioritise(trip_id: int, ticket_id: int) -> ResponseReturnValue:
    """Which priorities apply to somebody who waits: all that are true, whatever applied before."""
    form = forms.PriorityForm.of_request()
    actor = current_actor()
    return answered(
        form,
        lambda uow: ticket_json(priorities.prioritise(uow, actor, trip_id, ticket_id, **form.said())),
    )


@api.get("/contacts")
@access("demand.view")
def list_contacts(trip_id: int) -> ResponseReturnValue:
    """All contacts, oldest first, a page after an id at a time; people are not named."""
    with runtime.current().database.reading() as session:
        page = queries.contact_page(session, trip_id, request.args.get("after", type=int))
    return jsonify(queries.contact_page_json(page))


@api.post("/contacts")
@access("contact.record")
def record_contact(trip_id: int) -> ResponseReturnValue:
    form = forms.ContactForm.of_request()
    actor = current_actor()
    facts = form.model_dump(exclude={"call_id"})
    return answered(
        form,
        lambda uow: {
            "id": contacts.record_contact(uow, actor, trip_id, external_id=form.call_id or None, **facts)
        },
        status=201,
    )
