"""People told of their shifts by the worker: of whatever they don't know yet, in one message, in their language. With a
shift at a desk comes the role that it takes to work there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, and_, or_, select, update

from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.models import User
from deskops.accounts.services.managing import add_followed_grants
from deskops.core import jobs, messages
from deskops.core.database import table_of
from deskops.core.dates import clock_time, date_text
from deskops.core.i18n import LANGUAGES, PERSIAN, gettext, using_language
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.desks.queries import Catalogue, catalogue
from deskops.staff import rules
from deskops.staff.models import Shift, StaffMember
from deskops.staff.services import plan

SHIFTS, STAFF, USERS = table_of(Shift), table_of(StaffMember), table_of(User)
SMS = "sms"
# So many people in one transaction, and so many shifts in one message.
BATCH, LINES = 100, 6


@jobs.handler(plan.TELL)
def tell_shifts(payload: dict[str, Any]) -> None:
    """Everybody of a trip who doesn't know yet what they were given, what was taken from them, or that its time changed."""
    while _tell_some(payload["trip_id"]):
        pass


def _tell_some(trip_id: int) -> bool:
    """Whether there was somebody."""
    with unit_of_work(SYSTEM) as uow:
        plan.lock_plan(uow, trip_id)
        rows = _untold(uow, trip_id)
        if not rows:
            return False
        names = catalogue(uow.session, trip_id)
        give_roles(uow, trip_id, rows)
        by_person = [list(theirs) for _, theirs in groupby(rows, key=lambda row: row.staff_id)]
        letters = [_letter(names, theirs) for theirs in by_person if theirs[0].mobile]
        messages.queue_all(uow.session, letters, uow.now)
        told = update(SHIFTS).where(SHIFTS.c.id.in_([row.id for row in rows]))
        uow.session.execute(told.values(told_at=uow.now))
    return True


def _untold(uow: UnitOfWork, trip_id: int) -> list[Any]:
    """Shifts of the next people; each person's come together, in order of time."""
    # What was planned before there were rosters is nobody's news.
    is_news = or_(
        and_(SHIFTS.c.state == rules.PLANNED, SHIFTS.c.desk_shift_id.is_not(None)),
        SHIFTS.c.state == rules.DROPPED,
    )
    condition = (
        STAFF.c.trip_id == trip_id,
        STAFF.c.retired_at.is_(None),
        SHIFTS.c.told_at.is_(None),
        SHIFTS.c.ends_at > uow.now,
        is_news,
    )
    joined = SHIFTS.join(STAFF, STAFF.c.id == SHIFTS.c.staff_id)
    people = select(SHIFTS.c.staff_id).select_from(joined).where(*condition).distinct()
    some = people.order_by(SHIFTS.c.staff_id).limit(BATCH)
    columns = [
        SHIFTS.c[name] for name in ("id", "staff_id", "desk_id", "starts_at", "ends_at", "state", "version")
    ]
    query = (
        select(*columns, STAFF.c.mobile, STAFF.c.user_id, STAFF.c.role, USERS.c.language)
        .select_from(joined.outerjoin(USERS, USERS.c.id == STAFF.c.user_id))
        .where(*condition, SHIFTS.c.staff_id.in_(some))
        .order_by(SHIFTS.c.staff_id, SHIFTS.c.starts_at, SHIFTS.c.id)
    )
    return list(uow.session.execute(query))


def give_roles(uow: UnitOfWork, trip_id: int, rows: Sequence[Row[Any]]) -> None:
    """To whoever is planned at a desk: rows with `user_id`, `role`, `desk_id` and `state`."""
    given = [
        (row.user_id, Grant(row.role, trip_id, row.desk_id))
        for row in rows
        if row.state == rules.PLANNED and row.user_id is not None
    ]
    if given:
        add_followed_grants(uow, given)


def _letter(names: Catalogue, rows: Sequence[Row[Any]]) -> messages.Letter:
    first = rows[0]
    with using_language(first.language if first.language in LANGUAGES else PERSIAN):
        lines = [_line(names, row) for row in rows[:LINES]]
        if len(rows) > LINES:
            lines.append(gettext("and %(count)s more", count=len(rows) - LINES))
        text = "\n".join([gettext("%(trip)s: your shifts changed.", trip=names.trip.short), *lines])
    told = hashlib.sha256(repr([(row.id, row.version) for row in rows]).encode()).hexdigest()
    return messages.Letter(names.trip.id, SMS, first.mobile, text, f"shifts:{first.staff_id}:{told[:32]}")


def _line(names: Catalogue, row: Row[Any]) -> str:
    desk = names.desks[row.desk_id]
    facts = {
        "day": date_text(row.starts_at),
        "begins": clock_time(row.starts_at),
        "ends": clock_time(row.ends_at),
        "desk": desk.short,
        "site": names.sites[desk.site_id].short,
    }
    if row.state == rules.DROPPED:
        return gettext("Not any more: %(day)s, %(begins)s to %(ends)s, %(desk)s, %(site)s", **facts)
    return gettext("Yours: %(day)s, %(begins)s to %(ends)s, %(desk)s, %(site)s", **facts)
