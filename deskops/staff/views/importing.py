"""The list of people as files: a template, an export, and an import after a dry run."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.aside import aside
from deskops.core.errors import NotFound
from deskops.core.i18n import gettext, ngettext
from deskops.core.tables import TableRefused, write_workbook
from deskops.core.web import perform
from deskops.desks.document.listing import ADD, CHANGE, FAULT, SAME
from deskops.desks.errors import PlanChanged
from deskops.desks.queries import catalogue
from deskops.desks.queries.drafts import Draft, draft_of
from deskops.desks.services.drafts import begin_draft, drop_draft
from deskops.desks.views.files import SHOWN, download, marked_table
from deskops.staff.document.columns import COLUMNS, PEOPLE
from deskops.staff.document.dry_run import DryRun, sheet_in
from deskops.staff.services.people import import_people
from deskops.staff.services.people_files import TITLE, exported, tried, tried_again
from deskops.staff.views.blueprint import blueprint


@blueprint.get("/staff/import")
@access("staff.manage")
def import_page(trip_id: int) -> ResponseReturnValue:
    return _upload_page(trip_id)


@blueprint.post("/staff/import")
@access("staff.manage")
def upload_people(trip_id: int) -> ResponseReturnValue:
    """Read a table and lead to its dry run; nothing is imported yet."""
    actor = current_actor()
    upload = request.files.get("file")
    content = upload.read() if upload is not None else b""
    if upload is None or not content:
        return _upload_page(trip_id, {"file": gettext("Choose the file with the list.")}), 422
    try:
        kept = tried(trip_id, content)
    except TableRefused as refusal:
        return _upload_page(trip_id, {"file": refusal.text()}), refusal.status
    name = upload.filename or ""

    def work(uow: Any) -> dict[str, Any]:
        token = begin_draft(
            uow, actor, PEOPLE, trip_id=trip_id, name=name, content=kept, needs="staff.manage"
        )
        return {"token": token}

    token = perform(actor, {"name": name, "size": len(content)}, work, status=201).data["token"]
    return redirect(url_for("staff.import_plan", trip_id=trip_id, token=token), 303)


@blueprint.get("/staff/import/<token>")
@access("staff.manage")
def import_plan(trip_id: int, token: str) -> ResponseReturnValue:
    return _plan_page(trip_id, token)


@blueprint.get("/staff/import/<token>/marked.xlsx")
@access("staff.manage")
def marked_people(trip_id: int, token: str) -> ResponseReturnValue:
    """The uploaded table with its faults marked, each in its cell and all in a last column."""
    kept = _drafted(trip_id, token).content
    header, rows, marks = marked_table(sheet_in(kept), tried_again(trip_id, kept).plan.faults)
    return download(aside(write_workbook, str(TITLE), header, rows, marks=marks), "marked.xlsx", "xlsx")


@blueprint.post("/staff/import/<token>")
@access("staff.manage")
def confirm_people(trip_id: int, token: str) -> ResponseReturnValue:
    """Import all of it as one; a fault that has come up since the dry run keeps all of it out."""
    actor = current_actor()
    prepared: list[DryRun] = []

    def work(uow: Any) -> dict[str, Any]:
        # Looked up in here, so that a second press finds its answer where the first has used the draft up.
        sheet = sheet_in(draft_of(uow.session, actor.user_id, token, PEOPLE, trip_id).content)
        before = prepared[0] if prepared else None
        plan = import_people(uow, actor, trip_id, sheet, before, request.form.get("seen", ""))
        if not plan.faults:
            drop_draft(uow, actor, token)
        return {"faults": len(plan.faults), **plan.counts}

    with suppress(NotFound):
        # Worked out before the transaction, for which others wait.
        prepared.append(tried_again(trip_id, _drafted(trip_id, token).content))
    try:
        data = perform(actor, {"token": token}, work).data
    except PlanChanged as refusal:
        return _plan_page(trip_id, token, refusal.text()), refusal.status
    if data["faults"]:
        return _plan_page(trip_id, token), 422
    done = {"added": data.get(ADD, 0), "changed": data.get(CHANGE, 0)}
    flash(gettext("Imported: %(added)s added, %(changed)s changed.", **done), "ok")
    return redirect(url_for("staff.people", trip_id=trip_id), 303)


@blueprint.get("/staff/files/people.<form>")
@access("staff.manage")
def people_file(trip_id: int, form: str) -> ResponseReturnValue:
    """Everybody; with `empty` the headings only, to be filled in."""
    if form not in ("xlsx", "csv"):
        raise NotFound()
    with runtime.current().database.reading() as session:
        code = catalogue(session, trip_id).trip.code
    empty = "empty" in request.args
    name = f"{code}-staff{'-empty' if empty else ''}.{form}"
    return download(exported(trip_id, form, empty=empty), name, form)


def _drafted(trip_id: int, token: str) -> Draft:
    with runtime.current().database.reading() as session:
        return draft_of(session, current_actor().user_id, token, PEOPLE, trip_id)


def _upload_page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
    return render_template("staff/import.html", trip=names.trip, columns=COLUMNS, errors=errors or {})


def _plan_page(trip_id: int, token: str, refused: str = "") -> str:
    """What the table would do. `refused` is why it wasn't done just now."""
    draft = _drafted(trip_id, token)
    plan = tried_again(trip_id, draft.content).plan
    with runtime.current().database.reading() as session:
        trip = catalogue(session, trip_id).trip
    return render_template(
        "staff/import_plan.html",
        trip=trip,
        draft=draft,
        refused=refused,
        sign=plan.sign,
        name=TITLE,
        counts={act: plan.counts[act] for act in (ADD, CHANGE, SAME, FAULT)},
        faults=plan.faults[: SHOWN * 2],
        all_faults=len(plan.faults),
        added=plan.doing(ADD)[:SHOWN],
        changed=plan.doing(CHANGE)[:SHOWN],
        newcomers=(),
        warnings=plan.warnings[:SHOWN],
        all_warnings=len(plan.warnings),
        absent=plan.absent,
        key="personnel_number",
        confirm_url=url_for("staff.confirm_people", trip_id=trip_id, token=token),
        marked_url=url_for("staff.marked_people", trip_id=trip_id, token=token),
        back_url=url_for("staff.import_page", trip_id=trip_id),
        summary=ngettext(
            "%(num)s fault, nothing is imported yet",
            "%(num)s faults, nothing is imported yet",
            len(plan.faults),
        ),
    )
