"""An agency's page, as it stands or with what was typed and is wrong; and what its forms do when they are sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import current_actor
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import lazy as _l
from deskops.core.web import errors_of
from deskops.desks import rules
from deskops.desks.errors import InUse
from deskops.desks.forms.agencies import EditAgencyForm
from deskops.desks.queries import agencies as queries
from deskops.desks.views.changing import Work, done, say_changed

KINDS: dict[str, Any] = {
    "ministry": _l("Ministry"),
    "governor": _l("Governor's office"),
    "office": _l("Provincial agency or office"),
    "company": _l("Company"),
    "bank": _l("Bank"),
    "agency": _l("Other agency"),
}
DAYS: dict[str, Any] = {
    "sat": _l("Saturday"),
    "sun": _l("Sunday"),
    "mon": _l("Monday"),
    "tue": _l("Tuesday"),
    "wed": _l("Wednesday"),
    "thu": _l("Thursday"),
    "fri": _l("Friday"),
}
# What an agency's page shows of its calendar ahead.
AHEAD = timedelta(days=13)


def changed(
    agency_id: int | None, kind: type[Any], work: Callable[[Any], Work], message: str, prefix: str = ""
) -> ResponseReturnValue:
    """Do it and come back, or show the page again with what was typed. `prefix` tells the forms of a page apart."""
    try:
        form = kind.of_request()
        made = done(form, work(form))
    except NotFound:
        raise
    except Refusal as refusal:
        errors = {
            f"{prefix}-{name}" if prefix else name: text
            for name, text in errors_of(refusal, "name_fa").items()
        }
        shown = calendar_page(errors) if agency_id is None else agency_page(agency_id, errors, prefix)
        return shown, refusal.status
    say_changed(message, None, made["change_id"])
    return redirect(address_of(agency_id), 303)


def typed_fields() -> dict[str, Any]:
    return {name: request.form[name] for name in request.form} | {
        "days_off": request.form.getlist("days_off")
    }


def address_of(agency_id: int | None) -> str:
    if agency_id is None:
        return url_for("agencies.calendar")
    return url_for("agencies.agency", agency_id=agency_id)


def agency_page(
    agency_id: int, errors: dict[str, str] | None = None, prefix: str = "", refused: Refusal | None = None
) -> str:
    """`prefix` names the form whose fields hold what was typed; the others hold what is."""
    today = local_day(clock.now())
    with runtime.current().database.reading() as session:
        detail = queries.agency_detail(session, agency_id, rules.USUAL_DAYS_OFF)
        tree = queries.agency_tree(session, retired=True)
    parents = {line.agency.id: line.agency.parent_id for line in tree}
    known = detail.agency
    stored = {item: getattr(known, item) or "" for item in EditAgencyForm.model_fields if item != "days_off"}
    return render_template(
        "desks/agency.html",
        detail=detail,
        parents=[line for line in tree if _may_be_above(line.agency, known, parents)],
        shown=typed_fields() if errors and not prefix else stored | {"days_off": known.days_off.split(",")},
        typed=typed_fields() if prefix else {},
        prefix=prefix,
        errors=errors or {},
        refused=refused,
        offers_retiring=isinstance(refused, InUse) and known.retired_at is None,
        days=DAYS,
        kinds=KINDS,
        ahead=[today + timedelta(days=number) for number in range(AHEAD.days + 1)],
        works=rules.working_days(detail.chain, today, today + AHEAD),
        may_manage_users=current_actor().may("account.manage"),
    )


def _may_be_above(other: Any, known: Any, parents: dict[int, int | None]) -> bool:
    """Whether one agency can stand above another; where it stands now is offered even if that is retired."""
    if rules.is_within(parents, other.id, known.id):
        return False
    return other.retired_at is None or other.id == known.parent_id


def calendar_page(errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        holidays = queries.holidays_of(session, None)
    return render_template(
        "desks/calendar.html", holidays=holidays, errors=errors or {}, typed=typed_fields() if errors else {}
    )
