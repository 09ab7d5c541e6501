"""Whoever waits for a connection to the database keeps nobody else from the load."""

import threading

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from deskops.core import runtime
from deskops.demands.load import CACHE
from tests.small_trip import SmallTrip

PATIENCE = 10.0


class Waits(Session):
    """A session of a pool without a connection to spare, until somebody gives one back."""

    def __init__(self, given_back: threading.Event) -> None:
        super().__init__(runtime.current().database.reader)
        self.given_back = given_back
        self.waits = threading.Event()

    def connection(self, *args: object, **more: object) -> Connection:
        self.waits.set()
        assert self.given_back.wait(PATIENCE)
        return super().connection(*args, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("way", ["current", "held"])
def test_others_go_on_while_one_waits_for_a_connection(trip: SmallTrip, way: str) -> None:
    given_back = threading.Event()
    session = Waits(given_back)
    found: list[int] = []

    def look() -> None:
        if way == "current":
            found.append(CACHE.current(session, trip.id).trip_id)
            return
        with CACHE.held(session, trip.id) as load:
            found.append(load.trip_id)

    thread = threading.Thread(target=look)
    thread.start()
    assert session.waits.wait(PATIENCE)
    with runtime.current().database.reading() as other, CACHE.held(other, trip.id) as load:
        assert load.trip_id == trip.id
    assert found == []
    given_back.set()
    thread.join(PATIENCE)
    session.close()
    assert found == [trip.id]
