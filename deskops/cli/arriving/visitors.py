"""People who come and call, at a pace that can be changed while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from deskops.cli.arriving.client import Client
from deskops.cli.arriving.schedule import Schedule
from deskops.desks.template import province
from deskops.staff.invented import InventedVisitor, invented_visitors

# How long to look away from a pace of 0.
IDLE_SECONDS = 1.0
# The first people come together, so that the screens live at once.
WARM_UP, WARM_UP_SECONDS = 80, 0.15
REMEMBERED = 10_000
IMPATIENT = 0.12
PATIENCE_MINUTES = 20.0

Registered = Callable[[dict[str, Any]], None]


class Visitors:
    """Registers invented people, and remembers of those who wait what their service will be like."""

    def __init__(
        self,
        client: Client,
        schedule: Schedule,
        setup: dict[str, Any],
        pace_file: Path,
        seed: int,
        speed: float,
    ) -> None:
        self._client = client
        self._schedule = schedule
        self._topics = {topic["code"]: topic["id"] for topic in setup["topics"]}
        self._sites = {site["code"]: site["id"] for site in setup["sites"]}
        self._counties = {county.code: county.name_fa for county in province().counties}
        self._pace_file = pace_file
        self._rng = Random(seed)
        self._people: Iterator[InventedVisitor] = invented_visitors(seed)
        self._speed = speed
        self._known: dict[int, InventedVisitor] = {}
        self._warm = 0

    def come(self, registered: Registered, *, warm_up: bool) -> None:
        """Begin; `registered` is told of each new ticket."""
        self._warm = WARM_UP if warm_up else 0
        self._schedule.after(self._interval(), lambda: self._arrival(registered))

    def forget(self, ticket_id: int) -> InventedVisitor | None:
        """Who has the ticket, for the last time; None for somebody whom a human registered."""
        return self._known.pop(ticket_id, None)

    def who(self, ticket_id: int) -> InventedVisitor | None:
        """Who has the ticket."""
        return self._known.get(ticket_id)

    def pace(self) -> float:
        """People an hour; 0 where the file is missing or says nothing."""
        try:
            return max(0.0, float(self._pace_file.read_text(encoding="ascii")))
        except (OSError, ValueError):
            return 0.0

    def _arrival(self, registered: Registered) -> None:
        if self.pace() > 0:
            self._register(next(self._people), registered)
        self._schedule.after(self._interval(), lambda: self._arrival(registered))

    def _interval(self) -> float:
        pace = self.pace()
        if pace == 0:
            return IDLE_SECONDS
        if self._warm > 0:
            self._warm -= 1
            return WARM_UP_SECONDS
        return self._rng.expovariate(pace / 3600)

    def _register(self, person: InventedVisitor, registered: Registered) -> None:
        answer = self._client.post("/demands", self._body(person))
        if not answer.ok:
            return
        ticket = answer.data["ticket"]
        self._known[ticket["id"]] = person
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        if self._rng.random() < IMPATIENT:
            patience = self._rng.expovariate(1 / (60 * PATIENCE_MINUTES)) / self._speed
            self._schedule.after(patience, lambda: self._leave(ticket["id"]))
        registered(ticket)

    def _leave(self, ticket_id: int) -> None:
        # Refused where they were called meanwhile, which is as it should be.
        if ticket_id in self._known and self._client.post(f"/tickets/{ticket_id}/leave", {}).ok:
            self.forget(ticket_id)

    def _body(self, person: InventedVisitor) -> dict[str, Any]:
        return {
            "topic_id": self._topics.get(person.topic, 0),
            "channel": person.channel,
            "site_id": None if person.site is None else self._sites.get(person.site, 0),
            "kind": person.kind,
            "name": f"{person.given_name} {person.family_name}",
            "phone": person.mobile or "",
            "county": self._counties[person.county],
            "language": person.language,
            "urgent": person.urgent,
            "text": person.text,
        }
