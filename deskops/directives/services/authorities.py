"""Writing down how far officials' orders go, and lending a part of it for a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.models import Agency, Trip
from deskops.directives import rules
from deskops.directives.errors import (
    DelegationTooLong,
    DirectiveMoved,
    EndsBeforeItBegins,
    MoreThanOwn,
    NotAnOfficial,
    OrderAtFault,
    ReasonNeeded,
    SuperiorCircle,
    UnknownAgency,
)
from deskops.directives.events import AuthorityDelegated, AuthorityRevoked, AuthoritySet
from deskops.directives.models import Authority, AuthorityAgency
from deskops.directives.queries.authorities import officials_of, own_reaches, parents_of, superiors_of


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Whom somebody may order, every agency or these with all below them, and up to how many rials, None without limit."""

    every_agency: bool = False
    agency_ids: tuple[int, ...] = ()
    most_rials: int | None = 0


@dataclass(frozen=True, kw_only=True)
class Written:
    """An official's limits as a coordinator writes them down. Beyond them `superior_id` decides; from now on, or from
    `starts_at`, for good or until `ends_at`.
    """

    official_id: int
    limits: Limits
    superior_id: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    reason: str = ""


def set_authority(uow: UnitOfWork, actor: Actor, trip_id: int, wanted: Written) -> int:
    """Add a line to what an official may order; from its beginning on it holds instead of what their rank gives.

    Raises NotAnOfficial, UnknownAgency, SuperiorCircle, EndsBeforeItBegins.
    """
    actor.require("authority.set", trip_id)
    # Two who name each other's superior at once would make a circle.
    uow.session.execute(select(Trip.id).where(Trip.id == trip_id).with_for_update(key_share=True))
    _check_official(uow, trip_id, wanted.official_id, "official_id")
    if wanted.superior_id is not None:
        _check_official(uow, trip_id, wanted.superior_id, "superior_id")
        superiors = superiors_of(uow.session, trip_id, uow.now)
        if rules.in_a_circle(superiors, wanted.official_id, wanted.superior_id):
            raise SuperiorCircle(field="superior_id")
    begins = wanted.starts_at or uow.now
    if wanted.ends_at is not None and wanted.ends_at <= max(begins, uow.now):
        raise EndsBeforeItBegins(field="until")
    row = Authority(
        trip_id=trip_id,
        user_id=wanted.official_id,
        superior_id=wanted.superior_id,
        reason=wanted.reason,
        starts_at=begins,
        ends_at=wanted.ends_at,
    )
    _keep(uow, row, wanted.limits)
    uow.record(
        AuthoritySet(
            trip_id=trip_id,
            authority_id=row.id,
            official_id=row.user_id,
            every_agency=row.every_agency,
            agency_ids=tuple(sorted(wanted.limits.agency_ids)),
            superior_id=row.superior_id,
        )
    )
    return row.id


def delegate(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    official_id: int,
    limits: Limits,
    length: timedelta,
    reason: str,
) -> int:
    """Let another official order in one's own name for a time, from now on, within one line of one's own authority.

    Raises NotAnOfficial, UnknownAgency, MoreThanOwn, DelegationTooLong, ReasonNeeded.
    """
    actor.require("directive.sign", trip_id)
    lender = actor.user_id
    _check_official(uow, trip_id, official_id, "official_id")
    if lender is None or official_id == lender:
        raise NotAnOfficial(field="official_id")
    if not timedelta() < length <= rules.MOST_DELEGATION:
        raise DelegationTooLong(field="length")
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    lent = rules.Reach(limits.every_agency, frozenset(limits.agency_ids), limits.most_rials)
    own = own_reaches(uow.session, trip_id, lender, uow.now)
    if not rules.can_lend(own, lent, parents_of(uow.session)):
        raise MoreThanOwn(field="agency_ids")
    row = Authority(
        trip_id=trip_id,
        user_id=official_id,
        delegated_by=lender,
        reason=reason.strip(),
        starts_at=uow.now,
        ends_at=uow.now + length,
    )
    _keep(uow, row, limits)
    uow.record(
        AuthorityDelegated(
            trip_id=trip_id,
            authority_id=row.id,
            official_id=official_id,
            delegated_by=lender,
            every_agency=row.every_agency,
            agency_ids=tuple(sorted(limits.agency_ids)),
        )
    )
    return row.id


def revoke(uow: UnitOfWork, actor: Actor, trip_id: int, authority_id: int) -> int:
    """It holds no more from now on; what was signed under it stays. A coordinator revokes any line, an official what they
    delegated themselves. Raises NotFound, DirectiveMoved where it is over already.
    """
    actor.require("authority.view", trip_id)
    query = select(Authority).where(Authority.id == authority_id, Authority.trip_id == trip_id)
    row = uow.session.scalar(query.with_for_update())
    lent_by_them = row is not None and row.delegated_by is not None and row.delegated_by == actor.user_id
    if row is None or not (lent_by_them or actor.may("authority.set", trip_id)):
        raise NotFound()
    if row.revoked_at is not None or (row.ends_at is not None and row.ends_at <= uow.now):
        raise DirectiveMoved(details={"state": "over"})
    row.revoked_at, row.version = uow.now, row.version + 1
    uow.record(
        AuthorityRevoked(
            trip_id=trip_id, authority_id=row.id, official_id=row.user_id, delegated_by=row.delegated_by
        )
    )
    return row.id


def _check_official(uow: UnitOfWork, trip_id: int, user_id: int, field: str) -> None:
    if user_id not in officials_of(uow.session, trip_id):
        raise NotAnOfficial(field=field)


def _keep(uow: UnitOfWork, row: Authority, limits: Limits) -> None:
    if limits.most_rials is not None and not 0 <= limits.most_rials <= rules.MOST_RIALS:
        raise OrderAtFault(field="amount")
    agency_ids = () if limits.every_agency else sorted(set(limits.agency_ids))
    _check_agencies(uow, agency_ids)
    row.every_agency, row.most_rials = limits.every_agency, limits.most_rials
    row.made_at, row.made_by, row.version = uow.now, uow.actor.user_id, 1
    uow.session.add(row)
    uow.session.flush()
    uow.session.add_all(AuthorityAgency(authority_id=row.id, agency_id=agency_id) for agency_id in agency_ids)
    uow.session.flush()


def _check_agencies(uow: UnitOfWork, agency_ids: Collection[int]) -> None:
    known = select(Agency.id).where(Agency.id.in_(agency_ids), Agency.retired_at.is_(None))
    if set(uow.session.scalars(known)) != set(agency_ids):
        raise UnknownAgency(field="agency_ids")
