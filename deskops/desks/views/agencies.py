"""The tree of agencies, and what is done to one: added, changed, moved, retired, deleted."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.errors import Refusal
from deskops.core.i18n import gettext
from deskops.core.web import errors_of
from deskops.desks.forms.agencies import ActForm, EditAgencyForm, NewAgencyForm
from deskops.desks.queries import agencies as queries
from deskops.desks.services import agencies as services
from deskops.desks.views.agency_page import DAYS, KINDS, agency_page, changed, typed_fields
from deskops.desks.views.blueprint import agencies
from deskops.desks.views.changing import Work, done, refused_on, say_changed


@agencies.get("")
@access("agency.manage")
def tree() -> ResponseReturnValue:
    words, retired = request.args.get("q", "")[:200], "retired" in request.args
    with runtime.current().database.reading() as session:
        lines = queries.agency_tree(session, words, retired=retired)
        holidays = queries.holidays_of(session, None)
    return render_template(
        "desks/agencies.html", lines=lines, words=words, retired=retired, kinds=KINDS, holidays=holidays
    )


@agencies.get("/new")
@access("agency.manage")
def new() -> ResponseReturnValue:
    return _new_page({"parent_id": request.args.get("parent_id", "")})


@agencies.post("/new")
@access("agency.manage")
def add() -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = NewAgencyForm.of_request()
        made = done(form, lambda uow: services.add_agency(uow, actor, form.code, form.edit()))
    except Refusal as refusal:
        return _new_page(typed_fields(), errors_of(refusal, "name_fa")), refusal.status
    say_changed(gettext("The agency was added."), None, made["change_id"])
    return redirect(url_for("agencies.agency", agency_id=made["id"]), 303)


@agencies.get("/<int:agency_id>")
@access("agency.manage")
def agency(agency_id: int) -> ResponseReturnValue:
    return agency_page(agency_id)


@agencies.post("/<int:agency_id>")
@access("agency.manage")
def edit(agency_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(form: EditAgencyForm) -> Work:
        return lambda uow: services.edit_agency(uow, actor, agency_id, form.version, form.edit())

    return changed(agency_id, EditAgencyForm, work, gettext("The agency was changed."))


@agencies.post("/<int:agency_id>/act")
@access("agency.manage")
@refused_on(lambda refusal, agency_id: agency_page(agency_id, refused=refusal))
def act(agency_id: int) -> ResponseReturnValue:
    """Retire it, bring it back, or delete it; who uses it is named where it can't go."""
    actor = current_actor()
    acts = {
        "retire": (services.retire_agency, gettext("The agency was retired.")),
        "restore": (services.restore_agency, gettext("The agency is back.")),
        "delete": (services.delete_agency, gettext("The agency was deleted.")),
    }
    form = ActForm.of_request()
    service, message = acts[form.act]
    made = done(form, lambda uow: service(uow, actor, agency_id))
    say_changed(message, None, made["change_id"])
    gone = form.act == "delete"
    where = url_for("agencies.tree") if gone else url_for("agencies.agency", agency_id=agency_id)
    return redirect(where, 303)


def _new_page(typed: dict[str, Any], errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        parents = queries.agency_tree(session)
    return render_template(
        "desks/new_agency.html", typed=typed, errors=errors or {}, parents=parents, kinds=KINDS, days=DAYS
    )
