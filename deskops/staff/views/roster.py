"""Who works when: a day's roster, and one shift of it with the people who could take it. Of a draft, or of the plan."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.desks.queries import Catalogue, catalogue
from deskops.desks.views.changing import refused_on
from deskops.staff.errors import RulesBroken
from deskops.staff.forms.rosters import PlaceForm, RosterQuery, TakeOutForm
from deskops.staff.queries.drafts import draft_line, rosters_of
from deskops.staff.queries.people import Wanted, people_page
from deskops.staff.queries.roster import candidates, filled_on, filled_one, people_by_id
from deskops.staff.queries.shifts import days_with_shifts
from deskops.staff.queries.shortages import lacking, others_on
from deskops.staff.rule_words import rules_told
from deskops.staff.services import placing
from deskops.staff.services.placing import Where
from deskops.staff.views import roster_words
from deskops.staff.views.blueprint import blueprint
from deskops.staff.views.shifts import day_to_show

DESKS_A_PAGE = 12
# Of those whom somebody looks for by name; with more than these they type more of it.
MOST_NAMED = 20


@blueprint.get("/roster")
@access("roster.view")
def roster(trip_id: int) -> ResponseReturnValue:
    """One day, desk by desk; whoever leads a desk sees that desk's."""
    return _page(trip_id, RosterQuery.of_query())


@blueprint.get("/roster/shifts/<int:shift_id>")
@access("roster.plan")
def roster_shift(trip_id: int, shift_id: int) -> ResponseReturnValue:
    """One shift: who is in it, who could be."""
    return _shift(trip_id, shift_id, request.args.get("draft", type=int))


@blueprint.post("/roster/place")
@access("roster.plan")
@refused_on(lambda refusal, trip_id: _refused(trip_id, refusal))
def place(trip_id: int) -> ResponseReturnValue:
    """Put somebody in a shift, or move them: by a button, or dropped there."""
    actor, form = current_actor(), PlaceForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"rules": placing.place(uow, actor, Where(trip_id, form.roster_id), form.placing())}

    broken = perform(actor, form.model_dump(), work).data
    if broken["rules"]:
        flash(
            gettext("Done, against the rules: %(rules)s.", rules=rules_told(broken["rules"])),
            "warn",
        )
    else:
        flash(gettext("Done.") if form.roster_id else gettext("Done. They are told of it."), "ok")
    return _back(trip_id, form.slot_id, form.roster_id)


@blueprint.post("/roster/take-out")
@access("roster.plan")
@refused_on(lambda refusal, trip_id: _refused(trip_id, refusal))
def take_out(trip_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), TakeOutForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        placing.take_out(uow, actor, Where(trip_id, form.roster_id), form.staff_id, form.slot_id)
        return {}

    perform(actor, form.model_dump(), work)
    flash(gettext("Taken out.") if form.roster_id else gettext("Taken out. They are told of it."), "ok")
    return _back(trip_id, form.slot_id, form.roster_id)


def _back(trip_id: int, slot_id: int, roster_id: int | None) -> ResponseReturnValue:
    """Whoever dropped somebody on the day's roster goes back there, at the same desk."""
    if request.form.get("seen") == "day":
        with runtime.current().database.reading() as session:
            found = filled_one(session, trip_id, slot_id)
        day = found.day.isoformat() if found else None
        shown: dict[str, Any] = {name: request.form.get(name) or None for name in ("site", "desk", "page")}
        address = url_for("staff.roster", trip_id=trip_id, day=day, draft=roster_id, **shown)
        return redirect(f"{address}#shift-{slot_id}", 303)
    return redirect(url_for("staff.roster_shift", trip_id=trip_id, shift_id=slot_id, draft=roster_id), 303)


def _refused(trip_id: int, refusal: Refusal) -> str:
    """The shift's page says why, and lets the rule be broken where that is all that stands against it."""
    slot_id = request.form.get("slot_id", type=int)
    if slot_id is None:
        raise NotFound()
    broken = refusal.details.get("rules", []) if isinstance(refusal, RulesBroken) else []
    return _shift(
        trip_id, slot_id, request.form.get("roster_id", type=int), errors_of(refusal, "staff_id"), broken
    )


