"""Rosters in the making: asked for, watched, compared with the plan that stands, approved or thrown away."""

from __future__ import annotations

from itertools import chain
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import day_bounds, local_day
from deskops.core.errors import Refusal
from deskops.core.i18n import gettext, ngettext
from deskops.core.pacing import paced
from deskops.core.text import name_form, search_words
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform, wants_fragment
from deskops.desks.queries import catalogue
from deskops.desks.views.changing import refused_on
from deskops.staff.forms.rosters import ApproveForm, AskForm
from deskops.staff.queries.difference import difference
from deskops.staff.queries.drafts import RosterLine, roster_line, rosters_of
from deskops.staff.queries.roster import people_by_id, slots_at, slots_by_id
from deskops.staff.queries.shifts import days_with_shifts
from deskops.staff.queries.shortages import gaps, lacking
from deskops.staff.services import approving, rostering
from deskops.staff.views import roster_words
from deskops.staff.views.blueprint import blueprint

LINES_A_PAGE = 40
MOST_GAPS = 60


@blueprint.get("/rosters")
@access("roster.plan")
def rosters(trip_id: int) -> ResponseReturnValue:
    """Ask for one, those that were made, and what the plan that stands lacks."""
    return _list(trip_id)


@blueprint.post("/rosters")
@access("roster.plan")
@refused_on(lambda refusal, trip_id: _list(trip_id, errors_of(refusal, "kind")))
def ask_roster(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), AskForm.of_request()
    from_at = day_bounds(form.from_day)[0] if form.from_day else None

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": rostering.ask_roster(uow, actor, trip_id, form.kind, from_at).id}

    made = perform(actor, form.model_dump(mode="json"), work).data
    return redirect(url_for("staff.draft", trip_id=trip_id, roster_id=made["id"]), 303)


@blueprint.get("/rosters/<int:roster_id>")
@access("roster.plan")
def draft(trip_id: int, roster_id: int) -> ResponseReturnValue:
    """How far it is, and then what it comes to; the page asks for this part again while it is being made."""
    return _draft(trip_id, roster_id)


@blueprint.post("/rosters/<int:roster_id>/cancel")
@access("roster.plan")
@refused_on(lambda refusal, trip_id, roster_id: _draft(trip_id, roster_id, refusal))
def cancel_roster(trip_id: int, roster_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"state": rostering.cancel_roster(uow, actor, trip_id, roster_id).state}

    perform(actor, {}, work)
    flash(gettext("It isn't worked at any further."), "ok")
    return redirect(url_for("staff.rosters", trip_id=trip_id), 303)


@blueprint.post("/rosters/<int:roster_id>/approve")
@access("roster.plan")
@refused_on(lambda refusal, trip_id, roster_id: _draft(trip_id, roster_id, refusal))
def approve_roster(trip_id: int, roster_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ApproveForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        changes = approving.approve_roster(uow, actor, trip_id, roster_id, form.sign)
        return {"people": changes.people()}

    people = perform(actor, form.model_dump(), work).data["people"]
    told = ngettext("%(num)s person is told of it.", "%(num)s people are told of it.", people)
    # Not inside the f-string: there the catalogue wouldn't find it.
    stands = gettext("This is the plan now.")
    flash(f"{stands} {told}", "ok")
    return redirect(url_for("staff.roster", trip_id=trip_id), 303)


@blueprint.post("/rosters/<int:roster_id>/discard")
@access("roster.plan")
@refused_on(lambda refusal, trip_id, roster_id: _draft(trip_id, roster_id, refusal))
def discard_roster(trip_id: int, roster_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        approving.discard_roster(uow, actor, trip_id, roster_id)
        return {}

    perform(actor, {}, work)
    flash(gettext("Thrown away. The plan stands as it was."), "ok")
    return redirect(url_for("staff.rosters", trip_id=trip_id), 303)


def _list(trip_id: int, errors: dict[str, str] | None = None) -> str:
    now = clock.now()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        found = rosters_of(session, trip_id)
        short = gaps(session, trip_id, now)
        days = days_with_shifts(session, trip_id)
    today = local_day(now)
    return render_template(
        "staff/drafts.html",
        trip=names.trip,
        names=names,
        rosters=found,
        short=short[:MOST_GAPS],
        lacks=lacking(short),
        shifts_ahead=sum(count for day, count in days.items() if day >= today),
        words=roster_words,
        typed=request.form,
        errors=errors or {},
    )


def _draft(trip_id: int, roster_id: int, refusal: Refusal | None = None) -> str:
    now = clock.now()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        line = roster_line(session, trip_id, roster_id)
        shown = _compared(session, trip_id, line) if line.state == "draft" else {}
        short = gaps(session, trip_id, now, line) if line.state == "draft" else []
    return render_template(
        "staff/_draft.html" if wants_fragment() else "staff/draft.html",
        trip=names.trip,
        names=names,
        roster=line,
        short=short[:MOST_GAPS],
        lacks=lacking(short),
        words=roster_words,
        desk_options=[(desk.id, roster_words.desk_name(names, desk.id)) for desk in names.working_desks()],
        errors=errors_of(refusal, "roster") if refusal is not None else {},
        **shown,
    )


def _compared(session: Session, trip_id: int, line: RosterLine) -> dict[str, Any]:
    """The difference, person by person: a page of those whose name or desk was looked for."""
    changes = difference(session, line, trip_id, clock.now())
    by_person = changes.by_person()
    people = people_by_id(session, trip_id, by_person)
    wanted, desk_id = request.args.get("q", "").strip(), request.args.get("desk", type=int)
    words = search_words(wanted)
    here = None if desk_id is None else slots_at(session, trip_id, desk_id)
    found = [
        person
        for person in paced(people.values())
        if all(word in name_form(person.name) for word in words)
        and (here is None or not here.isdisjoint(chain(*by_person[person.id])))
    ]
    found.sort(key=lambda person: (person.name, person.id))
    pages = max(1, -(-len(found) // LINES_A_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    shown = {
        person: by_person[person.id] for person in found[(page - 1) * LINES_A_PAGE : page * LINES_A_PAGE]
    }
    slots = slots_by_id(session, trip_id, {one for lines in shown.values() for one in chain(*lines)})
    return {
        "changes": changes,
        "people": len(by_person),
        "lines": [
            (person, [slots[one] for one in lost], [slots[one] for one in gained])
            for person, (lost, gained) in shown.items()
        ],
        "page": page,
        "pages": pages,
        "page_url": lambda one: url_for(
            "staff.draft", trip_id=trip_id, roster_id=line.id, q=wanted or None, desk=desk_id, page=one
        ),
        "q": wanted,
        "desk_id": desk_id,
    }
