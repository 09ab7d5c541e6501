"""What an exchange does with one call, step by step, and with its seats."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from deskops.cli.replaying.calls import Call
from deskops.cli.replaying.exchange import Exchange, Refused

OUTCOME = "guidance_given"


class Pace:
    """Keeps events as far apart as they were, or `speed` times nearer; None: as fast as it goes."""

    def __init__(self, first: float, speed: float | None) -> None:
        self._first = first
        self._speed = speed
        self._started = time.monotonic()

    def wait(self, at: float) -> None:
        """Until it is time for an event."""
        if self._speed is not None:
            due = self._started + (at - self._first) / self._speed
            time.sleep(max(0.0, due - time.monotonic()))


class Line:
    """Sends the steps. A step of a call whose entry was refused is left out; the refusal is kept."""

    def __init__(self, exchange: Exchange, topics: Mapping[str, int], places: Mapping[str, int]) -> None:
        self.exchange = exchange
        self.topics = topics
        self.places = places

    def contact(self, call: Call) -> None:
        """The caller hung up in the menu, or the call was a phantom."""
        body = {"result": "unanswered", "channel": "call", "reason": call.fate, "call_id": call.key}
        if self._post("/contacts", body, call, "contact", call.entered) is not None:
            self.exchange.acknowledge(call.key, "contact")

    def enter(self, call: Call) -> dict[str, Any] | None:
        """The call reaches the queue; returns its turn."""
        body = {
            "channel": "call",
            "topic_id": self.topics[call.type],
            "urgent": call.urgent,
            "call_id": call.key,
        }
        return self._turn(call, self._post("/demands", body, call, "enter", call.entered))

    def connect(self, call: Call, seat: str) -> None:
        """The exchange has connected the caller to this seat."""
        ticket_id = self._ticket_of(call)
        if ticket_id is not None:
            body = {"ticket_id": ticket_id}
            self._ticket(
                call, self._post(f"/places/{self.places[seat]}/call", body, call, "call", call.begins)
            )

    def hang_up(self, call: Call, at: float) -> None:
        """The caller gives up."""
        ticket_id = self._ticket_of(call)
        if ticket_id is not None:
            self._ticket(call, self._post(f"/tickets/{ticket_id}/leave", {}, call, "leave", at))

    def finish(self, call: Call, at: float) -> None:
        """Service ends."""
        ticket_id = self._ticket_of(call)
        if ticket_id is not None:
            body = {"outcome": OUTCOME}
            self._ticket(call, self._post(f"/tickets/{ticket_id}/finish", body, call, "finish", at))

    def open(self, seat: str, at: float) -> None:
        """A server sits down."""
        self.exchange.post(f"/places/{self.places[seat]}/open", {}, key=f"open:{at:.0f}", at=at)

    def close(self, seat: str, at: float) -> None:
        """A server goes."""
        self.exchange.post(f"/places/{self.places[seat]}/close", {}, key=f"close:{at:.0f}", at=at)

    def next(self, seat: str, at: float, number: int) -> dict[str, Any] | None:
        """A server is free: the turn that the rule gives, None if nobody waits. `number` counts presses."""
        data = self.exchange.post(f"/places/{self.places[seat]}/next", {}, key=f"next:{number}", at=at)
        turn: dict[str, Any] | None = data["ticket"]
        return turn

    def _post(
        self, path: str, body: dict[str, Any], call: Call, step: str, at: float
    ) -> dict[str, Any] | None:
        try:
            return self.exchange.post(path, body, key=f"{call.key}:{step}", at=at)
        except Refused as refused:
            self.exchange.refuse(call.key, refused)
            return None

    def _turn(self, call: Call, data: dict[str, Any] | None) -> dict[str, Any] | None:
        return None if data is None else self._ticket(call, data["ticket"])

    def _ticket(self, call: Call, turn: dict[str, Any] | None) -> dict[str, Any] | None:
        if turn is not None:
            self.exchange.acknowledge(call.key, turn["status"], turn["id"])
        return turn

    def _ticket_of(self, call: Call) -> int | None:
        known = self.exchange.acknowledged.get(call.key)
        return None if known is None else known.ticket_id
