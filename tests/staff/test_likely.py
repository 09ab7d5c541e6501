"""Of thousands those few are loaded who are likely to take a shift: nobody whom the ranking would put first is missed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.staff.models import DeskShift, Roster, RosterEntry, StaffAbsence, StaffAvailability, StaffMember
from deskops.staff.queries import likely
from deskops.staff.queries.problem import around
from deskops.staff.queries.roster import candidates
from deskops.staff.rostering.fitting import ranked
from deskops.staff.services import plan
from tests.small_trip import SmallTrip
from tests.staff import rostered
from tests.staff.rostered import AFTERNOON, DAY, EARLY, MORNING, NEXT


@pytest.fixture(autouse=True)
def shifts(trip: SmallTrip) -> Iterator[None]:
    """Mornings and afternoons of two days at desk A and the hall; each may have two people, and should have a head."""
    clock.freeze(EARLY)
    rostered.open_desks(trip, DAY, NEXT, need=(1, 2, 1))
    rostered.laid(trip, MORNING, AFTERNOON, desks=("a", "hall"), days=(DAY, NEXT))
    yield
    rostered.end_all()


def given(*gifts: tuple[int, int]) -> None:
    with unit_of_work(SYSTEM) as uow:
        plan.give(uow, [plan.Gift(who, where) for who, where in gifts])


def changed(who: int, **facts: object) -> None:
    with unit_of_work(SYSTEM) as uow:
        row = uow.session.get_one(StaffMember, who)
        for name, value in facts.items():
            setattr(row, name, value)


def put(kind: type[StaffAbsence] | type[StaffAvailability], who: int, begins: datetime, hours: int) -> None:
    more = {"reason": "ill", "said_at": EARLY} if kind is StaffAbsence else {}
    with unit_of_work(SYSTEM) as uow:
        uow.session.add(kind(staff_id=who, starts_at=begins, ends_at=begins + timedelta(hours=hours), **more))


def loaded(trip: SmallTrip, slot_id: int) -> set[int]:
    with runtime.current().database.reading() as session:
        return set(around(session, trip.id, slot_id).problem.people)


def order(trip: SmallTrip, slot_id: int, draft: int | None = None) -> list[int]:
    with runtime.current().database.reading() as session:
        found = around(session, trip.id, slot_id, draft)
        return [one.person for one in ranked(found.problem, found.assignments, slot_id, found.asked)]


def the_slot(trip: SmallTrip, number: int = 0) -> DeskShift:
    return next(row for row in rostered.slots(trip) if row.id == rostered.slot(trip, "a", number))


def test_one_of_each_kind_is_enough_to_find_the_best(
    trip: SmallTrip, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = rostered.people(trip, 3, desk="a")
    heads = rostered.people(trip, 2, desk="a", role="desk_head", first=10)
    aim = rostered.slot(trip, "a", 3)
    given((staff[0], rostered.slot(trip, "hall")), (heads[0], rostered.slot(trip, "a")))
    changed(staff[1], asked_at=EARLY)
    everybody = order(trip, aim)
    assert everybody[0] == heads[1]
    assert set(everybody) == {*staff, *heads}
    monkeypatch.setattr(likely, "OF_A_KIND", 1)
    assert loaded(trip, aim) >= {heads[1], staff[2]}
    assert len(loaded(trip, aim)) < len(everybody)
    assert order(trip, aim)[0] == heads[1]
    given((heads[1], aim))
    assert next(one for one in order(trip, aim) if one not in heads) == staff[2]


@pytest.mark.parametrize("languages", ["az", ""])
def test_who_speaks_what_a_shift_asks_for_is_a_kind_of_their_own(
    trip: SmallTrip, monkeypatch: pytest.MonkeyPatch, languages: str
) -> None:
    first, speaker = rostered.people(trip, 2, desk="a")
    changed(speaker, languages="fa,az")
    given((speaker, rostered.slot(trip, "hall")))
    aim = rostered.slot(trip, "a", 2)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(DeskShift, aim).languages = languages
    monkeypatch.setattr(likely, "OF_A_KIND", 1)
    assert order(trip, aim)[0] == (speaker if languages else first)


def test_who_cannot_come_is_left_in_the_database(trip: SmallTrip) -> None:
    free, away, elsewhere, busy, full, hours = rostered.people(trip, 6, desk="a")
    aim = the_slot(trip, 1)
    put(StaffAbsence, away, aim.starts_at, 1)
    put(StaffAvailability, elsewhere, aim.starts_at + timedelta(days=2), 8)
    put(StaffAvailability, hours, aim.starts_at - timedelta(hours=1), 8)
    given((busy, rostered.slot(trip, "hall", 1)))
    changed(full, most_shifts=0)
    assert loaded(trip, aim.id) == {free, hours}
    assert set(order(trip, aim.id)) == {free, hours}


def test_whose_hours_end_too_early_is_loaded_and_then_refused(trip: SmallTrip) -> None:
    [early] = rostered.people(trip, 1, desk="a")
    aim = the_slot(trip)
    put(StaffAvailability, early, aim.starts_at, 1)
    assert loaded(trip, aim.id) == {early}
    assert order(trip, aim.id) == []


def test_in_a_draft_its_own_shifts_count_and_not_those_of_the_plan(trip: SmallTrip) -> None:
    first, second = rostered.people(trip, 2, desk="a")
    aim, other = rostered.slot(trip, "a", 3), rostered.slot(trip, "a")
    given((first, other))
    with unit_of_work(SYSTEM) as uow:
        row = Roster(
            trip_id=trip.id, kind="new", state="draft", from_at=EARLY, asked_at=EARLY, progress={}, figures={}
        )
        uow.session.add(row)
        uow.session.flush()
        uow.session.add(RosterEntry(roster_id=row.id, staff_id=second, desk_shift_id=other, overrides=[]))
        draft = row.id
    assert order(trip, aim) == [second, first]
    assert order(trip, aim, draft) == [first, second]


def test_a_page_of_candidates_says_how_many_shifts_each_has(trip: SmallTrip) -> None:
    first, second = rostered.people(trip, 2, desk="a")
    given((first, rostered.slot(trip, "a")))
    with runtime.current().database.reading() as session:
        found = candidates(session, trip.id, rostered.slot(trip, "a", 3))
    assert [(one.staff_id, one.shifts) for one in found] == [(second, 0), (first, 1)]
