"""JSON API of orders: what waits, what was ordered, and what is done about one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.accounts.forms import ProofForm
from deskops.accounts.proving import perform_signed
from deskops.core import clock, runtime
from deskops.core.money import RIALS_PER_TOMAN
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.uploads import sent_file
from deskops.core.web import perform
from deskops.demands.forms import MeetForm
from deskops.demands.queries import demand_detail
from deskops.desks.queries import catalogue
from deskops.directives.api.blueprint import api
from deskops.directives.forms import ReasonForm
from deskops.directives.giving import met
from deskops.directives.models import Directive
from deskops.directives.queries.orders import (
    DirectiveLine,
    OrderFilter,
    directive_of,
    directives_on,
    order_page,
    waiting_for,
)
from deskops.directives.queries.representative import at_own_counter, concern_of, demands_awaiting
from deskops.directives.queries.seen import whose
from deskops.directives.services import issuing, signing

_ORDER = "/directives/<int:directive_id>"


@api.get("/directives")
@access("directive.view")
def orders(trip_id: int) -> ResponseReturnValue:
    """`{directives, next_before}`, newest first; `state`, `whose=all` and `before` in the address."""
    with runtime.current().database.reading() as session:
        wanted = OrderFilter.of_args(
            request.args, **whose(session, current_actor(), trip_id, request.args.get("whose", ""))
        )
        page = order_page(session, trip_id, wanted, clock.now())
        lines = [directive_json(line) for line in page.lines]
        return jsonify({"directives": lines, "next_before": page.next_before})


@api.get("/directives/waiting")
@access("directive.sign")
def waiting(trip_id: int) -> ResponseReturnValue:
    """An official's own screen: `{counter, directives, demands}`. People are named on the pages of their demands."""
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        counter = at_own_counter(session, trip_id, actor.user_id or 0)
        lines = waiting_for(session, trip_id, actor.user_id or 0, clock.now())
        awaiting = demands_awaiting(session, trip_id, concern_of(session, names, actor))
        plain = ("id", "code", "kind", "topic_id", "state", "urgent")
        return jsonify(
            {
                "counter": None
                if counter is None
                else {
                    "place_id": counter.place_id,
                    "desk_id": counter.desk_id,
                    "demand_id": None if counter.ticket is None else counter.ticket.demand_id,
                },
                "directives": [directive_json(line) for line in lines],
                "demands": [
                    {name: getattr(one, name) for name in plain}
                    | {"registered_at": one.registered_at.isoformat()}
                    for one in awaiting
                ],
            }
        )


@api.post("/demands/met")
@access("directive.prepare")
def register_met(trip_id: int) -> ResponseReturnValue:
    """Somebody who is met on the way, without a turn; the letter's photo in `letter` of a form of several parts: `{id}`."""
    answer = met(trip_id, MeetForm.of_request(), sent_file("letter"))
    return jsonify(answer.data), answer.status


@api.get("/demands/<int:demand_id>/directives")
@access("directive.view")
def orders_on(trip_id: int, demand_id: int) -> ResponseReturnValue:
    """`{directives}` on one demand, newest first."""
    with runtime.current().database.reading() as session:
        demand_detail(session, trip_id, demand_id)
        lines = directives_on(session, trip_id, [demand_id], clock.now())[demand_id]
        return jsonify({"directives": [directive_json(line) for line in lines]})


@api.get(_ORDER)
@access("directive.view")
def order(trip_id: int, directive_id: int) -> ResponseReturnValue:
    return jsonify(_now(trip_id, directive_id))


@api.post(f"{_ORDER}/sign")
@access("directive.sign")
def sign(trip_id: int, directive_id: int) -> ResponseReturnValue:
    """Sign what was prepared or proposed, as it stands; `proof: {pin}` or `{passkey}`."""
    actor = current_actor()
    perform_signed(
        actor,
        ProofForm.of_request(),
        {"directive_id": directive_id},
        lambda uow, signature: _told(signing.sign(uow, actor, trip_id, directive_id, signature)),
    )
    return jsonify(_now(trip_id, directive_id))


@api.post(f"{_ORDER}/call-back")
@access("directive.sign")
def call_back(trip_id: int, directive_id: int) -> ResponseReturnValue:
    actor = current_actor()
    return _acted(trip_id, directive_id, lambda uow: signing.call_back(uow, actor, trip_id, directive_id))


@api.post(f"{_ORDER}/issue")
@access("directive.sign")
def issue(trip_id: int, directive_id: int) -> ResponseReturnValue:
    """Number it now that the time to call it back is over; the worker does so anyway."""
    actor = current_actor()
    return _acted(trip_id, directive_id, lambda uow: issuing.issue_now(uow, actor, trip_id, directive_id))


@api.post(f"{_ORDER}/withdraw")
@access("directive.sign")
def withdraw(trip_id: int, directive_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ReasonForm.of_request()
    return _acted(
        trip_id,
        directive_id,
        lambda uow: issuing.withdraw(uow, actor, trip_id, directive_id, form.reason),
        form.model_dump(),
    )


@api.post(f"{_ORDER}/discard")
@access("directive.prepare")
def discard(trip_id: int, directive_id: int) -> ResponseReturnValue:
    """Throw away what was prepared, or decline what was proposed."""
    actor, form = current_actor(), ReasonForm.of_request()
    return _acted(
        trip_id,
        directive_id,
        lambda uow: signing.discard(uow, actor, trip_id, directive_id, form.reason),
        form.model_dump(),
    )


def directive_json(line: DirectiveLine) -> dict[str, Any]:
    """An order as the API gives it; `tomans` is the amount, `fate` open, overdue or kept."""
    row = line.row
    same = (
        "id", "kind", "state", "official_id", "behalf_of", "proposed_by", "proposed_to", "text", "days", "whose_id",
        "year", "number", "supersedes_id", "reason", "signed_with", "version",
    )  # fmt: skip
    at = ("prepared_at", "signed_at", "issues_at", "issued_at", "ended_at")
    return {
        **{name: getattr(row, name) for name in same},
        **{name: None if (value := getattr(row, name)) is None else value.isoformat() for name in at},
        "tomans": None if row.amount is None else row.amount / RIALS_PER_TOMAN,
        "official": line.official,
        "agency_ids": line.agency_ids,
        "copy_ids": line.copy_ids,
        "demands": [{"id": one.id, "code": one.code, "role": one.role} for one in line.about],
        "referrals": [
            {"id": fate.referral_id, "agency_id": fate.agency_id, "state": fate.state}
            | {"due_at": fate.due_at.isoformat(), "overdue": fate.is_overdue}
            for fate in line.fates
        ],
        "fate": line.fate,
        "superseded_by": line.superseded_by,
    }


def _now(trip_id: int, directive_id: int) -> dict[str, Any]:
    with runtime.current().database.reading() as session:
        return directive_json(directive_of(session, trip_id, directive_id, clock.now()))


def _acted(
    trip_id: int, directive_id: int, work: Callable[[UnitOfWork], Directive], body: Any = None
) -> ResponseReturnValue:
    perform(current_actor(), body or {}, lambda uow: _told(work(uow)))
    return jsonify(_now(trip_id, directive_id))


def _told(row: Directive) -> dict[str, Any]:
    return {"id": row.id, "state": row.state}
