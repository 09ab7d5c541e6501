"""Opening hours: of one desk, day by day, or the same hours on many days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.core.errors import InvalidInput, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks import rules
from deskops.desks.models import Desk, DeskHours, Trip
from deskops.desks.services.changes import Changed, Changes
from deskops.desks.services.states import locked_desk

HOURS = "hours"
MOST_DAYS = 400
Week = Mapping[date, rules.OpeningHours]


@dataclass(frozen=True)
class Span:
    """The same hours on every day from one to another, both counted in; minutes from midnight."""

    first: date
    last: date
    opens: int
    closes: int

    def week(self) -> dict[date, rules.OpeningHours]:
        """By day. Raises InvalidInput."""
        if self.last < self.first:
            raise InvalidInput({"last_day": gettext("The last day lies before the first one.")})
        if (self.last - self.first).days >= MOST_DAYS:
            raise InvalidInput({"last_day": gettext("%(most)s days at once at most.", most=MOST_DAYS)})
        check_hours(self.opens, self.closes, "closes")
        return dict.fromkeys(self._days(), (self.opens, self.closes))

    def _days(self) -> Iterator[date]:
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


def check_hours(opens: int, closes: int, field: str) -> None:
    """Raises InvalidInput where a desk would close before it opens, or after midnight."""
    if not rules.hours_fit(opens, closes):
        message = gettext(
            "The desk would close before it opens. Hours over midnight are two: until 24:00, and from 00:00."
        )
        raise InvalidInput({field: message})


def set_hours(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    desk_id: int,
    version: int,
    week: Week,
    copied: date | None = None,
) -> Changed:
    """Give a desk these hours and no others; those of `copied` on every other day of the list and of the trip too.

    Raises NotFound, Forbidden, StaleVersion, InvalidInput with the fields `closes-<day>`.
    """
    actor.require("trip.setup", trip_id)
    desk = locked_desk(uow, trip_id, desk_id)
    if version != desk.version:
        raise StaleVersion(details={"yours": version, "current": desk.version})
    for day, (opens, closes) in week.items():
        check_hours(opens, closes, f"closes-{day.isoformat()}")
    if copied is not None:
        week = _copied(uow, trip_id, week, copied)
    changes = Changes(uow, trip_id)
    put_hours(uow, changes, desk, week, replacing=True)
    changed = changes.keep(HOURS, desk.id, desk.name)
    if changed is not None:
        desk.version += 1
    return Changed(desk.id, desk.version, changed)


def put_hours(uow: UnitOfWork, changes: Changes, desk: Desk, week: Week, *, replacing: bool = False) -> None:
    """Write a desk's hours; days that aren't named stay, unless all are replaced."""
    query = select(DeskHours).where(DeskHours.desk_id == desk.id)
    known = {row.day: row for row in uow.session.scalars(query)}
    for day in sorted(known.keys() - week.keys()) if replacing else ():
        changes.remove(known[day])
    for day, (opens, closes) in week.items():
        if day in known:
            changes.update(known[day], opens=opens, closes=closes)
        else:
            changes.add(DeskHours(desk_id=desk.id, day=day, opens=opens, closes=closes))


def _copied(uow: UnitOfWork, trip_id: int, week: Week, day: date) -> Week:
    if day not in week:
        raise InvalidInput({f"opens-{day.isoformat()}": gettext("Type the hours that are to be copied.")})
    trip = uow.session.get_one(Trip, trip_id)
    opens, closes = week[day]
    official = Span(trip.starts_on, trip.ends_on or trip.starts_on, opens, closes).week()
    return official | dict.fromkeys(week, week[day])
