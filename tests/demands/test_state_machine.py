"""Whatever people do in whatever order: no turn takes a forbidden step, and journal, tables and load tell one story."""

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.balancing.claim import best
from deskops.core import clock, journal, runtime
from deskops.core.errors import Refusal
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands import rules
from deskops.demands.load import CACHE, LoadCache
from deskops.demands.services import (
    claim,
    intake,
    learning,
    offers,
    places,
    serving,
    sharing,
)
from deskops.demands.services.tickets import TICKETS
from deskops.demands.trip_load import TripLoad
from deskops.desks.services.states import set_desk_state
from tests.demands.moving import walkable
from tests.demands.offering import PHONE
from tests.demands.steering import Steering, kinds, picks
from tests.small_trip import DESKS, SmallTrip, make_small_trip

COUNTERS = [(desk, seat) for desk in DESKS for seat in range(2)]
TOPICS = ("loan", "work", "housing", "nobody")
counters = st.sampled_from(COUNTERS)
_numbers = itertools.count(1)

# What may follow what in the journal: the machine's moves, undoing, and a new desk for somebody who waits.
LEGAL = (
    {(before, after) for (before, _), after in rules.MOVES.items()}
    | {(before, after) for (_, before), after in rules.UNDO_MOVES.items()}
    | {(rules.WAITING, rules.WAITING)}
)


def make_operators() -> dict[tuple[str, int], Actor]:
    """One member of staff for each counter, and nobody is bound to a desk."""
    made = {}
    with unit_of_work(SYSTEM) as uow:
        for counter in COUNTERS:
            user_id = accounts.create_user(uow, name="کارشناس آزمون", grants=[Grant("staff")])
            made[counter] = Actor(user_id, grants=(Grant("staff"),), via="session")
    return made


