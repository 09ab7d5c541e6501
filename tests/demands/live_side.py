"""A scenario as a trip of the live system, driven through its JSON API and the worker's jobs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import select

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.balancing.simulation.scenario import Desk, Person, Scenario
from deskops.core import clock, runtime
from deskops.core.codes import new_token
from deskops.core.unit_of_work import unit_of_work
from deskops.demands import rules
from deskops.demands.load import CACHE
from deskops.demands.models import LearnedTime, Offer
from deskops.demands.services import learning, rebalancing
from deskops.demands.services.mending import mend
from deskops.demands.services.tickets import TICKETS
from deskops.desks.events import TripCreated
from deskops.desks.models import Desk as DeskRow
from deskops.desks.models import DeskTopic, Place, Site, SiteWalk, Topic, Trip
from tests.fixtures import Browser

ANSWER = {True: "accept", False: "refuse"}


class LiveSide:
    """The trip's ids by those of the scenario, and what can happen to it. `counters` are the desks of the engine's counters
    by number: each has a seat of its own, and they are numbered alike, so that ties are broken alike.
    """

    def __init__(self, app: Flask, scenario: Scenario, counters: Sequence[int]) -> None:
        with unit_of_work(SYSTEM) as uow:
            self._build(uow, scenario)
            self.seats = {
                number: self._seat(uow, number, desk) for number, desk in enumerate(counters, start=1)
            }
            grants = [Grant("integration", self.trip_id), Grant("coordinator", self.trip_id)]
            user_id = accounts.create_user(uow, name="PBX", grants=grants)
            token = accounts.make_api_token(uow, user_id, "pbx")
        self._browser = Browser(app.test_client(), user_id, {"Authorization": f"Bearer {token}"})
        self._tickets: dict[int, int] = {}

    # What happens

    def register(self, person: int, who: Person) -> None:
        body = {
            "topic_id": self.topics[who.topic],
            "channel": "call" if who.is_call else "walk_in",
            "site_id": None if who.site is None else self.sites[who.site],
            "name": "نمونه",
            "phone": f"0912{person:07}",
            "language": who.language,
            "urgent": who.urgent,
        }
        self._tickets[person] = self._post("/demands", body)["ticket"]["id"]

    def open(self, counter: int, languages: frozenset[str]) -> None:
        self._post(f"/places/{self.seats[counter]}/open", {"languages": ",".join(sorted({"fa", *languages}))})

    def close(self, counter: int) -> None:
        """Every other one only pauses."""
        if counter % 2:
            self._post(f"/places/{self.seats[counter]}/close")
        else:
            self._post(f"/places/{self.seats[counter]}/pause", {"reason": "meal"})

    def next(self, counter: int) -> None:
        self._post(f"/places/{self.seats[counter]}/next")

    def serve(self, person: int) -> None:
        self._post(f"/tickets/{self._tickets[person]}/serve")

    def finish(self, person: int, *, came: bool) -> None:
        path = f"/tickets/{self._tickets[person]}"
        if came:
            self._post(f"{path}/finish", {"outcome": "guidance_given"})
        else:
            self._post(f"{path}/no-show")

    def leave(self, person: int) -> None:
        self._post(f"/tickets/{self._tickets[person]}/leave")

    def arrive(self, person: int) -> None:
        self._post(f"/tickets/{self._tickets[person]}/arrive")

    def answer(self, person: int, *, accepts: bool) -> None:
        self._post(f"/tickets/{self._tickets[person]}/offer/{ANSWER[accepts]}")

    def stop(self, desk: int, serves: bool) -> None:
        """A failure sends those being served back to wait; a pause, as the simulator has it, lets them be served."""
        body = {"state": "paused" if serves else "failed", "reason": "x"}
        self._post(f"/desks/{self.desks[desk]}/state", body)

    def open_desk(self, desk: int) -> None:
        self._post(f"/desks/{self.desks[desk]}/state", {"state": "open"})

    # What the worker does

    def mend(self) -> None:
        mend({})

    def tick(self, act: str) -> None:
        """One kind of act of the tick, as it is done where no coordinator forbids it."""
        with unit_of_work(SYSTEM) as uow:
            rebalancing.tick(uow, self.trip_id, act, rules.DO)

    def learn(self, topic: int) -> tuple[float, float]:
        """The topic's mean and share as the trip's load knows them after learning."""
        learning.learn_all({})
        with runtime.current().database.reading() as session, CACHE.held(session, self.trip_id) as trip:
            row = session.get(LearnedTime, self.topics[topic])
            return trip.load.means[self.topics[topic]], 1.0 if row is None else 1.0 + row.served

    # What became of it

    def called(self) -> list[int]:
        return self._people(select(TICKETS.c.id).where(TICKETS.c.status == "called"))

    def unanswered(self) -> list[int]:
        return self._people(select(Offer.ticket_id).where(Offer.state == "open").order_by(Offer.id))

    def state(self) -> dict[int, Any]:
        """As `SideBySide` has it of the simulator."""
        sites = {site_id: site for site, site_id in enumerate(self.sites)}
        desks = {desk_id: desk for desk, desk_id in self.desks.items()}
        people = {ticket_id: person for person, ticket_id in self._tickets.items()}
        with runtime.current().database.reading() as session:
            rows = session.execute(select(TICKETS)).all()
            offers = dict(session.execute(select(Offer.ticket_id, Offer.state)).all())
        found: dict[int, Any] = {}
        for row in rows:
            if row.status == "waiting":
                known: tuple[Any, ...] = ("waits", sites.get(row.location), desks.get(row.desk_id), row.walk)
            elif row.status in ("called", "serving"):
                known = "served", desks[row.desk_id]
            else:
                known = ("over",)
            found[people[row.id]] = (*known, row.id in offers, offers.get(row.id) == "accepted")
        return found

    def ready(self) -> dict[int, bool]:
        """By counter whether it waits for whoever comes."""
        counters = {seat: counter for counter, seat in self.seats.items()}
        with runtime.current().database.reading() as session:
            rows = session.execute(select(Place.id, Place.ready).where(Place.state == "open")).all()
        return {counters[row.id]: row.ready for row in rows}

    def _people(self, query: Any) -> list[int]:
        people = {ticket_id: person for person, ticket_id in self._tickets.items()}
        with runtime.current().database.reading() as session:
            return [people[ticket_id] for ticket_id in session.scalars(query)]

    def _post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._browser.post(f"/api/v1/trips/{self.trip_id}{path}", json=body or {})
        assert answer.status_code in (200, 201), (path, answer.json)
        return answer.json

    # The trip

    def _build(self, uow: Any, scenario: Scenario) -> None:
        trip = Trip(
            code="drawn", name_fa="سفر", name_en="Drawn", phase="live", starts_on=date(2026, 11, 22),
            created_at=clock.now(), timezone="Asia/Tehran", is_demo=False, version=1,
        )  # fmt: skip
        self.trip_id = self._add(uow, trip)
        self.sites = [
            self._add(
                uow,
                Site(
                    trip_id=self.trip_id,
                    code=str(site),
                    name_fa="محل",
                    name_en="Site",
                    kind="hall",
                    address="",
                ),
            )
            for site in range(scenario.sites)
        ]
        for (site, other), minutes in (scenario.walk_pairs or {}).items():
            ends = {"from_site_id": self.sites[site], "to_site_id": self.sites[other]}
            uow.session.add(SiteWalk(**ends, minutes=minutes))
        self.topics = {
            topic.id: self._add(
                uow,
                Topic(
                    trip_id=self.trip_id, code=str(topic.id), name_fa="موضوع", name_en="Topic",
                    mean_minutes=topic.believed_mean_minutes, position=topic.id, assignable=True,
                ),
            )
            for topic in scenario.topics
        }  # fmt: skip
        self.desks = {desk.id: self._desk(uow, desk) for desk in scenario.desks}
        uow.record(TripCreated(trip_id=self.trip_id, code="drawn"))

    def _desk(self, uow: Any, desk: Desk) -> int:
        row = DeskRow(
            trip_id=self.trip_id, site_id=self.sites[desk.site], code=str(desk.id), number=desk.id, name_fa="میز",
            name_en="Desk", short_fa="میز", short_en="Desk", walk_ins=desk.walk_in, calls=desk.calls,
            is_headquarters=desk.is_headquarters, state="open", state_reason="", state_at=uow.now,
            sign_token=new_token(), version=1,
        )  # fmt: skip
        desk_id = self._add(uow, row)
        for topic, factor in desk.speed.items():
            own = topic in desk.own_topics
            uow.session.add(DeskTopic(desk_id=desk_id, topic_id=self.topics[topic], factor=factor, own=own))
        return desk_id

    def _seat(self, uow: Any, number: int, desk: int) -> int:
        place = Place(
            trip_id=self.trip_id, desk_id=self.desks[desk], number=number, kind="counter", state="closed",
            state_at=uow.now, ready=False, languages="fa", version=1,
        )  # fmt: skip
        return self._add(uow, place)

    @staticmethod
    def _add(uow: Any, row: Any) -> int:
        uow.session.add(row)
        uow.session.flush()
        return int(row.id)
