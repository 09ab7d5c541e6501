"""A roster asked for, and made by the worker in a process of its own from what stands in the database."""

from datetime import timedelta

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, errands, runtime
from deskops.core.errors import DatabaseBusy
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Desk
from deskops.staff import errors
from deskops.staff.models import StaffMember
from deskops.staff.queries.problem import problem_of
from deskops.staff.services import rostering
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff import rostered
from tests.staff.rostered import DAY, MORNING, retire

pytestmark = pytest.mark.usefixtures("early_morning")

# Made by the worker


def test_from_patterns_to_people_with_shifts(trip: SmallTrip, crew: list[int]) -> None:
    roster_id = rostered.solved(trip)
    assert rostered.roster(trip, roster_id).state == "draft"
    assert rostered.shifts(trip) == []
    rostered.approved(trip, roster_id)
    assert [row.staff_id for row in rostered.shifts(trip)] == crew
    assert {row.state for row in rostered.shifts(trip)} == {"planned"}


def test_a_draft_says_what_it_comes_to(trip: SmallTrip, crew: list[int]) -> None:
    figures = rostered.roster(trip, rostered.solved(trip)).figures
    assert (figures["people"], figures["shifts"], figures["slots"]) == (4, 4, 2)
    assert (figures["below_minimum"], figures["supervisors"], figures["languages"]) == (0, 0, 0)


def test_a_shortage_is_reported_and_never_a_failure(trip: SmallTrip) -> None:
    rostered.people(trip, 1, desk="a")
    rostered.laid(trip, MORNING, desks=("a", "b"))
    roster_id = rostered.solved(trip)
    assert rostered.roster(trip, roster_id).figures["below_minimum"] == 1
    rostered.approved(trip, roster_id)
    assert len(rostered.shifts(trip)) == 1


def test_while_one_is_being_made_no_other_can_be_asked_for(trip: SmallTrip, crew: list[int]) -> None:
    rostered.asked(trip)
    with pytest.raises(errors.RosterRuns):
        rostered.asked(trip)
    other = make_small_trip("other")
    rostered.open_desks(other, DAY)
    rostered.laid(other, MORNING, desks=("a",))
    assert rostered.asked(other)


def test_without_shifts_ahead_there_is_nothing_to_roster(trip: SmallTrip) -> None:
    with pytest.raises(errors.NothingToRoster):
        rostered.asked(trip)


def test_a_cancelled_roster_ends_its_process_and_makes_no_draft(trip: SmallTrip, crew: list[int]) -> None:
    roster_id = rostered.asked(trip)
    rostering.follow_rosters({})
    solving = rostering.rosters.going[roster_id].process
    with unit_of_work(SYSTEM) as uow:
        rostering.cancel_roster(uow, SYSTEM, trip.id, roster_id)
    rostering.follow_rosters({})
    assert not rostering.rosters.going
    assert not solving.is_running
    assert rostered.roster(trip, roster_id).state == "cancelled"
    with pytest.raises(errors.RosterOver), unit_of_work(SYSTEM) as uow:
        rostering.cancel_roster(uow, SYSTEM, trip.id, roster_id)


def test_what_a_killed_worker_left_is_begun_anew(trip: SmallTrip, crew: list[int]) -> None:
    roster_id = rostered.asked(trip)
    with unit_of_work(SYSTEM) as uow:
        row = rostering.roster_of(uow.session, trip.id, roster_id, locked=True)
        row.state, row.worker, row.beat_at = "solving", "gone:1", uow.now
    rostering.follow_rosters({})
    assert not rostering.rosters.going, "it was seen a moment ago"
    clock.advance(seconds=61)
    assert rostered.follow_to_the_end(trip, roster_id) == "draft"


def test_a_solver_that_breaks_off_fails_its_roster(trip: SmallTrip, crew: list[int]) -> None:
    roster_id = rostered.asked(trip)
    rostering.follow_rosters({})
    rostering.rosters.going[roster_id].process._process.kill()
    rostering.rosters.going[roster_id].process._process.join()
    rostering.follow_rosters({})
    assert rostered.roster(trip, roster_id).state in ("failed", "draft")
    assert rostered.asked(trip)


def test_a_result_isnt_lost_while_the_database_doesnt_answer(
    trip: SmallTrip, crew: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    roster_id = rostered.asked(trip)
    rostering.follow_rosters({})
    rostering.rosters.going[roster_id].process._process.join()
    with monkeypatch.context() as patch:
        patch.setattr(errands, "unit_of_work", unanswered)
        with pytest.raises(DatabaseBusy):
            rostering.follow_rosters({})
    rostering.follow_rosters({})
    assert rostered.roster(trip, roster_id).state == "draft"


def unanswered(_doer: object) -> None:
    raise DatabaseBusy()


# What the solver is given


def problem(trip: SmallTrip, *, keep: bool = False):
    with runtime.current().database.reading() as session:
        return problem_of(session, trip.id, clock.now(), keep=keep)


def test_people_work_at_home_where_their_topics_are_own_and_with_any_topic_in_halls(trip: SmallTrip) -> None:
    [plain] = rostered.people(trip, 1, desk="a")
    [knows] = rostered.people(trip, 1, desk="a", topics=("work",), first=2)
    found = problem(trip).people
    assert found[plain].desks == {trip.desks["a"]}
    assert found[knows].desks == {trip.desks[name] for name in ("a", "b", "hall", "hq")}


def test_retired_people_and_desks_are_out(trip: SmallTrip, crew: list[int]) -> None:
    retire(crew[0])
    assert set(problem(trip).people) == set(crew[1:])
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["a"]).retired_at = uow.now
    found = problem(trip)
    assert not found.slots
    assert found.people[crew[1]].desks == frozenset()


def test_the_plan_that_stands_is_kept_by_a_replan_only_and_what_has_begun_is_frozen(
    trip: SmallTrip, crew: list[int]
) -> None:
    rostered.approved(trip, rostered.solved(trip))
    assert len(problem(trip, keep=True).kept) == 4
    assert problem(trip).kept == frozenset()
    morning_id = rostered.slot(trip, "a")
    clock.freeze(rostered.slots(trip)[0].starts_at + timedelta(minutes=1))
    found = problem(trip, keep=True)
    assert {slot for _, slot in found.frozen} == found.closed == {morning_id}
    assert len(found.kept) == 2


def test_heads_supervise_and_most_shifts_are_the_persons_or_the_trips(trip: SmallTrip) -> None:
    [head] = rostered.people(trip, 1, desk="a", role="desk_head")
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(StaffMember, head).most_shifts = 2
    [plain] = rostered.people(trip, 1, desk="b")
    found = problem(trip).people
    assert (found[head].supervises, found[head].most_shifts) == (True, 2)
    assert (found[plain].supervises, found[plain].most_shifts) == (False, 6)