class Hall(Steering):
    """A small trip in which everything happens at random."""

    operators: dict[tuple[str, int], Actor] = {}  # noqa: RUF012  # made once, for all examples

    @initialize()
    def set_up(self) -> None:
        clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
        self.trip: SmallTrip = make_small_trip(f"hall-{next(_numbers)}")
        walkable(self.trip)
        self.another_process = LoadCache()

    def place(self, counter: tuple[str, int]) -> int:
        return self.trip.places[counter[0]][counter[1]]

    def rows(self) -> dict[int, Any]:
        with runtime.current().database.reading() as session:
            found = session.execute(
                select(TICKETS).where(TICKETS.c.trip_id == self.trip.id).order_by(TICKETS.c.id)
            )
            return {row.id: row for row in found}

    def pick(self, number: int, *statuses: str) -> int | None:
        ids = [row.id for row in self.rows().values() if not statuses or row.status in statuses]
        return ids[number % len(ids)] if ids else None

    def do(self, work: Any) -> None:
        """A refused act must leave every turn as it was."""
        before = self.rows()
        try:
            with unit_of_work(SYSTEM) as uow:
                work(uow)
        except Refusal:
            assert self.rows() == before

    def on_ticket(self, act: Any, counter: tuple[str, int], number: int, *statuses: str, **more: Any) -> None:
        """Mostly on a turn that the act fits, as the operator whose it is; sometimes on any, as anybody."""
        ticket_id = self.pick(number, *(statuses if number % 5 else ()))
        if ticket_id is None:
            return
        owner = self.rows()[ticket_id].user_id
        actor = next((a for a in self.operators.values() if a.user_id == owner), self.operators[counter])
        if number % 7 == 0:
            actor = self.operators[counter]
        self.do(lambda uow: act(uow, actor, self.trip.id, ticket_id, **more))

    @rule(topic=st.sampled_from(TOPICS), channel=st.sampled_from(["walk_in", "call"]), site=st.sampled_from(["one", "two"]),
          language=st.sampled_from(["fa", "fa", "az"]), urgent=st.booleans(), phone=st.sampled_from(["", PHONE]),
          kinds=kinds)  # fmt: skip
    def somebody_comes(
        self,
        topic: str,
        channel: str,
        site: str,
        language: str,
        urgent: bool,
        phone: str,
        kinds: tuple[str, ...],
    ) -> None:
        wanted = intake.Registration(
            topic_id=self.trip.topics[topic],
            channel=channel,
            site_id=self.trip.sites[site],
            language=language,
            urgent=urgent,
            phone=phone,
            priorities=kinds,
        )
        self.do(lambda uow: intake.register(uow, SYSTEM, self.trip.id, wanted))

    @rule(counter=counters, languages=st.sampled_from(["fa", "fa,az"]))
    def a_counter_opens(self, counter: tuple[str, int], languages: str) -> None:
        actor = self.operators[counter]
        self.do(
            lambda uow: places.open_place(uow, actor, self.trip.id, self.place(counter), languages=languages)
        )

    @rule(counter=counters)
    def a_counter_pauses(self, counter: tuple[str, int]) -> None:
        actor = self.operators[counter]
        self.do(lambda uow: places.pause_place(uow, actor, self.trip.id, self.place(counter), reason="break"))

    @rule(counter=counters)
    def a_counter_closes(self, counter: tuple[str, int]) -> None:
        actor = self.operators[counter]
        self.do(lambda uow: places.close_place(uow, actor, self.trip.id, self.place(counter)))

    @rule(counter=counters)
    def next_is_pressed(self, counter: tuple[str, int]) -> None:
        actor = self.operators[counter]
        self.do(lambda uow: claim.call_next(uow, actor, self.trip.id, self.place(counter)))

    @rule(counter=counters, number=picks)
    def somebody_is_served(self, counter: tuple[str, int], number: int) -> None:
        self.on_ticket(serving.serve, counter, number, rules.CALLED)

    @rule(counter=counters, number=picks)
    def somebody_is_held(self, counter: tuple[str, int], number: int) -> None:
        self.on_ticket(serving.hold, counter, number, rules.SERVING)

    @rule(counter=counters, number=picks)
    def somebody_held_goes_on(self, counter: tuple[str, int], number: int) -> None:
        self.on_ticket(serving.resume, counter, number, rules.HELD, place_id=self.place(counter))

    @rule(counter=counters, number=picks)
    def somebody_held_waits_again(self, counter: tuple[str, int], number: int) -> None:
        self.on_ticket(serving.return_to_queue, counter, number, rules.HELD)

    @rule(counter=counters, number=picks)
    def somebody_does_not_come(self, counter: tuple[str, int], number: int) -> None:
        self.on_ticket(serving.no_show, counter, number, rules.CALLED)

    @rule(counter=counters, number=picks)
    def somebody_is_called_again(self, counter: tuple[str, int], number: int) -> None:
        self.on_ticket(
            serving.recall, counter, number, rules.NO_SHOW, rules.CALLED, place_id=self.place(counter)
        )

    @rule(
        counter=counters,
        number=picks,
        outcome=st.sampled_from([*rules.OUTCOMES, "nonsense"]),
        note=st.sampled_from(["", "چرا"]),
    )
    def somebody_is_done(self, counter: tuple[str, int], number: int, outcome: str, note: str) -> None:
        self.on_ticket(
            serving.finish, counter, number, rules.SERVING, rules.CALLED, outcome=outcome, note=note
        )

    @rule(counter=counters, number=picks)
    def somebody_leaves(self, counter: tuple[str, int], number: int) -> None:
        self.on_ticket(serving.leave, counter, number, rules.WAITING, rules.HELD, rules.NO_SHOW)

    @rule(counter=counters, number=picks)
    def somebody_arrives(self, counter: tuple[str, int], number: int) -> None:
        self.on_ticket(serving.arrive, counter, number, rules.WAITING)

    @rule(counter=counters, number=picks, desk=st.sampled_from(list(DESKS)))
    def somebody_is_handed_to_a_desk(self, counter: tuple[str, int], number: int, desk: str) -> None:
        self.on_ticket(sharing.transfer, counter, number, *rules.ACTIVE, desk_id=self.trip.desks[desk])

    @rule(counter=counters, number=picks, topic=st.sampled_from(TOPICS))
    def somebody_is_given_another_topic(self, counter: tuple[str, int], number: int, topic: str) -> None:
        self.on_ticket(sharing.transfer, counter, number, *rules.ACTIVE, topic_id=self.trip.topics[topic])

    @rule(counter=counters, number=picks)
    def the_last_step_is_undone(self, counter: tuple[str, int], number: int) -> None:
        self.on_ticket(serving.undo, counter, number, rules.WAITING, rules.CALLED, rules.NO_SHOW, rules.DONE)

    @rule(counter=counters, number=picks)
    def an_offer_is_accepted(self, counter: tuple[str, int], number: int) -> None:
        self.on_ticket(offers.accept, counter, number, rules.WAITING, phone="09121234567")

    @rule(counter=counters, number=picks, answer=st.sampled_from([offers.refuse, offers.return_to_place]))
    def an_offer_is_refused_or_given_back(self, counter: tuple[str, int], number: int, answer: Any) -> None:
        self.on_ticket(answer, counter, number, rules.WAITING)

    @rule()
    def the_worker_learns(self) -> None:
        self.do(lambda uow: learning.learn(uow, self.trip.id))

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        clock.advance(seconds=seconds)

    @rule(
        desk=st.sampled_from(list(DESKS)),
        state=st.sampled_from(["open", "open", "open", "paused", "closing", "failed", "closed"]),
    )
    def a_desk_changes(self, desk: str, state: str) -> None:
        def change(uow: UnitOfWork) -> None:
            set_desk_state(uow, SYSTEM, self.trip.id, self.trip.desks[desk], state=state, reason="آزمون")

        self.do(change)

    @invariant()
    def every_step_in_the_journal_is_legal_and_leads_to_the_table(self) -> None:
        if not hasattr(self, "trip"):
            return
        folded: dict[int, dict[str, Any]] = {}
        for payload in self.ticket_facts():
            before = folded.get(payload["ticket_id"])
            assert before is None or (before["status"], payload["status"]) in LEGAL, (before, payload)
            folded[payload["ticket_id"]] = payload
        rows = self.rows()
        assert folded.keys() == rows.keys()
        for ticket_id, row in rows.items():
            wanted = {name: getattr(row, name) for name in STORED}
            assert {name: folded[ticket_id][name] for name in STORED} == wanted

    @invariant()
    def nobody_shares_a_counter_or_has_a_number_twice(self) -> None:
        if not hasattr(self, "trip"):
            return
        rows = self.rows().values()
        at_places = [row.place_id for row in rows if row.status in rules.AT_PLACE]
        assert len(at_places) == len(set(at_places))
        assert None not in at_places
        assert len({row.number for row in rows}) == len(self.rows())

    @invariant()
    def the_load_in_memory_equals_one_built_anew(self) -> None:
        if not hasattr(self, "trip"):
            return
        with runtime.current().database.reading() as session:
            kept, anew = CACHE.current(session, self.trip.id), TripLoad(session, self.trip.id)
            read = self.another_process.current(session, self.trip.id)
            assert picture(kept) == picture(anew) == picture(read)

    def ticket_facts(self) -> list[dict[str, Any]]:
        with runtime.current().database.reading() as session:
            entries = journal.trip_entries(session, self.trip.id, 0, limit=10_000)
        return [entry.payload for entry in entries if "ticket_id" in entry.payload]


STORED = (
    "status",
    "number",
    "location",
    "topic_id",
    "desk_id",
    "only_desk_id",
    "place_id",
    "walk",
    "urgent",
    "language",
)


def picture(trip: TripLoad) -> dict[str, Any]:
    """All that decisions are made from."""
    load = trip.load
    return {
        "waiting": {waiting.ticket_id: waiting for waiting in load.all_waiting()},
        "counters": load.counters,
        "desks": {
            desk_id: (
                known.desk,
                known.busy,
                known.open_counters,
                known.provisional,
                known.has_free_counter(),
            )
            for desk_id, known in load.desks.items()
        },
        "unassigned": load.provisional(None),
        "learned": (load.means, load.overall_mean, trip.correction),
        "first": {place_id: best(load, place_id) for place_id in load.counters},
        "steered": (trip.autopilot, trip.priorities, load.policy),
    }


@pytest.mark.timeout(300)
def test_no_history_breaks_the_queue(app: Flask) -> None:
    Hall.operators = make_operators()
    run_state_machine_as_test(
        Hall,
        settings=settings(
            max_examples=8,
            stateful_step_count=35,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
