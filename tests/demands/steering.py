"""What balancing, its coordinators and staff who move do to a hall in which everything happens at random."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM, Actor
from deskops.control.models import StaffMove
from deskops.control.services import moving
from deskops.core import journal, runtime
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.autopilot import Autopilot, autopilot_of
from deskops.demands.priorities import Priorities, priorities_of
from deskops.demands.services import handing_over, priorities, proposals, rebalancing, taking_back
from deskops.demands.services.autopilot import restore, set_autopilot
from tests.small_trip import DESKS, SmallTrip

minutes = st.sampled_from([0.0, 3.5, 10.0, 120.0])
kinds = st.sets(st.sampled_from(rules.PRIORITIES)).map(lambda found: tuple(sorted(found)))
acts = st.sampled_from(rules.TICK_ACTS)
modes = st.sampled_from(rules.MODES)
picks = st.integers(0, 50)


class Steering(RuleBasedStateMachine):
    """The rules; the hall has the trip, its people, and how something is done."""

    trip: SmallTrip
    operators: dict[tuple[str, int], Actor]
    do: Callable[[Any], None]
    pick: Callable[..., int | None]
    rows: Callable[[], dict[int, Any]]

    @rule(act=acts, mode=modes)
    def five_minutes_are_over(self, act: str, mode: str) -> None:
        self.do(lambda uow: rebalancing.tick(uow, self.trip.id, act, mode))

    @rule(act=acts, answer=st.sampled_from([proposals.accept, proposals.refuse]))
    def what_is_proposed_is_answered(self, act: str, answer: Any) -> None:
        self.do(lambda uow: answer(uow, SYSTEM, self.trip.id, act))

    @rule(back=st.integers(0, 5))
    def an_act_is_taken_back(self, back: int) -> None:
        with runtime.current().database.reading() as session:
            done = journal.general_entries(session, self.trip.id, list(taking_back.UNDO))
        if done:
            entry = done[back % len(done)]
            self.do(lambda uow: taking_back.take_back(uow, SYSTEM, self.trip.id, entry.sequence))

    @rule()
    def who_waits_for_a_shut_desk_is_looked_for(self) -> None:
        self.do(lambda uow: handing_over.share_out_stranded(uow, self.trip.id))

    @rule(
        act=st.sampled_from([*rules.TICK_ACTS, rules.STAFF]),
        mode=modes,
        an_hour=st.sampled_from([None, 0, 1]),
    )
    def the_autopilot_is_set(self, act: str, mode: str, an_hour: int | None) -> None:
        with runtime.current().database.reading() as session:
            now = asdict(autopilot_of(session, self.trip.id).autopilot)
        wanted = Autopilot(**now | {act: mode, "walks_an_hour": an_hour, "walk_gain_minutes": 0.0})
        self.do(lambda uow: set_autopilot(uow, SYSTEM, self.trip.id, wanted))

    @rule()
    def the_usual_autopilot_holds_again(self) -> None:
        self.do(lambda uow: restore(uow, SYSTEM, self.trip.id, 0))

    @rule(
        kind=st.sampled_from(rules.PRIORITIES), worth=minutes, urgent=minutes, own_topic=minutes, loan=minutes
    )
    def the_minutes_are_set(
        self, kind: str, worth: float, urgent: float, own_topic: float, loan: float
    ) -> None:
        with runtime.current().database.reading() as session:
            version, now = priorities_of(session, self.trip.id)
        topics = {self.trip.topics["loan"]: loan} if loan else {}
        wanted = Priorities({**now.kinds, kind: worth}, urgent, own_topic, topics)
        self.do(lambda uow: priorities.set_priorities(uow, SYSTEM, self.trip.id, version, wanted))

    @rule(number=picks, given=kinds, urgent=st.booleans())
    def somebody_who_waits_is_ticked(self, number: int, given: tuple[str, ...], urgent: bool) -> None:
        ticket_id = self.pick(number, rules.WAITING)
        if ticket_id is None:
            return
        version = self.rows()[ticket_id].version

        def tick(uow: UnitOfWork) -> None:
            priorities.prioritise(uow, SYSTEM, self.trip.id, ticket_id, version, kinds=given, urgent=urgent)

        self.do(tick)

    @rule(number=picks, desk=st.sampled_from(list(DESKS)))
    def somebody_is_asked_to_move(self, number: int, desk: str) -> None:
        users = [actor.user_id for actor in self.operators.values()]
        wanted = {"user_id": users[number % len(users)], "desk_id": self.trip.desks[desk]}
        self.do(lambda uow: moving.ask_to_move(uow, SYSTEM, self.trip.id, **wanted))

    @rule(number=picks, answer=st.sampled_from(["go", "decline", "take_back"]))
    def a_move_is_answered(self, number: int, answer: str) -> None:
        with runtime.current().database.reading() as session:
            query = select(StaffMove.id, StaffMove.user_id).where(StaffMove.trip_id == self.trip.id)
            moves = session.execute(query.order_by(StaffMove.id)).all()
        if not moves:
            return
        move_id, user_id = moves[number % len(moves)]
        actor = next(actor for actor in self.operators.values() if actor.user_id == user_id)
        answers: dict[str, Callable[[UnitOfWork], Any]] = {
            "go": lambda uow: moving.go(uow, actor, self.trip.id, move_id),
            "decline": lambda uow: moving.decline(uow, actor, self.trip.id, move_id, reason="آزمون"),
            "take_back": lambda uow: moving.take_back_move(uow, SYSTEM, self.trip.id, move_id),
        }
        self.do(answers[answer])
