"""Letters of orders in tests: what stands in them, and the worker that prints them."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, prints, runtime
from deskops.core.paper import Paper, pages_of
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Agency, Topic
from deskops.desks.queries import catalogue
from deskops.directives.queries.letter_texts import Letter, letters_of
from deskops.directives.queries.letters import AGENCY, PERSON, LetterFilter, LetterKey, letters_found
from deskops.directives.services import letters
from tests.small_trip import SmallTrip
from tests.staff.printed import MADE_WITHIN

BASE = "https://desks.example"


def to_agency(directive_id: int, agency_id: int) -> LetterKey:
    return LetterKey(directive_id, AGENCY, agency_id)


def to_person(directive_id: int, demand_id: int) -> LetterKey:
    return LetterKey(directive_id, PERSON, demand_id)


def letter_of(trip: SmallTrip, key: LetterKey, base: str | None = BASE) -> Letter:
    with runtime.current().database.reading() as session:
        return letters_of(session, catalogue(session, trip.id), [key], clock.now(), base)[key]


def html_of(letter: Letter) -> str:
    """As it is printed."""
    sheets = [letters.sheet_of(letter)]
    paper = Paper("", "directives/_letter.html", letters.STYLES, "fa", sheets, {"is_rehearsal": False})
    return str(pages_of(paper))


def words_of(html: str) -> str:
    """What is read of it."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def printed_lines(trip: SmallTrip, **wanted: Any) -> dict[LetterKey, int | None]:
    """Who printed each letter that there is."""
    with runtime.current().database.reading() as session:
        found = letters_found(session, trip.id, LetterFilter(**wanted))
    return {line.key: line.printed_by for line in found}


def papers_to_bring(trip: SmallTrip, topic: str, papers: str) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Topic, trip.topics[topic]).papers = papers


def renamed(agency_id: int, name: str) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Agency, agency_id).name_fa = name


@contextmanager
def nothing_left_over() -> Iterator[None]:
    yield
    prints.prints.end_all()
    letters.drawing.end()


def made(print_id: int) -> str:
    """The state in which its making ends."""
    begun = time.monotonic()
    while time.monotonic() - begun < MADE_WITHIN:
        prints.follow_prints({})
        with runtime.current().database.reading() as session:
            state = session.get_one(prints.PrintRun, print_id).state
        if state not in prints.ACTIVE:
            return state
        time.sleep(0.1)
    raise AssertionError("it is still being made")
