"""Letters: of one order, and many at once."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts.access import access, current_actor
from deskops.accounts.queries import names_of_users
from deskops.core import runtime
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.i18n import PERSIAN, gettext
from deskops.core.paper import pages_of
from deskops.core.print_pages import file_of, sheets_of, sheets_page
from deskops.core.prints import PrintLine, line_facts
from deskops.core.web import errors_of, perform, wants_fragment
from deskops.desks.queries import Catalogue, catalogue
from deskops.directives.forms import LettersForm
from deskops.directives.printing import letter_file, note_printed, paper_of
from deskops.directives.queries.authorities import officials_of
from deskops.directives.queries.letters import (
    LetterFilter,
    LetterKey,
    To,
    letters_counted,
    letters_found,
    people_named,
)
from deskops.directives.services import letters
from deskops.directives.views import letter_words, words
from deskops.directives.views.blueprint import blueprint

SHOWN, RUNS_SHOWN = 100, 10
_LETTER = "/directives/<int:directive_id>/letters/<any(agency,person):to>/<int:to_id>"
_RUN = "/letters/prints/<int:print_id>"


@blueprint.get("/letters")
@access(letters.ACTION)
def letter_list(trip_id: int) -> ResponseReturnValue:
    """Letters by day, official and agency; those not printed yet, unless all are asked for."""
    try:
        return _list(trip_id, LettersForm.of_query(), request.args.to_dict())
    except InvalidInput as refusal:
        page = _list(trip_id, LettersForm(), request.args.to_dict(), errors_of(refusal, "day"))
        return make_response(page, refusal.status)


@blueprint.post("/letters/prints")
@access(letters.ACTION)
def print_letters(trip_id: int) -> ResponseReturnValue:
    """All that the filter finds, by the worker."""
    actor, form = current_actor(), LettersForm()
    try:
        form = LettersForm.of_request()
        wanted = form.wanted(_desks(trip_id))
        answer = perform(
            actor,
            form.model_dump(mode="json"),
            lambda uow: {"id": letters.ask_letters(uow, trip_id, wanted).id},
        )
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        page = _list(trip_id, form, request.form.to_dict(), errors_of(refusal, "day"))
        return make_response(page, refusal.status)
    return redirect(url_for("directives.letter_run", trip_id=trip_id, print_id=answer.data["id"]), 303)


@blueprint.get(_RUN)
@access(letters.ACTION)
def letter_run(trip_id: int, print_id: int) -> ResponseReturnValue:
    """How far it is; the page asks for this part again while it is being made."""
    with runtime.current().database.reading() as session:
        trip = catalogue(session, trip_id).trip
        run = letters.run_of(session, current_actor(), trip_id, print_id)
        line = PrintLine(**line_facts(run))
    template = "directives/_letter_run.html" if wants_fragment() else "directives/letter_run.html"
    return render_template(template, trip=trip, run=line, words=letter_words)


@blueprint.post(f"{_RUN}/cancel")
@access(letters.ACTION)
def cancel_letters(trip_id: int, print_id: int) -> ResponseReturnValue:
    actor = current_actor()
    perform(actor, {}, lambda uow: {"id": letters.cancel_letters(uow, actor, trip_id, print_id).id})
    flash(gettext("It isn't made any further."), "ok")
    return redirect(url_for("directives.letter_list", trip_id=trip_id), 303)


@blueprint.get(f"{_RUN}/pages")
@access(letters.ACTION)
def letter_pages(trip_id: int, print_id: int) -> ResponseReturnValue:
    """To be printed from the browser."""
    with runtime.current().database.reading() as session:
        trip = catalogue(session, trip_id).trip
        run = letters.run_of(session, current_actor(), trip_id, print_id)
        back = url_for("directives.letter_run", trip_id=trip_id, print_id=print_id)
        title = gettext("Letters")
        return sheets_page(
            sheets_of(run), title=title, trip=trip, styles=letters.STYLES, language=PERSIAN, back=back
        )


@blueprint.get(f"{_RUN}/file")
@access(letters.ACTION)
def letters_file(trip_id: int, print_id: int) -> Response:
    with runtime.current().database.reading() as session:
        code = catalogue(session, trip_id).trip.code
        run = letters.run_of(session, current_actor(), trip_id, print_id)
        return file_of(run, f"{code}-letters-{run.id}")


@blueprint.get("/directives/<int:directive_id>/letters")
@access(letters.ACTION)
def letters_of_order(trip_id: int, directive_id: int) -> ResponseReturnValue:
    """Those of one order."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        wanted = LetterFilter(directive_id=directive_id, desks=_desks(trip_id))
        shown = _shown(session, names, wanted)
        if not shown["found"]:
            raise NotFound()
        # Whoever looks at them prints one next.
        letters.drawing.start()
        return render_template("directives/letters_of_order.html", directive_id=directive_id, **shown)


