"""Who is at work, since when without a break, and who could go on at their counter meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import User
from deskops.control.models import StaffBreak
from deskops.control.rules.breaks import (
    ASKED,
    GOING_ON,
    ON,
    OVER,
    Spell,
    Standing,
    in_turn,
    is_due,
    is_too_long,
    working_since,
)
from deskops.core.database import table_of
from deskops.desks.models import Place
from deskops.staff.models import Presence, StaffMember
from deskops.staff.queries.shifts import settings_of

BREAKS, PRESENCES, STAFF = table_of(StaffBreak), table_of(Presence), table_of(StaffMember)
PLACES, USERS = table_of(Place), table_of(User)
# Nobody works for longer in one go.
BEHIND = timedelta(hours=16)
MINUTE = timedelta(minutes=1)


class AtWork(NamedTuple):
    """Somebody checked in at a desk. `counter`: its number, None for who has none; `counter_state` open or paused.

    `reliever` is who goes on at their counter while they rest.
    """

    staff_id: int
    working_since: datetime
    break_since: datetime | None
    asked_at: datetime | None
    name: str
    desk_id: int
    user_id: int | None
    counter: int | None
    counter_state: str
    reliever: str | None
    is_due: bool
    is_too_long: bool

    @property
    def is_free(self) -> bool:
        """Whether they could go on at somebody else's counter."""
        return self.counter is None and self.break_since is None and self.user_id is not None

    @property
    def leaves_empty(self) -> bool:
        """Whether nobody is at their counter while they rest."""
        return self.break_since is not None and self.counter is not None

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in self._asdict().items()
        }


@dataclass(frozen=True)
class Breaks:
    """People in the order in which breaks are due. `relievers` are those without a counter, by site."""

    people: list[AtWork]
    relievers: Mapping[int, list[AtWork]]
    break_after: int
    break_minutes: int

    def at(self, desk_ids: Collection[int] | None) -> list[AtWork]:
        """Those of some desks; None: of all."""
        return [one for one in self.people if desk_ids is None or one.desk_id in desk_ids]


def breaks_of(session: Session, trip_id: int, now: datetime) -> Breaks:
    """Everybody who is checked in at a desk of the trip."""
    settings = settings_of(session, trip_id)
    rows = session.execute(_present(trip_id)).all()
    spells, rested = _spells(session, trip_id, now), _rested(session, trip_id, now)
    after, length = settings.break_after * MINUTE, settings.break_minutes * MINUTE
    people: list[AtWork] = []
    relievers: dict[int, list[AtWork]] = {}
    for row in rows:
        since = working_since(spells[row.id], rested.get(row.id))
        standing = Standing(row.id, since, row.break_since)
        one = AtWork(
            staff_id=row.id,
            working_since=since,
            break_since=row.break_since,
            asked_at=row.asked_at if row.state == ASKED else None,
            name=row.name,
            desk_id=row.desk_id,
            user_id=row.user_id,
            counter=row.counter,
            counter_state=row.counter_state or "",
            reliever=row.reliever,
            is_due=is_due(standing, now, after),
            is_too_long=is_too_long(standing, now, length),
        )
        people.append(one)
        if one.is_free and row.active and row.retired_at is None:
            relievers.setdefault(row.site_id, []).append(one)
    return Breaks(_ranked(people), relievers, settings.break_after, settings.break_minutes)


def own_break(session: Session, trip_id: int, user_id: int | None) -> str | None:
    """The state of the break that somebody asked for or is on, empty where they could ask for one; None for who isn't
    checked in at a desk.
    """
    query = (
        select(BREAKS.c.state)
        .select_from(STAFF.join(PRESENCES, PRESENCES.c.staff_id == STAFF.c.id))
        .outerjoin(BREAKS, and_(BREAKS.c.staff_id == STAFF.c.id, BREAKS.c.state.in_(GOING_ON)))
        .where(STAFF.c.trip_id == trip_id, STAFF.c.user_id == user_id)
        .where(PRESENCES.c.ended_at.is_(None), PRESENCES.c.desk_id.is_not(None))
    )
    row = None if user_id is None else session.execute(query.limit(1)).first()
    return None if row is None else row.state or ""


def _ranked(people: Iterable[AtWork]) -> list[AtWork]:
    by_id = {one.staff_id: one for one in people}
    standing = [Standing(one.staff_id, one.working_since, one.break_since, one.asked_at) for one in people]
    return [by_id[one.staff_id] for one in in_turn(standing)]


def _present(trip_id: int) -> Any:
    reliever = STAFF.alias("reliever")
    seat = and_(PLACES.c.trip_id == trip_id, PLACES.c.user_id == STAFF.c.user_id, PLACES.c.state != "closed")
    own = and_(BREAKS.c.staff_id == STAFF.c.id, BREAKS.c.state.in_(GOING_ON))
    return (
        select(
            STAFF.c.id,
            STAFF.c.name,
            STAFF.c.user_id,
            USERS.c.active,
            STAFF.c.retired_at,
            PRESENCES.c.desk_id,
            PRESENCES.c.site_id,
            PRESENCES.c.break_since,
            PLACES.c.number.label("counter"),
            PLACES.c.state.label("counter_state"),
            BREAKS.c.state,
            BREAKS.c.asked_at,
            reliever.c.name.label("reliever"),
        )
        .select_from(PRESENCES.join(STAFF, STAFF.c.id == PRESENCES.c.staff_id))
        .outerjoin(USERS, USERS.c.id == STAFF.c.user_id)
        .outerjoin(PLACES, seat)
        .outerjoin(BREAKS, own)
        .outerjoin(reliever, and_(reliever.c.id == BREAKS.c.reliever_id, BREAKS.c.state == ON))
        .where(
            PRESENCES.c.trip_id == trip_id, PRESENCES.c.ended_at.is_(None), PRESENCES.c.desk_id.is_not(None)
        )
        .order_by(STAFF.c.id)
    )


def _spells(session: Session, trip_id: int, now: datetime) -> dict[int, list[Spell]]:
    """By person, when they were there lately, oldest first."""
    query = select(PRESENCES.c.staff_id, PRESENCES.c.began_at, PRESENCES.c.ended_at).where(
        PRESENCES.c.trip_id == trip_id,
        or_(PRESENCES.c.began_at > now - BEHIND, PRESENCES.c.ended_at.is_(None)),
    )
    found: dict[int, list[Spell]] = {}
    rows: Iterable[Row[Any]] = session.execute(query.order_by(PRESENCES.c.began_at))
    for row in rows:
        found.setdefault(row.staff_id, []).append(Spell(row.began_at, row.ended_at))
    return found


def _rested(session: Session, trip_id: int, now: datetime) -> dict[int, datetime]:
    """By person, when their last break ended."""
    lately = (BREAKS.c.trip_id == trip_id, BREAKS.c.state == OVER, BREAKS.c.ended_at > now - BEHIND)
    query = select(BREAKS.c.staff_id, func.max(BREAKS.c.ended_at).label("ended_at"))
    rows = session.execute(query.where(*lately).group_by(BREAKS.c.staff_id))
    return {row.staff_id: row.ended_at for row in rows}
