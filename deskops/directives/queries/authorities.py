"""Reads of who may order whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.accounts.models import GrantRow, User
from deskops.accounts.permissions import OFFICIAL, roles_that_may
from deskops.core.database import table_of
from deskops.desks.models import Agency
from deskops.directives.models import Assistant, Authority, AuthorityAgency
from deskops.directives.rules import Reach, shared, usual_reach

GRANTS, USERS, AGENCIES = table_of(GrantRow), table_of(User), table_of(Agency)
AUTHORITIES, REACHED = table_of(Authority), table_of(AuthorityAgency)
ASSISTANTS = table_of(Assistant)
# So many of those that are over are shown.
EARLIER = 50


def reaches_of(session: Session, trip_id: int, user_id: int, now: datetime) -> list[Reach]:
    """How far somebody's authority goes in a trip: their own first, then what others delegated to them, cut to what these
    still have themselves. None for who is no official there.
    """
    usual = _usual(session, trip_id, user_id)
    if usual is None:
        return []
    rows = _in_force(session, trip_id, now)
    agencies = _agencies_of(session, [row.id for row in rows])
    parents = parents_of(session)
    reaches = _own(rows, agencies, user_id, usual)
    for row in rows:
        if row.user_id != user_id or row.delegated_by is None:
            continue
        theirs = _usual(session, trip_id, row.delegated_by)
        if theirs is not None:
            lent = _reach(row, agencies[row.id])
            held = _own(rows, agencies, row.delegated_by, theirs)
            reaches += [shared(own, lent, parents) for own in held]
    return reaches


def own_reaches(session: Session, trip_id: int, user_id: int, now: datetime) -> list[Reach]:
    """The same without what others delegated."""
    return [reach for reach in reaches_of(session, trip_id, user_id, now) if reach.behalf_of is None]


def usual_of(session: Session, trip_id: int, user_id: int) -> Reach | None:
    """What an official's rank gives them where nothing is written down; None for who is no official of the trip."""
    return _usual(session, trip_id, user_id)


def sees_all_authorities(actor: Actor, trip_id: int) -> bool:
    """Whether somebody sees what every official may order: who runs or watches the trip; an official sees their own."""
    roles = roles_that_may("authority.view") - {OFFICIAL}
    return actor.via == "system" or any(
        grant.role in roles and grant.reaches(trip_id) for grant in actor.grants
    )


def superiors_of(session: Session, trip_id: int, now: datetime) -> dict[int, set[int]]:
    """Who decides beyond each official, now or later."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = session.scalars(select(Authority).where(Authority.trip_id == trip_id, *_not_over(now)))
    for row in rows:
        if row.superior_id is not None and row.delegated_by is None:
            found[row.user_id].add(row.superior_id)
    return found


@dataclass(frozen=True)
class AuthorityLine:
    """What is written down of an official's authority, with its agencies; names of users are in the page's `names`."""

    row: Authority
    agency_ids: frozenset[int]


def authority_lines(
    session: Session, trip_id: int, now: datetime, *, over: bool = False, user_id: int | None = None
) -> list[AuthorityLine]:
    """What holds or will hold, or, newest first, the last EARLIER that are over. `user_id`: what somebody has or lent."""
    query = select(Authority).where(Authority.trip_id == trip_id)
    if user_id is not None:
        query = query.where(or_(Authority.user_id == user_id, Authority.delegated_by == user_id))
    if over:
        query = query.where(not_(and_(*_not_over(now)))).order_by(Authority.id.desc()).limit(EARLIER)
    else:
        query = query.where(*_not_over(now)).order_by(Authority.id)
    rows = list(session.scalars(query))
    agencies = _agencies_of(session, [row.id for row in rows])
    return [AuthorityLine(row, agencies[row.id]) for row in rows]


def parents_of(session: Session) -> dict[int, int | None]:
    """Agencies by id, with the one above each."""
    query = select(AGENCIES.c.id, AGENCIES.c.parent_id)
    return {row.id: row.parent_id for row in session.execute(query)}


def officials_of(session: Session, trip_id: int) -> dict[int, str]:
    """Who may sign in a trip, by id, with names; those whose accounts are closed are none."""
    reaches = or_(GRANTS.c.trip_id == trip_id, GRANTS.c.trip_id.is_(None))
    query = (
        select(USERS.c.id, USERS.c.name)
        .join(GRANTS, GRANTS.c.user_id == USERS.c.id)
        .where(GRANTS.c.role == OFFICIAL, reaches, USERS.c.active.is_(True))
        .order_by(USERS.c.name, USERS.c.id)
    )
    return {row.id: row.name for row in session.execute(query)}


def officials_assisted(session: Session, trip_id: int, user_id: int) -> set[int]:
    """The officials for whom somebody prepares orders."""
    mine = (ASSISTANTS.c.trip_id == trip_id, ASSISTANTS.c.user_id == user_id)
    return set(session.scalars(select(ASSISTANTS.c.official_id).where(*mine)))


def _in_force(session: Session, trip_id: int, now: datetime) -> list[Authority]:
    query = select(Authority).where(Authority.trip_id == trip_id, Authority.starts_at <= now, *_not_over(now))
    return list(session.scalars(query.order_by(Authority.id)))


def _not_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Authority.revoked_at.is_(None), or_(Authority.ends_at.is_(None), Authority.ends_at > now))


def _own(
    rows: Collection[Authority], agencies: Mapping[int, frozenset[int]], user_id: int, usual: Reach
) -> list[Reach]:
    """What was written down for somebody, in force now; else what their rank gives."""
    own = [row for row in rows if row.user_id == user_id and row.delegated_by is None]
    return [_reach(row, agencies[row.id]) for row in own] or [usual]


def position_of(session: Session, trip_id: int, user_id: int) -> tuple[str, int | None]:
    """Rank and agency of an official of a trip; empty and None for who is none."""
    row = _position(session, trip_id, user_id)
    return ("", None) if row is None else (row.rank or "", row.agency_id)


def _usual(session: Session, trip_id: int, user_id: int) -> Reach | None:
    row = _position(session, trip_id, user_id)
    return None if row is None else usual_reach(row.rank, row.agency_id)


def _position(session: Session, trip_id: int, user_id: int) -> Any:
    reaches = or_(GRANTS.c.trip_id == trip_id, GRANTS.c.trip_id.is_(None))
    query = select(GRANTS.c.rank, GRANTS.c.agency_id).where(
        GRANTS.c.user_id == user_id, GRANTS.c.role == OFFICIAL, reaches, USERS.c.active.is_(True)
    )
    query = query.join(USERS, USERS.c.id == GRANTS.c.user_id)
    # What is said of this trip comes before what is said of all.
    return session.execute(query.order_by(GRANTS.c.trip_id.is_(None), GRANTS.c.id).limit(1)).first()


def _agencies_of(session: Session, authority_ids: Collection[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    query = select(REACHED).where(REACHED.c.authority_id.in_(authority_ids))
    for row in session.execute(query):
        found[row.authority_id].add(row.agency_id)
    return defaultdict(frozenset, {key: frozenset(ids) for key, ids in found.items()})


def _reach(row: Authority, agency_ids: frozenset[int]) -> Reach:
    return Reach(
        every_agency=row.every_agency,
        agency_ids=agency_ids,
        most_rials=row.most_rials,
        superior_id=row.superior_id,
        behalf_of=row.delegated_by,
    )
