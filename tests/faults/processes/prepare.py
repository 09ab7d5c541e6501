"""Makes a small live trip, signed-in users of a role each, more counters in the hall, and people who wait there."""

from typing import Any

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.passwords import csrf_token, token_hash
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.services import intake, places
from deskops.desks.models import Place
from tests.faults.processes.common import begin, say
from tests.small_trip import SmallTrip, make_small_trip

TOPICS = ("loan", "work", "housing")
BATCH = 200


def sign_in(trip: SmallTrip, role: str) -> dict[str, Any]:
    with unit_of_work(SYSTEM) as uow:
        user_id = accounts.create_user(uow, name="کاربر آزمون", grants=[Grant(role, trip.id)])
        token = accounts.open_session(uow, user_id, "test", "faults", 8).token
    secret = runtime.current().settings.secret_key
    return {"user_id": user_id, "cookie": token, "csrf": csrf_token(secret, token_hash(token))}


def add_counters(trip: SmallTrip, number: int) -> None:
    """Counters in the hall, closed."""
    with unit_of_work(SYSTEM) as uow:
        for seat in range(101, 101 + number):
            place = Place(
                trip_id=trip.id, desk_id=trip.desks["hall"], number=seat, kind="counter", state="closed",
                state_at=uow.now, ready=False, languages="fa", version=1,
            )  # fmt: skip
            uow.session.add(place)
            uow.session.flush()
            trip.places["hall"].append(place.id)


def open_counters(trip: SmallTrip, desks: list[str]) -> None:
    """The first counter of each desk, for somebody who stays away from the test."""
    for desk in desks:
        someone = sign_in(trip, "staff")["user_id"]
        with unit_of_work(SYSTEM) as uow:
            place = places.open_place(uow, SYSTEM, trip.id, trip.places[desk][0])
            place.user_id = someone


def register(trip: SmallTrip, people: int) -> None:
    """Walk-ins at the hall's site, every seventh urgent."""
    for first in range(0, people, BATCH):
        with unit_of_work(SYSTEM) as uow:
            for index in range(first, min(first + BATCH, people)):
                topic = trip.topics[TOPICS[index % 3]]
                site = trip.sites["one"]
                wanted = intake.Registration(
                    topic, "walk_in", site, urgent=index % 7 == 0, name=f"نفر {index}"
                )
                intake.register(uow, SYSTEM, trip.id, wanted)


def main() -> None:
    wanted = begin()
    trip = make_small_trip()
    add_counters(trip, wanted.get("counters", 0))
    open_counters(trip, wanted.get("open_desks", []))
    register(trip, wanted.get("waiting", 0))
    users = {role: [sign_in(trip, role) for _ in range(n)] for role, n in wanted.get("users", {}).items()}
    say(
        {
            "id": trip.id, "sites": trip.sites, "topics": trip.topics, "desks": trip.desks, "places": trip.places,
            "users": users,
        }
    )  # fmt: skip


if __name__ == "__main__":
    main()
