"""Files of a trip's set-up: the whole as one file, lists as workbook and CSV, and lists imported after a dry run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.errors import NotFound
from deskops.core.i18n import gettext, ngettext
from deskops.core.tables import Sheet, TableRefused, read_table, write_csv, write_workbook
from deskops.core.web import perform
from deskops.desks import queries
from deskops.desks.document import write_setup
from deskops.desks.document.columns import COLUMNS, KINDS, NAMES
from deskops.desks.document.list_checks import CellFault
from deskops.desks.document.listing import ADD, CHANGE, FAULT, SAME, ListPlan, plan_of
from deskops.desks.errors import PlanChanged
from deskops.desks.queries.drafts import Draft, draft_of
from deskops.desks.queries.listing import known_of
from deskops.desks.services.drafts import begin_draft, drop_draft
from deskops.desks.services.listing import import_list, require_list
from deskops.desks.views.blueprint import blueprint

LIST = "list"
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "toml": "application/toml; charset=utf-8",
}
# So many rows are shown of each kind; the copy with marks has them all.
SHOWN = 50


@blueprint.get("/<int:trip_id>/files")
@access("trip.setup")
def files(trip_id: int) -> ResponseReturnValue:
    return _files_page(trip_id)


@blueprint.get("/<int:trip_id>/files/setup.toml")
@access("trip.setup")
def setup_file(trip_id: int) -> ResponseReturnValue:
    """The whole set-up, to be read, edited and imported as another trip."""
    with runtime.current().database.reading() as session:
        setup = queries.setup_of_trip(session, trip_id)
    return download(write_setup(setup).encode(), f"{setup.code}.toml", "toml")


@blueprint.get("/<int:trip_id>/files/<kind>.<form>")
@access("trip.setup")
def list_file(trip_id: int, kind: str, form: str) -> ResponseReturnValue:
    """A list as it stands; with `empty`, its headings only, to be filled in."""
    if kind not in COLUMNS or form not in ("xlsx", "csv"):
        raise NotFound()
    with runtime.current().database.reading() as session:
        names, known = queries.catalogue(session, trip_id), known_of(session, trip_id, kind)
    columns = COLUMNS[kind]
    header = [f"{column.heading} *" if column.required else str(column.heading) for column in columns]
    records = [] if "empty" in request.args else known.records.values()
    rows = [[column.write(record[column.key]) for column in columns] for record in records]
    name = f"{names.trip.code}-{kind}{'-empty' if 'empty' in request.args else ''}.{form}"
    if form == "csv":
        return download(write_csv(header, rows), name, "csv")
    choices = {
        place: list(map(str, column.choices.values()))
        for place, column in enumerate(columns)
        if column.choices
    }
    return download(write_workbook(str(NAMES[kind]), header, rows, choices=choices), name, "xlsx")


@blueprint.post("/<int:trip_id>/files")
@access("trip.setup")
def upload_list(trip_id: int) -> ResponseReturnValue:
    """Read a list and lead to its dry run; nothing is imported yet."""
    actor, kind = current_actor(), request.form.get("kind", "")
    upload = request.files.get("file")
    content = upload.read() if upload is not None else b""
    if kind not in COLUMNS:
        return _files_page(trip_id, {"kind": gettext("Choose one from the list.")}), 422
    if upload is None or not content:
        return _files_page(trip_id, {"file": gettext("Choose the file with the list.")}), 422
    require_list(actor, trip_id, kind)
    name = upload.filename or ""
    try:
        with runtime.current().database.reading() as session:
            plan_of(kind, read_table(content), known_of(session, trip_id, kind))
    except TableRefused as refusal:
        return _files_page(trip_id, {"file": refusal.text()}), refusal.status

    def work(uow: Any) -> dict[str, Any]:
        begun = begin_draft(uow, actor, LIST, trip_id=trip_id, start=kind, name=name, content=content)
        return {"token": begun}

    token = perform(actor, {"kind": kind, "name": name, "size": len(content)}, work, status=201).data["token"]
    return redirect(url_for("desks.dry_run", trip_id=trip_id, token=token), 303)


@blueprint.get("/<int:trip_id>/files/import/<token>")
@access("trip.setup")
def dry_run(trip_id: int, token: str) -> ResponseReturnValue:
    return _plan_page(trip_id, token)


@blueprint.get("/<int:trip_id>/files/import/<token>/marked.xlsx")
@access("trip.setup")
def marked(trip_id: int, token: str) -> ResponseReturnValue:
    """The uploaded table with its faults marked, each in its cell and all in a last column."""
    draft, sheet, plan = _planned(trip_id, token)
    return download(marked_copy(str(NAMES[draft.start]), sheet, plan.faults), "marked.xlsx", "xlsx")


@blueprint.post("/<int:trip_id>/files/import/<token>")
@access("trip.setup")
def confirm_import(trip_id: int, token: str) -> ResponseReturnValue:
    """Import the list as one change; a fault that has come up since the dry run keeps all of it out."""
    actor = current_actor()

    def work(uow: Any) -> dict[str, Any]:
        # Looked up in here, so that a second press finds its answer where the first has used the draft up.
        draft = draft_of(uow.session, actor.user_id, token, LIST, trip_id)
        sheet = read_table(draft.content)
        plan = import_list(uow, actor, trip_id, draft.start, sheet, request.form.get("seen"))
        if not plan.faults:
            drop_draft(uow, actor, token)
        return {"faults": len(plan.faults), **plan.counts}

    try:
        data = perform(actor, {"token": token}, work).data
    except PlanChanged as refusal:
        return _plan_page(trip_id, token, refusal.text()), refusal.status
    if data["faults"]:
        return _plan_page(trip_id, token), 422
    done = {"added": data.get(ADD, 0), "changed": data.get(CHANGE, 0)}
    flash(gettext("Imported: %(added)s added, %(changed)s changed.", **done), "ok")
    return redirect(url_for("desks.files", trip_id=trip_id), 303)


def _planned(trip_id: int, token: str) -> tuple[Draft, Sheet, ListPlan]:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        draft = draft_of(session, actor.user_id, token, LIST, trip_id)
        known = known_of(session, trip_id, draft.start)
    sheet = read_table(draft.content)
    return draft, sheet, plan_of(draft.start, sheet, known)


def _files_page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        trip = queries.catalogue(session, trip_id).trip
    return render_template(
        "desks/files.html",
        trip=trip,
        kinds=[(kind, NAMES[kind]) for kind in KINDS],
        typed=request.form,
        errors=errors or {},
    )


def _plan_page(trip_id: int, token: str, refused: str = "") -> str:
    """What the list would do. `refused` is why it wasn't done just now."""
    draft, _, plan = _planned(trip_id, token)
    with runtime.current().database.reading() as session:
        trip = queries.catalogue(session, trip_id).trip
    counts = plan.counts
    return render_template(
        "desks/dry_run.html",
        trip=trip,
        draft=draft,
        refused=refused,
        sign=plan.sign,
        name=NAMES[draft.start],
        counts={act: counts[act] for act in (ADD, CHANGE, SAME, FAULT)},
        faults=plan.faults[: SHOWN * 2],
        all_faults=len(plan.faults),
        added=plan.doing(ADD)[:SHOWN],
        changed=plan.doing(CHANGE)[:SHOWN],
        newcomers=plan.newcomers,
        key="code",
        confirm_url=url_for("desks.confirm_import", trip_id=trip_id, token=token),
        marked_url=url_for("desks.marked", trip_id=trip_id, token=token),
        back_url=url_for("desks.files", trip_id=trip_id),
        summary=ngettext(
            "%(num)s fault, nothing is imported yet",
            "%(num)s faults, nothing is imported yet",
            len(plan.faults),
        ),
    )


