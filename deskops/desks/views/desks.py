"""The page of a desk: its state, what it is, its hours; adding one, retiring and deleting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import Refusal
from deskops.core.i18n import gettext
from deskops.core.web import errors_of, perform
from deskops.desks import queries, rules
from deskops.desks.document.clock import clock_of_minutes
from deskops.desks.document.languages import LANGUAGES
from deskops.desks.errors import InUse
from deskops.desks.forms import EditDeskForm, StateForm, speeds_of_request
from deskops.desks.forms.agencies import ActForm
from deskops.desks.forms.desks import HoursForm, NewDeskForm, hours_of_request
from deskops.desks.forms.needs import NeedForm
from deskops.desks.queries import Catalogue, DeskDetail
from deskops.desks.queries.people import leaders
from deskops.desks.services import desks as services
from deskops.desks.services import set_desk_state
from deskops.desks.services.hours import set_hours
from deskops.desks.services.needs import set_need
from deskops.desks.views.blueprint import blueprint
from deskops.desks.views.changing import done, refused_on, say_changed
from deskops.desks.views.desk_list import changeable, neighbours


@blueprint.post("/<int:trip_id>/desks/<int:desk_id>/state")
@access("desk.state")
@refused_on(lambda refusal, trip_id, desk_id: _state_refused(trip_id, desk_id, errors_of(refusal, "state")))
def change_state(trip_id: int, desk_id: int) -> ResponseReturnValue:
    """From the list the row comes back; from the desk's page, or without a script, the page."""
    actor = current_actor()
    form = StateForm.of_request()
    facts = form.model_dump()

    def work(uow: Any) -> dict[str, Any]:
        return {"state": set_desk_state(uow, actor, trip_id, desk_id, **facts).state}

    perform(actor, facts, work)
    return _state_changed(trip_id, desk_id)


@blueprint.get("/<int:trip_id>/desks/new")
@access("trip.setup")
def new_desk(trip_id: int) -> ResponseReturnValue:
    return _new_page(trip_id, {"walk_ins": True, "calls": True, "counters": "2", "phones": "0"})


