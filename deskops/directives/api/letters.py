"""JSON API of letters."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.prints import PrintLine, PrintRun, line_facts
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.queries import catalogue
from deskops.directives.api.blueprint import api
from deskops.directives.forms import LetterForm, LettersForm
from deskops.directives.printing import letter_file
from deskops.directives.queries.letters import LetterLine, letters_counted, letters_found
from deskops.directives.services import letters

SHOWN = 100


@api.get("/letters")
@access(letters.ACTION)
def letter_list(trip_id: int) -> ResponseReturnValue:
    """`?day&official_id&agency_id&to=agency|person&printed=no|any` is answered by `{letters, count}`, the first hundred."""
    desks = current_actor().desk_ids(letters.ACTION, trip_id)
    wanted = LettersForm.of_query().wanted(desks)
    with runtime.current().database.reading() as session:
        catalogue(session, trip_id)
        found = letters_found(session, trip_id, wanted, SHOWN)
        count = letters_counted(session, trip_id, wanted)
    return jsonify({"letters": [_letter(line) for line in found], "count": count})


@api.post("/directives/<int:directive_id>/letter")
@access(letters.ACTION)
def letter(trip_id: int, directive_id: int) -> Response:
    """`{agency_id}` or `{demand_id}` is answered by the letter as PDF, which counts as printed then."""
    return letter_file(trip_id, LetterForm.of_request().key(directive_id))


@api.post("/letters/prints")
@access(letters.ACTION)
def print_letters(trip_id: int) -> ResponseReturnValue:
    """The fields of the list's query are answered by `{id}`; the worker makes one file of all that they find."""
    actor, form = current_actor(), LettersForm.of_request()
    wanted = form.wanted(actor.desk_ids(letters.ACTION, trip_id))

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": letters.ask_letters(uow, trip_id, wanted).id}

    answer = perform(actor, form.model_dump(mode="json"), work, status=201)
    return jsonify(answer.data), answer.status


@api.get("/letters/prints/<int:print_id>")
@access(letters.ACTION)
def letter_run(trip_id: int, print_id: int) -> ResponseReturnValue:
    """Its state and how far it is; the file is at the page's own address."""
    with runtime.current().database.reading() as session:
        run = letters.run_of(session, current_actor(), trip_id, print_id)
        return jsonify(_run(run))


@api.post("/letters/prints/<int:print_id>/cancel")
@access(letters.ACTION)
def cancel_letters(trip_id: int, print_id: int) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"state": letters.cancel_letters(uow, actor, trip_id, print_id).state}

    return jsonify(perform(actor, {}, work).data)


def _run(run: PrintRun) -> dict[str, Any]:
    return PrintLine(**line_facts(run)).as_json()


def _letter(line: LetterLine) -> dict[str, Any]:
    return {
        "directive_id": line.key.directive_id,
        "to": line.key.to,
        "to_id": line.key.to_id,
        "role": line.role,
        "number": f"{line.year}/{line.number}",
        "issued_at": line.issued_at.isoformat(),
        "printed_at": line.printed_at and line.printed_at.isoformat(),
    }
