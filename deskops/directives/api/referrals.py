"""JSON API of what agencies were ordered."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.directives.api.blueprint import api
from deskops.directives.queries.referred import OrderSeen, copy_page, orders_carried
from deskops.followup.queries.referrals import (
    ReferralFilter,
    ReferralLine,
    matter_of,
    referral_of,
    referral_page,
    seen_by,
)


@api.get("/referrals")
@access("referral.view")
def referrals(trip_id: int) -> ResponseReturnValue:
    """What is open by due date; `show` overdue or ended, `agency_id` and `after` in the address. `{referrals:
    [{id, demand_id, collective_id, agency_id, state, days, due_at, opened_at, code, topic_id, county, title, overdue}],
    next_after}`.
    """
    now = clock.now()
    with runtime.current().database.reading() as session:
        seen = seen_by(session, current_actor(), trip_id)
        page = referral_page(session, trip_id, seen, ReferralFilter.of_args(request.args), now)
    return jsonify(
        {"referrals": [_line_json(line, now) for line in page.lines], "next_after": page.next_after}
    )


@api.get("/referrals/<int:referral_id>")
@access("referral.view")
def referral(trip_id: int, referral_id: int) -> ResponseReturnValue:
    """The same of one, with `matter` (text, kind, name, phone, address) and `directives`, the orders that it carries."""
    with runtime.current().database.reading() as session:
        line = referral_of(session, trip_id, seen_by(session, current_actor(), trip_id), referral_id)
        orders = [_order_json(order) for order in orders_carried(session, trip_id, referral_id)]
        matter = asdict(matter_of(session, line))
    return jsonify(_line_json(line, clock.now()) | {"matter": matter, "directives": orders})


@api.get("/referrals/copies")
@access("referral.view")
def copies(trip_id: int) -> ResponseReturnValue:
    """`{copies: [{id, number, year, state, …}], next_before}`: orders of which agencies have a copy, newest first."""
    before = request.args.get("before", type=int)
    with runtime.current().database.reading() as session:
        page = copy_page(session, trip_id, seen_by(session, current_actor(), trip_id), before)
        lines = [_order_json(order) for order in page.lines]
    return jsonify({"copies": lines, "next_before": page.next_before})


def _line_json(line: ReferralLine, now: datetime) -> dict[str, Any]:
    moments = {"due_at": line.due_at.isoformat(), "opened_at": line.opened_at.isoformat()}
    return asdict(line) | moments | {"overdue": line.is_overdue(now)}


def _order_json(order: OrderSeen) -> dict[str, Any]:
    """`amount` is in rials."""
    row = order.row
    same = ("id", "kind", "state", "year", "number", "text", "days", "amount")
    return {name: getattr(row, name) for name in same} | {
        "issued_at": None if row.issued_at is None else row.issued_at.isoformat(),
        "official": order.official,
        "behalf_of": order.behalf_of,
        "agency_ids": order.agency_ids,
    }
