"""JSON API of patterns, of what holds for all rosters, and of the shifts that desks need filled."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.queries import catalogue
from deskops.desks.services.bulk import ticked
from deskops.staff.api.blueprint import api
from deskops.staff.forms.rosters import RosterQuery
from deskops.staff.forms.shifts import (
    CopyForm,
    LayAnewForm,
    LayForm,
    PatternForm,
    SettingsForm,
    ShiftForm,
    ShiftsForm,
)
from deskops.staff.queries.shifts import (
    days_with_shifts,
    misfits,
    patterns_of,
    settings_of,
    shift_line,
    shift_lines,
)
from deskops.staff.services import desk_shifts, laying, patterns
from deskops.staff.services.desk_shifts import span_of


@api.get("/shifts/patterns")
@access("roster.plan")
def shift_patterns(trip_id: int) -> ResponseReturnValue:
    """`{patterns, settings}`; minutes are added to opening, closing or midnight."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        found = [line.as_json() for line in patterns_of(session, trip_id)]
        settings = asdict(settings_of(session, trip_id))
    return jsonify({"patterns": found, "settings": settings})


@api.post("/shifts/patterns")
@access("roster.plan")
def add_pattern(trip_id: int) -> ResponseReturnValue:
    """A pattern is answered by `{id}`."""
    actor, form = current_actor(), PatternForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": patterns.add_pattern(uow, actor, trip_id, form.facts()).id}

    answer = perform(actor, form.model_dump(), work, status=201)
    return jsonify(answer.data), answer.status


@api.put("/shifts/patterns/<int:pattern_id>")
@access("roster.plan")
def edit_pattern(trip_id: int, pattern_id: int) -> ResponseReturnValue:
    """A pattern, with the `version` that was seen, is answered by its new `{version}`."""
    actor, form = current_actor(), PatternForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        row = patterns.edit_pattern(uow, actor, trip_id, pattern_id, form.version or 0, form.facts())
        return {"version": row.version}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.delete("/shifts/patterns/<int:pattern_id>")
@access("roster.plan")
def remove_pattern(trip_id: int, pattern_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        patterns.remove_pattern(uow, actor, trip_id, pattern_id)
        return {}

    return jsonify(perform(actor, {}, work).data)


@api.put("/shifts/settings")
@access("roster.plan")
def set_roster_settings(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), SettingsForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"version": patterns.set_settings(uow, actor, trip_id, form.version, form.values()).version}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.get("/shifts")
@access("roster.plan")
def shifts(trip_id: int) -> ResponseReturnValue:
    """`{days: {day: count}, shifts, misfits}`: a `day`'s shifts; of all days those that don't fit their desk's hours."""
    query = RosterQuery.of_query()
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        days = {day.isoformat(): count for day, count in days_with_shifts(session, trip_id).items()}
        lines = shift_lines(session, trip_id, query.day) if query.day else []
        unfit = misfits(session, trip_id, clock.now())
    found = [line.as_json() for line in lines]
    return jsonify({"days": days, "shifts": found, "misfits": [one.id for one in unfit]})


@api.post("/shifts/lay")
@access("roster.plan")
def lay_shifts(trip_id: int) -> ResponseReturnValue:
    """`{made, stood, closed, no_room, begun}`."""
    actor, form = current_actor(), LayForm.of_request()
    days = form.days()
    with runtime.current().database.reading() as session:
        desk_ids = ticked(catalogue(session, trip_id), form.desk_ids, form.site_ids)

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return vars(laying.lay_shifts(uow, actor, trip_id, form.pattern_ids, desk_ids, days))

    return jsonify(perform(actor, form.model_dump(mode="json"), work).data)


@api.post("/shifts/lay-anew")
@access("roster.plan")
def lay_anew(trip_id: int) -> ResponseReturnValue:
    """`{count}`; `confirmed` where people lose a shift by it."""
    actor, form = current_actor(), LayAnewForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"count": laying.lay_anew(uow, actor, trip_id, confirmed=form.confirmed)}

    return jsonify(perform(actor, form.model_dump(), work).data)


@api.post("/shifts/copy")
@access("roster.plan")
def copy_day(trip_id: int) -> ResponseReturnValue:
    """As an answer to /shifts/lay."""
    actor, form = current_actor(), CopyForm.of_request()
    days = form.days()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
    at = None if form.site_id is None else ticked(names, (), (form.site_id,))

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return vars(laying.copy_day(uow, actor, trip_id, form.day, days, at))

    return jsonify(perform(actor, form.model_dump(mode="json"), work).data)


@api.post("/shifts/many")
@access("roster.plan")
def change_shifts(trip_id: int) -> ResponseReturnValue:
    """Several shifts changed alike (`act` set) or removed; `{count}`."""
    actor, form = current_actor(), ShiftsForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"count": desk_shifts.change_shifts(uow, actor, trip_id, form.wanted())}

    return jsonify(perform(actor, form.model_dump(mode="json"), work).data)


@api.put("/shifts/<int:shift_id>")
@access("roster.plan")
def edit_desk_shift(trip_id: int, shift_id: int) -> ResponseReturnValue:
    """`begins` and `ends` are times of its day such as 08:00; an end before the begin is on the next day."""
    actor, form = current_actor(), ShiftForm.of_request()
    need = form.said()
    with runtime.current().database.reading() as session:
        span = span_of(shift_line(session, trip_id, shift_id).day, form.minutes())

    def work(uow: UnitOfWork) -> dict[str, Any]:
        row = desk_shifts.edit_shift(uow, actor, trip_id, shift_id, form.version, *span, need)
        return {"version": row.version}

    return jsonify(perform(actor, form.model_dump(mode="json"), work).data)
