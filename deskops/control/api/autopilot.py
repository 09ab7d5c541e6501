"""JSON API of the autopilot, of what balancing did and proposes, and of whom it moved a second time."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.control.api.running import api
from deskops.control.forms import AutopilotForm, BringBackForm, ProposalsForm, TakeActBackForm
from deskops.control.queries.acts import act_page, moved_again, open_proposals
from deskops.core import runtime
from deskops.core.web import perform
from deskops.demands.autopilot import Version, autopilot_of
from deskops.demands.services import proposals, taking_back, telling
from deskops.demands.services.autopilot import restore, set_autopilot
from deskops.desks.queries import catalogue


@api.get("/balance/autopilot")
@access("balance.decide")
def autopilot(trip_id: int) -> ResponseReturnValue:
    """`{version, relabel, walk, offer, staff, …}`: a mode of off, propose, do for each, and the limits."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        return jsonify(_json(autopilot_of(session, trip_id)))


@api.post("/balance/autopilot")
@access("balance.decide")
def change_autopilot(trip_id: int) -> ResponseReturnValue:
    """All of it, with the version that was read."""
    actor, form = current_actor(), AutopilotForm.of_request()
    wanted = form.autopilot()

    def work(uow: Any) -> dict[str, Any]:
        return _json(set_autopilot(uow, actor, trip_id, wanted, version=form.version))

    return jsonify(perform(actor, form.model_dump(mode="json"), work).data)


@api.post("/balance/autopilot/again")
@access("balance.decide")
def restore_autopilot(trip_id: int) -> ResponseReturnValue:
    """Set again what the version `earlier` said."""
    actor, form = current_actor(), BringBackForm.of_request()

    def work(uow: Any) -> dict[str, Any]:
        return _json(restore(uow, actor, trip_id, form.earlier, version=form.version))

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.get("/balance/acts")
@access("balance.view")
def acts(trip_id: int) -> ResponseReturnValue:
    """`{acts: [{sequence, at, kind, reason, desk_id, automatic, by, people, facts}], older}`, newest first; `?kind=`,
    `?who=automatic` or `by_hand`, `?before=` with what `older` said.
    """
    asked = {name: request.args.get(name, "") for name in ("kind", "who")}
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        page = act_page(session, trip_id, **asked, before=request.args.get("before", type=int))
    return jsonify({"acts": [line.as_json() for line in page.acts], "older": page.older})


@api.post("/balance/acts/<int:sequence>/take-back")
@access("balance.decide")
def take_act_back(trip_id: int, sequence: int) -> ResponseReturnValue:
    """`{count}`: for how many it was taken back; for `ticket_id` alone where it is given."""
    actor, form = current_actor(), TakeActBackForm.of_request()
    people = None if form.ticket_id is None else [form.ticket_id]

    def work(uow: Any) -> dict[str, Any]:
        return {"count": taking_back.take_back(uow, actor, trip_id, sequence, people)}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.get("/balance/proposals")
@access("balance.view")
def open_ones(trip_id: int) -> ResponseReturnValue:
    """`{proposals, moved_again}`: what waits for a coordinator's word, and who lost a second desk."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        proposed = [line.as_json() for line in open_proposals(session, trip_id)]
        again = [line.as_json() for line in moved_again(session, trip_id)]
    return jsonify({"proposals": proposed, "moved_again": again})


@api.post("/balance/proposals/accept")
@access("balance.decide")
def accept_proposals(trip_id: int) -> ResponseReturnValue:
    """`{count}`: with how many of `ticket_ids`, or of `all`, the `act` was done."""
    actor, form = current_actor(), ProposalsForm.of_request()
    people = form.people()

    def work(uow: Any) -> dict[str, Any]:
        return {"count": proposals.accept(uow, actor, trip_id, form.act, people)}

    return jsonify(perform(actor, form.model_dump(mode="json"), work).data)


@api.post("/balance/proposals/refuse")
@access("balance.decide")
def refuse_proposals(trip_id: int) -> ResponseReturnValue:
    """`{count}`: how many of `ticket_ids`, or of `all`, are left as they are."""
    actor, form = current_actor(), ProposalsForm.of_request()
    people = form.people()

    def work(uow: Any) -> dict[str, Any]:
        return {"count": proposals.refuse(uow, actor, trip_id, form.act, people)}

    return jsonify(perform(actor, form.model_dump(mode="json"), work).data)


@api.post("/balance/moved-again/seen")
@access("balance.decide")
def see_moved_again(trip_id: int) -> ResponseReturnValue:
    """`{count}`: of how many note was taken."""
    actor = current_actor()
    answer = perform(actor, {}, lambda uow: {"count": telling.see_moved_again(uow, actor, trip_id)})
    return jsonify(answer.data)


def _json(version: Version) -> dict[str, Any]:
    return {"version": version.number, **asdict(version.autopilot)}
