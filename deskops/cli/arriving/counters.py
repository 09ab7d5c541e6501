"""Invented staff at their counters: call, serve, put aside, hand on, finish, pause. Some counters stay free
for people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from deskops.cli.arriving.client import Client
from deskops.cli.arriving.schedule import Act, Schedule
from deskops.cli.arriving.visitors import Visitors

MANNED = 0.7
SURVEY_SECONDS = 4.0
MEAN_MINUTES = 8.0
# Shares of services that are put aside, handed on; of finished ones that a break follows; of counters that
# call for help.
HOLD, TRANSFER, BREAK, HELP = 0.03, 0.03, 0.02, 0.004
WALK_SECONDS, REST_SECONDS, BREAK_SECONDS, HELP_SECONDS = (6, 25), (2, 8), (60, 240), (30, 90)
REASONS = ("break", "prayer", "meal", "paperwork", "system")
OUTCOMES = {
    "guidance_given": 34,
    "to_follow_up": 30,
    "documents_needed": 13,
    "introduced": 8,
    "granted": 6,
    "no_request": 4,
    "out_of_area": 3,
    "out_of_authority": 2,
}
NOTE = "به مراجعه‌کننده توضیح داده شد."


@dataclass
class Seat:
    """A counter with an invented member of staff. `at_work`: something is scheduled for it, so a survey
    leaves it alone.
    """

    id: int
    speeds: dict[int, float]
    at_work: bool = False
    held: list[int] = field(default_factory=list)


class Counters:
    """Everybody who serves."""

    def __init__(
        self,
        client: Client,
        schedule: Schedule,
        visitors: Visitors,
        setup: dict[str, Any],
        seed: int,
        speed: float,
    ) -> None:
        self._client = client
        self._schedule = schedule
        self._visitors = visitors
        self._speed = speed
        self._rng = Random(seed + 1)
        self._means = {topic["id"]: topic["mean_minutes"] for topic in setup["topics"]}
        self._seats = {seat.id: seat for seat in _manned(setup)}

    def open(self) -> bool:
        """Sit down wherever nobody else sits, and begin; returns whether anybody was being served already."""
        for seat in list(self._seats.values()):
            if not self._client.post(f"/places/{seat.id}/open", {}).ok:
                del self._seats[seat.id]
        return self._survey()

    def attend(self, ticket: dict[str, Any]) -> None:
        """Take up a ticket that stands at one of the counters; others are left to whoever they belong to."""
        seat = self._seats.get(ticket["place_id"] or 0)
        if seat is None or seat.at_work:
            return
        person = self._visitors.who(ticket["id"])
        if ticket["status"] == "serving":
            self._later(seat, self._service_seconds(seat, ticket), partial(self._end, seat, ticket))
        elif ticket["status"] == "called":
            comes = person is None or not person.no_show
            act = partial(self._greet, ticket) if comes else partial(self._miss, seat, ticket)
            self._later(seat, self._between(WALK_SECONDS), act)

    def _survey(self) -> bool:
        """See what stands where, and set to work whoever has nothing scheduled: after a start, a cut, or a
        human's doing.
        """
        tickets = self._client.get("/tickets")["tickets"]
        for ticket in tickets:
            if ticket["status"] != "held":
                self.attend(ticket)
        for place in self._client.get("/places")["places"]:
            seat = self._seats.get(place["id"])
            if seat is not None and not seat.at_work and place["state"] == "open" and not place["ready"]:
                self._later(seat, self._between(REST_SECONDS), partial(self._next, seat))
        self._schedule.after(SURVEY_SECONDS, self._survey_again)
        return bool(tickets)

    def _survey_again(self) -> None:
        self._survey()

    def _next(self, seat: Seat) -> None:
        if seat.held:
            self._resume(seat)
            return
        answer = self._client.post(f"/places/{seat.id}/next", {})
        if answer.ok and answer.data["ticket"] is not None:
            self.attend(answer.data["ticket"])

    def _greet(self, ticket: dict[str, Any]) -> None:
        answer = self._client.post(f"/tickets/{ticket['id']}/serve", {})
        if answer.ok:
            self.attend(answer.data)

    def _miss(self, seat: Seat, ticket: dict[str, Any]) -> None:
        self._visitors.forget(ticket["id"])
        self._client.post(f"/tickets/{ticket['id']}/no-show", {})
        self._rest(seat)

    def _end(self, seat: Seat, ticket: dict[str, Any]) -> None:
        """One of several ends; whatever is refused, the next survey finds out how things stand."""
        chance = self._rng.random()
        if chance < HOLD and not seat.held:
            if self._client.post(f"/tickets/{ticket['id']}/hold", {}).ok:
                seat.held.append(ticket["id"])
        elif chance < HOLD + TRANSFER:
            topic = self._rng.choice([topic for topic, minutes in self._means.items() if minutes > 0])
            if not self._client.post(f"/tickets/{ticket['id']}/transfer", {"topic_id": topic}).ok:
                self._finish(ticket)
        else:
            self._finish(ticket)
        self._rest(seat)

    def _finish(self, ticket: dict[str, Any]) -> None:
        self._visitors.forget(ticket["id"])
        [outcome] = self._rng.choices(list(OUTCOMES), list(OUTCOMES.values()))
        self._client.post(f"/tickets/{ticket['id']}/finish", {"outcome": outcome, "note": NOTE})

    def _resume(self, seat: Seat) -> None:
        ticket_id = seat.held.pop()
        answer = self._client.post(f"/tickets/{ticket_id}/resume", {"place_id": seat.id})
        if answer.ok:
            self.attend(answer.data)

    def _rest(self, seat: Seat) -> None:
        chance = self._rng.random()
        if chance < BREAK and not seat.held and self._pause(seat):
            self._later(seat, self._between(BREAK_SECONDS), partial(self._return, seat))
            return
        if chance > 1 - HELP and self._client.post(f"/places/{seat.id}/help", {}).ok:
            self._schedule.after(self._between(HELP_SECONDS), partial(self._answer_help, seat))
        self._later(seat, self._between(REST_SECONDS), partial(self._next, seat))

    def _pause(self, seat: Seat) -> bool:
        return self._client.post(f"/places/{seat.id}/pause", {"reason": self._rng.choice(REASONS)}).ok

    def _answer_help(self, seat: Seat) -> None:
        self._client.post(f"/places/{seat.id}/help/answer", {})

    def _return(self, seat: Seat) -> None:
        if self._client.post(f"/places/{seat.id}/open", {}).ok:
            self._next(seat)

    def _later(self, seat: Seat, seconds: float, act: Act) -> None:
        """Schedule the counter's next act."""

        def begin() -> None:
            seat.at_work = False
            act()

        seat.at_work = True
        self._schedule.after(seconds, begin)

    def _between(self, seconds: tuple[float, float]) -> float:
        return self._rng.uniform(*seconds) / self._speed

    def _service_seconds(self, seat: Seat, ticket: dict[str, Any]) -> float:
        person = self._visitors.who(ticket["id"])
        minutes = (
            self._means.get(ticket["topic_id"], MEAN_MINUTES) if person is None else person.service_minutes
        )
        return 60 * minutes * seat.speeds.get(ticket["topic_id"], 1.0) / self._speed


def _manned(setup: dict[str, Any]) -> Iterable[Seat]:
    """The first counters of each desk; at every one at least one stays closed for whoever tries the demo."""
    for desk in setup["desks"]:
        speeds = {int(topic_id): factor for topic_id, factor in desk["speeds"].items()}
        places = [place for place in setup["places"] if place["desk_id"] == desk["id"]]
        for place in places[: min(len(places) - 1, round(MANNED * len(places)))]:
            yield Seat(place["id"], speeds)