@blueprint.get(_LETTER)
@access(letters.ACTION)
def letter(trip_id: int, directive_id: int, to: To, to_id: int) -> ResponseReturnValue:
    """One letter, to be printed from the browser."""
    paper = paper_of(trip_id, LetterKey(directive_id, to, to_id))
    with runtime.current().database.reading() as session:
        trip = catalogue(session, trip_id).trip
    language = paper.sheets[0]["language"]
    back = url_for("directives.letters_of_order", trip_id=trip_id, directive_id=directive_id)
    return sheets_page(
        pages_of(paper),
        title=gettext("Letter"),
        trip=trip,
        styles=paper.styles,
        language=language,
        back=back,
        print_now="print" in request.args,
    )


@blueprint.post(_LETTER)
@access(letters.ACTION)
def save_letter(trip_id: int, directive_id: int, to: To, to_id: int) -> Response:
    """The letter as PDF."""
    return letter_file(trip_id, LetterKey(directive_id, to, to_id))


@blueprint.post(f"{_LETTER}/printed")
@access(letters.ACTION)
def print_letter(trip_id: int, directive_id: int, to: To, to_id: int) -> ResponseReturnValue:
    """Write down that it is printed, and on to the page that the browser prints."""
    note_printed(trip_id, LetterKey(directive_id, to, to_id))
    address = url_for(
        "directives.letter", trip_id=trip_id, directive_id=directive_id, to=to, to_id=to_id, print=1
    )
    return redirect(address, 303)


def _desks(trip_id: int) -> frozenset[int] | None:
    """A desk head prints what is of their desks."""
    return current_actor().desk_ids(letters.ACTION, trip_id)


def _list(
    trip_id: int, form: LettersForm, typed: dict[str, str], errors: dict[str, str] | None = None
) -> str:
    wanted = form.wanted(_desks(trip_id))
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        runs = letters.runs_of(session, current_actor(), trip_id, RUNS_SHOWN)
        return render_template(
            "directives/letters.html",
            **_shown(session, names, wanted),
            count=letters_counted(session, trip_id, wanted),
            most=letters.MOST_LETTERS,
            typed=typed,
            form=form,
            officials=officials_of(session, trip_id),
            agencies=names.offered_agencies(),
            runs=[PrintLine(**line_facts(run)) for run in runs],
            errors=errors or {},
        )


def _shown(session: Session, names: Catalogue, wanted: LetterFilter) -> dict[str, Any]:
    """The first letters, with what they are called."""
    found = letters_found(session, names.trip.id, wanted, SHOWN)
    users = {line.official_id for line in found} | {line.printed_by for line in found if line.printed_by}
    return {
        "trip": names.trip,
        "trip_id": names.trip.id,
        "names": names,
        "found": found,
        "people": people_named(session, found),
        "users": names_of_users(session, users),
        "words": letter_words,
        "kinds": words.KINDS,
        "no_address": letters.public_base() is None,
    }
