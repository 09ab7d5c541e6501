"""Reads of what agencies were handed, for those who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.accounts.permissions import AGENCY_OFFICER, roles_that_may
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.demands.models import Demand, Person
from deskops.desks.models import Agency
from deskops.desks.rules import is_within
from deskops.followup import rules
from deskops.followup.models import IS_OPEN, Collective, Referral

REFERRALS, COLLECTIVES, AGENCIES = table_of(Referral), table_of(Collective), table_of(Agency)
DEMANDS, PERSONS = table_of(Demand), table_of(Person)
PAGE_SIZE = 50


@dataclass(frozen=True)
class Seen:
    """The agencies whose referrals somebody sees; None for all of the trip."""

    agency_ids: frozenset[int] | None = None

    def conditions(self, column: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
        """To be put into every query of theirs."""
        return () if self.agency_ids is None else (column.in_(self.agency_ids),)


@dataclass(frozen=True)
class ReferralFilter:
    """Which referrals a list shows; `after` is the id of the last one of the page before."""

    agency_id: int | None = None
    overdue: bool = False
    ended: bool = False
    after: int | None = None

    @classmethod
    def of_args(cls, args: Mapping[str, str]) -> Self:
        """From a query string; what doesn't fit is left out."""
        return cls(
            agency_id=_number(args.get("agency_id")),
            overdue=args.get("show") == "overdue",
            ended=args.get("show") == "ended",
            after=_number(args.get("after")),
        )


@dataclass(frozen=True)
class ReferralLine:
    """A referral in a list, with the code of its demand, or the title of the matter that many share."""

    id: int
    demand_id: int | None
    collective_id: int | None
    agency_id: int
    state: str
    days: int
    due_at: datetime
    opened_at: datetime
    code: str | None
    topic_id: int | None
    county: str
    title: str | None

    def is_overdue(self, now: datetime) -> bool:
        """Derived, never stored: the agency still has it after its last working day."""
        return self.state in rules.AT_AGENCY and self.due_at <= now


@dataclass(frozen=True)
class ReferralPage:
    """A page, what is due first on top; `next_after` is None on the last one."""

    lines: list[ReferralLine]
    next_after: int | None


@dataclass(frozen=True)
class Matter:
    """What an agency needs to know of a demand, and no more: who it is, how to reach them, and what they want. `text` is the
    note of a matter that many share; it names nobody.
    """

    text: str
    kind: str | None = None
    name: str = ""
    phone: str | None = None
    address: str = ""


def seen_by(session: Session, actor: Actor, trip_id: int) -> Seen:
    """An agency's officer sees their agency's and those of all below it; who runs, watches or follows up the trip, all."""
    grants = [grant for grant in actor.grants if grant.reaches(trip_id)]
    others = roles_that_may("referral.view") - {AGENCY_OFFICER}
    if actor.via == "system" or any(grant.role in others for grant in grants):
        return Seen()
    branches = {grant.agency_id for grant in grants if grant.role == AGENCY_OFFICER and grant.agency_id}
    rows = session.execute(select(AGENCIES.c.id, AGENCIES.c.parent_id))
    parents: dict[int, int | None] = {row.id: row.parent_id for row in rows}
    return Seen(
        frozenset(one for one in parents if any(is_within(parents, one, branch) for branch in branches))
    )


def referral_page(
    session: Session, trip_id: int, seen: Seen, wanted: ReferralFilter, now: datetime
) -> ReferralPage:
    """A page of a trip's referrals: what is open, or only what is overdue, or what has ended."""
    conditions = [REFERRALS.c.trip_id == trip_id, *seen.conditions(REFERRALS.c.agency_id)]
    conditions.append(~IS_OPEN if wanted.ended else IS_OPEN)
    if wanted.overdue:
        conditions += [REFERRALS.c.state.in_(rules.AT_AGENCY), REFERRALS.c.due_at <= now]
    if wanted.agency_id is not None:
        conditions.append(REFERRALS.c.agency_id == wanted.agency_id)
    if wanted.after is not None:
        conditions.append(_behind(session, trip_id, wanted.after))
    query = _lines().where(*conditions).order_by(REFERRALS.c.due_at, REFERRALS.c.id).limit(PAGE_SIZE + 1)
    lines = [_line(row) for row in session.execute(query)]
    shown = lines[:PAGE_SIZE]
    return ReferralPage(shown, shown[-1].id if len(lines) > PAGE_SIZE else None)


def referral_of(session: Session, trip_id: int, seen: Seen, referral_id: int) -> ReferralLine:
    """One that somebody sees. Raises NotFound, for another agency's as for none."""
    mine = (REFERRALS.c.id == referral_id, REFERRALS.c.trip_id == trip_id)
    row = session.execute(_lines().where(*mine, *seen.conditions(REFERRALS.c.agency_id))).first()
    if row is None:
        raise NotFound()
    return _line(row)


def matter_of(session: Session, line: ReferralLine) -> Matter:
    """What it is about, as far as its agency needs it."""
    if line.demand_id is None:
        note = select(COLLECTIVES.c.note).where(COLLECTIVES.c.id == line.collective_id)
        return Matter(session.execute(note).scalar_one())
    query = (
        select(DEMANDS.c.text, DEMANDS.c.kind, DEMANDS.c.address, PERSONS.c.name, PERSONS.c.phone)
        .join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
        .where(DEMANDS.c.id == line.demand_id)
    )
    return Matter(**session.execute(query).one()._asdict())


def _lines() -> Select[Any]:
    plain = ("id", "demand_id", "collective_id", "agency_id", "state", "days", "due_at", "opened_at")
    of_demand = (DEMANDS.c.code, DEMANDS.c.topic_id, DEMANDS.c.county)
    of_many = (
        COLLECTIVES.c.title,
        COLLECTIVES.c.topic_id.label("shared_topic_id"),
        COLLECTIVES.c.county.label("shared_county"),
    )
    return (
        select(*(REFERRALS.c[name] for name in plain), *of_demand, *of_many)
        .outerjoin(DEMANDS, DEMANDS.c.id == REFERRALS.c.demand_id)
        .outerjoin(COLLECTIVES, COLLECTIVES.c.id == REFERRALS.c.collective_id)
    )


def _line(row: Row[Any]) -> ReferralLine:
    facts = row._asdict()
    topic_id, county = facts.pop("shared_topic_id"), facts.pop("shared_county")
    if facts["demand_id"] is None:
        facts |= {"topic_id": topic_id, "county": county}
    return ReferralLine(**(facts | {"county": facts["county"] or ""}))


def _behind(session: Session, trip_id: int, referral_id: int) -> ColumnElement[bool]:
    mine = (REFERRALS.c.id == referral_id, REFERRALS.c.trip_id == trip_id)
    due_at = session.execute(select(REFERRALS.c.due_at).where(*mine)).scalar()
    if due_at is None:
        return REFERRALS.c.id > referral_id
    later = and_(REFERRALS.c.due_at == due_at, REFERRALS.c.id > referral_id)
    return or_(REFERRALS.c.due_at > due_at, later)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
