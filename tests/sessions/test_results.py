"""The results of a session are what the log says, to the last person."""

import random

import pytest
from flask import Flask
from sqlalchemy import select

from deskops.core import clock, journal, runtime
from deskops.core.journal import Entry
from deskops.demands.models import Contact, Demand
from tests.directives.ordered import Ordering, demand_of, ordering, wait
from tests.fixtures import Browser, Join
from tests.sessions.planned import NOW, Held, held, row
from tests.small_trip import SmallTrip


@pytest.fixture
def plan(app: Flask, trip: SmallTrip) -> Held:
    clock.freeze(NOW)
    return held(app, trip)


@pytest.fixture
def giving(plan: Held) -> Ordering:
    made = ordering(plan.trip)
    made.official = plan.official
    return made


class AtCounter:
    """Somebody at a counter, by its buttons."""

    def __init__(self, trip: SmallTrip, browser: Browser, place_id: int) -> None:
        self.browser, self.place_id = browser, place_id
        self.root = f"/api/v1/trips/{trip.id}"
        self.page = f"/trips/{trip.id}/places/{place_id}"

    def call(self) -> dict[str, int]:
        answer = self.browser.post(f"{self.root}/places/{self.place_id}/next", json={})
        assert answer.status_code == 200, answer.text
        ticket: dict[str, int] = answer.json["ticket"]
        return ticket

    def act(self, ticket: dict[str, int], name: str, **body: object) -> None:
        answer = self.browser.post(f"{self.root}/tickets/{ticket['id']}/{name}", json=body)
        assert answer.status_code == 200, answer.text

    def serve(self, outcome: str = "granted") -> int:
        ticket = self.call()
        self.act(ticket, "serve")
        self.act(ticket, "finish", outcome=outcome)
        return ticket["demand_id"]

    def contact(self, result: str) -> None:
        assert self.browser.post(f"{self.page}/contact", data={"result": result}).status_code == 303


def log(trip: SmallTrip) -> list[Entry]:
    with runtime.current().database.reading() as session:
        return journal.trip_entries(session, trip.id, after=0, limit=10_000)


def counted(trip: SmallTrip, session_id: int) -> tuple[int, int, int]:
    """Attempted, answered and registered, entry by entry and without anything that the software counts by."""
    official, there = row(session_id).official_id, None
    called, served, contacts, answered = set(), set(), set(), set()
    with runtime.current().database.reading() as session:
        spots = {one.id: (one.place_id, one.user_id) for one in session.scalars(select(Contact))}
        invalid = {one.id for one in session.scalars(select(Demand)) if one.state == "invalid"}
    for entry in log(trip):
        told = entry.payload
        if entry.kind == "session.begun" and told["session_id"] == session_id:
            there = told["counter_id"]
        elif entry.kind == "session.ended" and told["session_id"] == session_id:
            there = None
        elif there is None:
            continue
        elif entry.kind in ("ticket.called", "ticket.serving") and told["place_id"] == there:
            called.add(told["demand_id"])
            served |= {told["demand_id"]} if entry.kind == "ticket.serving" else set()
        elif entry.kind == "ticket.undone" and told["status"] == "waiting":
            called -= (
                {told["demand_id"]} - served if there in (told["place_id"], told["from_place_id"]) else set()
            )
        elif entry.kind == "contact.recorded" and spots.get(told["contact_id"]) == (there, official):
            contacts.add(told["contact_id"])
            answered |= {told["contact_id"]} if told["result"] == "nothing_to_register" else set()
    return len(called) + len(contacts), len(served) + len(answered), len(served - invalid)


def test_a_session_that_nobody_came_to_has_no_results(plan: Held) -> None:
    [session_id] = plan.lay()
    assert plan.funnel(session_id).as_json() == {
        "attempted": 0, "answered": 0, "registered": 0, "referred": 0, "closed": 0, "orders": 0,
    }  # fmt: skip


