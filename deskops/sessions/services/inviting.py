"""Text messages to whoever is invited to a meeting, in their language, with the way to their own page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, Select, select

from deskops.accounts.models import User
from deskops.core import messages, runtime
from deskops.core.config import ConfigurationError
from deskops.core.database import table_of
from deskops.core.dates import clock_time, date_text
from deskops.core.i18n import LANGUAGES, PERSIAN, gettext, using_language
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.models import Demand, Person
from deskops.desks.models import Site
from deskops.sessions.models import Appointment, Meeting

DEMANDS, PERSONS = table_of(Demand), table_of(Person)
SMS = "sms"
Words = Callable[[Appointment], str]


def tell_invited(uow: UnitOfWork, meeting: Meeting, invited: Sequence[Appointment]) -> None:
    """When and where they are received, and by whom. Who has no phone gets a letter."""
    official = uow.session.scalar(select(User.name).where(User.id == meeting.official_id)) or ""
    site = None if meeting.site_id is None else uow.session.get(Site, meeting.site_id)

    def words(one: Appointment) -> str:
        where = ", ".join(
            part for part in (site.name if site is not None else "", meeting.where_text) if part
        )
        return gettext(
            "%(official)s receives you on %(day)s at %(time)s. Place: %(where)s. Show this at the door: %(address)s",
            official=official,
            day=date_text(one.starts_at),
            time=clock_time(one.starts_at),
            where=where,
            address=_address(one.token),
        )

    _write(uow, invited, "invited", words)


def tell_cancelled(uow: UnitOfWork, meeting: Meeting, told: Sequence[Appointment]) -> None:
    """That the meeting isn't held, and that they are invited to another one."""

    def words(one: Appointment) -> str:
        return gettext(
            "The meeting on %(day)s at %(time)s is cancelled. You will be invited to another one; your turn stays.",
            day=date_text(one.starts_at),
            time=clock_time(one.starts_at),
        )

    _write(uow, told, f"cancelled-{meeting.version}", words)


def _write(uow: UnitOfWork, appointments: Sequence[Appointment], what: str, words: Words) -> None:
    readers = _readers(uow, [one.demand_id for one in appointments])
    letters = []
    for one in appointments:
        reader = readers[one.demand_id]
        if not reader.phone:
            continue
        with using_language(reader.language if reader.language in LANGUAGES else PERSIAN):
            text = words(one)
        key = f"meeting:{one.id}:{what}:{int(one.starts_at.timestamp())}"
        letters.append(messages.Letter(one.trip_id, SMS, reader.phone, text, key))
    messages.queue_all(uow.session, letters, uow.now)


def _address(token: str) -> str:
    """Their page; the bare token where no phone can reach us, which is typed at the door as well."""
    try:
        return f"{runtime.current().settings.require_public_url()}/m/{token}"
    except ConfigurationError:
        return token


def _readers(uow: UnitOfWork, demand_ids: Sequence[int]) -> dict[int, Row[Any]]:
    query: Select[Any] = (
        select(DEMANDS.c.id, PERSONS.c.phone, DEMANDS.c.language)
        .join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
        .where(DEMANDS.c.id.in_(demand_ids))
    )
    return {row.id: row for row in uow.session.execute(query)}
