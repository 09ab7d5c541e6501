"""What tests of the offer share: a full hall, a headquarters that serves by phone, and somebody who is offered a call."""

from typing import Any

from sqlalchemy import select

from deskops.core import messages, runtime
from deskops.demands.models import Offer
from deskops.demands.services.intake import Registered
from tests.demands.counter import Counter, sit_down, somebody
from tests.fixtures import Join
from tests.small_trip import SmallTrip

PHONE = "09121234567"


def full_hall(sign_in: Join, trip: SmallTrip, people: int = 3) -> tuple[Counter, Counter]:
    """A counter of desk A with a queue, and a phone seat of the headquarters that is busy with somebody."""
    seat = sit_down(sign_in, trip, "hq", name="تلفنچی آزمون")
    call = somebody(trip, "housing", channel="call", site_id=None).ticket
    seat.act("next")
    assert call.number == 1
    hall = sit_down(sign_in, trip, "a")
    for _ in range(people):
        somebody(trip)
    return hall, seat


def offered(trip: SmallTrip, **more: Any) -> Registered:
    """A walk-in whose wait is long enough."""
    made = somebody(trip, **more)
    assert made.offered
    return made


def offer_row(ticket_id: int) -> Offer | None:
    with runtime.current().database.reading() as session:
        return session.scalar(select(Offer).where(Offer.ticket_id == ticket_id))


def texts() -> list[tuple[str, str]]:
    """The text messages in the outbox: number and text."""
    with runtime.current().database.reading() as session:
        rows = session.scalars(select(messages.Message).order_by(messages.Message.id))
        return [(row.address, row.text) for row in rows]
