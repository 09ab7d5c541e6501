"""A desk's day in fast motion: everything that staff and coordinators do, at random, until the acts are used up."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.errors import Refusal
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands.models import Ticket
from deskops.demands.services import claim, intake, places, serving, sharing
from deskops.desks.models import Desk
from deskops.desks.services import set_desk_state
from tests.faults.processes.common import staff
from tests.faults.processes.crew import run

TICKETS, DESKS = table_of(Ticket), table_of(Desk)
ACTIVE = ("waiting", "called", "serving", "held", "no_show")
# What is done, and how often beside the others.
FREQUENCIES = {
    "register": 14, "next": 16, "serve": 8, "hold": 5, "resume": 4, "return": 2, "no_show": 3, "recall": 4, "finish": 8,
    "leave": 2, "transfer": 4, "undo": 4, "open": 18, "pause": 2, "close": 1, "desk": 2, "fail": 12,
}  # fmt: skip


class Day:
    """One person with every right, who does anything anywhere."""

    def __init__(self, part: dict[str, Any]) -> None:
        self.part, self.trip_id = part, part["trip"]
        self.chance = random.Random(part["seed"])
        self.actor: Actor = staff(part["user"], part["trip"], "coordinator")
        self.desk_staff: Actor = staff(part["user"], part["trip"], "desk_head")
        self.done: Counter[str] = Counter()

    def act(self) -> None:
        """One random act in one transaction; a refusal is an answer like another."""
        name = self.chance.choices(list(FREQUENCIES), list(FREQUENCIES.values()))[0]
        try:
            with unit_of_work(self.actor) as uow:
                getattr(self, f"_{name}")(uow)
            self.done[name] += 1
        except Refusal as refusal:
            self.done[f"{name}: {refusal.code}"] += 1
        except Breakdown:
            self.done["taken back"] += 1

    def _register(self, uow: UnitOfWork) -> None:
        call = self.chance.random() < 0.3
        site = None if call else self.chance.choice(self.part["sites"])
        wanted = intake.Registration(
            self.chance.choice(self.part["topics"]), "call" if call else "walk_in", site,
            urgent=self.chance.random() < 0.2, language=self.chance.choice(("fa", "fa", "ar")), name="نام",
        )  # fmt: skip
        intake.register(uow, self.actor, self.trip_id, wanted)

    def _next(self, uow: UnitOfWork) -> None:
        claim.call_next(uow, self.desk_staff, self.trip_id, self._place())

    def _serve(self, uow: UnitOfWork) -> None:
        serving.serve(uow, self.desk_staff, self.trip_id, self._ticket(uow, "called"))

    def _hold(self, uow: UnitOfWork) -> None:
        serving.hold(uow, self.desk_staff, self.trip_id, self._ticket(uow, "serving"))

    def _resume(self, uow: UnitOfWork) -> None:
        serving.resume(uow, self.desk_staff, self.trip_id, self._ticket(uow, "held"), self._place())

    def _return(self, uow: UnitOfWork) -> None:
        serving.return_to_queue(uow, self.desk_staff, self.trip_id, self._ticket(uow, "held"))

    def _no_show(self, uow: UnitOfWork) -> None:
        serving.no_show(uow, self.desk_staff, self.trip_id, self._ticket(uow, "called"))

    def _recall(self, uow: UnitOfWork) -> None:
        serving.recall(
            uow, self.desk_staff, self.trip_id, self._ticket(uow, "called", "no_show"), self._place()
        )

    def _finish(self, uow: UnitOfWork) -> None:
        ticket = self._ticket(uow, "called", "serving")
        serving.finish(uow, self.desk_staff, self.trip_id, ticket, outcome="guidance_given")

    def _leave(self, uow: UnitOfWork) -> None:
        serving.leave(uow, self.desk_staff, self.trip_id, self._ticket(uow, "waiting", "held", "no_show"))

    def _transfer(self, uow: UnitOfWork) -> None:
        topic = self.chance.choice([None, *self.part["topics"]])
        sharing.transfer(uow, self.actor, self.trip_id, self._ticket(uow, *ACTIVE), topic_id=topic)

    def _undo(self, uow: UnitOfWork) -> None:
        serving.undo(uow, self.actor, self.trip_id, self._ticket(uow, *ACTIVE, "done"))

    def _open(self, uow: UnitOfWork) -> None:
        languages = self.chance.choice(("fa", "fa,ar"))
        places.open_place(uow, self.desk_staff, self.trip_id, self._place(), languages=languages)

    def _pause(self, uow: UnitOfWork) -> None:
        places.pause_place(uow, self.desk_staff, self.trip_id, self._place(), reason="break")

    def _close(self, uow: UnitOfWork) -> None:
        places.close_place(uow, self.desk_staff, self.trip_id, self._place())

    def _desk(self, uow: UnitOfWork) -> None:
        desk = self.chance.choice(self.part["desks"])
        present = uow.session.execute(select(DESKS.c.state).where(DESKS.c.id == desk)).scalar_one()
        state = self.chance.choice(("paused", "failed", "closed")) if present == "open" else "open"
        set_desk_state(uow, self.actor, self.trip_id, desk, state=state, reason="آزمون")

    def _fail(self, uow: UnitOfWork) -> None:
        """Something is done, and the transaction breaks down before its end."""
        name = self.chance.choice(("register", "next", "open", "pause", "desk", "hold", "finish"))
        getattr(self, f"_{name}")(uow)
        raise Breakdown

    def _place(self) -> int:
        return int(self.chance.choice(self.part["places"]))

    def _ticket(self, uow: UnitOfWork, *statuses: str) -> int:
        query = select(TICKETS.c.id).where(TICKETS.c.trip_id == self.trip_id, TICKETS.c.status.in_(statuses))
        ids = uow.session.scalars(query.order_by(TICKETS.c.id.desc()).limit(40)).all()
        return int(self.chance.choice(ids)) if ids else 0


class Breakdown(Exception):
    """What the disk or the network would raise."""


def work(part: dict[str, Any], ready: Callable[[], None]) -> dict[str, int]:
    day = Day(part)
    ready()
    for _ in range(part["acts"]):
        day.act()
    return dict(day.done)


if __name__ == "__main__":
    run(work)
