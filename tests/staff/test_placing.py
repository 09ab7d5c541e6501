"""People put in shifts, moved and taken out by hand, in a draft or in the plan."""

from datetime import timedelta

import pytest

from deskops.core import clock, runtime
from deskops.core.errors import NotFound
from deskops.staff import errors
from deskops.staff.queries.difference import difference
from deskops.staff.queries.drafts import roster_line
from tests.small_trip import SmallTrip
from tests.staff import rostered
from tests.staff.rostered import letters, place, retire, take_out

pytestmark = pytest.mark.usefixtures("early_morning")


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
