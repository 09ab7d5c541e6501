"""Everything on paper that a trip needs, printed in one press: signs, table cards, instructions, forms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.config import ConfigurationError
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.i18n import lazy as _l
from deskops.core.qr import qr_svg
from deskops.core.web import perform
from deskops.demands import forms, queries
from deskops.demands.queries import FormLine
from deskops.demands.services import paper
from deskops.demands.services.printing import own_desks, prepare
from deskops.demands.views import paper_words
from deskops.demands.views.room import blueprint
from deskops.desks.queries import Catalogue, catalogue, signs_printed
from deskops.desks.views.signs import DeskSign, invitation, print_refused, sign_of

PARTS: dict[str, Any] = {
    "signs": _l("Desk signs, with the code that phones read"),
    "cards": _l("Table cards, to be folded in the middle"),
    "queue": _l("How to take a number, one for each site"),
    "forms": _l("Forms with tracking codes, for when the power is gone"),
}


@dataclass(frozen=True)
class PrintedForm:
    """A form as it is printed: `sign` is its desk's, None for a form of any desk; `code` leads to the tracking page."""

    line: FormLine
    sign: DeskSign | None
    code: Markup


@blueprint.get("/trips/<int:trip_id>/print")
@access("sign.print")
def print_choices(trip_id: int) -> ResponseReturnValue:
    return _choices_page(trip_id, {"parts": [*PARTS], "which": "all"})


@blueprint.post("/trips/<int:trip_id>/print")
@access("sign.print")
def print_pack(trip_id: int) -> ResponseReturnValue:
    """Reserve the codes of the forms, and lead on to the document, which opens the print dialog."""
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
    try:
        runtime.current().settings.require_public_url()
    except ConfigurationError:
        return _refused(names)
    try:
        form = forms.PrintForm.of_request()

        def work(uow: Any) -> dict[str, Any]:
            return prepare(uow, actor, names, form.order()).address()

        answer = perform(actor, form.model_dump(), work)
    except NotFound:
        raise
    except Refusal as refusal:
        typed = request.form.to_dict() | {"parts": request.form.getlist("parts")}
        typed["desks"] = request.form.getlist("desks")
        return make_response(_choices_page(trip_id, typed, _errors(refusal)), refusal.status)
    return redirect(url_for("demands.pack", trip_id=trip_id, now=1, **answer.data), 303)


@blueprint.get("/trips/<int:trip_id>/print/pack")
@access("sign.print")
def pack(trip_id: int) -> ResponseReturnValue:
    """One document of everything that was chosen; opened again, the same codes are printed again."""
    parts = set(request.args.get("parts", "").split(","))
    batch = request.args.get("batch", type=int) if "forms" in parts else None
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        own = own_desks(current_actor(), names)
        ids = None if len(own) == len(names.desks) else frozenset(own)
        lines = [] if batch is None else queries.forms_of_batch(session, trip_id, batch, ids)
    try:
        base = runtime.current().settings.require_public_url()
    except ConfigurationError:
        return _refused(names)
    signs = {desk_id: sign_of(names, names.desks[desk_id], base) for desk_id in _shown(own)}
    return render_template(
        "demands/pack.html",
        trip=names.trip,
        parts=parts,
        signs=list(signs.values()),
        sites=_sites(names, signs),
        invitation=invitation(),
        forms=[_form(line, names, signs, base) for line in lines],
        form_words=paper_words.form_words(),
        queue_words=paper_words.in_both(paper_words.QUEUE),
        card_words=paper_words.in_both(paper_words.CARD),
        tracking=base + url_for("public.track"),
        tracking_code=qr_svg(base + url_for("public.track")),
        print_now="now" in request.args,
    )


def _form(line: FormLine, names: Catalogue, signs: dict[int, DeskSign], base: str) -> PrintedForm:
    address = base + url_for("public.tracked", code=line.code)
    desk = names.desks.get(line.desk_id or 0)
    sign = None if desk is None else signs.get(desk.id) or sign_of(names, desk, base)
    return PrintedForm(line, sign, qr_svg(address, quick=True))


def _shown(own: Collection[int]) -> list[int]:
    """The desks that the address names, all of the reader's where it names none."""
    named = request.args.get("desks")
    return [desk_id for desk_id in own if named is None or str(desk_id) in named.split(",")]


def _sites(names: Catalogue, desk_ids: Collection[int]) -> list[Any]:
    shown = {names.desks[desk_id].site_id for desk_id in desk_ids if names.desks[desk_id].walk_ins}
    return [site for site in names.sites.values() if site.id in shown]


def _refused(names: Catalogue) -> ResponseReturnValue:
    return print_refused(names, url_for("demands.print_choices", trip_id=names.trip.id)), 409


def _errors(refusal: Refusal) -> dict[str, str]:
    """By the field's id; what is about none of them is about the parts, whose first box is named so."""
    if not isinstance(refusal, InvalidInput):
        return {refusal.field or "copies": refusal.text()}
    return {field.split(".")[0] or "parts": message for field, message in refusal.errors.items()}


def _choices_page(trip_id: int, typed: dict[str, Any], errors: dict[str, str] | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        batches = queries.batches_of(session, trip_id)
        printed = signs_printed(session, trip_id)
    desks = own_desks(current_actor(), names)
    return render_template(
        "demands/print.html",
        trip_id=trip_id,
        trip=names.trip,
        desks=desks,
        sites=[site for site in names.sites.values() if any(d.site_id == site.id for d in desks.values())],
        parts=PARTS,
        typed={"copies": 10, "loose": 0, "desks": []} | typed,
        errors=errors or {},
        batches=batches,
        printed=printed,
        most=paper.MOST_FORMS,
        may_enter=current_actor().may("paper.enter", trip_id),
    )
