"""What if: the question as a form in the address, and its answer below."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access
from deskops.control.forms.balance import WhatIfForm
from deskops.control.queries.what_if import KINDS, Answer
from deskops.control.queries.what_if import what_if as answer_of
from deskops.control.views import balance_words
from deskops.control.views.blueprint import blueprint
from deskops.core import runtime
from deskops.core.errors import InvalidInput
from deskops.core.i18n import gettext
from deskops.desks.queries import Catalogue, catalogue

# Further changes can be asked for by the API.
ROWS = 4
FIELDS = ("kind", "where", "counters", "at")


@blueprint.get("/balance/what-if")
@access("balance.view")
def what_if(trip_id: int) -> ResponseReturnValue:
    """Rows `kind0`, `where0` (desk:12 or site:7), `counters0`, `at0` and so on; those without a `where` are left out."""
    rows = [number for number in range(ROWS) if request.args.get(f"where{number}")]
    asked = "where0" in request.args
    errors: dict[str, str] = {}
    answer: Answer | None = None
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        try:
            if asked and not rows:
                raise InvalidInput({"changes.0.where": gettext("Choose a desk or a site.")})
            if rows:
                wanted = WhatIfForm.checked({"changes": [_change(number) for number in rows]}).imagined()
                answer = answer_of(session, trip_id, wanted)
        except InvalidInput as fault:
            errors = _by_row(fault.errors, rows or [0])
    page = render_template(
        "control/what_if.html",
        trip=names.trip,
        names=names,
        rows=list(range(ROWS)),
        shown=max([*rows, 0]) + 1,
        kinds=[(kind, balance_words.CHANGE_KINDS[kind]) for kind in KINDS],
        where=_where(names),
        typed=request.args,
        answer=answer,
        words=balance_words,
        errors=errors,
    )
    return page, 422 if errors else 200


def _change(row: int) -> dict[str, Any]:
    typed = {name: request.args.get(f"{name}{row}", "") for name in FIELDS}
    kind, _, number = typed.pop("where").partition(":")
    return typed | ({f"{kind}_id": number} if kind in ("desk", "site") else {})


def _by_row(errors: dict[str, str], rows: list[int]) -> dict[str, str]:
    """Faults such as "changes.0.at" by the fields of the page; a place that can't be is the row's `where`."""
    found = {}
    for name, text in errors.items():
        _, number, field = name.split(".")
        found[f"{field if field in FIELDS else 'where'}{rows[int(number)]}"] = text
    return found


def _where(names: Catalogue) -> list[tuple[str, str]]:
    sites = [
        (f"site:{site.id}", gettext("All of %(site)s", site=site.short)) for site in names.offered_sites()
    ]
    desks = [(f"desk:{desk.id}", balance_words.desk_name(names, desk.id)) for desk in names.working_desks()]
    return [("", "–"), *desks, *sites]
