"""One letter as PDF for who asks, over the pages and the JSON API alike."""

from __future__ import annotations

from flask import Response

from deskops.accounts.access import current_actor
from deskops.core import runtime
from deskops.core.idempotency import Answer
from deskops.core.paper import Paper, printed
from deskops.core.pdf import PdfUnavailable
from deskops.core.print_pages import saved
from deskops.core.prints import PDF
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.directives.queries.letters import LetterKey
from deskops.directives.services import letters


def letter_file(trip_id: int, key: LetterKey) -> Response:
    """The PDF, which counts as printed from now on. Raises NotFound, NoLetter, PdfUnavailable, NotInTime."""
    paper = paper_of(trip_id, key)
    made = letters.drawing.ask(printed, paper)
    if made.file is None:
        raise PdfUnavailable()
    note_printed(trip_id, key)
    number = paper.sheets[0]["letter"]["number"].replace("/", "-")
    return saved(made.file, PDF, f"letter-{number}-{key.to}-{key.to_id}.pdf")


def paper_of(trip_id: int, key: LetterKey) -> Paper:
    """The letter as it is printed. Raises NotFound, NoLetter."""
    with runtime.current().database.reading() as session:
        return letters.letter_paper(session, current_actor(), trip_id, key)


def note_printed(trip_id: int, key: LetterKey) -> Answer:
    """Write down that it was printed. Raises NotFound."""
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, int]:
        letters.note_letter(uow, actor, trip_id, key)
        return {"id": key.directive_id}

    return perform(actor, list(key), work)
