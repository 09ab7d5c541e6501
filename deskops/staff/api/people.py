"""JSON API of the list of people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.document.list_checks import CellFault
from deskops.desks.document.listing import ListPlan
from deskops.desks.queries import catalogue
from deskops.desks.views.files import download
from deskops.staff.api.blueprint import api
from deskops.staff.document.dry_run import dry_run_in, sheet_in
from deskops.staff.document.windows import show_windows
from deskops.staff.forms.own import AbsenceForm
from deskops.staff.forms.people import LeavingForm, NewPersonForm, PersonForm, SearchForm
from deskops.staff.queries.people import Absence, Missed, PersonLine, people_page, person_of
from deskops.staff.services.absences import be_absent, come_after_all
from deskops.staff.services.people import add_person, edit_person, import_people
from deskops.staff.services.people_files import exported, tried


@api.get("/staff")
@access("staff.view")
def people(trip_id: int) -> ResponseReturnValue:
    """A page of those who fit the same words and filters as on the page. `mobile` is null for whoever may not see it."""
    form = SearchForm.of_query()
    with runtime.current().database.reading() as session:
        found = people_page(session, current_actor(), trip_id, form.wanted(), form.page)
    lines = [_line(line) for line in found.people]
    return jsonify(people=lines, page=found.page, pages=found.pages, total=found.total)


@api.get("/staff/<int:staff_id>")
@access("staff.view")
def person(trip_id: int, staff_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        found = person_of(session, current_actor(), trip_id, staff_id, clock.now())
    return jsonify(
        **_line(found.line),
        topics=[topic.code for topic in names.topics.values() if topic.id in found.topic_ids],
        availability=show_windows(found.windows),
        windows=[
            {"starts_at": begin.isoformat(), "ends_at": end.isoformat()} for begin, end in found.windows
        ],
        absences=[
            _timed(one) | {"missed": [_timed(shift) for shift in one.missed]} for one in found.absences
        ],
        shifts_to_come=found.to_come,
    )


@api.post("/staff")
@access("staff.manage")
def add(trip_id: int) -> ResponseReturnValue:
    """Add somebody; the fields are the columns of the list."""
    actor = current_actor()
    form = NewPersonForm.of_request()
    cells = form.cells()
    body = form.model_dump(mode="json")
    answer = perform(actor, body, lambda uow: {"id": add_person(uow, actor, trip_id, cells)}, status=201)
    return jsonify(answer.data), answer.status


@api.patch("/staff/<int:staff_id>")
@access("staff.manage")
def edit(trip_id: int, staff_id: int) -> ResponseReturnValue:
    """Change the fields that are named. `version`, if given, is what was seen."""
    form = PersonForm.of_request()
    return _edited(trip_id, staff_id, form.cells(), form)


@api.post("/staff/<int:staff_id>/leaving")
@access("staff.manage")
def leave(trip_id: int, staff_id: int) -> ResponseReturnValue:
    """`act` "retire" ends somebody's roles in this trip, "restore" brings them back."""
    form = LeavingForm.of_request()
    return _edited(trip_id, staff_id, {"left": "yes" if form.act == "retire" else "no"}, form)


@api.post("/staff/<int:staff_id>/absences")
@access("staff.manage")
def add_absence(trip_id: int, staff_id: int) -> ResponseReturnValue:
    """As of oneself under `my-shifts/absence`; answered by `{id, shift_ids}`: the shifts that are without them now."""
    actor, form = current_actor(), AbsenceForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        why = {"reason": form.reason, "words": form.words}
        return be_absent(uow, actor, trip_id, form.span(), staff_id=staff_id, **why)._asdict()

    answer = perform(actor, form.model_dump(mode="json"), work)
    return jsonify(answer.data), answer.status


@api.post("/staff/<int:staff_id>/absences/<int:absence_id>/take-back")
@access("staff.manage")
def take_absence_back(trip_id: int, staff_id: int, absence_id: int) -> ResponseReturnValue:
    """Answered by `{shift_ids, lost_ids}`: what is theirs again, and what others have by now."""
    actor = current_actor()
    answer = perform(
        actor, {}, lambda uow: come_after_all(uow, actor, trip_id, absence_id, staff_id)._asdict()
    )
    return jsonify(answer.data), answer.status


@api.post("/staff/import")
@access("staff.manage")
def import_list(trip_id: int) -> ResponseReturnValue:
    """A workbook or CSV as `file` of a multipart body. With `dry_run=1` in the address nothing is stored; `seen` there is
    the `sign` of a dry run: where the list would do something else by now, it is refused.
    """
    actor = current_actor()
    upload = request.files.get("file")
    content = upload.read() if upload is not None else b""
    if not content:
        raise InvalidInput({"file": gettext("Choose the file with the list.")})
    kept = tried(trip_id, content)
    prepared = dry_run_in(kept)
    if request.args.get("dry_run") == "1" or prepared.plan.faults:
        dry_run = request.args.get("dry_run") == "1"
        return jsonify(_told(prepared.plan)), 200 if dry_run else 422
    seen = request.args.get("seen")
    body = {"sign": prepared.plan.sign, "seen": seen}
    answer = perform(
        actor, body, lambda uow: _told(import_people(uow, actor, trip_id, sheet_in(kept), prepared, seen))
    )
    return jsonify(answer.data), 422 if answer.data["faults"] else answer.status


@api.get("/staff/export.<form>")
@access("staff.manage")
def export(trip_id: int, form: str) -> ResponseReturnValue:
    """Everybody, as a file that imports again: `form` csv or xlsx."""
    if form not in ("csv", "xlsx"):
        raise NotFound()
    return download(exported(trip_id, form), f"staff.{form}", form)


def _edited(
    trip_id: int, staff_id: int, cells: dict[str, str], form: PersonForm | LeavingForm
) -> ResponseReturnValue:
    actor = current_actor()
    answer = perform(
        actor,
        form.model_dump(mode="json"),
        lambda uow: {
            "id": staff_id,
            "version": edit_person(uow, actor, trip_id, staff_id, cells, form.version),
        },
    )
    return jsonify(answer.data), answer.status


def _timed(one: Absence | Missed) -> dict[str, Any]:
    return asdict(one) | {"starts_at": one.starts_at.isoformat(), "ends_at": one.ends_at.isoformat()}


def _line(line: PersonLine) -> dict[str, Any]:
    return asdict(line) | {"retired_at": line.retired_at.isoformat() if line.retired_at else None}


def _told(plan: ListPlan) -> dict[str, Any]:
    counts = {act: plan.counts[act] for act in ("add", "change", "same", "fault")}
    return {
        "counts": counts,
        "absent": plan.absent,
        "faults": [_fault(fault) for fault in plan.faults],
        "warnings": [_fault(warning) for warning in plan.warnings],
        "sign": plan.sign,
    }


def _fault(fault: CellFault) -> dict[str, Any]:
    return {
        "row": fault.row,
        "column": fault.column,
        "heading": str(fault.heading),
        "message": str(fault.words),
    }
