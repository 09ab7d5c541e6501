"""Older demands that an order is to follow up, by the codes on people's receipts."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.core.codes import CodeError, parse_code
from deskops.demands.models import Demand
from deskops.directives.errors import UnknownOlderDemand

_BETWEEN = re.compile(r"[\n,،;؛]+")
MOST = 10


def older_demands(session: Session, trip_id: int, typed: str) -> tuple[int, ...]:
    """The demands of this trip with these codes, parted by commas or lines. Raises UnknownOlderDemand, naming the code."""
    codes = [part.strip() for part in _BETWEEN.split(typed) if part.strip()][: MOST + 1]
    return tuple(_demand_of(session, trip_id, code) for code in codes)


def _demand_of(session: Session, trip_id: int, typed: str) -> int:
    try:
        code = parse_code(typed)
    except CodeError:
        raise UnknownOlderDemand(field="older", typed=typed) from None
    found = session.scalar(select(Demand.id).where(Demand.code == code, Demand.trip_id == trip_id))
    if found is None:
        raise UnknownOlderDemand(field="older", typed=typed)
    return found