def test_what_happened_at_other_counters_is_theirs(plan: Held, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=plan.trip.id, desk_id=plan.trip.desks["a"])
    other = plan.trip.places["a"][1]
    staff.post(f"/api/v1/trips/{plan.trip.id}/places/{other}/open", json={})
    [session_id] = plan.lay()
    counter = AtCounter(plan.trip, plan.browser, plan.come(session_id) or 0)
    for number in range(3):
        demand_of(plan.trip, name=f"نام {number}", phone=f"0912000010{number}")
    AtCounter(plan.trip, staff, other).serve()
    counter.serve()
    found = plan.funnel(session_id)
    assert (found.attempted, found.answered, found.registered) == (1, 1, 1)


def test_who_was_served_before_or_after_doesnt_count(plan: Held) -> None:
    [first], [second] = plan.lay(), plan.lay(opens=570, closes=700)
    for number in range(2):
        demand_of(plan.trip, name=f"نام {number}", phone=f"0912000010{number}")
    AtCounter(plan.trip, plan.browser, plan.come(first) or 0).serve()
    plan.leave(first)
    AtCounter(plan.trip, plan.browser, plan.come(second) or 0).serve()
    assert (plan.funnel(first).answered, plan.funnel(second).answered) == (1, 1)


def test_an_official_who_comes_back_goes_on_with_the_same_results(plan: Held) -> None:
    [session_id] = plan.lay()
    for number in range(2):
        demand_of(plan.trip, name=f"نام {number}", phone=f"0912000010{number}")
    AtCounter(plan.trip, plan.browser, plan.come(session_id) or 0).serve()
    plan.leave(session_id)
    AtCounter(plan.trip, plan.browser, plan.come(session_id) or 0).serve()
    assert plan.funnel(session_id).answered == 2


def test_orders_and_what_they_referred_stand_at_the_end(plan: Held, giving: Ordering) -> None:
    [session_id] = plan.lay()
    about = demand_of(plan.trip)
    aside = demand_of(plan.trip, name="دیگری", phone="09120000003")
    counter = AtCounter(plan.trip, plan.browser, plan.come(session_id) or 0)
    ticket = counter.call()
    counter.act(ticket, "serve")
    giving.sign(about)
    giving.sign(aside)
    assert plan.funnel(session_id).orders == 0
    wait()
    found = plan.funnel(session_id)
    # Both orders were issued; only one of these people sat before the official.
    assert (found.registered, found.referred, found.orders) == (1, 1, 2)


def test_a_whole_session_at_random_is_counted_as_the_log_has_it(plan: Held, sign_in: Join) -> None:
    chance = random.Random(1405)
    staff = sign_in("staff", trip_id=plan.trip.id, desk_id=plan.trip.desks["a"])
    beside = plan.trip.places["a"][1]
    staff.post(f"/api/v1/trips/{plan.trip.id}/places/{beside}/open", json={})
    [session_id] = plan.lay()
    counter = AtCounter(plan.trip, plan.browser, plan.come(session_id) or 0)
    neighbour = AtCounter(plan.trip, staff, beside)
    for number in range(40):
        demand_of(plan.trip, name=f"نام {number}", phone=f"091200002{number:02d}")
    for _ in range(45):
        clock.advance(seconds=20)
        act = chance.choice(("serve", "serve", "absent", "undo", "wrong", "silent", "beside", "hold"))
        if act == "serve":
            counter.serve(chance.choice(("to_follow_up", "granted")))
        elif act == "absent":
            counter.act(counter.call(), "no-show")
        elif act == "undo":
            counter.act(counter.call(), "undo")
        elif act in ("wrong", "silent"):
            counter.contact("nothing_to_register" if act == "wrong" else "unanswered")
        elif act == "hold":
            ticket = counter.call()
            counter.act(ticket, "serve")
            counter.act(ticket, "hold")
            counter.act(ticket, "return")
        else:
            neighbour.serve()
    found = plan.funnel(session_id)
    assert (found.attempted, found.answered, found.registered) == counted(plan.trip, session_id)
    assert found.attempted > found.answered > found.registered > 5
    with runtime.current().database.reading() as session:
        closed = {one.id for one in session.scalars(select(Demand)) if one.state == "closed"}
    serving = [entry.payload for entry in log(plan.trip) if entry.kind == "ticket.serving"]
    served = {told["demand_id"] for told in serving if told["place_id"] == counter.place_id}
    assert found.closed == len(served & closed) > 0
