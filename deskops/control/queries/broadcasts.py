"""Reads of broadcasts: what somebody has yet to see, and who has seen what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.accounts.models import GrantRow, User
from deskops.accounts.permissions import roles_that_may
from deskops.control import rules
from deskops.control.models import Broadcast, BroadcastSeen
from deskops.control.queries.wall import coordination
from deskops.control.rules import Aim, Reader
from deskops.core import clock, journal
from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.desks.models import Desk, Place

BROADCASTS, SEEN, DESKS = table_of(Broadcast), table_of(BroadcastSeen), table_of(Desk)
PLACES, GRANTS, USERS = table_of(Place), table_of(GrantRow), table_of(User)
ON_A_PAGE = 50


@dataclass(frozen=True)
class BroadcastLine:
    """A message as it was sent. `by` is its sender's name."""

    id: int
    aim: Aim
    urgent: bool
    day: date | None
    text: str
    at: datetime
    user_id: int | None
    by: str | None
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Followed:
    """A message, and whom it concerns by name: who has seen it, with when, and who has not."""

    line: BroadcastLine
    seen: list[tuple[str, datetime]]
    unseen: list[str]


@dataclass(frozen=True)
class BroadcastPage:
    """Messages, newest first, as of one number of the coordinators' audience: the page `number` of `pages`, from 1."""

    sequence: int
    number: int
    pages: int
    lines: list[Followed]


def to_see(session: Session, actor: Actor, trip_id: int) -> list[BroadcastLine]:
    """What concerns somebody of what is said now, and they have not seen; urgent first, then the oldest."""
    mine = select(SEEN.c.broadcast_id).where(SEEN.c.user_id == actor.user_id)
    others = or_(BROADCASTS.c.user_id.is_(None), BROADCASTS.c.user_id != actor.user_id)
    rows = session.execute(_lines(trip_id).where(_is_said(), others, BROADCASTS.c.id.not_in(mine))).all()
    if not rows:
        return []
    reader, sites = _reader(session, actor, trip_id), _sites(session, trip_id)
    lines = [_line(row) for row in rows]
    lines.sort(key=lambda line: (not line.urgent, line.id))
    return [line for line in lines if rules.concerns(line.aim, reader, sites)]


