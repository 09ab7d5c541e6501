"""Reads of orders with whom they went to, what they are about, and their fate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.queries import names_of_users
from deskops.core.database import table_of
from deskops.core.dates import day_bounds, local_day
from deskops.core.errors import NotFound
from deskops.demands.models import Demand, Person
from deskops.directives import rules
from deskops.directives.models import (
    Directive,
    DirectiveAddressee,
    DirectiveDemand,
    DirectiveReferral,
)
from deskops.followup.models import CollectiveDemand, Referral
from deskops.followup.rules import ACCEPTED, AT_AGENCY, CANCELLED

DIRECTIVES, ABOUT, TIED = table_of(Directive), table_of(DirectiveDemand), table_of(CollectiveDemand)
ADDRESSEES, CARRIED, REFERRALS = table_of(DirectiveAddressee), table_of(DirectiveReferral), table_of(Referral)
DEMANDS, PERSONS = table_of(Demand), table_of(Person)
PAGE_SIZE = 30
# What became of an order that binds agencies.
OPEN, OVERDUE, KEPT = "open", "overdue", "kept"


@dataclass(frozen=True)
class AboutDemand:
    """A demand that an order is about. `role`: main or older."""

    id: int
    code: str
    name: str
    state: str
    role: str


@dataclass(frozen=True)
class Fate:
    """What an agency made of an order; `is_overdue` is derived, as of the reading."""

    referral_id: int
    agency_id: int
    state: str
    due_at: datetime
    is_overdue: bool


@dataclass(frozen=True)
class DirectiveLine:
    """An order as it is shown. `row` is the table's, `names` those of users by id, `superseded_by` the one in its place."""

    row: Directive
    agency_ids: list[int] = field(default_factory=list)
    copy_ids: list[int] = field(default_factory=list)
    about: list[AboutDemand] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    names: Mapping[int, str] = field(default_factory=dict)
    superseded_by: int | None = None

    @property
    def official(self) -> str:
        """Who signed it, or is to."""
        return self.names.get(self.row.official_id, "")

    @property
    def fate(self) -> str | None:
        """Open, overdue or kept; None for what binds no agency, or binds no more."""
        if self.row.state != rules.ISSUED or not self.fates:
            return None
        counted = [fate for fate in self.fates if fate.state != CANCELLED]
        if counted and all(fate.state == ACCEPTED for fate in counted):
            return KEPT
        return OVERDUE if any(fate.is_overdue for fate in counted) else OPEN


@dataclass(frozen=True)
class OrderFilter:
    """Which orders a list shows. `user_id`: those that somebody signs, proposed or decides. `before` is where it goes on."""

    user_id: int | None = None
    official_ids: Collection[int] | None = None
    state: str | None = None
    before: int | None = None

    @classmethod
    def of_args(cls, args: Mapping[str, str], **given: Any) -> Self:
        """From a query string; what doesn't fit is left out."""
        state, before = args.get("state", ""), args.get("before", "")
        at = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
        return cls(state=state if state in rules.STATES else None, before=at, **given)


@dataclass(frozen=True)
class OrderPage:
    """A page, newest first; `next_before` is None on the last one."""

    lines: list[DirectiveLine]
    next_before: int | None


def directive_of(session: Session, trip_id: int, directive_id: int, now: datetime) -> DirectiveLine:
    """One order. Raises NotFound."""
    found = _lines(session, now, DIRECTIVES.c.id == directive_id, DIRECTIVES.c.trip_id == trip_id)
    if not found:
        raise NotFound()
    return found[0]


def directives_by_id(
    session: Session, trip_id: int, ids: Collection[int], now: datetime
) -> list[DirectiveLine]:
    """Those of a trip's orders that there are."""
    return _lines(session, now, DIRECTIVES.c.id.in_(ids), DIRECTIVES.c.trip_id == trip_id)


