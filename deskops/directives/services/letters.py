"""Letters of issued orders: one for who asks, many by the worker, and when each was printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.core import clock, prints, runtime
from deskops.core.background import Background
from deskops.core.config import ConfigurationError
from deskops.core.errands import Going
from deskops.core.errors import NotFound
from deskops.core.i18n import PERSIAN, gettext
from deskops.core.paper import Paper, prepare, print_paper
from deskops.core.prints import PaperKind, PrintRun
from deskops.core.standby import Standby
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.queries import Catalogue, catalogue
from deskops.directives.errors import NoLetter, NoLetters, TooManyLetters
from deskops.directives.events import LettersPrinted
from deskops.directives.models import Directive
from deskops.directives.queries.letter_texts import Letter, letters_of
from deskops.directives.queries.letters import (
    ABOUT,
    ADDRESSEES,
    AGENCY,
    PERSON,
    LetterFilter,
    LetterKey,
    letter_line,
    letters_found,
)

LETTERS = "letters"
ACTION = "letter.print"
STYLES = ("directives/letter.css",)
MOST_LETTERS = 1_000
# Loading what draws letters takes a second, and a letter is to be there within one.
drawing = Standby(prepare)


def public_base() -> str | None:
    """The address that codes on letters lead to; None where phones could reach none."""
    try:
        return runtime.current().settings.require_public_url()
    except ConfigurationError:
        return None


def letter_paper(session: Session, actor: Actor, trip_id: int, key: LetterKey) -> Paper:
    """One letter as it is printed. Raises NotFound, NoLetter."""
    desks = actor.desk_ids(ACTION, trip_id)
    names = catalogue(session, trip_id)
    if letter_line(session, trip_id, key, desks) is None:
        row = session.get(Directive, key.directive_id)
        if (
            row is None
            or row.trip_id != trip_id
            or desks is not None
            or row.token is None
            or not row.ended_at
        ):
            raise NotFound()
        raise NoLetter(details={"state": row.state})
    return _paper(names, letters_of(session, names, [key], clock.now(), public_base()))


def sheet_of(letter: Letter) -> dict[str, Any]:
    """A letter as a sheet of paper: plain values, so that who draws it loads nothing of what read it."""
    return {"letter": asdict(letter), "language": letter.language}


def note_letter(uow: UnitOfWork, actor: Actor, trip_id: int, key: LetterKey) -> None:
    """Write down that it was printed. Raises NotFound where it isn't there any more."""
    if letter_line(uow.session, trip_id, key, actor.desk_ids(ACTION, trip_id)) is None:
        raise NotFound()
    _note(uow, trip_id, [key], actor.user_id, None)


def ask_letters(uow: UnitOfWork, trip_id: int, wanted: LetterFilter) -> PrintRun:
    """Have letters printed by the worker.

    Raises NoLetters, TooManyLetters, TooManyPrints.
    """
    found = letters_found(uow.session, trip_id, wanted, MOST_LETTERS + 1)
    if not found:
        raise NoLetters(field="day")
    if len(found) > MOST_LETTERS:
        raise TooManyLetters(field="day", letters=f"{MOST_LETTERS}+", most=MOST_LETTERS)
    params = {
        "letters": [list(line.key) for line in found],
        "desks": None if wanted.desks is None else sorted(wanted.desks),
    }
    return prints.ask(uow, trip_id, LETTERS, params, count=len(found), sheets=len(found))


def cancel_letters(uow: UnitOfWork, actor: Actor, trip_id: int, print_id: int) -> PrintRun:
    """Raises NotFound, PrintOver."""
    run = run_of(uow.session, actor, trip_id, print_id, locked=True)
    prints.cancel(uow, run)
    return run


def run_of(session: Session, actor: Actor, trip_id: int, print_id: int, *, locked: bool = False) -> PrintRun:
    """One's own, as far as its desks are one's own still; who runs the trip sees all. Raises NotFound."""
    query = select(PrintRun).where(
        PrintRun.id == print_id, PrintRun.trip_id == trip_id, PrintRun.kind == LETTERS
    )
    run = session.scalar(query.with_for_update() if locked else query)
    if run is None or not _may_see(actor, run):
        raise NotFound()
    return run


def runs_of(session: Session, actor: Actor, trip_id: int, limit: int) -> list[PrintRun]:
    """The latest first."""
    query = select(PrintRun).where(PrintRun.trip_id == trip_id, PrintRun.kind == LETTERS)
    if not _sees_all(actor, trip_id):
        query = query.where(PrintRun.asked_by == actor.user_id)
    runs = session.scalars(query.order_by(PrintRun.id.desc()).limit(limit))
    return [run for run in runs if _may_see(actor, run)]


def _sees_all(actor: Actor, trip_id: int) -> bool:
    return actor.may("authority.set", trip_id)


def _may_see(actor: Actor, run: PrintRun) -> bool:
    own, printed = actor.desk_ids(ACTION, run.trip_id), run.params["desks"]
    covers = own is None or (printed is not None and own.issuperset(printed))
    return covers and (run.asked_by == actor.user_id or _sees_all(actor, run.trip_id))


def _paper(names: Catalogue, letters: dict[LetterKey, Letter]) -> Paper:
    sheets = [sheet_of(letter) for letter in letters.values()]
    shared = {"is_rehearsal": names.trip.rehearsal_of is not None}
    return Paper(gettext("Letters"), "directives/_letter.html", STYLES, PERSIAN, sheets, shared)


def _begin(session: Session, run: PrintRun) -> Going[list[LetterKey]] | None:
    names, keys = catalogue(session, run.trip_id), [LetterKey(*key) for key in run.params["letters"]]
    letters = letters_of(session, names, keys, clock.now(), public_base())
    if not letters:
        return None
    return Going(Background(print_paper, _paper(names, letters)), list(letters))


def _made(uow: UnitOfWork, run: PrintRun, keys: list[LetterKey]) -> None:
    _note(uow, run.trip_id, keys, run.asked_by, run.id)


def _note(
    uow: UnitOfWork, trip_id: int, keys: Sequence[LetterKey], by: int | None, print_id: int | None
) -> None:
    for table, column, to in ((ADDRESSEES, "agency_id", AGENCY), (ABOUT, "demand_id", PERSON)):
        one = (table.c.directive_id == bindparam("order_id"), table.c[column] == bindparam("whom"))
        rows = [{"order_id": key.directive_id, "whom": key.to_id} for key in keys if key.to == to]
        if rows:
            printed = update(table).where(*one).values(printed_at=uow.now, printed_by=by)
            uow.session.connection().execute(printed, rows)
    uow.record(LettersPrinted(trip_id=trip_id, print_id=print_id, letters=tuple(keys)))


prints.enter(LETTERS, PaperKind(_begin, _made))
