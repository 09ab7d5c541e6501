"""What tests of the counter's pages share: somebody at a counter, people who come, and the facts behind a page."""

import json
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import journal, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Demand
from deskops.demands.services import intake
from deskops.demands.services.intake import Registered
from deskops.demands.services.tickets import TICKETS
from deskops.desks.models import Place
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

FRAGMENT = {"HX-Request": "true", "HX-Target": "console"}


@dataclass
class Counter:
    """A browser that sits at a counter. `act` posts as htmx does."""

    browser: Browser
    trip: SmallTrip
    place_id: int

    @property
    def path(self) -> str:
        return f"/trips/{self.trip.id}/places/{self.place_id}"

    def act(self, name: str, ticket_id: int | None = None, **data: Any) -> Any:
        path = f"{self.path}/tickets/{ticket_id}/{name}" if ticket_id else f"{self.path}/{name}"
        return self.browser.post(path, data=data, headers=FRAGMENT)

    def page(self) -> Any:
        return self.browser.get(f"{self.path}/console")

    def mode(self) -> str:
        found = re.search(r'data-mode="(\w+)"', self.page().text)
        assert found
        return found[1]


def sit_down(
    sign_in: Join,
    trip: SmallTrip,
    desk: str = "hall",
    seat: int = 0,
    role: str = "staff",
    name: str = "کاربر آزمون",
) -> Counter:
    """Open a counter as somebody whose role is bound to the desk."""
    browser = sign_in(role, trip_id=trip.id, desk_id=trip.desks[desk], name=name)
    place_id = trip.places[desk][seat]
    opened = browser.post(f"/trips/{trip.id}/places/open", data={"place_id": place_id})
    assert opened.status_code == 303, opened.text
    return Counter(browser, trip, place_id)


def somebody(trip: SmallTrip, topic: str = "loan", **more: Any) -> Registered:
    """A walk-in at site one, registered past the form."""
    facts = {
        "channel": "walk_in",
        "site_id": trip.sites["one"],
        "name": "سارا نمونه",
        "may_walk": False,
    } | more
    with unit_of_work(SYSTEM) as uow:
        return intake.register(
            uow, SYSTEM, trip.id, intake.Registration(topic_id=trip.topics[topic], **facts)
        )


def ticket_row(ticket_id: int) -> Any:
    with runtime.current().database.reading() as session:
        return session.execute(select(TICKETS).where(TICKETS.c.id == ticket_id)).one()


def place_row(place_id: int) -> Place:
    with runtime.current().database.reading() as session:
        return session.get_one(Place, place_id)


def demand_row(demand_id: int) -> Demand:
    with runtime.current().database.reading() as session:
        return session.get_one(Demand, demand_id)


def kinds_of(trip: SmallTrip) -> list[str]:
    """Everything that the trip's journal tells, in order."""
    with runtime.current().database.reading() as session:
        return [entry.kind for entry in journal.trip_entries(session, trip.id, 0)]


def toast_of(answer: Any) -> dict[str, Any]:
    return dict(json.loads(answer.headers["HX-Trigger"])["toast"])
