"""Forms on paper typed in as a table: a file to fill in, its dry run with every fault, and all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.codes import group_code
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext, ngettext
from deskops.core.tables import Sheet, read_table, write_csv, write_workbook
from deskops.core.web import perform
from deskops.demands import queries
from deskops.demands.forms.paper_list import columns_of, written_in_sheet
from deskops.demands.services.paper import MOST_FORMS
from deskops.demands.services.paper_list import PaperPlan, RowFault, plan_of_forms, type_in_all
from deskops.demands.views import words
from deskops.demands.views.room import blueprint, message_of
from deskops.desks.document.columns import Column
from deskops.desks.document.headings import columns_in
from deskops.desks.document.list_checks import CellFault
from deskops.desks.queries import catalogue
from deskops.desks.queries.drafts import Draft, draft_of
from deskops.desks.services.drafts import begin_draft, drop_draft
from deskops.desks.views.files import download, marked_copy

DRAFT = "paper"
SHOWN = 100
_LIST = "/trips/<int:trip_id>/paper/list"
_WORDS = {
    "channel": words.LIVE_CHANNELS,
    "kind": words.KINDS,
    "language": words.LANGUAGES,
    "outcome": words.OUTCOMES,
}


@blueprint.get(_LIST)
@access("paper.enter")
def paper_list(trip_id: int) -> ResponseReturnValue:
    return _upload_page(trip_id)


@blueprint.get(f"{_LIST}.<form>")
@access("paper.enter")
def paper_list_file(trip_id: int, form: str) -> ResponseReturnValue:
    """The table to fill in, with the code of every form that isn't typed in yet."""
    if form not in ("xlsx", "csv"):
        raise NotFound()
    with runtime.current().database.reading() as session:
        trip = catalogue(session, trip_id).trip
        codes = queries.unused_codes(session, trip_id, MOST_FORMS)
    columns = _columns(trip_id)
    header = [f"{column.heading} *" if column.required else str(column.heading) for column in columns]
    # Parted, a spreadsheet doesn't take it for a number and round it.
    rows = [[group_code(code), *[""] * (len(columns) - 1)] for code in codes]
    name = f"{trip.code}-paper.{form}"
    if form == "csv":
        return download(write_csv(header, rows), name, form)
    choices = {
        place: list(map(str, column.choices.values()))
        for place, column in enumerate(columns)
        if column.choices
    }
    return download(write_workbook(gettext("Forms on paper"), header, rows, choices=choices), name, form)


@blueprint.post(_LIST)
@access("paper.enter")
def upload_paper_list(trip_id: int) -> ResponseReturnValue:
    """Read a table and lead to its dry run; nothing is typed in yet."""
    actor, upload = current_actor(), request.files.get("file")
    content = upload.read() if upload is not None else b""
    if upload is None or not content:
        return _upload_page(trip_id, gettext("Choose the file with the forms.")), 422
    try:
        _planned(trip_id, read_table(content))
    except NotFound:
        raise
    except Refusal as refusal:
        return _upload_page(trip_id, message_of(refusal)), refusal.status
    name = upload.filename or ""

    def work(uow: Any) -> dict[str, Any]:
        begun = begin_draft(
            uow, actor, DRAFT, needs="paper.enter", trip_id=trip_id, name=name, content=content
        )
        return {"token": begun}

    token = perform(actor, {"name": name, "size": len(content)}, work, status=201).data["token"]
    return redirect(url_for("demands.paper_dry_run", trip_id=trip_id, token=token), 303)


@blueprint.get(f"{_LIST}/<token>")
@access("paper.enter")
def paper_dry_run(trip_id: int, token: str) -> ResponseReturnValue:
    return _planned_page(trip_id, token)


@blueprint.get(f"{_LIST}/<token>/marked.xlsx")
@access("paper.enter")
def marked_paper_list(trip_id: int, token: str) -> ResponseReturnValue:
    """The uploaded table with its faults in their cells."""
    sheet = read_table(_draft(trip_id, token).content)
    faults = _in_cells(trip_id, sheet, _planned(trip_id, sheet).faults)
    return download(marked_copy(gettext("Forms on paper"), sheet, faults), "marked.xlsx", "xlsx")


@blueprint.post(f"{_LIST}/<token>")
@access("paper.enter")
def type_list_in(trip_id: int, token: str) -> ResponseReturnValue:
    """All rows or none; a fault that has come up since the dry run keeps all of them out."""
    actor = current_actor()

    def work(uow: Any) -> dict[str, Any]:
        # Looked up in here, so that a second press finds its answer where the first has used the draft up.
        draft = draft_of(uow.session, actor.user_id, token, DRAFT, trip_id)
        written = written_in_sheet(read_table(draft.content), _columns(trip_id))
        plan, made = type_in_all(uow, actor, trip_id, written)
        if not plan.faults:
            drop_draft(uow, actor, token)
        return {"faults": len(plan.faults), "made": len(made)}

    try:
        data = perform(actor, {"token": token}, work).data
    except NotFound:
        raise
    except Refusal as refusal:
        return make_response(_planned_page(trip_id, token, message_of(refusal)), refusal.status)
    if data["faults"]:
        return _planned_page(trip_id, token), 422
    flash(ngettext("%(num)s form was typed in.", "%(num)s forms were typed in.", data["made"]), "ok")
    return redirect(url_for("demands.paper", trip_id=trip_id), 303)


def _columns(trip_id: int) -> tuple[Column, ...]:
    with runtime.current().database.reading() as session:
        return columns_of(catalogue(session, trip_id), _WORDS)


def _draft(trip_id: int, token: str) -> Draft:
    with runtime.current().database.reading() as session:
        return draft_of(session, current_actor().user_id, token, DRAFT, trip_id)


def _planned(trip_id: int, sheet: Sheet) -> PaperPlan:
    written = written_in_sheet(sheet, _columns(trip_id))
    with runtime.current().database.reading() as session:
        return plan_of_forms(session, trip_id, written, clock.now())


def _in_cells(trip_id: int, sheet: Sheet, faults: Sequence[RowFault]) -> Iterable[CellFault]:
    """Each fault at the place of its field in the file; where the file has no such column, at its row."""
    columns = _columns(trip_id)
    places = {column.key: place for place, column in columns_in(sheet, columns).items()}
    headings = {column.key: column.heading for column in columns}
    return [
        CellFault(one.row, places.get(one.field), headings.get(one.field, ""), one.words) for one in faults
    ]


def _upload_page(trip_id: int, error: str = "") -> str:
    with runtime.current().database.reading() as session:
        trip = catalogue(session, trip_id).trip
        state = queries.paper_state(session, trip_id)
    errors = {"file": error} if error else {}
    return render_template(
        "demands/paper_list.html", trip_id=trip_id, trip=trip, state=state, most=MOST_FORMS, errors=errors
    )


def _planned_page(trip_id: int, token: str, refused: str = "") -> str:
    """What the rows would do. `refused` is why all of them were kept out just now."""
    draft = _draft(trip_id, token)
    sheet = read_table(draft.content)
    plan = _planned(trip_id, sheet)
    with runtime.current().database.reading() as session:
        names = queries.names_of(session, trip_id)
    return render_template(
        "demands/paper_plan.html",
        trip_id=trip_id,
        trip=names,
        names=names,
        draft=draft,
        plan=plan,
        faulty=len({fault.row for fault in plan.faults}),
        faults=_in_cells(trip_id, sheet, plan.faults[:SHOWN]),
        shown=SHOWN,
        refused=refused,
    )
