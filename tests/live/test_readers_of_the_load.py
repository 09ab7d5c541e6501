"""The load in memory changes with every commit: whoever reads more than one thing of it holds it meanwhile."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from sqlalchemy.orm import Session

from deskops.accounts.actor import SYSTEM
from deskops.balancing.desk_load import DeskLoad
from deskops.balancing.load import Load
from deskops.control.queries import takers, wall_snapshot
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands import queries as demands
from deskops.demands.load import CACHE
from deskops.demands.services import sharing
from deskops.live.queries import wall_news
from deskops.public.queries import board
from tests.demands.counter import sit_down, somebody
from tests.fixtures import Join
from tests.small_trip import SmallTrip

LOOKS = (
    *((Load, name) for name in ("provisional", "all_waiting", "serving", "waiting", "desk")),
    (DeskLoad, "expected_wait"),
)
NOBODY = -1


@pytest.fixture
def folder() -> Iterator[ThreadPoolExecutor]:
    """The thread in which another request's commit would be folded in."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch, folder: ThreadPoolExecutor) -> list[bool]:
    """For each look at the load, whether another thread could have changed it meanwhile."""
    seen: list[bool] = []

    def watched(look: Callable[..., Any]) -> Callable[..., Any]:
        def looked(*args: Any) -> Any:
            change = folder.submit(CACHE.forget, NOBODY)
            seen.append(bool(wait([change], timeout=0.1).done))
            return look(*args)

        return looked

    for kind, name in LOOKS:
        monkeypatch.setattr(kind, name, watched(getattr(kind, name)))
    return seen


def lines(session: Session, trip: SmallTrip) -> list[demands.TicketLine]:
    return demands.desk_tickets(session, trip.id, trip.desks["hall"])


READERS: dict[str, Callable[[Session, SmallTrip], Any]] = {
    "wall": lambda session, trip: wall_snapshot(session, trip.id),
    "news of the wall": lambda session, trip: wall_news(session, trip.id, [], setup_changed=False),
    "coordinators' list": lambda session, trip: takers(session, trip.id, lines(session, trip)),
    "board": lambda session, trip: board(session, trip.id, trip.sites["one"]),
    "console": lambda session, trip: demands.desk_waiting(session, trip.id, trip.desks["hall"]),
    "wait of one person": lambda session, trip: demands.wait_of(session, trip.id, lines(session, trip)[0]),
}


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_holds_the_load_while_it_looks(
    trip: SmallTrip, sign_in: Join, looks: list[bool], reader: str
) -> None:
    sit_down(sign_in, trip)
    somebody(trip)
    looks.clear()
    with runtime.current().database.reading() as session:
        READERS[reader](session, trip)
    assert looks
    assert not any(looks)


def test_a_person_is_handed_on_by_a_load_that_holds_still(
    trip: SmallTrip, sign_in: Join, looks: list[bool]
) -> None:
    sit_down(sign_in, trip)
    ticket_id = int(somebody(trip).ticket.id)
    looks.clear()
    with unit_of_work(SYSTEM) as uow:
        sharing.transfer(uow, SYSTEM, trip.id, ticket_id, topic_id=trip.topics["work"])
    assert looks
    assert not any(looks)
