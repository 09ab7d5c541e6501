"""A draft becomes the plan, all of it or nothing, and those hear of it for whom something changes."""

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.accounts.models import GrantRow
from deskops.core import clock, runtime
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.staff import errors
from deskops.staff.models import DeskShift, StaffMember
from deskops.staff.services import approving, rostering
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff import rostered
from tests.staff.rostered import MORNING, absent, changed, letters, retire, take_out

pytestmark = pytest.mark.usefixtures("early_morning")


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


def test_others_have_their_turn_while_a_draft_is_compared_and_approved(
    trip: SmallTrip, crew: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rostered.approved(trip, rostered.solved(trip))
    draft = rostered.solved(trip)
    for staff_id in crew:
        retire(staff_id)
    turns: list[float] = []
    monkeypatch.setattr("deskops.core.pacing.HELD_SECONDS", -1)
    monkeypatch.setattr("deskops.core.pacing.time.sleep", turns.append)
    sign = rostered.sign_of(trip, draft)
    compared = len(turns)
    assert compared >= 2 * len(crew), "once a shift that is read, and once where it is signed"
    approve(trip, draft, sign)
    assert len(turns) > 2 * compared, "what is taken comes in turns as well"
    assert rostered.shifts(trip) == []


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
