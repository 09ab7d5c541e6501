"""What tests of emergency stops share."""

from typing import Any

from deskops.control.models import EmergencyStop
from deskops.demands.models import Ticket
from deskops.desks.models import Desk
from tests.control.history import rows
from tests.fixtures import Browser
from tests.small_trip import SmallTrip


def stop(browser: Browser, trip: SmallTrip, desk: str | None = "a", site: str = "one", **form: str) -> Any:
    wanted = {"site_id": trip.sites[site], "choice": "share_out", "reason": "آتش‌سوزی"} | form
    if desk is not None:
        wanted["desk_id"] = trip.desks[desk]
    return browser.post(f"/trips/{trip.id}/stops", data=wanted)


def go_on(browser: Browser, trip: SmallTrip, number: int = 0) -> Any:
    """End the stop that was made as the first, second …"""
    return browser.post(f"/trips/{trip.id}/stops/{rows(EmergencyStop)[number].id}/resume")


def desks_of(tickets: list[int]) -> set[int | None]:
    return {row.desk_id for row in rows(Ticket) if row.id in tickets}


def desk_row(trip: SmallTrip, name: str = "a") -> Desk:
    [found] = [row for row in rows(Desk) if row.id == trip.desks[name]]
    assert isinstance(found, Desk)
    return found


def states(trip: SmallTrip) -> dict[str, str]:
    return {name: desk_row(trip, name).state for name in trip.desks}
