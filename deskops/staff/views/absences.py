"""Absences of somebody else, on their page: who manages staff enters one, or takes one away."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core.i18n import gettext, ngettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import errors_of, perform
from deskops.desks.views.changing import refused_on
from deskops.staff.forms.own import AbsenceForm
from deskops.staff.services.absences import be_absent, come_after_all
from deskops.staff.views.blueprint import blueprint
from deskops.staff.views.people import person_page


@blueprint.post("/staff/<int:staff_id>/absences")
@access("staff.manage")
@refused_on(lambda refusal, trip_id, staff_id: person_page(trip_id, staff_id, errors_of(refusal, "from_day")))
def add_absence(trip_id: int, staff_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), AbsenceForm.of_request()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        why = {"reason": form.reason, "words": form.words}
        return be_absent(uow, actor, trip_id, form.span(), staff_id=staff_id, **why)._asdict()

    kept = perform(actor, form.model_dump(mode="json"), work)
    missed = len(kept.data["shift_ids"])
    said = ngettext(
        "Entered. %(num)s shift is without them now, and they are told.",
        "Entered. %(num)s shifts are without them now, and they are told.",
        missed,
    )
    return _back(
        trip_id, staff_id, said if missed else gettext("Entered. No shift of theirs is in that time.")
    )


@blueprint.post("/staff/<int:staff_id>/absences/<int:absence_id>/take-back")
@access("staff.manage")
@refused_on(
    lambda refusal, trip_id, staff_id, **_ids: person_page(trip_id, staff_id, errors_of(refusal, "from_day"))
)
def take_absence_back(trip_id: int, staff_id: int, absence_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return come_after_all(uow, actor, trip_id, absence_id, staff_id)._asdict()

    restored = perform(actor, {}, work).data
    said = gettext(
        "Taken away. Theirs again: %(shifts)s. Others have by now: %(lost)s.",
        shifts=len(restored["shift_ids"]),
        lost=len(restored["lost_ids"]),
    )
    return _back(trip_id, staff_id, said)


def _back(trip_id: int, staff_id: int, said: str) -> ResponseReturnValue:
    flash(said, "ok")
    return redirect(url_for("staff.person", trip_id=trip_id, staff_id=staff_id), 303)
