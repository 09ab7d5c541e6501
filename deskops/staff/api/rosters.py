"""JSON API of rosters: asked for, compared, approved; who works when, and people put in, moved and taken out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import day_bounds, local_day
from deskops.core.pacing import paced
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.queries import catalogue
from deskops.staff.api.blueprint import api
from deskops.staff.forms.rosters import ApproveForm, AskForm, PlaceForm, RosterQuery, TakeOutForm
from deskops.staff.queries.difference import Difference, difference
from deskops.staff.queries.drafts import RosterLine, draft_line, roster_line, rosters_of
from deskops.staff.queries.roster import candidates, filled_on
from deskops.staff.queries.shortages import gaps
from deskops.staff.services import approving, placing, rostering
from deskops.staff.services.placing import Where


@api.get("/rosters")
@access("roster.plan")
def rosters(trip_id: int) -> ResponseReturnValue:
    """`{rosters, gaps}`: the latest first; what the plan that stands lacks."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        found = [line.as_json() for line in rosters_of(session, trip_id)]
        short = [one.as_json() for one in gaps(session, trip_id, clock.now())]
    return jsonify({"rosters": found, "gaps": short})


@api.post("/rosters")
@access("roster.plan")
def ask_roster(trip_id: int) -> ResponseReturnValue:
    """`{kind, from_day}` is answered by `{id}`; the worker makes it."""
    actor, form = current_actor(), AskForm.of_request()
    from_at = day_bounds(form.from_day)[0] if form.from_day else None

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": rostering.ask_roster(uow, actor, trip_id, form.kind, from_at).id}

    answer = perform(actor, form.model_dump(mode="json"), work, status=201)
    return jsonify(answer.data), answer.status


@api.get("/rosters/<int:roster_id>")
@access("roster.plan")
def draft(trip_id: int, roster_id: int) -> ResponseReturnValue:
    """How far it is; of a draft also its `difference` from the plan, with its `sign`, and its `gaps`."""
    with runtime.current().database.reading() as session:
        line = roster_line(session, trip_id, roster_id)
        found = line.as_json()
        if line.state == "draft":
            found |= _compared(session, trip_id, line)
    return jsonify(found)


@api.post("/rosters/<int:roster_id>/cancel")
@access("roster.plan")
def cancel_roster(trip_id: int, roster_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"state": rostering.cancel_roster(uow, actor, trip_id, roster_id).state}

    return jsonify(perform(actor, {}, work).data)


@api.post("/rosters/<int:roster_id>/approve")
@access("roster.plan")
def approve_roster(trip_id: int, roster_id: int) -> ResponseReturnValue:
    """`{sign}` of the difference that was looked at is answered by `{added, removed, people}`."""
    actor, form = current_actor(), ApproveForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        changes = approving.approve_roster(uow, actor, trip_id, roster_id, form.sign)
        return {
            "added": len(changes.added),
            "removed": len(changes.removed),
            "people": changes.people(),
        }

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.post("/rosters/<int:roster_id>/discard")
@access("roster.plan")
def discard_roster(trip_id: int, roster_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        approving.discard_roster(uow, actor, trip_id, roster_id)
        return {}

    return jsonify(perform(actor, {}, work).data)


@api.get("/roster")
@access("roster.view")
def roster(trip_id: int) -> ResponseReturnValue:
    """`{day, shifts}` with their people and what they lack; a desk head's own desk's. `draft`: of a draft."""
    query, actor = RosterQuery.of_query(), current_actor()
    day = query.day or local_day(clock.now())
    mine = actor.desk_ids("roster.view", trip_id)
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        desks = [
            desk.id
            for desk in names.working_desks()
            if (mine is None or desk.id in mine)
            and query.desk in (None, desk.id)
            and query.site in (None, desk.site_id)
        ]
        line = None
        if query.draft is not None:
            actor.require("roster.plan", trip_id)
            line = draft_line(session, trip_id, query.draft)
        filled = filled_on(session, trip_id, day, desks, line)
    return jsonify({"day": day.isoformat(), "shifts": [one.as_json() for one in filled]})


@api.get("/roster/shifts/<int:shift_id>/candidates")
@access("roster.plan")
def shift_candidates(trip_id: int, shift_id: int) -> ResponseReturnValue:
    """`{candidates: [{staff_id, name, gain, away_from_home, shifts, …}]}`, the best first."""
    draft_id = request.args.get("draft", type=int)
    with runtime.current().database.reading() as session:
        line = None if draft_id is None else draft_line(session, trip_id, draft_id)
        found = candidates(session, trip_id, shift_id, line)
    return jsonify({"candidates": [asdict(one) for one in found]})


@api.post("/roster/place")
@access("roster.plan")
def place(trip_id: int) -> ResponseReturnValue:
    """`{staff_id, slot_id, from_id?, roster_id?, confirmed?}` is answered by `{rules}`, those that it breaks."""
    actor, form = current_actor(), PlaceForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        where = Where(trip_id, form.roster_id)
        return {"rules": placing.place(uow, actor, where, form.placing())}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.post("/roster/take-out")
@access("roster.plan")
def take_out(trip_id: int) -> ResponseReturnValue:
    """`{staff_id, slot_id, roster_id?}`."""
    actor, form = current_actor(), TakeOutForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        placing.take_out(uow, actor, Where(trip_id, form.roster_id), form.staff_id, form.slot_id)
        return {}

    return jsonify(perform(actor, form.model_dump(), work).data)


def _compared(session: Session, trip_id: int, line: RosterLine) -> dict[str, Any]:
    changes: Difference = difference(session, line, trip_id, clock.now())
    people = [
        {"staff_id": staff_id, "loses": lost, "gets": gained}
        for staff_id, (lost, gained) in paced(changes.by_person().items())
    ]
    found = {"sign": changes.sign, "left_out": changes.left_out, "people": people}
    short = gaps(session, trip_id, clock.now(), line)
    return {"difference": found, "gaps": [one.as_json() for one in paced(short)]}
