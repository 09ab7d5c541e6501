"""Shifts that change hands: offered and taken by staff, decided by coordinators."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.dates import date_text
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.desks.queries import catalogue
from deskops.desks.views.changing import refused_on
from deskops.staff.errors import NotOnTheList
from deskops.staff.forms.own import OfferForm
from deskops.staff.queries.gaps import drop_outs
from deskops.staff.queries.own import own_row, shift_of
from deskops.staff.queries.swaps import colleagues, swaps_of_trip, wanted_shifts
from deskops.staff.rule_words import rules_told
from deskops.staff.rules import APPROVED
from deskops.staff.services import swapping
from deskops.staff.views import shift_words
from deskops.staff.views.blueprint import blueprint
from deskops.staff.views.own import at_home, refused_at_home


@blueprint.get("/my-shifts/<int:shift_id>/offer")
@access("shift.own")
def new_offer(trip_id: int, shift_id: int) -> ResponseReturnValue:
    return _offer_page(trip_id, shift_id)


@blueprint.post("/my-shifts/<int:shift_id>/offer")
@access("shift.own")
@refused_on(
    lambda refusal, trip_id, shift_id: _offer_page(trip_id, shift_id, errors_of(refusal, "to_staff_id"))
)
def offer_shift(trip_id: int, shift_id: int) -> ResponseReturnValue:
    actor, wanted = current_actor(), OfferForm.of_request().model_dump()
    perform(actor, wanted, lambda uow: {"id": swapping.offer(uow, actor, trip_id, shift_id, **wanted)})
    return at_home(trip_id, gettext("Offered. The shift is yours until somebody takes it."))


@blueprint.post("/my-shifts/swaps/<int:swap_id>/take")
@access("shift.own")
@refused_on(refused_at_home)
def take_swap(trip_id: int, swap_id: int) -> ResponseReturnValue:
    actor = current_actor()
    answer = perform(actor, {}, lambda uow: {"state": swapping.take_offer(uow, actor, trip_id, swap_id)})
    if answer.data["state"] == APPROVED:
        return at_home(trip_id, gettext("Exchanged. The shift is yours."))
    return at_home(
        trip_id, gettext("It breaks a rule of the roster, so a coordinator decides. You will be told.")
    )


@blueprint.post("/my-shifts/swaps/<int:swap_id>/withdraw")
@access("shift.own")
@refused_on(refused_at_home)
def withdraw_swap(trip_id: int, swap_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        swapping.withdraw(uow, actor, trip_id, swap_id)
        return {}

    perform(actor, {}, work)
    return at_home(trip_id, gettext("Withdrawn. The shift stays yours."))


@blueprint.get("/swaps")
@access("roster.plan")
def swaps(trip_id: int) -> ResponseReturnValue:
    """What a coordinator decides, and what goes on without them."""
    return _swaps_page(trip_id)


def _refused_here(refusal: Refusal, trip_id: int, **_ids: int) -> str:
    return _swaps_page(trip_id, errors_of(refusal, "main"))


@blueprint.post("/swaps/<int:swap_id>/approve")
@access("roster.plan")
@refused_on(_refused_here)
def approve_swap(trip_id: int, swap_id: int) -> ResponseReturnValue:
    return _decided(trip_id, swap_id, swapping.approve, gettext("Approved. Both are told."))


@blueprint.post("/swaps/<int:swap_id>/refuse")
@access("roster.plan")
@refused_on(_refused_here)
def refuse_swap(trip_id: int, swap_id: int) -> ResponseReturnValue:
    return _decided(trip_id, swap_id, swapping.refuse, gettext("Not approved. Both are told."))


def _decided(trip_id: int, swap_id: int, decide: swapping.Decide, said: str) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        decide(uow, actor, trip_id, swap_id)
        return {}

    perform(actor, {}, work)
    flash(said, "ok")
    return redirect(url_for("staff.swaps", trip_id=trip_id), 303)


def _swaps_page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        now = clock.now()
        lines, missing = swaps_of_trip(session, trip_id, now), drop_outs(session, trip_id, now)
    return render_template(
        "staff/swaps.html",
        trip=names.trip,
        names=names,
        lines=lines,
        missing=missing,
        words=shift_words,
        rules_told=rules_told,
        errors=errors or {},
    )


def _offer_page(trip_id: int, shift_id: int, errors: dict[str, str] | None = None) -> str:
    """Raises NotFound for a shift of somebody else, NotOnTheList."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        me = own_row(session, trip_id, current_actor().user_id)
        if me is None:
            raise NotOnTheList()
        shift = shift_of(session, me.id, shift_id)
        if shift is None:
            raise NotFound()
        people = colleagues(session, trip_id, me.id, shift.desk_id)
        wanted = wanted_shifts(session, trip_id, me.id, shift, clock.now())
    return render_template(
        "staff/offer.html",
        trip=names.trip,
        names=names,
        shift=shift,
        people=people,
        wanted=[
            (
                row.id,
                f"{row.name} – {date_text(row.starts_at, 'long')} {shift_words.span_words(row.starts_at, row.ends_at)}",
            )
            for row in wanted
        ],
        words=shift_words,
        typed=request.form,
        errors=errors or {},
    )
