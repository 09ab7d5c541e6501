"""A trip's sites: the list with the ways between them, and the page of one."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.errors import Refusal
from deskops.core.i18n import gettext
from deskops.core.web import errors_of
from deskops.desks import queries
from deskops.desks.errors import InUse
from deskops.desks.forms.agencies import ActForm
from deskops.desks.forms.sites import EditSiteForm, NewSiteForm, walks_of_request
from deskops.desks.queries.sites import SiteLine, site_line, site_lines
from deskops.desks.services import sites as services
from deskops.desks.views.blueprint import blueprint
from deskops.desks.views.changing import done, refused_on, say_changed


@blueprint.get("/<int:trip_id>/sites")
@access("trip.setup")
def sites(trip_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        lines = site_lines(session, names)
    offered = [line for line in lines if line.site.retired_at is None]
    retired = [line.site for line in lines if line.site.retired_at is not None]
    return render_template("desks/sites.html", trip=names.trip, names=names, lines=offered, retired=retired)


@blueprint.get("/<int:trip_id>/sites/new")
@access("trip.setup")
def new_site(trip_id: int) -> ResponseReturnValue:
    return _page(trip_id, None, {"kind": "building"})


@blueprint.post("/<int:trip_id>/sites/new")
@access("trip.setup")
@refused_on(
    lambda refusal, trip_id: _page(trip_id, None, request.form.to_dict(), errors_of(refusal, "name_fa"))
)
def add_site(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = NewSiteForm.of_request()
    walks = walks_of_request()
    made = done(form, lambda uow: services.add_site(uow, actor, trip_id, form.code, form.edit(), walks))
    say_changed(gettext("The site was added."), trip_id, made["change_id"])
    return redirect(url_for("desks.sites", trip_id=trip_id), 303)


@blueprint.get("/<int:trip_id>/sites/<int:site_id>")
@access("trip.setup")
def site(trip_id: int, site_id: int) -> ResponseReturnValue:
    return _page(trip_id, site_id)


@blueprint.post("/<int:trip_id>/sites/<int:site_id>")
@access("trip.setup")
@refused_on(
    lambda refusal, trip_id, site_id: _page(
        trip_id, site_id, request.form.to_dict(), errors_of(refusal, "name_fa")
    )
)
def edit_site(trip_id: int, site_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = EditSiteForm.of_request()
    wanted = (form.version, form.edit(), walks_of_request())
    made = done(form, lambda uow: services.edit_site(uow, actor, trip_id, site_id, *wanted))
    say_changed(gettext("The site was changed."), trip_id, made["change_id"])
    return redirect(url_for("desks.site", trip_id=trip_id, site_id=site_id), 303)


@blueprint.post("/<int:trip_id>/sites/<int:site_id>/act")
@access("trip.setup")
@refused_on(lambda refusal, trip_id, site_id: _page(trip_id, site_id, refused=refusal))
def act_on_site(trip_id: int, site_id: int) -> ResponseReturnValue:
    """Retire it, bring it back, or delete it; who uses it is named where it can't go."""
    actor = current_actor()
    acts = {
        "retire": (services.retire_site, gettext("The site was retired.")),
        "restore": (services.restore_site, gettext("The site is back.")),
        "delete": (services.delete_site, gettext("The site was deleted.")),
    }
    form = ActForm.of_request()
    service, message = acts[form.act]
    made = done(form, lambda uow: service(uow, actor, trip_id, site_id))
    say_changed(message, trip_id, made["change_id"])
    if form.act != "delete":
        return redirect(url_for("desks.site", trip_id=trip_id, site_id=site_id), 303)
    return redirect(url_for("desks.sites", trip_id=trip_id), 303)


def _page(
    trip_id: int,
    site_id: int | None,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    refused: Refusal | None = None,
) -> str:
    """The page of one site, or of a new one."""
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        line = None if site_id is None else site_line(session, names, site_id)
    return render_template(
        "desks/site.html",
        trip=names.trip,
        names=names,
        line=line,
        others=[site for site in names.offered_sites() if site.id != site_id],
        shown=_stored(line) if typed is None else typed,
        errors=errors or {},
        refused=refused,
        offers_retiring=isinstance(refused, InUse) and line is not None and line.site.retired_at is None,
    )


def _stored(line: SiteLine | None) -> dict[str, Any]:
    """The fields as they stand."""
    if line is None:
        return {}
    fields = {name: getattr(line.site, name) for name in EditSiteForm.model_fields}
    return fields | {f"walk-{site_id}": f"{minutes:g}" for site_id, minutes in line.walks.items()}