def order_page(session: Session, trip_id: int, wanted: OrderFilter, now: datetime) -> OrderPage:
    """A page of a trip's orders."""
    conditions: list[ColumnElement[bool]] = [DIRECTIVES.c.trip_id == trip_id]
    if wanted.user_id is not None:
        theirs = (
            DIRECTIVES.c[name] == wanted.user_id for name in ("official_id", "proposed_by", "proposed_to")
        )
        conditions.append(or_(*theirs))
    if wanted.official_ids is not None:
        conditions.append(DIRECTIVES.c.official_id.in_(wanted.official_ids))
    if wanted.state is not None:
        conditions.append(DIRECTIVES.c.state == wanted.state)
    if wanted.before is not None:
        conditions.append(DIRECTIVES.c.id < wanted.before)
    lines = _lines(session, now, *conditions, limit=PAGE_SIZE + 1)
    shown = lines[:PAGE_SIZE]
    return OrderPage(shown, shown[-1].row.id if len(lines) > PAGE_SIZE else None)


def waiting_for(session: Session, trip_id: int, user_id: int, now: datetime) -> list[DirectiveLine]:
    """What somebody can still call back, what was prepared for them to sign, and what was proposed to them."""
    mine = or_(
        (DIRECTIVES.c.official_id == user_id) & DIRECTIVES.c.state.in_((rules.DRAFT, rules.SIGNED)),
        (DIRECTIVES.c.proposed_to == user_id) & (DIRECTIVES.c.state == rules.PROPOSED),
    )
    return _lines(session, now, DIRECTIVES.c.trip_id == trip_id, mine, limit=PAGE_SIZE)


def directives_on(
    session: Session, trip_id: int, demand_ids: Collection[int], now: datetime
) -> dict[int, list[DirectiveLine]]:
    """By demand, the orders on it, newest first, those on the matter that it shares with others among them. What was
    thrown away or called back isn't told.
    """
    own = select(ABOUT.c.demand_id, ABOUT.c.directive_id).where(ABOUT.c.demand_id.in_(demand_ids))
    shared = (
        select(TIED.c.demand_id, DIRECTIVES.c.id)
        .join(DIRECTIVES, DIRECTIVES.c.collective_id == TIED.c.collective_id)
        .where(TIED.c.demand_id.in_(demand_ids))
    )
    pairs = {(row[0], row[1]) for query in (own, shared) for row in session.execute(query)}
    shown = DIRECTIVES.c.state.not_in((rules.DISCARDED, rules.CALLED_BACK))
    ids = {directive_id for _demand, directive_id in pairs}
    found: dict[int, list[DirectiveLine]] = {demand_id: [] for demand_id in demand_ids}
    of_trip = (DIRECTIVES.c.id.in_(ids), DIRECTIVES.c.trip_id == trip_id)
    for line in _lines(session, now, *of_trip, shown) if ids else ():
        for demand_id in demand_ids:
            if (demand_id, line.row.id) in pairs:
                found[demand_id].append(line)
    return found


def orders_on_collective(
    session: Session, trip_id: int, collective_id: int, now: datetime
) -> list[DirectiveLine]:
    """The orders on a matter that many share, newest first, without what was thrown away or called back."""
    mine = (DIRECTIVES.c.trip_id == trip_id, DIRECTIVES.c.collective_id == collective_id)
    shown = DIRECTIVES.c.state.not_in((rules.DISCARDED, rules.CALLED_BACK))
    return _lines(session, now, *mine, shown)


def signed_before(session: Session, user_id: int, demand_id: int) -> int:
    """How many orders somebody has signed or prepared on a demand: the next one is told from a repeat by it."""
    mine = (ABOUT.c.demand_id == demand_id, DIRECTIVES.c.prepared_by == user_id)
    query = select(func.count()).select_from(ABOUT).join(DIRECTIVES, DIRECTIVES.c.id == ABOUT.c.directive_id)
    return int(session.execute(query.where(*mine)).scalar_one())


