"""JSON API of papers that are printed, and of hours worked."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.queries import catalogue
from deskops.staff.api.blueprint import api
from deskops.staff.forms.printing import HoursForm, PrintForm
from deskops.staff.queries.choosing import Choice, chosen_staff
from deskops.staff.queries.hours import hours_of
from deskops.staff.queries.printing import print_line, prints_of
from deskops.staff.queries.roster_sheets import bounds_of
from deskops.staff.services import printing

AT_ONCE = 100


@api.get("/staff/prints")
@access("roster.view")
def prints(trip_id: int) -> ResponseReturnValue:
    """`{prints}`, the latest first: all of them for who manages staff, else one's own."""
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        found = prints_of(session, current_actor(), trip_id)
    return jsonify({"prints": [line.as_json() for line in found]})


@api.post("/staff/prints")
@access("roster.view")
def ask_print(trip_id: int) -> ResponseReturnValue:
    """`{kind, which, desks, agency, numbers, first, last, form}` is answered by `{id}`; the worker makes it."""
    actor, form = current_actor(), PrintForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": printing.ask_print(uow, actor, trip_id, form.order()).id}

    answer = perform(actor, form.model_dump(mode="json"), work, status=201)
    return jsonify(answer.data), answer.status


@api.get("/staff/prints/<int:print_id>")
@access("roster.view")
def print_run(trip_id: int, print_id: int) -> ResponseReturnValue:
    """Its state and how far it is; the file is at the page's own address."""
    with runtime.current().database.reading() as session:
        return jsonify(print_line(printing.print_of(session, current_actor(), trip_id, print_id)).as_json())


@api.post("/staff/prints/<int:print_id>/cancel")
@access("roster.view")
def cancel_print(trip_id: int, print_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"state": printing.cancel_print(uow, actor, trip_id, print_id).state}

    return jsonify(perform(actor, {}, work).data)


@api.get("/staff/hours")
@access("hours.view")
def hours(trip_id: int) -> ResponseReturnValue:
    """`{people: [{staff_id, number, name, total, days}], next}`: a hundred people at once, in the desks' order; `next` is
    the `skip` of those that follow, null where nobody does. A desk head gets their desks' people.
    """
    actor, form, now = current_actor(), HoursForm.of_query(), clock.now()
    own = actor.desk_ids("hours.view", trip_id)
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        ids = chosen_staff(session, names, Choice("all"), own, with_retired=True)
        shown = ids[form.skip : form.skip + AT_ONCE]
        found = hours_of(session, trip_id, shown, bounds_of(form.first, form.last), own)
    people = [
        {
            "staff_id": person.staff_id,
            "number": person.number,
            "name": person.name,
            "total": person.total(now).as_json(),
            "days": {day.isoformat(): sums.as_json() for day, sums in person.by_day(now).items()},
        }
        for person in found
    ]
    following = form.skip + AT_ONCE
    return jsonify({"people": people, "next": following if len(ids) > following else None})
