"""An official is a counter of the desk while they are there, and nowhere else."""

from datetime import timedelta

import pytest
from flask import Flask

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.errors import NotYourPlace, PlaceBusy
from deskops.demands.models import Ticket
from deskops.demands.services import claim, serving
from deskops.demands.services.places import open_place, pause_place, resume_place
from deskops.sessions import rules
from deskops.sessions.errors import NotNow, NotYourSession, SessionMoved
from deskops.sessions.queries.schedule import under_way
from deskops.sessions.services import holding, planning
from tests.directives.ordered import demand_of, directive, official, ordering
from tests.fixtures import Join
from tests.sessions.planned import NOW, Held, attendees, held, place, row, worker
from tests.small_trip import SmallTrip


@pytest.fixture
def plan(app: Flask, trip: SmallTrip) -> Held:
    clock.freeze(NOW)
    return held(app, trip)


def called(plan: Held, place_id: int | None) -> int:
    """Who is called to a counter next: their ticket."""
    with unit_of_work(plan.official) as uow:
        ticket = claim.call_next(uow, plan.official, plan.trip.id, place_id or 0)
        assert ticket is not None
        return int(ticket.id)


def note(plan: Held, session_id: int, attendee_id: int | None, came: bool) -> None:
    with unit_of_work(SYSTEM) as uow:
        holding.note_presence(uow, SYSTEM, plan.trip.id, session_id, attendee_id, came=came)


def test_coming_opens_a_counter_of_the_desk(plan: Held) -> None:
    [session_id] = plan.lay()
    sat = place(plan.come(session_id))
    assert (sat.desk_id, sat.state, sat.user_id) == (plan.trip.desks["a"], "open", plan.official.user_id)
    assert (row(session_id).state, row(session_id).came_at) == (rules.UNDER_WAY, NOW)


def test_people_are_called_to_that_counter(plan: Held) -> None:
    [session_id] = plan.lay()
    place_id = plan.come(session_id)
    demand_of(plan.trip)
    assert called(plan, place_id)


def test_coming_twice_is_coming_once(plan: Held) -> None:
    [session_id] = plan.lay()
    first = plan.come(session_id)
    assert plan.come(session_id) == first
    assert row(session_id).version == 2


def test_where_every_counter_is_taken_a_new_one_is_made(plan: Held, sign_in: Join) -> None:
    for place_id in plan.trip.places["a"]:
        staff = sign_in("staff", trip_id=plan.trip.id, desk_id=plan.trip.desks["a"])
        staff.post(f"/api/v1/trips/{plan.trip.id}/places/{place_id}/open", json={})
    [session_id] = plan.lay()
    made = place(plan.come(session_id))
    assert (made.number, made.state) == (3, "open")


def test_leaving_closes_the_counter_and_ends_the_session(plan: Held) -> None:
    [session_id] = plan.lay()
    place_id = plan.come(session_id)
    clock.advance(seconds=600)
    plan.leave(session_id)
    assert place(place_id).state == "closed"
    assert (row(session_id).state, row(session_id).left_at) == (rules.OVER, NOW + timedelta(minutes=10))
    plan.leave(session_id)


def test_nobody_leaves_somebody_who_sits_before_them(plan: Held) -> None:
    [session_id] = plan.lay()
    place_id = plan.come(session_id)
    demand_of(plan.trip)
    called(plan, place_id)
    with pytest.raises(PlaceBusy):
        plan.leave(session_id)


def test_who_left_early_can_come_back(plan: Held) -> None:
    [session_id] = plan.lay()
    plan.come(session_id)
    plan.leave(session_id)
    assert place(plan.come(session_id)).state == "open"
    assert (row(session_id).state, row(session_id).left_at) == (rules.UNDER_WAY, None)


def test_a_session_on_a_line_needs_no_counter(plan: Held) -> None:
    [session_id] = plan.lay(desk_id=None, line="111")
    assert plan.come(session_id) is None
    plan.leave(session_id)
    assert row(session_id).state == rules.OVER


@pytest.mark.parametrize("hours", [-2, 4])
def test_nobody_comes_long_before_or_after_the_end(plan: Held, hours: int) -> None:
    [session_id] = plan.lay()
    clock.freeze(NOW + timedelta(hours=hours))
    with pytest.raises(NotNow):
        plan.come(session_id)


def test_the_session_of_another_official_is_theirs(plan: Held) -> None:
    [session_id] = plan.lay()
    with pytest.raises(NotYourSession):
        plan.come(session_id, official(plan.trip, name="دیگری"))


def test_a_cancelled_session_is_not_held(plan: Held) -> None:
    [session_id] = plan.lay()
    with unit_of_work(SYSTEM) as uow:
        planning.cancel(uow, SYSTEM, plan.trip.id, session_id, reason="سفر")
    with pytest.raises(SessionMoved):
        plan.come(session_id)


def test_one_leaves_only_where_one_came(plan: Held) -> None:
    [session_id] = plan.lay()
    with pytest.raises(SessionMoved):
        plan.leave(session_id)


def test_an_official_chooses_no_counter_by_themselves(plan: Held) -> None:
    with pytest.raises(Forbidden), unit_of_work(plan.official) as uow:
        open_place(uow, plan.official, plan.trip.id, plan.trip.places["a"][0])


