"""Reads of orders as agencies see them: what a referral carries, and copies for information."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from deskops.accounts.queries import names_of_users
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.directives import rules
from deskops.directives.models import Directive, DirectiveAddressee, DirectiveReferral
from deskops.followup.queries.referrals import Seen

ADDRESSEES, CARRIED = table_of(DirectiveAddressee), table_of(DirectiveReferral)
PAGE_SIZE = 50


@dataclass(frozen=True)
class OrderSeen:
    """An order as an agency reads it: what it says, by whom, in whose name, and to whom. No person is named."""

    row: Directive
    official: str
    behalf_of: str | None
    agency_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class CopyPage:
    """A page, newest first; `next_before` is None on the last one."""

    lines: list[OrderSeen]
    next_before: int | None


def orders_carried(session: Session, trip_id: int, referral_id: int) -> list[OrderSeen]:
    """The numbered orders that a referral carries, newest first, with those that were withdrawn or replaced."""
    carried = select(CARRIED.c.directive_id).where(CARRIED.c.referral_id == referral_id)
    return _seen(session, Directive.id.in_(carried), Directive.trip_id == trip_id)


def copy_page(session: Session, trip_id: int, seen: Seen, before: int | None = None) -> CopyPage:
    """What agencies were told for information."""
    conditions = [Directive.id.in_(_copied(seen)), Directive.trip_id == trip_id]
    if before is not None:
        conditions.append(Directive.id < before)
    lines = _seen(session, *conditions, limit=PAGE_SIZE + 1)
    shown = lines[:PAGE_SIZE]
    return CopyPage(shown, shown[-1].row.id if len(lines) > PAGE_SIZE else None)


def copy_of(session: Session, trip_id: int, seen: Seen, directive_id: int) -> OrderSeen:
    """One of these. Raises NotFound, for another agency's as for none."""
    found = _seen(
        session, Directive.id == directive_id, Directive.id.in_(_copied(seen)), Directive.trip_id == trip_id
    )
    if not found:
        raise NotFound()
    return found[0]


def _copied(seen: Seen) -> Select[tuple[int]]:
    theirs = (ADDRESSEES.c.role == rules.COPY, *seen.conditions(ADDRESSEES.c.agency_id))
    return select(ADDRESSEES.c.directive_id).where(*theirs)


def _seen(session: Session, *conditions: ColumnElement[bool], limit: int | None = None) -> list[OrderSeen]:
    query = select(Directive).where(*conditions, Directive.state.in_(rules.NUMBERED))
    rows = session.scalars(query.order_by(Directive.id.desc()).limit(limit)).all()
    names = names_of_users(session, {one for row in rows for one in (row.official_id, row.behalf_of) if one})
    agencies = _ordered(session, [row.id for row in rows])
    return [
        OrderSeen(row, names.get(row.official_id, ""), names.get(row.behalf_of or 0), agencies[row.id])
        for row in rows
    ]


def _ordered(session: Session, directive_ids: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    mine = (ADDRESSEES.c.directive_id.in_(directive_ids), ADDRESSEES.c.role == rules.ORDER)
    for row in session.execute(select(ADDRESSEES).where(*mine).order_by(ADDRESSEES.c.agency_id)):
        found[row.directive_id].append(row.agency_id)
    return found
