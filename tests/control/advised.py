"""What tests of advice and staff moves share: a hall where people wait long, and a desk beside it with nobody."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.control.models import Advice, StaffMove
from deskops.control.rules.advice import Figures
from deskops.control.services import advice_runs
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from tests.demands.counter import Counter, sit_down, somebody
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

PEOPLE = 16


@dataclass
class Hall:
    """People with a matter of housing wait at the hall, where one counter is open; two sit idle at desk B, elsewhere."""

    trip: SmallTrip
    busy: Counter
    idle: list[Counter]
    coordinator: Browser

    def path(self, rest: str = "") -> str:
        return f"/trips/{self.trip.id}/balance{rest}"


def pressed_hall(sign_in: Join, trip: SmallTrip) -> Hall:
    """As it is half an hour after so many came."""
    busy = sit_down(sign_in, trip, "hall", name="پرکار")
    idle = [sit_down(sign_in, trip, "b", seat, name=name) for seat, name in enumerate(("یکم", "دوم"))]
    people_wait(trip)
    return Hall(trip, busy, idle, sign_in("coordinator", trip_id=trip.id, name="هماهنگ‌کننده"))


def people_wait(trip: SmallTrip) -> None:
    """One every two minutes, whom the hall alone can serve."""
    for _ in range(PEOPLE):
        somebody(trip, "housing")
        clock.advance(minutes=2)


def advise() -> list[Advice]:
    """The worker's run; all advice that there is then."""
    advice_runs.advise_all({})
    return all_advice()


def all_advice() -> list[Advice]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(Advice).order_by(Advice.id)))


def all_moves() -> list[StaffMove]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(StaffMove).order_by(StaffMove.id)))


def an_advice(trip: SmallTrip) -> int:
    """Advice for tests that need its page and nothing behind it; its id."""
    names = (
        "person_minutes",
        "person_minutes_without",
        "waiting",
        "waiting_without",
        "oldest",
        "oldest_without",
    )
    figures = Figures(90.0, 16, 32.0, 2, 2, **dict.fromkeys(names, 10.0))
    with unit_of_work(SYSTEM) as uow:
        row = Advice(
            trip_id=trip.id,
            source_desk_id=trip.desks["b"],
            target_desk_id=trip.desks["hall"],
            counters=1,
            gain_minutes=60.0,
            figures=asdict(figures),
            state="proposed",
            made_at=uow.now,
            seen_at=uow.now,
        )
        uow.session.add(row)
        uow.session.flush()
        return row.id


def go_there(hall: Hall, seat: int = 1) -> None:
    """The first of the idle goes, and opens a counter at the hall."""
    browser = hall.idle[0].browser
    assert browser.post(hall.path(f"/moves/{all_moves()[-1].id}/go")).status_code == 303
    place_id = hall.trip.places["hall"][seat]
    opened = browser.post(f"/trips/{hall.trip.id}/places/open", data={"place_id": place_id})
    assert opened.status_code == 303, opened.text