def test_an_official_comes_back_from_a_pause_at_their_own_counter(plan: Held) -> None:
    [session_id] = plan.lay()
    place_id = plan.come(session_id) or 0
    with unit_of_work(plan.official) as uow:
        pause_place(uow, plan.official, plan.trip.id, place_id, reason="break")
    with unit_of_work(plan.official) as uow:
        resume_place(uow, plan.official, plan.trip.id, place_id)
    assert place(place_id).state == "open"


def test_a_counter_that_was_left_is_no_longer_the_officials(plan: Held) -> None:
    [session_id] = plan.lay()
    place_id = plan.come(session_id) or 0
    plan.leave(session_id)
    with pytest.raises(Forbidden), unit_of_work(plan.official) as uow:
        open_place(uow, plan.official, plan.trip.id, place_id)
    with pytest.raises(NotYourPlace), unit_of_work(plan.official) as uow:
        claim.call_next(uow, plan.official, plan.trip.id, place_id)


def test_an_official_lets_nobody_leave_another_desks_queue(plan: Held, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=plan.trip.id, desk_id=plan.trip.desks["a"])
    staff.post(f"/api/v1/trips/{plan.trip.id}/places/{plan.trip.places['a'][0]}/open", json={})
    demand_of(plan.trip)
    with runtime.current().database.reading() as session:
        waiting = session.query(Ticket).one()
        assert waiting.desk_id is not None
        ticket_id = waiting.id
    with pytest.raises(NotYourPlace), unit_of_work(plan.official) as uow:
        serving.leave(uow, plan.official, plan.trip.id, ticket_id)


def test_another_counter_of_the_official_closes_when_they_come_elsewhere(plan: Held) -> None:
    [first], [second] = plan.lay(), plan.lay(desk_id=plan.trip.desks["b"])
    before = plan.come(first)
    after = plan.come(second)
    assert (place(before).state, place(after).state) == ("closed", "open")


def test_deputies_who_came_along_are_noted(plan: Held) -> None:
    [session_id] = plan.lay()
    [deputy] = attendees(session_id)
    plan.come(session_id, attendee_ids=(deputy.id,))
    assert attendees(session_id)[0].came_at == NOW


def test_a_deputy_of_another_session_is_not_found(plan: Held) -> None:
    [first], [second] = plan.lay(), plan.lay(opens=780, closes=840)
    [stranger] = attendees(second)
    with pytest.raises(NotFound):
        plan.come(first, attendee_ids=(stranger.id,))


def test_a_coordinator_notes_who_came_and_corrects_it(plan: Held) -> None:
    [session_id] = plan.lay()
    note(plan, session_id, None, came=True)
    assert (row(session_id).state, row(session_id).came_at) == (rules.UNDER_WAY, NOW)
    note(plan, session_id, None, came=False)
    assert (row(session_id).state, row(session_id).came_at) == (rules.PLANNED, None)


def test_who_sits_at_their_counter_is_there(plan: Held) -> None:
    [session_id] = plan.lay()
    plan.come(session_id)
    with pytest.raises(SessionMoved):
        note(plan, session_id, None, came=False)


def test_a_desk_head_notes_at_their_own_desk_alone(plan: Held, sign_in: Join) -> None:
    [session_id] = plan.lay()
    address = f"/api/v1/trips/{plan.trip.id}/sessions/{session_id}/presence"
    theirs = sign_in("desk_head", trip_id=plan.trip.id, desk_id=plan.trip.desks["a"])
    other = sign_in("desk_head", trip_id=plan.trip.id, desk_id=plan.trip.desks["b"])
    assert other.post(address, json={"came": True}).status_code == 403
    assert theirs.post(address, json={"came": True}).status_code == 200


def test_what_its_official_forgot_to_leave_ends_by_itself(plan: Held) -> None:
    [session_id] = plan.lay()
    place_id = plan.come(session_id)
    clock.freeze(NOW + timedelta(hours=3, minutes=25))
    worker()
    assert row(session_id).state == rules.UNDER_WAY
    clock.advance(seconds=600)
    worker()
    assert (row(session_id).state, place(place_id).state) == (rules.OVER, "closed")


def test_who_still_speaks_with_somebody_goes_on(plan: Held) -> None:
    [session_id] = plan.lay()
    place_id = plan.come(session_id)
    demand_of(plan.trip)
    called(plan, place_id)
    clock.freeze(NOW + timedelta(hours=4))
    worker()
    assert row(session_id).state == rules.UNDER_WAY


def test_orders_signed_during_a_session_belong_to_it(plan: Held) -> None:
    [session_id] = plan.lay()
    giving = ordering(plan.trip)
    giving.official = plan.official
    before = giving.sign(demand_of(plan.trip))
    plan.come(session_id)
    during = giving.sign(demand_of(plan.trip, name="دیگری", phone="09120000002"))
    assert (directive(before).session_id, directive(during).session_id) == (None, session_id)


def test_only_the_official_of_a_session_holds_it(plan: Held) -> None:
    [session_id] = plan.lay()
    plan.come(session_id)
    with runtime.current().database.reading() as session:
        assert under_way(session, plan.trip.id, plan.official.user_id or 0, clock.now()) == session_id
        assert under_way(session, plan.trip.id, 4711, clock.now()) is None
