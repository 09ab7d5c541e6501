"""A roster asked for, made by the worker in a process of its own, and approved: then people have shifts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.accounts.models import GrantRow
from deskops.core import clock, runtime
from deskops.core.errors import NotFound
from deskops.core.messages import Message
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Desk
from deskops.staff import errors
from deskops.staff.models import DeskShift, StaffAbsence, StaffMember
from deskops.staff.queries.difference import difference
from deskops.staff.queries.drafts import roster_line
from deskops.staff.queries.problem import problem_of
from deskops.staff.services import approving, placing, rostering
from deskops.staff.services.placing import Placing, Where
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff import rostered
from tests.staff.rostered import DAY, EARLY, MORNING, NEXT


@pytest.fixture(autouse=True)
def morning(trip: SmallTrip) -> object:
    clock.freeze(EARLY)
    rostered.open_desks(trip, DAY, NEXT)
    yield
    rostered.end_all()


@pytest.fixture
def crew(trip: SmallTrip) -> list[int]:
    """Four people at desk A, and a morning and an afternoon that need two each."""
    ids = rostered.people(trip, 4, desk="a")
    rostered.laid(trip, desks=("a",))
    return ids


def absent(staff_id: int) -> None:
    """They say that they can't come at all."""
    with unit_of_work(SYSTEM) as uow:
        begins, ends = EARLY, EARLY + timedelta(days=3)
        uow.session.add(StaffAbsence(staff_id=staff_id, starts_at=begins, ends_at=ends, said_at=uow.now))


