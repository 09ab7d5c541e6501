"""The public notice of officials' hours: what everybody may know of them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.dates import clock_time, date_text, digits
from deskops.core.errors import NotFound
from deskops.core.i18n import gettext, using_language
from deskops.desks.models import Trip
from deskops.desks.queries import Catalogue
from deskops.sessions import rules
from deskops.sessions.queries.schedule import SessionLine, by_day, where_of
from deskops.staff.ical import Entry

TRIPS = table_of(Trip)
REFRESH_MINUTES = 30


def trip_of_code(session: Session, code: str) -> int:
    """The trip whose notice has this address. Raises NotFound."""
    trip_id: int | None = session.scalar(select(TRIPS.c.id).where(TRIPS.c.code == code))
    if trip_id is None:
        raise NotFound()
    return trip_id


def announced(lines: list[SessionLine]) -> list[SessionLine]:
    """What stands in the notice: all that was announced, also what is cancelled since."""
    return [line for line in lines if line.announced_at is not None]


def channel_words(line: SessionLine) -> str:
    """How people reach the official, in the current language."""
    if line.channel == rules.WALK_IN:
        return gettext("in person")
    number = digits(line.line)
    if line.channel == rules.CALL:
        return gettext("by phone, line %(line)s", line=number) if number else gettext("by phone")
    return (
        gettext("in person and by phone, line %(line)s", line=number)
        if number
        else gettext("in person and by phone")
    )


def notice_text(names: Catalogue, lines: list[SessionLine], address: str, language: str) -> str:
    """The notice as plain text for news and social media, day by day, with the address of the page."""
    with using_language(language):
        parts = [gettext("When officials answer people – %(trip)s", trip=names.trip.name)]
        for day, held in by_day([line for line in lines if line.state != rules.CANCELLED]).items():
            parts += ["", date_text(day, "long"), *(_line_text(names, line) for line in held)]
        parts += ["", gettext("Changes are announced here: %(address)s", address=address)]
        return "\n".join(parts)


def calendar_entry(names: Catalogue, line: SessionLine, address: str) -> Entry:
    """One session for people's calendars, in the current language."""
    position = line.official.position(names)
    described = "\n".join(part for part in (position, channel_words(line)) if part)
    return Entry(
        uid=f"session-{line.id}@{names.trip.code}",
        sequence=line.version,
        stamp=line.announced_at or line.starts_at,
        begins=line.starts_at,
        ends=line.ends_at,
        summary=gettext("%(name)s answers people", name=line.official.name),
        location=where_of(line, names),
        description=described,
        url=address,
        cancelled=line.state == rules.CANCELLED,
    )


def _line_text(names: Catalogue, line: SessionLine) -> str:
    position = line.official.position(names)
    who = f"{line.official.name} ({position})" if position else line.official.name
    parts = [
        gettext("%(begins)s to %(ends)s", begins=clock_time(line.starts_at), ends=clock_time(line.ends_at)),
        who,
        where_of(line, names),
        channel_words(line),
    ]
    return "• " + " – ".join(part for part in parts if part)
