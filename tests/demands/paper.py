"""What tests of forms on paper share: printed forms, and one that is typed in."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import PaperForm
from deskops.demands.services import paper
from tests.fixtures import Browser
from tests.small_trip import SmallTrip


def printed(trip: SmallTrip, desk: str | None = "a", count: int = 1) -> list[str]:
    """Codes of forms that were printed for a desk, or for any."""
    with unit_of_work(SYSTEM) as uow:
        if desk is None:
            batch = paper.reserve(uow, trip.id, [], 0, count)
        else:
            batch = paper.reserve(uow, trip.id, [trip.desks[desk]], count)
    with runtime.current().database.reading() as session:
        query = select(PaperForm.code).where(PaperForm.trip_id == trip.id, PaperForm.batch == batch)
        return list(session.scalars(query))


def form_row(code: str) -> PaperForm:
    with runtime.current().database.reading() as session:
        return session.get_one(PaperForm, code)


def a_while_ago(minutes: int = 0) -> datetime:
    """A time that a form can give: the trip of a test is as old as the test."""
    return clock.now() - timedelta(minutes=minutes)


def type_in(browser: Browser, trip: SmallTrip, code: str, **more: Any) -> Any:
    """Through the API; a walk-in about a loan, now, still open."""
    body = {"code": code, "topic_id": trip.topics["loan"], "at": clock.now().isoformat()}
    return browser.post(f"/api/v1/trips/{trip.id}/paper", json=body | more)
