"""Text messages to whoever has a turn, in their language, with the way to their own page."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select

from deskops.core import messages, runtime
from deskops.core.config import ConfigurationError
from deskops.core.database import table_of
from deskops.core.i18n import LANGUAGES, PERSIAN, using_language
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.models import Demand, Person

DEMANDS, PERSONS = table_of(Demand), table_of(Person)
SMS = "sms"
Words = Callable[[str], str]
"""The text, given the address of the person's page; called in their language."""


def phone_of(uow: UnitOfWork, demand_id: int) -> str | None:
    """The number on which whoever brought a demand can be called."""
    phone: str | None = _readers(uow, [demand_id])[demand_id].phone
    return phone


class Letter(NamedTuple):
    """A text message to whoever has a turn. `once_key` as `core.messages.queue` takes it."""

    row: Row[Any]
    once_key: str
    words: Words


def write_to(uow: UnitOfWork, row: Row[Any], once_key: str, words: Words) -> None:
    """A text message to whoever has this turn, once a key; none to whom it can't reach, and none where no page of ours can
    be reached from a phone.
    """
    write_to_each(uow, [Letter(row, once_key, words)])


def write_to_each(uow: UnitOfWork, letters: Collection[Letter]) -> None:
    """The same to several, whose readers are looked up at once."""
    try:
        pages = f"{runtime.current().settings.require_public_url()}/r/"
    except ConfigurationError:
        return
    readers = _readers(uow, {letter.row.demand_id for letter in letters})
    reached = [letter for letter in letters if readers[letter.row.demand_id].phone]
    written = [_written(letter, readers[letter.row.demand_id], pages) for letter in reached]
    messages.queue_all(uow.session, written, uow.now)


def _written(letter: Letter, reader: Row[Any], pages: str) -> messages.Letter:
    with using_language(reader.language if reader.language in LANGUAGES else PERSIAN):
        text = letter.words(pages + reader.receipt_token)
    return messages.Letter(letter.row.trip_id, SMS, reader.phone, text, letter.once_key)


def _readers(uow: UnitOfWork, demand_ids: Collection[int]) -> dict[int, Row[Any]]:
    """Phone, language and the person's page, by demand."""
    columns = (DEMANDS.c.id, PERSONS.c.phone, DEMANDS.c.language, DEMANDS.c.receipt_token)
    query: Select[Any] = (
        select(*columns)
        .join(PERSONS, DEMANDS.c.person_id == PERSONS.c.id)
        .where(DEMANDS.c.id.in_(demand_ids))
    )
    return {row.id: row for row in uow.session.execute(query)}
