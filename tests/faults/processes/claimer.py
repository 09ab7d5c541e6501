"""A counter that presses Next and finishes until nobody waits; it notes each call after its commit."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Row

from deskops.accounts.actor import Actor
from deskops.core.errors import DatabaseUnavailable
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.errors import QueueBusy
from deskops.demands.services import claim, places, serving
from tests.faults.processes.common import patiently, staff
from tests.faults.processes.crew import run


class Counter:
    """Where one actor works; counts the times others were quicker too often."""

    def __init__(self, actor: Actor, trip_id: int, place_id: int) -> None:
        self.actor, self.trip_id, self.place_id = actor, trip_id, place_id
        self.refused = 0

    def open(self) -> None:
        with unit_of_work(self.actor) as uow:
            places.open_place(uow, self.actor, self.trip_id, self.place_id)

    def call(self) -> Row[Any] | None:
        try:
            with unit_of_work(self.actor) as uow:
                return claim.call_next(uow, self.actor, self.trip_id, self.place_id)
        except (QueueBusy, DatabaseUnavailable):
            self.refused += 1
            raise

    def finish(self, ticket_id: int) -> None:
        with unit_of_work(self.actor) as uow:
            serving.finish(uow, self.actor, self.trip_id, ticket_id, outcome="guidance_given")


def work(part: dict[str, Any], ready: Callable[[], None]) -> dict[str, Any]:
    trip_id = part["trip"]
    counter = Counter(staff(part["user"], trip_id), trip_id, part["place"])
    patiently(counter.open)
    ready()
    called = []
    while (row := patiently(counter.call)) is not None:
        called.append(row.id)
        patiently(partial(counter.finish, row.id))
    return {"called": called, "refused": counter.refused}


if __name__ == "__main__":
    run(work)
