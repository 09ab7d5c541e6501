"""Short ways to be a citizen in a test."""

from typing import Any

from sqlalchemy import select

from deskops.core import runtime
from deskops.demands.models import Demand, Ticket
from deskops.desks.models import Desk
from tests.fixtures import Browser
from tests.small_trip import SmallTrip


def sign_of(trip: SmallTrip, name: str = "a") -> str:
    """The token on a desk's sign."""
    with runtime.current().database.reading() as session:
        return str(session.scalar(select(Desk.sign_token).where(Desk.id == trip.desks[name])))


def check_in(browser: Browser, trip: SmallTrip, name: str = "a", **form: Any) -> Any:
    """Fill in and send the form at a desk's sign."""
    return browser.post(f"/c/{sign_of(trip, name)}", data={"topic_id": trip.topics["loan"]} | form)


def register(browser: Browser, trip: SmallTrip, topic: str = "loan", **more: Any) -> dict[str, Any]:
    """A walk-in at site one, registered by staff; all that the receipt prints."""
    body = {"topic_id": trip.topics[topic], "site_id": trip.sites["one"]} | more
    made = browser.post(f"/api/v1/trips/{trip.id}/demands", json=body)
    assert made.status_code == 201, made.json
    return dict(made.json)


def tickets() -> list[Ticket]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def demands() -> list[Demand]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(Demand).order_by(Demand.id)))
