"""What happens when an order becomes binding: its number, the agencies' referrals, the demand, and who is told."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import jobs, numbers
from deskops.core.dates import jalali_parts
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.directives import rules
from deskops.directives.errors import DirectiveMoved, ReasonNeeded
from deskops.directives.events import DirectiveEnded, DirectiveIssued
from deskops.directives.models import Directive, DirectiveAddressee, DirectiveDemand, DirectiveReferral
from deskops.directives.queries.authorities import position_of
from deskops.directives.services.concerned import Concerned, decide, locked_concerned, put_back
from deskops.directives.services.signing import ISSUE, locked_directive, move
from deskops.directives.services.telling import tell_people
from deskops.followup.models import CollectiveDemand
from deskops.followup.services.referrals import Matter, cancel_referrals, open_referrals


@jobs.handler(ISSUE)
def issue_when_due(payload: dict[str, Any]) -> None:
    """The time to call an order back is over. Whoever was quicker has issued it, or called it back."""
    with unit_of_work(SYSTEM) as uow:
        row = uow.session.get(Directive, payload["directive_id"])
        if row is not None and row.state == rules.SIGNED:
            issue(uow, row.trip_id, row.id)


def issue_now(uow: UnitOfWork, actor: Actor, trip_id: int, directive_id: int) -> Directive:
    """Its official's device says that the time is over. Answers how it stands where it is issued already, or is about so
    many demands that the worker issues it.

    Raises NotFound, DirectiveMoved where it was called back or the time isn't over.
    """
    actor.require("directive.sign", trip_id)
    row = uow.session.get(Directive, directive_id)
    if row is None or row.trip_id != trip_id or row.official_id != actor.user_id:
        raise NotFound()
    if row.state == rules.ISSUED or _is_about_many(uow, row):
        return row
    return issue(uow, trip_id, directive_id)


def issue(uow: UnitOfWork, trip_id: int, directive_id: int) -> Directive:
    """Number it and have it obeyed, once. Raises NotFound, DirectiveMoved."""
    # Demands are locked before whatever hangs on them, as everywhere.
    concerned = locked_concerned(uow, _seen(uow, trip_id, directive_id))
    row = locked_directive(uow, trip_id, directive_id)
    if row.issues_at is None or uow.now < row.issues_at:
        raise DirectiveMoved(details={"state": row.state})
    move(row, "issue")
    agency_ids = ordered_agencies(uow, row.id)
    _refer(uow, row, concerned, agency_ids)
    if row.supersedes_id is not None:
        _supersede(uow, row, concerned)
        concerned = locked_concerned(uow, row)
    row.issued_at, row.token = uow.now, secrets.token_urlsafe(24)
    row.rank, row.office_id = position_of(uow.session, trip_id, row.official_id)
    row.year = jalali_parts(uow.now)[0]
    row.number = numbers.take(uow.session, f"directive:{trip_id}:{row.year}")
    uow.record(
        DirectiveIssued(
            trip_id=trip_id,
            directive_id=row.id,
            official_id=row.official_id,
            order=row.kind,
            year=row.year,
            number=row.number,
            agency_ids=tuple(agency_ids),
            demands=len(concerned),
        )
    )
    decide(uow, row, concerned)
    tell_people(uow, row, [one.demand_id for one in concerned if one.role == rules.MAIN], agency_ids)
    return row


def withdraw(uow: UnitOfWork, actor: Actor, trip_id: int, directive_id: int, reason: str) -> Directive:
    """Take an issued order back, with a reason that stays with it; agencies that got it by this order alone need not answer.

    Raises NotFound, ReasonNeeded, DirectiveMoved.
    """
    actor.require("directive.sign", trip_id)
    concerned = locked_concerned(uow, _seen(uow, trip_id, directive_id))
    row = locked_directive(uow, trip_id, directive_id)
    if row.official_id != actor.user_id:
        raise NotFound()
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    move(row, "withdraw")
    row.reason = reason.strip()
    _end(uow, row, concerned, None)
    return row


def _is_about_many(uow: UnitOfWork, row: Directive) -> bool:
    named = select(func.count()).where(DirectiveDemand.directive_id == row.id)
    shared = select(func.count()).where(CollectiveDemand.collective_id == row.collective_id)
    found = uow.session.execute(named).scalar_one()
    if row.collective_id is not None:
        found += uow.session.execute(shared).scalar_one()
    return found > rules.ISSUED_AT_ONCE


def ordered_agencies(uow: UnitOfWork, directive_id: int) -> list[int]:
    """The agencies that are to do what it orders."""
    mine = (DirectiveAddressee.directive_id == directive_id, DirectiveAddressee.role == rules.ORDER)
    query = select(DirectiveAddressee.agency_id).where(*mine).order_by(DirectiveAddressee.agency_id)
    return list(uow.session.scalars(query))


def _refer(uow: UnitOfWork, row: Directive, concerned: Sequence[Concerned], agency_ids: list[int]) -> None:
    """A referral for each agency and each demand; of a collective demand one for all who share it."""
    if not agency_ids or row.days is None:
        return
    matters = [Matter(row.trip_id, demand_id=one.demand_id) for one in concerned if not one.is_tied]
    if row.collective_id is not None:
        matters.append(Matter(row.trip_id, collective_id=row.collective_id))
    handed = open_referrals(uow, matters, agency_ids, days=row.days, directive_id=row.id)
    uow.session.add_all(DirectiveReferral(directive_id=row.id, referral_id=one.referral_id) for one in handed)
    uow.session.flush()


def _seen(uow: UnitOfWork, trip_id: int, directive_id: int) -> Directive:
    row = uow.session.get(Directive, directive_id)
    if row is None or row.trip_id != trip_id:
        raise NotFound()
    return row


def _supersede(uow: UnitOfWork, row: Directive, concerned: list[Concerned]) -> None:
    """The order in whose place this one is binds no more. What it alone sent to agencies that this one leaves out ends."""
    older = locked_directive(uow, row.trip_id, row.supersedes_id or 0)
    # Withdrawn, or replaced by another, while this one could still be called back.
    if rules.after(older.state, "supersede") is not None:
        move(older, "supersede")
        _end(uow, older, concerned, row.id)


def _end(uow: UnitOfWork, row: Directive, concerned: list[Concerned], by_id: int | None) -> None:
    """It binds no more: agencies needn't answer what it alone asked, and its demands are as they are without it."""
    row.ended_at, row.ended_by = uow.now, uow.actor.user_id
    uow.record(
        DirectiveEnded(
            trip_id=row.trip_id,
            directive_id=row.id,
            official_id=row.official_id,
            state=row.state,
            by_id=by_id,
        )
    )
    cancel_referrals(uow, _carried_alone(uow, row.id))
    put_back(uow, row, concerned)


def _carried_alone(uow: UnitOfWork, directive_id: int) -> list[int]:
    """The referrals that carry this order and no other that still binds."""
    mine = select(DirectiveReferral.referral_id).where(DirectiveReferral.directive_id == directive_id)
    others = (
        select(DirectiveReferral.referral_id)
        .join(Directive, Directive.id == DirectiveReferral.directive_id)
        .where(
            DirectiveReferral.referral_id.in_(mine),
            Directive.id != directive_id,
            Directive.state == rules.ISSUED,
        )
    )
    shared = set(uow.session.scalars(others))
    return sorted(set(uow.session.scalars(mine)) - shared)
