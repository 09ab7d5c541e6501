"""Text messages to whoever has a turn, in their language, with the way to their own page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
    phone: str | None = _reader(uow, demand_id).phone
    return phone


def write_to(uow: UnitOfWork, row: Row[Any], once_key: str, words: Words) -> None:
    """A text message to whoever has this turn, once a key; none to whom it can't reach, and none where no page of ours can
    be reached from a phone.
    """
    reader = _reader(uow, row.demand_id)
    try:
        address = f"{runtime.current().settings.require_public_url()}/r/{reader.receipt_token}"
    except ConfigurationError:
        return
    if not reader.phone:
        return
    with using_language(reader.language if reader.language in LANGUAGES else PERSIAN):
        text = words(address)
    facts = {"trip_id": row.trip_id, "channel": SMS, "address": reader.phone, "text": text}
    messages.queue(uow.session, **facts, once_key=once_key, now=uow.now)


def _reader(uow: UnitOfWork, demand_id: int) -> Row[Any]:
    query: Select[Any] = (
        select(PERSONS.c.phone, DEMANDS.c.language, DEMANDS.c.receipt_token)
        .join(DEMANDS, DEMANDS.c.person_id == PERSONS.c.id)
        .where(DEMANDS.c.id == demand_id)
    )
    return uow.session.execute(query).one()