def issued_today(session: Session, trip_id: int, now: datetime) -> int:
    """How many orders of a trip became binding on this day in Tehran."""
    begins, ends = day_bounds(local_day(now))
    today = (DIRECTIVES.c.issued_at >= begins, DIRECTIVES.c.issued_at < ends)
    of_trip = (DIRECTIVES.c.trip_id == trip_id, DIRECTIVES.c.state.in_(rules.NUMBERED))
    return int(session.execute(select(func.count()).where(*of_trip, *today)).scalar_one())


def _lines(
    session: Session, now: datetime, *conditions: ColumnElement[bool], limit: int | None = None
) -> list[DirectiveLine]:
    query = select(Directive).where(*conditions).order_by(Directive.id.desc()).limit(limit)
    rows = session.scalars(query).all()
    ids = [row.id for row in rows]
    agencies = {role: _addressees(session, ids, role) for role in (rules.ORDER, rules.COPY)}
    about, fates, after = _about(session, ids), _fates(session, ids, now), _superseding(session, ids)
    names = names_of_users(session, _users(rows))
    return [
        DirectiveLine(
            row=row,
            agency_ids=agencies[rules.ORDER][row.id],
            copy_ids=agencies[rules.COPY][row.id],
            about=about[row.id],
            fates=fates[row.id],
            names=names,
            superseded_by=after.get(row.id),
        )
        for row in rows
    ]


def _users(rows: Sequence[Directive]) -> set[int]:
    columns = ("official_id", "behalf_of", "proposed_by", "proposed_to", "prepared_by")
    return {user for row in rows for name in columns if (user := getattr(row, name)) is not None}


def _addressees(session: Session, ids: Collection[int], role: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = select(ADDRESSEES).where(ADDRESSEES.c.directive_id.in_(ids), ADDRESSEES.c.role == role)
    for row in session.execute(query.order_by(ADDRESSEES.c.agency_id)):
        found[row.directive_id].append(row.agency_id)
    return found


def _about(session: Session, ids: Collection[int]) -> dict[int, list[AboutDemand]]:
    found: dict[int, list[AboutDemand]] = defaultdict(list)
    query: Select[Any] = (
        select(
            ABOUT.c.directive_id, ABOUT.c.role, DEMANDS.c.id, DEMANDS.c.code, PERSONS.c.name, DEMANDS.c.state
        )
        .join(DEMANDS, DEMANDS.c.id == ABOUT.c.demand_id)
        .join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
        .where(ABOUT.c.directive_id.in_(ids))
        .order_by(ABOUT.c.role, DEMANDS.c.id)
    )
    for row in session.execute(query):
        found[row.directive_id].append(AboutDemand(row.id, row.code, row.name, row.state, row.role))
    return found


def _fates(session: Session, ids: Collection[int], now: datetime) -> dict[int, list[Fate]]:
    found: dict[int, list[Fate]] = defaultdict(list)
    query: Select[Any] = (
        select(
            CARRIED.c.directive_id,
            REFERRALS.c.id,
            REFERRALS.c.agency_id,
            REFERRALS.c.state,
            REFERRALS.c.due_at,
        )
        .join(REFERRALS, REFERRALS.c.id == CARRIED.c.referral_id)
        .where(CARRIED.c.directive_id.in_(ids))
        .order_by(REFERRALS.c.id)
    )
    for row in session.execute(query):
        overdue = row.state in AT_AGENCY and row.due_at <= now
        found[row.directive_id].append(Fate(row.id, row.agency_id, row.state, row.due_at, overdue))
    return found


def _superseding(session: Session, ids: Collection[int]) -> dict[int, int]:
    query = select(DIRECTIVES.c.supersedes_id, DIRECTIVES.c.id).where(
        DIRECTIVES.c.supersedes_id.in_(ids), DIRECTIVES.c.state.in_(rules.NUMBERED)
    )
    return {row.supersedes_id: row.id for row in session.execute(query)}