@blueprint.post("/<int:trip_id>/desks/new")
@access("trip.setup")
@refused_on(
    lambda refusal, trip_id: _new_page(trip_id, request.form.to_dict(), errors_of(refusal, "name_fa"))
)
def add_desk(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = NewDeskForm.of_request()
    edit, hours = form.edit(speeds_of_request()), form.span()
    made = done(form, lambda uow: services.add_desk(uow, actor, trip_id, form.code, edit, hours))
    say_changed(gettext("The desk was added. It is planned until it is opened."), trip_id, made["change_id"])
    return redirect(url_for("desks.desk", trip_id=trip_id, desk_id=made["id"]), 303)


@blueprint.get("/<int:trip_id>/desks/<int:desk_id>")
@access("trip.view")
def desk(trip_id: int, desk_id: int) -> ResponseReturnValue:
    return _desk_page(trip_id, desk_id)


@blueprint.post("/<int:trip_id>/desks/<int:desk_id>")
@access("trip.setup")
@refused_on(lambda refusal, trip_id, desk_id: _desk_page(trip_id, desk_id, errors_of(refusal, "name_fa")))
def change_desk(trip_id: int, desk_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = EditDeskForm.of_request()
    edit = form.edit(speeds_of_request())
    made = done(form, lambda uow: services.edit_desk(uow, actor, trip_id, desk_id, form.version, edit))
    say_changed(gettext("The desk was changed."), trip_id, made["change_id"])
    return redirect(url_for("desks.desk", trip_id=trip_id, desk_id=desk_id), 303)


@blueprint.post("/<int:trip_id>/desks/<int:desk_id>/hours")
@access("trip.setup")
@refused_on(lambda refusal, trip_id, desk_id: _desk_page(trip_id, desk_id, errors_of(refusal, "first_day")))
def change_hours(trip_id: int, desk_id: int) -> ResponseReturnValue:
    """The days of the list, and the same hours on further days where a span was typed."""
    actor = current_actor()
    form = HoursForm.of_request()
    span = form.span()
    week = hours_of_request() | ({} if span is None else span.week())
    made = done(
        form,
        lambda uow: set_hours(uow, actor, trip_id, desk_id, form.version, week, form.copied),
    )
    say_changed(gettext("The opening hours were changed."), trip_id, made["change_id"])
    return redirect(url_for("desks.desk", trip_id=trip_id, desk_id=desk_id) + "#hours", 303)


@blueprint.post("/<int:trip_id>/desks/<int:desk_id>/need")
@access("trip.setup")
@refused_on(lambda refusal, trip_id, desk_id: _desk_page(trip_id, desk_id, errors_of(refusal, "minimum")))
def change_need(trip_id: int, desk_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = NeedForm.of_request()
    need = form.need()
    made = done(form, lambda uow: set_need(uow, actor, trip_id, desk_id, form.version, need))
    say_changed(gettext("The staff need was changed."), trip_id, made["change_id"])
    return redirect(url_for("desks.desk", trip_id=trip_id, desk_id=desk_id) + "#need", 303)


@blueprint.post("/<int:trip_id>/desks/<int:desk_id>/act")
@access("trip.setup")
@refused_on(lambda refusal, trip_id, desk_id: _desk_page(trip_id, desk_id, refused=refusal))
def act_on_desk(trip_id: int, desk_id: int) -> ResponseReturnValue:
    """Retire it, bring it back, or delete it; who uses it is named where it can't go."""
    actor = current_actor()
    acts = {
        "retire": (services.retire_desk, gettext("The desk was retired. What was served there stays.")),
        "restore": (services.restore_desk, gettext("The desk is back.")),
        "delete": (services.delete_desk, gettext("The desk was deleted.")),
    }
    form = ActForm.of_request()
    service, message = acts[form.act]
    made = done(form, lambda uow: service(uow, actor, trip_id, desk_id))
    say_changed(message, trip_id, made["change_id"])
    if form.act == "restore":
        return redirect(url_for("desks.desk", trip_id=trip_id, desk_id=desk_id), 303)
    return redirect(url_for("desks.desk_list", trip_id=trip_id), 303)


def _wants_row() -> bool:
    return request.headers.get("HX-Request") == "true"


def _state_changed(trip_id: int, desk_id: int) -> Response:
    message = gettext("The desk's state was changed.")
    if not _wants_row():
        flash(message, "ok")
        return make_response(redirect(url_for("desks.desk", trip_id=trip_id, desk_id=desk_id), 303))
    response = make_response(_row(trip_id, desk_id, {}))
    response.headers["HX-Trigger"] = json.dumps({"toast": {"text": message}})
    return response


def _state_refused(trip_id: int, desk_id: int, errors: dict[str, str]) -> str:
    return _row(trip_id, desk_id, errors) if _wants_row() else _desk_page(trip_id, desk_id, errors)


def _row(trip_id: int, desk_id: int, errors: dict[str, str]) -> str:
    names, detail = _read(trip_id, desk_id)
    actor = current_actor()
    return render_template(
        "desks/row.html",
        trip=names.trip,
        names=names,
        line=detail.line,
        may_set_up=actor.may("trip.setup", trip_id),
        changeable=changeable(actor, trip_id, [detail.line]),
        beside=neighbours(names),
        ticked=frozenset(),
        languages=LANGUAGES,
        next_states=rules.next_desk_states,
        errors=errors,
    )


def _new_page(trip_id: int, shown: Mapping[str, Any], errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        people = _people(session, trip_id)
    hours = {
        "first_day": names.trip.starts_on.isoformat(),
        "last_day": "",
        "opens": "08:00",
        "closes": "14:00",
    }
    if names.trip.ends_on is not None:
        hours["last_day"] = names.trip.ends_on.isoformat()
    return render_template(
        "desks/new_desk.html",
        trip=names.trip,
        names=names,
        shown=(hours if errors is None else {}) | dict(shown),
        errors=errors or {},
        **_options(names, None, None),
        **people,
    )


def _desk_page(
    trip_id: int, desk_id: int, errors: dict[str, str] | None = None, refused: Refusal | None = None
) -> str:
    names, detail = _read(trip_id, desk_id)
    with runtime.current().database.reading() as session:
        people = _people(session, trip_id)
    actor = current_actor()
    shown = names.desks[desk_id]
    typed = request.form.to_dict() if "name_fa" in request.form else None
    hours = request.form if {"copied", "first_day"} & request.form.keys() else {}
    return render_template(
        "desks/desk.html",
        trip=names.trip,
        names=names,
        desk=shown,
        detail=detail,
        shown=_stored(names, detail) if typed is None else typed,
        hours=hours,
        typed_need=request.form if "minimum" in request.form else None,
        languages=LANGUAGES,
        clock_of=clock_of_minutes,
        next_states=rules.next_desk_states,
        may_set_up=actor.may("trip.setup", trip_id),
        changeable=changeable(actor, trip_id, [detail.line]),
        may_print=actor.may("sign.print", trip_id),
        errors=errors or {},
        refused=refused,
        offers_retiring=isinstance(refused, InUse) and shown.retired_at is None,
        **_options(names, shown.site_id, shown.agency_id),
        **people,
    )


def _read(trip_id: int, desk_id: int) -> tuple[Catalogue, DeskDetail]:
    with runtime.current().database.reading() as session:
        detail = queries.desk_detail(session, trip_id, desk_id, local_day(clock.now()))
        return queries.catalogue(session, trip_id), detail


def _people(session: Any, trip_id: int) -> dict[str, list[tuple[int, str]]]:
    """Who can be pointed to as the desk's head, and as the official in charge."""
    return {
        "head_options": leaders(session, trip_id, "desk_head"),
        "official_options": leaders(session, trip_id, "official"),
    }


def _options(
    names: Catalogue, site_id: int | None, agency_id: int | None
) -> dict[str, list[tuple[int, str]]]:
    """The sites and agencies that a desk can have; what is retired stays where it is."""
    agencies = [
        agency for agency in names.agencies.values() if agency.retired_at is None or agency.id == agency_id
    ]
    return {
        "site_options": [
            (site.id, site.name)
            for site in names.sites.values()
            if site.retired_at is None or site.id == site_id
        ],
        "agency_options": [(one.id, one.name) for one in sorted(agencies, key=lambda agency: agency.name)],
    }


def _stored(names: Catalogue, detail: DeskDetail) -> dict[str, Any]:
    """The fields as they stand, with `factor-<topic id>` for what the desk does."""
    desk = names.desks[detail.line.id]
    kinds = [seat.kind for seat in detail.seats]
    values = {name: getattr(desk, name, "") for name in EditDeskForm.model_fields}
    values |= {"counters": kinds.count("counter"), "phones": kinds.count("phone")}
    values |= {"version": detail.line.version, "head_user_id": detail.head_user_id}
    values["official_user_id"] = detail.official_user_id
    values |= {f"factor-{topic_id}": f"{factor:g}" for topic_id, factor in desk.speeds.items()}
    return {name: "" if value is None else value for name, value in values.items()}