def broadcast_page(
    session: Session, trip_id: int, user_id: int | None = None, number: int = 1
) -> BroadcastPage:
    """The trip's messages, or those that one user sent; the nearest page that there is."""
    sequence = journal.audience_head(session, coordination(trip_id))
    asked = [BROADCASTS.c.trip_id == trip_id]
    asked += [] if user_id is None else [BROADCASTS.c.user_id == user_id]
    count = session.scalar(select(func.count()).select_from(BROADCASTS).where(*asked)) or 0
    pages = max(1, -(-count // ON_A_PAGE))
    number = min(max(number, 1), pages)
    query = _lines(trip_id).where(*asked).order_by(BROADCASTS.c.id.desc())
    rows = session.execute(query.limit(ON_A_PAGE).offset((number - 1) * ON_A_PAGE))
    lines = [_line(row) for row in rows]
    return BroadcastPage(sequence, number, pages, _followed(session, trip_id, lines))


def _followed(session: Session, trip_id: int, lines: list[BroadcastLine]) -> list[Followed]:
    seen = _seen(session, [line.id for line in lines])
    names, readers = _readers(session, trip_id) if lines else ({}, [])
    sites = _sites(session, trip_id)
    followed = []
    for line in lines:
        concerned = {
            reader.user_id
            for reader in readers
            if reader.user_id != line.user_id and rules.concerns(line.aim, reader, sites)
        }
        at = seen.get(line.id, {})
        have = sorted(((name, when) for name, when in at.values()), key=lambda one: one[1])
        followed.append(Followed(line, have, sorted(names[user] for user in concerned - at.keys())))
    return followed


def _is_said() -> ColumnElement[bool]:
    """Neither withdrawn nor over: news of a shift are shown on their day."""
    now = clock.now()
    fresh = BROADCASTS.c.day.is_(None) & (BROADCASTS.c.at > now - rules.SHOWN_FOR)
    return BROADCASTS.c.withdrawn_at.is_(None) & or_(fresh, BROADCASTS.c.day == local_day(now))


def _lines(trip_id: int) -> Select[Any]:
    return (
        select(BROADCASTS, USERS.c.name.label("by"))
        .outerjoin(USERS, USERS.c.id == BROADCASTS.c.user_id)
        .where(BROADCASTS.c.trip_id == trip_id)
    )


def _line(row: Row[Any]) -> BroadcastLine:
    aim = Aim(row.aim, row.site_id, row.desk_id, row.role)
    return BroadcastLine(
        row.id, aim, row.urgent, row.day, row.text, row.at, row.user_id, row.by, row.withdrawn_at
    )


def _seen(session: Session, ids: Iterable[int]) -> dict[int, dict[int, tuple[str, datetime]]]:
    query = (
        select(SEEN, USERS.c.name)
        .join(USERS, USERS.c.id == SEEN.c.user_id)
        .where(SEEN.c.broadcast_id.in_(list(ids)))
    )
    seen: dict[int, dict[int, tuple[str, datetime]]] = defaultdict(dict)
    for row in session.execute(query):
        seen[row.broadcast_id][row.user_id] = (row.name, row.at)
    return seen


def _reader(session: Session, actor: Actor, trip_id: int) -> Reader:
    grants = [grant for grant in actor.grants if grant.reaches(trip_id)]
    desks = {grant.desk_id for grant in grants if grant.desk_id is not None}
    desks |= _desks_by_user(session, trip_id, actor.user_id).get(actor.user_id or 0, set())
    return Reader(actor.user_id or 0, frozenset(grant.role for grant in grants), frozenset(desks))


def _readers(session: Session, trip_id: int) -> tuple[dict[int, str], list[Reader]]:
    """Everybody who may see messages of the trip: names, and what they are."""
    may_see = GRANTS.c.role.in_(roles_that_may("broadcast.see"))
    here = or_(GRANTS.c.trip_id.is_(None), GRANTS.c.trip_id == trip_id)
    query = (
        select(USERS.c.id, USERS.c.name, GRANTS.c.role, GRANTS.c.desk_id)
        .join(USERS, USERS.c.id == GRANTS.c.user_id)
        .where(may_see, here, USERS.c.active.is_(True))
    )
    names: dict[int, str] = {}
    roles: dict[int, set[str]] = defaultdict(set)
    desks = _desks_by_user(session, trip_id)
    for row in session.execute(query):
        names[row.id] = row.name
        roles[row.id].add(row.role)
        if row.desk_id is not None:
            desks[row.id].add(row.desk_id)
    return names, [Reader(user, frozenset(roles[user]), frozenset(desks[user])) for user in names]


def _desks_by_user(session: Session, trip_id: int, user_id: int | None = None) -> dict[int, set[int]]:
    """The desks at which somebody sits, that they head, or are the official of."""
    found: dict[int, set[int]] = defaultdict(set)
    for user, desk in (
        (PLACES.c.user_id, PLACES.c.desk_id),
        (DESKS.c.head_user_id, DESKS.c.id),
        (DESKS.c.official_user_id, DESKS.c.id),
    ):
        whose = user.is_not(None) if user_id is None else user == user_id
        query = select(user, desk).where(user.table.c.trip_id == trip_id, whose)
        for one, desk_id in session.execute(query):
            found[one].add(desk_id)
    return found


def _sites(session: Session, trip_id: int) -> dict[int, int]:
    rows = session.execute(select(DESKS.c.id, DESKS.c.site_id).where(DESKS.c.trip_id == trip_id))
    return {row.id: row.site_id for row in rows}
