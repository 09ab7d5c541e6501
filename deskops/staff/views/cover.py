"""Live cover of desks: who is missing, checking in by hand, and asking somebody to step in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import fields
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.accounts.actor import Actor
from deskops.core import clock, runtime
from deskops.core.errors import NotFound, Refusal
from deskops.core.forms import Form
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform, wants_fragment
from deskops.desks.queries import Catalogue, catalogue
from deskops.staff.forms.cover import AskForm, CallForm, MarkForm, RenewForm
from deskops.staff.queries.calls import open_calls
from deskops.staff.queries.cover import DeskCover, cover_by_desk, cover_lines
from deskops.staff.queries.gaps import drop_outs
from deskops.staff.rules import ACCEPTED
from deskops.staff.rules.presence import Effect
from deskops.staff.services.marking import mark, renew_badge
from deskops.staff.services.replacing import answer_for, ask, missing_shift, standbys
from deskops.staff.views import cover_words as words
from deskops.staff.views import shift_words
from deskops.staff.views.blueprint import blueprint

MOST_LINES = 100
# The soonest; all of them stand with the exchanges.
MOST_DROPPED = 30


@blueprint.get("/cover")
@access("cover.view")
def cover(trip_id: int) -> ResponseReturnValue:
    """All desks that one may see; or the part of the page that asks for itself anew."""
    actor = current_actor()
    own = actor.desk_ids("cover.view", trip_id)
    now = clock.now()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        desks = {
            desk_id: line
            for desk_id, line in cover_by_desk(session, trip_id, now).items()
            if own is None or desk_id in own
        }
        lines = cover_lines(session, trip_id, now, own, in_trouble=True, limit=MOST_LINES + 1)
        dropped = drop_outs(session, trip_id, now, own)[:MOST_DROPPED]
        return render_template(
            "staff/_cover.html" if wants_fragment() else "staff/cover.html",
            names=names,
            desks=[(desk, desks[desk.id]) for desk in names.desks.values() if desk.id in desks],
            total=_total(desks.values()),
            lines=lines[:MOST_LINES],
            more=len(lines) > MOST_LINES,
            dropped=dropped,
            calls=open_calls(session, trip_id, now) if actor.may("roster.plan", trip_id) else [],
            now=now,
            **_shared(actor, names),
        )


@blueprint.get("/cover/desks/<int:desk_id>")
@access("cover.view")
def desk_cover(trip_id: int, desk_id: int) -> ResponseReturnValue:
    """Everybody of one desk, now and soon."""
    actor = current_actor()
    own = actor.desk_ids("cover.view", trip_id)
    now = clock.now()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        if desk_id not in names.desks or (own is not None and desk_id not in own):
            raise NotFound()
        return render_template(
            "staff/_cover_desk.html" if wants_fragment() else "staff/cover_desk.html",
            names=names,
            desk=names.desks[desk_id],
            figures=cover_by_desk(session, trip_id, now).get(desk_id, DeskCover()),
            lines=cover_lines(session, trip_id, now, [desk_id], in_trouble=False),
            now=now,
            **_shared(actor, names),
        )


@blueprint.post("/cover/desks/<int:desk_id>/staff/<int:staff_id>")
@access("presence.mark")
def mark_presence(trip_id: int, desk_id: int, staff_id: int) -> ResponseReturnValue:
    """In at this desk, or out, to a break and back wherever they are."""
    actor = current_actor()
    form = MarkForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"effect": mark(uow, actor, trip_id, staff_id, form.kind, desk_id)}

    def told(data: dict[str, Any]) -> Any:
        return words.MARKED[form.kind] if data["effect"] == Effect.COUNTED else words.UNCHANGED

    return _done(form, work, told, url_for("staff.desk_cover", trip_id=trip_id, desk_id=desk_id))


@blueprint.get("/cover/shifts/<int:shift_id>")
@access("roster.plan")
def replacement(trip_id: int, shift_id: int) -> ResponseReturnValue:
    """Who could step in for somebody who is missing."""
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        shift = missing_shift(session, trip_id, shift_id)
        return render_template(
            "staff/replacement.html",
            names=names,
            shift=shift,
            desk=names.desks[shift.desk_id],
            people=standbys(session, trip_id, shift),
            calls=[
                call for call in open_calls(session, trip_id, clock.now()) if call.instead_of_id == shift_id
            ],
            **_shared(actor, names),
        )


@blueprint.post("/cover/shifts/<int:shift_id>")
@access("roster.plan")
def ask_to_step_in(trip_id: int, shift_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = AskForm.of_request()
    return _done(
        form,
        lambda uow: {"id": ask(uow, actor, trip_id, shift_id, form.staff_id)},
        lambda _data: gettext(
            "Asked. They answer on their own page; note it here if they say it on the phone."
        ),
        url_for("staff.replacement", trip_id=trip_id, shift_id=shift_id),
    )


@blueprint.post("/cover/calls/<int:call_id>")
@access("roster.plan")
def answer_call(trip_id: int, call_id: int) -> ResponseReturnValue:
    """What somebody said on the phone who was asked, or that they needn't any more."""
    actor = current_actor()
    form = CallForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        answer_for(uow, actor, trip_id, call_id, form.state)
        return {}

    said = (
        gettext("They step in: the shift is theirs.")
        if form.state == ACCEPTED
        else gettext("Noted. Ask somebody else.")
    )
    return _done(form, work, lambda _data: said, url_for("staff.cover", trip_id=trip_id))


@blueprint.post("/staff/<int:staff_id>/badge")
@access("staff.manage")
def renew(trip_id: int, staff_id: int) -> ResponseReturnValue:
    """Badges of somebody that were handed out before are worthless from now on."""
    actor = current_actor()
    form = RenewForm.of_request()
    return _done(
        form,
        lambda uow: {"version": renew_badge(uow, actor, trip_id, staff_id, form.reason, form.version)},
        lambda _data: gettext("The old badge is worthless now. Print a new one and hand it over."),
        url_for("staff.person", trip_id=trip_id, staff_id=staff_id),
    )


def _done(
    form: Form,
    work: Callable[[UnitOfWork], dict[str, Any]],
    told: Callable[[dict[str, Any]], Any],
    back: str,
) -> ResponseReturnValue:
    """Do it once; a refusal is told on the page where it was pressed."""
    try:
        flash(str(told(perform(current_actor(), form.model_dump(), work).data)), "ok")
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        flash(refusal.text(), "bad")
    return redirect(back, 303)


def _shared(actor: Actor, names: Catalogue) -> dict[str, Any]:
    """Numbers of phones are for whoever manages people, and for a desk's head those of the desk."""
    trip_id = names.trip.id
    markable = actor.desk_ids("presence.mark", trip_id)
    may_mark = actor.may("presence.mark", trip_id)
    return {
        "trip": names.trip,
        "trip_id": trip_id,
        "words": words,
        "may_mark": lambda desk_id: may_mark and (markable is None or desk_id in markable),
        "may_plan": actor.may("roster.plan", trip_id),
        "shift_words": shift_words,
        "may_scan": actor.may("presence.scan", trip_id),
    }


def _total(desks: Collection[DeskCover]) -> DeskCover:
    names = [one.name for one in fields(DeskCover)]
    return DeskCover(**{name: sum(getattr(desk, name) for desk in desks) for name in names})