def marked_copy(title: str, sheet: Sheet, faults: Iterable[CellFault]) -> bytes:
    """A table as a workbook, with its faults in their cells and all of a row's in a last column."""
    header, rows, marks = marked_table(sheet, faults)
    return write_workbook(title, header, rows, marks=marks)


def marked_table(
    sheet: Sheet, faults: Iterable[CellFault]
) -> tuple[list[str], list[list[str]], dict[tuple[int, int], str]]:
    """Header, rows and marks of a table with its faults, as `write_workbook` takes them."""
    places = {number: place for place, number in enumerate(sheet.rows, start=1)}
    marks: dict[tuple[int, int], str] = {}
    notes: dict[int, list[str]] = {}
    for fault in faults:
        notes.setdefault(fault.row, []).append(
            f"{fault.heading}: {fault.words}" if fault.heading else str(fault.words)
        )
        if fault.column is not None:
            marks[places[fault.row], fault.column] = str(fault.words)
    width = len(sheet.header)
    rows = [
        [*(cells + ("",) * width)[:width], " ".join(notes.get(number, []))]
        for number, cells in sheet.rows.items()
    ]
    return [*sheet.header, gettext("Faults")], rows, marks


def download(content: bytes, name: str, form: str) -> Response:
    """A file to save; `form` is one of TYPES."""
    response = Response(content, content_type=TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
