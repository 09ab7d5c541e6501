"""The list of people, and each one's own page."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import digits
from deskops.core.errors import InvalidInput
from deskops.core.i18n import gettext
from deskops.core.web import errors_of, perform
from deskops.desks.document.languages import LANGUAGES
from deskops.desks.queries import Catalogue, catalogue
from deskops.desks.queries.catalogue import DeskLabel
from deskops.desks.views.changing import refused_on
from deskops.staff.document.columns import ROLES
from deskops.staff.document.windows import show_windows
from deskops.staff.forms.people import LeavingForm, NewPersonForm, PersonForm, SearchForm
from deskops.staff.queries.people import NO_DESK, Person, people_page, person_of
from deskops.staff.services.people import add_person as add
from deskops.staff.services.people import edit_person as edit
from deskops.staff.views import shift_words
from deskops.staff.views.blueprint import blueprint

_SEVERAL = ("topics", "languages")


@blueprint.get("/staff")
@access("staff.view")
def people(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = SearchForm.of_query()
    except InvalidInput:
        form = SearchForm()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        found = people_page(session, actor, trip_id, form.wanted(), form.page)
    return render_template(
        "staff/people.html",
        trip=names.trip,
        names=names,
        found=found,
        asked=form,
        narrowed=form.model_dump(exclude={"page"}, exclude_defaults=True),
        may_manage=actor.may("staff.manage", trip_id),
        roles=ROLES,
        languages=LANGUAGES,
        **_filters(names),
    )


@blueprint.get("/staff/new")
@access("staff.manage")
def new_person(trip_id: int) -> ResponseReturnValue:
    return _new_page(trip_id)


@blueprint.post("/staff/new")
@access("staff.manage")
@refused_on(lambda refusal, trip_id: _new_page(trip_id, errors_of(refusal, "personnel_number")))
def add_person(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = NewPersonForm.checked(_posted(NewPersonForm))
    answer = perform(
        actor, form.model_dump(mode="json"), lambda uow: {"id": add(uow, actor, trip_id, form.cells())}
    )
    flash(
        gettext("Added. They have no way in until somebody hands them one, on the page “Admit staff”."), "ok"
    )
    return redirect(url_for("staff.person", trip_id=trip_id, staff_id=answer.data["id"]), 303)


@blueprint.get("/staff/<int:staff_id>")
@access("staff.view")
def person(trip_id: int, staff_id: int) -> ResponseReturnValue:
    return person_page(trip_id, staff_id)


@blueprint.post("/staff/<int:staff_id>")
@access("staff.manage")
@refused_on(
    lambda refusal, trip_id, staff_id: person_page(trip_id, staff_id, errors_of(refusal, "name"), True)
)
def edit_person(trip_id: int, staff_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = PersonForm.checked(_posted(PersonForm))
    cells = form.cells()
    perform(
        actor,
        form.model_dump(mode="json"),
        lambda uow: {"version": edit(uow, actor, trip_id, staff_id, cells, form.version)},
    )
    flash(gettext("Saved."), "ok")
    return redirect(url_for("staff.person", trip_id=trip_id, staff_id=staff_id), 303)


@blueprint.post("/staff/<int:staff_id>/leaving")
@access("staff.manage")
@refused_on(lambda refusal, trip_id, staff_id: person_page(trip_id, staff_id, errors_of(refusal, "name")))
def leave(trip_id: int, staff_id: int) -> ResponseReturnValue:
    """Retire somebody, or bring them back."""
    actor = current_actor()
    form = LeavingForm.of_request()
    left = {"left": "yes" if form.act == "retire" else "no"}
    perform(
        actor,
        form.model_dump(),
        lambda uow: {"version": edit(uow, actor, trip_id, staff_id, left, form.version)},
    )
    said = gettext("Retired: no desk of this trip is open to them any more.")
    flash(said if form.act == "retire" else gettext("Brought back, with the role that they had."), "ok")
    return redirect(url_for("staff.person", trip_id=trip_id, staff_id=staff_id), 303)


def _posted(form: type[PersonForm]) -> dict[str, Any]:
    """What the page sent; a group of boxes of which none is ticked sends nothing, and means none."""
    names = [name for name in form.model_fields if name in request.form and name not in _SEVERAL]
    return {name: request.form[name] for name in names} | {
        name: tuple(request.form.getlist(name)) for name in _SEVERAL
    }


def _filters(names: Catalogue) -> dict[str, list[tuple[Any, Any]]]:
    everyone = ("", gettext("all"))
    desks = [(desk.id, _desk_words(desk)) for desk in names.working_desks()]
    agencies = sorted(names.offered_agencies(), key=lambda agency: agency.name)
    return {
        "desk_options": [everyone, (NO_DESK, gettext("no home desk")), *desks],
        "agency_options": [everyone, *((agency.id, agency.name) for agency in agencies)],
        "role_options": [everyone, *ROLES.items()],
        "language_options": [everyone, *LANGUAGES.items()],
    }


def _desk_words(desk: DeskLabel) -> str:
    return f"{digits(desk.number)} – {desk.name}"


def _new_page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
    typed = _typed() if errors else {"languages": ["fa"], "topics": []}
    return render_template("staff/new_person.html", **_form_context(names, typed), errors=errors or {})


def person_page(
    trip_id: int, staff_id: int, errors: dict[str, str] | None = None, keep_typed: bool = False
) -> str:
    """One person; `keep_typed`: with what was typed instead of what stands."""
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        found = person_of(session, actor, trip_id, staff_id, clock.now())
    return render_template(
        "staff/person.html",
        **_form_context(names, _typed() if keep_typed else _stored(names, found), found),
        person=found,
        windows=show_windows(found.windows, "\n").splitlines(),
        words=shift_words,
        absence=request.form,
        may_manage=actor.may("staff.manage", trip_id),
        may_admit=actor.may("account.admit", trip_id),
        errors=errors or {},
    )


def _typed() -> dict[str, Any]:
    return {**request.form, **{name: request.form.getlist(name) for name in _SEVERAL}}


def _stored(names: Catalogue, found: Person) -> dict[str, Any]:
    """As the form's fields hold it."""
    line = found.line
    desk, agency = names.desks.get(line.home_desk_id or 0), names.agencies.get(line.agency_id or 0)
    return {
        "personnel_number": line.personnel_number,
        "name": line.name,
        "mobile": line.mobile or "",
        "role": line.role,
        "home_desk": desk.code if desk else "",
        "agency": agency.code if agency else "",
        "languages": list(line.languages),
        "topics": [names.topics[topic].code for topic in found.topic_ids if topic in names.topics],
        "availability": show_windows(found.windows, "\n"),
        "most_shifts": line.most_shifts or "",
    }


def _form_context(names: Catalogue, typed: dict[str, Any], found: Person | None = None) -> dict[str, Any]:
    """Choices of the form; what somebody has stays among them when it is retired."""
    line = found.line if found else None
    held = (line.home_desk_id, line.agency_id) if line else (None, None)
    desks = [desk for desk in names.desks.values() if desk.retired_at is None or desk.id == held[0]]
    agencies = [one for one in names.agencies.values() if one.retired_at is None or one.id == held[1]]
    known = found.topic_ids if found else frozenset()
    topics = [
        one for one in names.topics.values() if one.assignable and (one.retired_at is None or one.id in known)
    ]
    return {
        "trip": names.trip,
        "names": names,
        "typed": typed,
        "roles": ROLES,
        "languages": LANGUAGES,
        "desk_options": [
            ("", gettext("none: works where they are needed")),
            *((desk.code, _desk_words(desk)) for desk in desks),
        ],
        "agency_options": [("", "–"), *sorted(((one.code, one.name) for one in agencies), key=itemgetter(1))],
        "topic_options": [(topic.code, topic.name) for topic in topics],
    }
