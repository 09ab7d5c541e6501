"""In which of their announced hours and meetings an official orders something, which a room above knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

UnderWay = Callable[[Session, int, int, datetime], int | None]
"""The session that an official of a trip holds at an instant: trip, user, instant."""

Before = Callable[[Session, int, int, int], int | None]
"""The appointment of whoever sits before an official and is concerned by an order: trip, user, directive."""


def _none(_session: Session, _trip_id: int, _user_id: int, _now: datetime) -> int | None:
    return None


def _nobody(_session: Session, _trip_id: int, _user_id: int, _directive_id: int) -> int | None:
    return None


_under_way: UnderWay = _none
_before: Before = _nobody


def provide(under_way: UnderWay, before: Before) -> None:
    """Say who knows which sessions are under way, and who sits before an official."""
    global _under_way, _before
    _under_way, _before = under_way, before


def session_under_way(session: Session, trip_id: int, user_id: int, now: datetime) -> int | None:
    """The official's session that is under way; None outside their announced hours."""
    return _under_way(session, trip_id, user_id, now)


def appointment_during(session: Session, trip_id: int, user_id: int, directive_id: int) -> int | None:
    """The appointment in which an official gives an order; None where nobody concerned sits before them."""
    return _before(session, trip_id, user_id, directive_id)
