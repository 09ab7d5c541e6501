"""A random working day through the API, and what a plain count over the database says of it afterwards."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import inspect, select

from deskops.core import clock, runtime
from deskops.demands.models import Ticket
from deskops.desks.models import Desk, Place
from tests.fixtures import Browser
from tests.small_trip import SmallTrip

STATES = {"open": ["paused", "closed", "failed"], "paused": ["open"], "closed": ["open"], "failed": ["open"]}


@dataclass
class Day:
    """Presses random buttons; what is refused changes nothing and is part of a day."""

    trip: SmallTrip
    pbx: Browser
    coordinator: Browser
    chance: random.Random
    tickets: list[int] = field(default_factory=list)

    def live(self, steps: int) -> None:
        acts: list[Callable[[], Any]] = [
            self.register, self.register, self.register, self.open_place, self.open_place,
            self.next, self.next, self.next, self.serve, self.serve, self.finish, self.finish, self.no_show,
            self.hold, self.leave, self.pause_place, self.ask_help, self.change_desk, self.undo,
        ]  # fmt: skip
        for _ in range(steps):
            clock.advance(seconds=self.chance.uniform(1, 90))
            self.chance.choice(acts)()

    def register(self) -> None:
        topic = self.chance.choice(list(self.trip.topics.values()))
        body: dict[str, Any] = {"topic_id": topic}
        channel = self.chance.choice(["walk_in", "call"])
        body |= {"channel": channel, "urgent": self.chance.random() < 0.1}
        if channel == "walk_in":
            body["site_id"] = self.chance.choice(list(self.trip.sites.values()))
        made = self._post(self.pbx, "/demands", **body)
        self.tickets.append(made.json["ticket"]["id"])

    def open_place(self) -> None:
        self._place("open")

    def pause_place(self) -> None:
        self._place("pause", reason="break")

    def ask_help(self) -> None:
        self._place("help")

    def next(self) -> None:
        self._place("next")

    def serve(self) -> None:
        self._ticket("called", "serve")

    def finish(self) -> None:
        self._ticket("serving", "finish", outcome="guidance_given")

    def no_show(self) -> None:
        self._ticket("called", "no-show")

    def hold(self) -> None:
        self._ticket("serving", "hold")

    def leave(self) -> None:
        self._ticket("waiting", "leave")

    def undo(self) -> None:
        self._ticket("done", "undo")

    def change_desk(self) -> None:
        desk = self.chance.choice(rows(Desk))
        state = self.chance.choice(STATES[desk.state])
        self.coordinator.post(
            f"/trips/{self.trip.id}/wall/desks/{desk.id}/state", data={"state": state, "reason": "آزمون"}
        )

    def _place(self, act: str, **body: Any) -> None:
        desk = self.chance.choice(list(self.trip.places))
        self._post(self.pbx, f"/places/{self.chance.choice(self.trip.places[desk])}/{act}", **body)

    def _ticket(self, status: str, act: str, **body: Any) -> None:
        fitting = [ticket.id for ticket in rows(Ticket) if ticket.status == status]
        if fitting:
            self._post(self.pbx, f"/tickets/{self.chance.choice(fitting)}/{act}", **body)

    def _post(self, browser: Browser, path: str, **body: Any) -> Any:
        answer = browser.post(f"/api/v1/trips/{self.trip.id}{path}", json=body)
        assert answer.status_code < 500, answer.json
        return answer


def rows(model: type[Any]) -> list[Any]:
    """The whole table."""
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(model).order_by(*inspect(model).primary_key)))


def counted(desk: Desk) -> dict[str, Any]:
    """A desk's figures, save its estimate, by looking at every row."""
    waiting = [t for t in rows(Ticket) if t.desk_id == desk.id and t.status == "waiting"]
    places = [place for place in rows(Place) if place.desk_id == desk.id]
    opened = [place for place in places if place.state == "open"]
    taken = {t.place_id for t in rows(Ticket) if t.status in ("called", "serving")}
    hour_ago = clock.now() - timedelta(hours=1)
    return {
        "desk_id": desk.id,
        "state": desk.state,
        "waiting": len(waiting),
        "waiting_calls": sum(t.location == 0 for t in waiting),
        "oldest_since": min((t.registered_at for t in waiting), default=None),
        "places": len(places),
        "open": len(opened),
        "busy": sum(place.id in taken for place in opened),
        "ready": sum(place.ready and place.id not in taken for place in opened),
        "paused": sum(place.state == "paused" for place in places),
        "help": sum(place.help_asked_at is not None for place in places),
        "rate": sum(
            t.desk_id == desk.id and t.status == "done" and t.done_at > hour_ago for t in rows(Ticket)
        ),
    }
