"""States of desks and phases of trips: what may follow what, who may, and what is refused."""

from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM, Actor
from deskops.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from deskops.core.unit_of_work import unit_of_work
from deskops.desks import rules
from deskops.desks.errors import DeskStateRefused, ReasonNeeded
from deskops.desks.models import Desk
from deskops.desks.services import set_desk_state, set_desk_states, set_phase
from tests.desks.setups import actor_with, lines_of, read_catalogue, set_up
from tests.small_trip import SmallTrip, make_small_trip


def change(trip: SmallTrip, state: str, *, desk: str = "a", actor: Actor = SYSTEM, **more: Any) -> Desk:
    with unit_of_work(actor) as uow:
        return set_desk_state(uow, actor, trip.id, trip.desks[desk], state=state, **more)


@pytest.mark.parametrize("state", rules.DESK_STATES)
def test_the_states_on_offer_are_those_that_are_allowed(state: str) -> None:
    offered = rules.next_desk_states(state)
    assert all(rules.desk_may_become(state, wanted) for wanted in offered)
    assert state not in offered
    assert rules.PLANNED not in offered


def test_a_state_that_does_not_exist_leads_nowhere() -> None:
    assert rules.next_desk_states("on fire") == ()
    assert not rules.desk_may_become(rules.OPEN, "on fire")


def test_a_desk_is_paused_with_a_reason_and_opened_again(trip: SmallTrip) -> None:
    paused = change(trip, "paused", reason="نماز")
    assert (paused.state, paused.state_reason) == ("paused", "نماز")
    opened = change(trip, "open", version=paused.version)
    assert (opened.state, opened.state_reason) == ("open", "")
    assert opened.version == paused.version + 1


@pytest.mark.parametrize("state", ["paused", "failed"])
def test_a_pause_and_a_failure_need_a_reason(trip: SmallTrip, state: str) -> None:
    with pytest.raises(ReasonNeeded) as refused:
        change(trip, state)
    assert refused.value.field == "reason"


@pytest.mark.parametrize("state", ["open", "planned", "on fire"])
def test_an_open_desk_cannot_become(trip: SmallTrip, state: str) -> None:
    with pytest.raises(DeskStateRefused) as refused:
        change(trip, state, reason="آزمون")
    assert refused.value.details == {"state": "open"}


def test_a_closed_desk_cannot_be_paused(trip: SmallTrip) -> None:
    change(trip, "closed")
    with pytest.raises(DeskStateRefused):
        change(trip, "paused", reason="نماز")


def test_who_saw_an_older_state_is_told_so(trip: SmallTrip) -> None:
    seen = change(trip, "paused", reason="نماز").version - 1
    with pytest.raises(StaleVersion) as refused:
        change(trip, "closed", version=seen)
    assert refused.value.details == {"yours": seen, "current": seen + 1}


def test_a_desk_of_another_trip_is_not_there(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, other.desks["a"], state="closed")


def test_a_desk_head_changes_their_own_desk_only(trip: SmallTrip) -> None:
    head = actor_with("desk_head", trip.id, trip.desks["a"])
    assert change(trip, "closed", actor=head).state == "closed"
    with pytest.raises(Forbidden):
        change(trip, "closed", desk="b", actor=head)


@pytest.mark.parametrize("role", ["staff", "official", "inspector", "integration"])
def test_others_change_no_desk(trip: SmallTrip, role: str) -> None:
    with pytest.raises(Forbidden):
        change(trip, "closed", actor=actor_with(role, trip.id))


def test_all_desks_are_opened_and_closed_at_once(app: object) -> None:
    trip_id = set_up()
    with unit_of_work(SYSTEM) as uow:
        assert set_desk_states(uow, SYSTEM, trip_id, "open") == 36
    with unit_of_work(SYSTEM) as uow:
        assert set_desk_states(uow, SYSTEM, trip_id, "open") == 0
        assert set_desk_states(uow, SYSTEM, trip_id, "closed") == 36
    assert {line.state for line in lines_of(trip_id).values()} == {"closed"}


def test_a_paused_and_a_failed_desk_stay_when_all_are_closed(trip: SmallTrip) -> None:
    change(trip, "paused", reason="نماز")
    change(trip, "failed", desk="b", reason="قطع برق")
    with unit_of_work(SYSTEM) as uow:
        assert set_desk_states(uow, SYSTEM, trip.id, "closed") == 2
    states = {line.id: line.state for line in lines_of(trip.id).values()}
    assert states[trip.desks["a"]] == "paused"
    assert states[trip.desks["b"]] == "failed"


def test_all_desks_cannot_be_paused_at_once(trip: SmallTrip) -> None:
    with pytest.raises(DeskStateRefused), unit_of_work(SYSTEM) as uow:
        set_desk_states(uow, SYSTEM, trip.id, "paused")


def test_a_desk_head_does_not_close_all_desks(trip: SmallTrip) -> None:
    head = actor_with("desk_head", trip.id, trip.desks["a"])
    with pytest.raises(Forbidden), unit_of_work(head) as uow:
        set_desk_states(uow, head, trip.id, "closed")


@pytest.mark.parametrize("phase", rules.PHASES)
def test_a_trip_moves_to_any_phase(trip: SmallTrip, phase: str) -> None:
    with unit_of_work(SYSTEM) as uow:
        set_phase(uow, SYSTEM, trip.id, phase)
    assert read_catalogue(trip.id).trip.phase == phase


def test_a_phase_that_does_not_exist_is_refused(trip: SmallTrip) -> None:
    with pytest.raises(InvalidInput) as refused, unit_of_work(SYSTEM) as uow:
        set_phase(uow, SYSTEM, trip.id, "holiday")
    assert "phase" in refused.value.errors


def test_a_trip_that_is_not_there_has_no_phase(trip: SmallTrip) -> None:
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        set_phase(uow, SYSTEM, 999, "live")
