"""A demand by what somebody types."""

from __future__ import annotations

from sqlalchemy import select

from deskops.core.codes import CodeError, parse_code
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.models import Demand
from deskops.sessions.errors import UnknownCode


def demand_of_code(uow: UnitOfWork, trip_id: int, typed: str) -> int:
    """The demand of the trip with a tracking code, however it is typed. Raises UnknownCode."""
    try:
        code = parse_code(typed)
    except CodeError:
        raise UnknownCode(field="code") from None
    found = uow.session.scalar(select(Demand.id).where(Demand.code == code, Demand.trip_id == trip_id))
    if found is None:
        raise UnknownCode(field="code")
    return found