def _reachable(names: Catalogue, trip_id: int, query: RosterQuery) -> list[int]:
    """The desks whose roster may be seen and was asked for, in the order of their list."""
    mine = current_actor().desk_ids("roster.view", trip_id)
    return [
        desk.id
        for desk in names.working_desks()
        if (mine is None or desk.id in mine)
        and query.site in (None, desk.site_id)
        and query.desk in (None, desk.id)
    ]


def _page(trip_id: int, query: RosterQuery) -> str:
    may_plan = current_actor().may("roster.plan", trip_id)
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        draft = draft_line(session, trip_id, query.draft) if may_plan and query.draft else None
        desks = _reachable(names, trip_id, query)
        pages = max(1, -(-len(desks) // DESKS_A_PAGE))
        page = min(query.page, pages)
        shown = desks[(page - 1) * DESKS_A_PAGE : page * DESKS_A_PAGE]
        days = days_with_shifts(session, trip_id)
        day = day_to_show(list(days), query.day)
        filled = filled_on(session, trip_id, day, shown, draft) if day else []
        drafts = [one for one in rosters_of(session, trip_id) if one.state == "draft"]
    shown_as: dict[str, Any] = {
        "day": day.isoformat() if day else None,
        "site": query.site,
        "desk": query.desk,
        "draft": query.draft,
    }
    by_desk = {desk_id: [one for one in filled if one.desk_id == desk_id] for desk_id in shown}
    return render_template(
        "staff/roster.html",
        trip=names.trip,
        names=names,
        query=query,
        draft=draft,
        drafts=drafts,
        days=days,
        day=day,
        today=local_day(clock.now()),
        now=clock.now(),
        by_desk=by_desk,
        lacks=lacking(filled),
        page=page,
        pages=pages,
        may_plan=may_plan,
        address=lambda one: url_for("staff.roster", trip_id=trip_id, **shown_as | {"day": one.isoformat()}),
        page_url=lambda one: url_for("staff.roster", trip_id=trip_id, **shown_as | {"page": one}),
        site_options=[(site.id, site.name) for site in names.offered_sites()],
        desk_options=[
            (one, roster_words.desk_name(names, one)) for one in _reachable(names, trip_id, RosterQuery())
        ],
        away=gettext("away from home"),
        icons=_icons(),
        words=roster_words,
    )


def _icons() -> dict[str, Markup]:
    """Made once a page: it shows them by the hundred."""
    icon = current_app.jinja_env.get_template("core/ui.html").module.icon  # type: ignore[attr-defined]
    labels = {
        "triangle-alert": gettext("take care"),
        "shield-check": gettext("desk head"),
        "check": gettext("has confirmed"),
    }
    return {name: icon(name, label) for name, label in labels.items()}


def _shift(
    trip_id: int,
    shift_id: int,
    draft_id: int | None,
    errors: dict[str, str] | None = None,
    broken: list[str] | None = None,
) -> str:
    now, words = clock.now(), request.args.get("who", "").strip()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        draft = draft_line(session, trip_id, draft_id) if draft_id else None
        filled = filled_one(session, trip_id, shift_id, draft)
        if filled is None:
            raise NotFound()
        best = candidates(session, trip_id, shift_id, draft)
        named = people_page(session, current_actor(), trip_id, Wanted(words=words)).people if words else []
        staff_id = request.form.get("staff_id", type=int)
        person = people_by_id(session, trip_id, [staff_id]).get(staff_id) if staff_id else None
        others = others_on(session, trip_id, filled.day, now, draft)
    return render_template(
        "staff/roster_shift.html",
        trip=names.trip,
        names=names,
        shift=filled,
        draft=draft,
        candidates=best,
        who=words,
        named=named[:MOST_NAMED],
        others=[one for one in others if one.id != shift_id],
        begun=filled.starts_at <= now,
        rules_told=rules_told,
        over=filled.ends_at <= now,
        person=person,
        broken=[rules_told([code]) for code in broken or []],
        typed=request.form,
        words=roster_words,
        errors=errors or {},
    )