def retire(staff_id: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(StaffMember, staff_id).retired_at = uow.now


def letters() -> list[str]:
    with runtime.current().database.reading() as session:
        return list(session.scalars(select(Message.text).order_by(Message.id)))


def place(trip: SmallTrip, staff_id: int, slot_id: int, roster_id: int | None = None, **more) -> list[str]:
    with unit_of_work(SYSTEM) as uow:
        return placing.place(uow, SYSTEM, Where(trip.id, roster_id), Placing(staff_id, slot_id, **more))


def take_out(trip: SmallTrip, staff_id: int, slot_id: int, roster_id: int | None = None) -> None:
    with unit_of_work(SYSTEM) as uow:
        placing.take_out(uow, SYSTEM, Where(trip.id, roster_id), staff_id, slot_id)


def changed(trip: SmallTrip, roster_id: int) -> tuple[int, int, int]:
    """Added, removed and left out."""
    with runtime.current().database.reading() as session:
        line = roster_line(session, trip.id, roster_id)
        found = difference(session, line, trip.id, clock.now())
    return len(found.added), len(found.removed), found.left_out


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


# Approved


def test_only_those_for_whom_something_changes_are_told_once(trip: SmallTrip, crew: list[int]) -> None:
    rostered.approved(trip, rostered.solved(trip))
    rostered.told()
    assert len(letters()) == 4
    assert all(
        "۱۴۰۵/۰۹/۰۱" in text and "میز ۱" in text.translate(str.maketrans("1", "۱")) for text in letters()
    )
    rostered.told()
    rostered.approved(trip, rostered.solved(trip, "replan"))
    rostered.told()
    assert len(letters()) == 4


def test_with_a_shift_at_another_desk_comes_the_role_to_work_there(trip: SmallTrip) -> None:
    [knows] = rostered.people(trip, 1, desk="a", topics=("work",))
    rostered.laid(trip, MORNING, desks=("b",))
    rostered.approved(trip, rostered.solved(trip))
    rostered.told()
    with runtime.current().database.reading() as session:
        user_id = session.get_one(StaffMember, knows).user_id
        grants = session.scalars(select(GrantRow).where(GrantRow.user_id == user_id)).all()
    assert {(grant.role, grant.desk_id) for grant in grants} == {
        ("staff", trip.desks["a"]),
        ("staff", trip.desks["b"]),
    }
    assert len(grants) == 2


def test_after_a_drop_out_a_replan_changes_little(trip: SmallTrip, crew: list[int]) -> None:
    rostered.people(trip, 1, desk="a", first=5)
    rostered.approved(trip, rostered.solved(trip))
    lost = rostered.shifts(trip)[0]
    absent(lost.staff_id)
    take_out(trip, lost.staff_id, lost.desk_shift_id)
    roster_id = rostered.solved(trip, "replan")
    assert changed(trip, roster_id) == (1, 0, 0)
    rostered.approved(trip, roster_id)
    assert len(rostered.shifts(trip)) == 4
    assert lost.staff_id not in {row.staff_id for row in rostered.shifts(trip)}


def approve(trip: SmallTrip, roster_id: int, sign: str) -> None:
    with unit_of_work(SYSTEM) as uow:
        approving.approve_roster(uow, SYSTEM, trip.id, roster_id, sign)


def test_two_who_approve_the_same_draft_one_wins(trip: SmallTrip, crew: list[int]) -> None:
    roster_id = rostered.solved(trip)
    sign = rostered.sign_of(trip, roster_id)
    approve(trip, roster_id, sign)
    with pytest.raises(errors.NoDraft):
        approve(trip, roster_id, sign)
    assert len(rostered.shifts(trip)) == 4


def test_a_second_draft_that_was_looked_at_before_the_first_was_approved_is_refused(
    trip: SmallTrip, crew: list[int]
) -> None:
    first, second = rostered.solved(trip), rostered.solved(trip)
    looked_at = rostered.sign_of(trip, second)
    approve(trip, first, rostered.sign_of(trip, first))
    with pytest.raises(errors.DifferenceChanged) as refused:
        approve(trip, second, looked_at)
    assert refused.value.details["sign"] == rostered.sign_of(trip, second)
    assert len(rostered.shifts(trip)) == 4


@pytest.mark.parametrize("meanwhile", ["retired", "absent", "removed", "begun"])
def test_what_changed_since_the_difference_was_looked_at_stops_the_approval(
    trip: SmallTrip, crew: list[int], meanwhile: str
) -> None:
    roster_id = rostered.solved(trip)
    looked_at = rostered.sign_of(trip, roster_id)
    match meanwhile:
        case "retired":
            retire(crew[0])
        case "absent":
            absent(crew[0])
        case "removed":
            with unit_of_work(SYSTEM) as uow:
                uow.session.delete(uow.session.get_one(DeskShift, rostered.slot(trip, "a")))
        case "begun":
            clock.freeze(rostered.slots(trip)[0].starts_at)
    with pytest.raises(errors.DifferenceChanged):
        approve(trip, roster_id, looked_at)
    assert rostered.shifts(trip) == []
    approve(trip, roster_id, rostered.sign_of(trip, roster_id))
    assert len(rostered.shifts(trip)) == (3 if meanwhile in ("retired", "absent") else 2)


def test_what_has_begun_and_who_has_come_stay_whatever_the_draft_says(
    trip: SmallTrip, crew: list[int]
) -> None:
    rostered.approved(trip, rostered.solved(trip))
    with unit_of_work(SYSTEM) as uow:
        for row in rostered.shifts(trip, desk_shift_id=rostered.slot(trip, "a", 1)):
            uow.session.merge(row).state = "arrived"
    roster_id = rostered.solved(trip)
    for entry in rostered.shifts(trip):
        if entry.state == "planned":
            take_out(trip, entry.staff_id, entry.desk_shift_id, roster_id)
    clock.freeze(rostered.slots(trip)[0].starts_at)
    assert changed(trip, roster_id) == (0, 0, 0)


def test_a_discarded_draft_changes_nothing_and_is_over(trip: SmallTrip, crew: list[int]) -> None:
    roster_id = rostered.solved(trip)
    with unit_of_work(SYSTEM) as uow:
        approving.discard_roster(uow, SYSTEM, trip.id, roster_id)
    assert rostered.roster(trip, roster_id).state == "discarded"
    with pytest.raises(errors.NoDraft):
        approve(trip, roster_id, "any")
    assert rostered.shifts(trip) == []


def test_another_trips_roster_is_not_found(trip: SmallTrip, crew: list[int]) -> None:
    roster_id = rostered.solved(trip)
    other = make_small_trip("other")
    for act in (rostering.cancel_roster, approving.discard_roster):
        with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
            act(uow, SYSTEM, other.id, roster_id)


# By hand


def test_somebody_is_put_in_moved_and_taken_out_of_the_plan_and_told_each_time(
    trip: SmallTrip, crew: list[int]
) -> None:
    first, second = rostered.slot(trip, "a"), rostered.slot(trip, "a", 1)
    assert place(trip, crew[0], first) == []
    rostered.told()
    assert place(trip, crew[0], second, from_id=first) == []
    rostered.told()
    take_out(trip, crew[0], second)
    rostered.told()
    assert rostered.shifts(trip) == []
    assert [text.count("\n") for text in letters()] == [1, 2, 1]


@pytest.mark.parametrize("draft", [True, False])
def test_a_broken_rule_is_said_and_done_only_when_that_is_confirmed(
    trip: SmallTrip, crew: list[int], draft: bool
) -> None:
    first, second = rostered.slot(trip, "a"), rostered.slot(trip, "a", 1)
    roster_id = rostered.solved(trip) if draft else None
    if roster_id:
        for staff_id in crew:
            for slot_id in (first, second):
                try:
                    take_out(trip, staff_id, slot_id, roster_id)
                except NotFound:
                    continue
    place(trip, crew[0], first, roster_id)
    with pytest.raises(errors.RulesBroken) as refused:
        place(trip, crew[0], second, roster_id)
    assert refused.value.details == {"rules": ["rest"]}
    assert place(trip, crew[0], second, roster_id, confirmed=True) == ["rest"]
    if roster_id:
        rostered.approved(trip, roster_id)
    assert [row.overrides for row in rostered.shifts(trip)] == [[], ["rest"]]


def test_who_knows_nothing_of_a_desk_and_a_full_shift_break_rules(trip: SmallTrip, crew: list[int]) -> None:
    [stranger] = rostered.people(trip, 1, desk="b")
    first = rostered.slot(trip, "a")
    place(trip, crew[0], first)
    place(trip, crew[1], first)
    with pytest.raises(errors.RulesBroken) as refused:
        place(trip, stranger, first)
    assert refused.value.details == {"rules": ["skill", "full"]}


def test_nobody_is_put_in_twice_in_a_shift_that_is_over_or_when_retired(
    trip: SmallTrip, crew: list[int]
) -> None:
    first = rostered.slot(trip, "a")
    place(trip, crew[0], first)
    with pytest.raises(errors.AlreadyThere):
        place(trip, crew[0], first)
    retire(crew[1])
    with pytest.raises(NotFound):
        place(trip, crew[1], first)
    clock.freeze(rostered.slots(trip)[0].ends_at)
    with pytest.raises(errors.ShiftBegun):
        place(trip, crew[2], first)
    with pytest.raises(errors.ShiftBegun):
        take_out(trip, crew[0], first)


def test_into_a_shift_that_runs_somebody_may_step_in(trip: SmallTrip, crew: list[int]) -> None:
    first = rostered.slot(trip, "a")
    clock.freeze(rostered.slots(trip)[0].starts_at + timedelta(minutes=5))
    assert place(trip, crew[0], first) == []


def test_whoever_moves_from_a_shift_that_they_are_not_in_is_not_found_and_nothing_happens(
    trip: SmallTrip, crew: list[int]
) -> None:
    first, second = rostered.slot(trip, "a"), rostered.slot(trip, "a", 1)
    with pytest.raises(NotFound):
        place(trip, crew[0], second, from_id=first)
    assert rostered.shifts(trip) == []


def test_a_draft_that_was_changed_by_hand_becomes_the_plan_so(trip: SmallTrip, crew: list[int]) -> None:
    roster_id = rostered.solved(trip)
    first = rostered.slot(trip, "a")
    with runtime.current().database.reading() as session:
        before = difference(session, roster_line(session, trip.id, roster_id), trip.id, clock.now())
    [out, *_] = [one.staff_id for one in before.added if one.slot_id == first]
    take_out(trip, out, first, roster_id)
    rostered.approved(trip, roster_id)
    assert out not in {row.staff_id for row in rostered.shifts(trip)}
    assert len(rostered.shifts(trip)) == 3
    with pytest.raises(errors.NoDraft):
        place(trip, out, first, roster_id)
