"""Changes to a trip that stands: a desk's facts, places, sites, topics; what is refused leaves everything
as it was.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import journal, runtime
from deskops.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands.services.places import open_place
from deskops.desks.errors import CodeTaken, PlaceInUse
from deskops.desks.models import Desk, Place
from deskops.desks.queries import catalogue
from deskops.desks.services import add_place, add_site, edit_desk
from tests.desks.setups import actor_with, an_edit, lines_of, read_catalogue
from tests.small_trip import SmallTrip, make_small_trip


def edit(
    trip: SmallTrip, *, desk: str = "a", version: int = 1, actor: Actor = SYSTEM, **changes: object
) -> int:
    with unit_of_work(actor) as uow:
        return edit_desk(uow, actor, trip.id, trip.desks[desk], version, an_edit(**changes)).version


@pytest.fixture
def uow(trip: SmallTrip) -> Iterator[UnitOfWork]:
    with unit_of_work(SYSTEM) as opened:
        yield opened


def places_of(desk_id: int) -> list[int]:
    with runtime.current().database.reading() as session:
        query = select(Place.number).where(Place.desk_id == desk_id).order_by(Place.number)
        return list(session.scalars(query))


def test_names_and_channels_of_a_desk_are_changed_and_every_screen_reads_the_new_ones(
    trip: SmallTrip,
) -> None:
    before = read_catalogue(trip.id).desks[trip.desks["a"]]
    assert edit(trip, calls=False) == 2
    after = read_catalogue(trip.id).desks[trip.desks["a"]]
    assert before.name_fa != after.name_fa == "میز تازه"
    assert (after.walk_ins, after.calls) == (True, False)


def test_a_change_of_set_up_stands_in_the_journal(trip: SmallTrip) -> None:
    edit(trip)
    with runtime.current().database.reading() as session:
        last = journal.trip_entries(session, trip.id, 0)[-1]
    desk_id = trip.desks["a"]
    assert last.kind == "trip.setup_changed"
    assert last.payload == {"what": "desk", "id": desk_id, "desk_ids": [desk_id]}


def test_the_topics_of_a_desk_are_replaced_by_those_given(trip: SmallTrip) -> None:
    edit(trip, speeds={trip.topics["housing"]: 1.0, trip.topics["loan"]: 1.5})
    speeds = read_catalogue(trip.id).desks[trip.desks["a"]].speeds
    assert speeds == {trip.topics["housing"]: 1.0, trip.topics["loan"]: 1.5}


def test_topics_of_another_trip_are_refused(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with pytest.raises(InvalidInput) as refused:
        edit(trip, speeds={other.topics["loan"]: 1.0})
    assert "speeds" in refused.value.errors


def test_a_desk_without_topics_is_refused(trip: SmallTrip) -> None:
    with pytest.raises(InvalidInput):
        edit(trip, speeds={})


def test_a_desk_that_takes_nobody_is_refused(trip: SmallTrip) -> None:
    with pytest.raises(InvalidInput) as refused:
        edit(trip, walk_ins=False, calls=False)
    assert "walk_ins" in refused.value.errors


def test_places_are_added_at_the_end_and_removed_from_it(trip: SmallTrip) -> None:
    edit(trip, seats={"counter": 4})
    assert places_of(trip.desks["a"]) == [1, 2, 3, 4]
    edit(trip, version=2, seats={"counter": 1})
    assert places_of(trip.desks["a"]) == [1]


def test_a_place_where_somebody_worked_stays(trip: SmallTrip) -> None:
    staff = actor_with("staff", trip.id, trip.desks["a"])
    with unit_of_work(staff) as uow:
        open_place(uow, staff, trip.id, trip.places["a"][1])
    with pytest.raises(PlaceInUse) as refused:
        edit(trip, seats={"counter": 1})
    assert refused.value.params == {"number": 2}
    assert places_of(trip.desks["a"]) == [1, 2]


@pytest.mark.parametrize("places", [0, -3, 201])
def test_a_number_of_places_beyond_reason_is_refused(trip: SmallTrip, places: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        edit(trip, seats={"counter": places})
    assert "counters" in refused.value.errors


def test_who_edits_what_somebody_else_changed_meanwhile_is_told_both_versions(trip: SmallTrip) -> None:
    edit(trip)
    with pytest.raises(StaleVersion) as refused:
        edit(trip, name_fa="نام دیگر")
    assert refused.value.details == {"yours": 1, "current": 2}
    assert read_catalogue(trip.id).desks[trip.desks["a"]].name_fa == "میز تازه"


def test_a_desk_of_another_trip_cannot_be_edited(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        edit_desk(uow, SYSTEM, trip.id, other.desks["a"], 1, an_edit())


@pytest.mark.parametrize("role", ["staff", "desk_head", "integration"])
def test_only_those_who_lead_edit_a_desk(trip: SmallTrip, role: str) -> None:
    with pytest.raises(Forbidden):
        edit(trip, actor=actor_with(role, trip.id))


def test_a_system_brings_its_own_seats_once_each(trip: SmallTrip) -> None:
    system = actor_with("integration", trip.id)
    made = []
    for _ in range(2):
        with unit_of_work(system) as uow:
            made.append(add_place(uow, system, trip.id, trip.desks["hq"], external_id="VRU-1").id)
    assert made[0] == made[1]
    assert places_of(trip.desks["hq"]) == [1, 2, 3, 4]


def test_a_new_seat_at_the_headquarters_is_a_phone(uow: UnitOfWork, trip: SmallTrip) -> None:
    assert add_place(uow, SYSTEM, trip.id, trip.desks["hq"]).kind == "phone"
    assert add_place(uow, SYSTEM, trip.id, trip.desks["a"]).kind == "counter"
    assert add_place(uow, SYSTEM, trip.id, trip.desks["a"], kind="phone", number=70).number == 70


def test_a_number_that_is_taken_is_refused(uow: UnitOfWork, trip: SmallTrip) -> None:
    with pytest.raises(CodeTaken) as refused:
        add_place(uow, SYSTEM, trip.id, trip.desks["a"], number=1)
    assert refused.value.field == "number"


def test_a_desk_takes_no_more_places_than_a_desk_can_have(uow: UnitOfWork, trip: SmallTrip) -> None:
    for _ in range(198):
        add_place(uow, SYSTEM, trip.id, trip.desks["a"])
    with pytest.raises(InvalidInput):
        add_place(uow, SYSTEM, trip.id, trip.desks["a"])


def test_a_member_of_staff_adds_no_place(trip: SmallTrip) -> None:
    staff = actor_with("staff", trip.id)
    with pytest.raises(Forbidden), unit_of_work(staff) as uow:
        add_place(uow, staff, trip.id, trip.desks["a"])


def test_a_site_is_added(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        site = add_site(
            uow, SYSTEM, trip.id, code="three", kind="hall", name_fa="محل سوم", address="خیابان پیام"
        )
    assert read_catalogue(trip.id).sites[site].name_in("en") == "محل سوم"


def test_a_code_that_the_trip_has_is_refused(uow: UnitOfWork, trip: SmallTrip) -> None:
    with pytest.raises(CodeTaken):
        add_site(uow, SYSTEM, trip.id, code="one", name_fa="دوباره")


def test_nothing_is_added_to_a_trip_that_is_not_there(uow: UnitOfWork) -> None:
    with pytest.raises(NotFound):
        add_site(uow, SYSTEM, 999, code="x", name_fa="هیچ")


def test_the_catalogue_is_read_again_only_after_a_change(trip: SmallTrip) -> None:
    first = read_catalogue(trip.id)
    assert read_catalogue(trip.id) is first
    edit(trip)
    assert read_catalogue(trip.id) is not first


def test_a_trip_that_is_not_there_has_no_catalogue(trip: SmallTrip) -> None:
    with pytest.raises(NotFound), runtime.current().database.reading() as session:
        catalogue(session, 999)


def test_a_name_that_is_missing_in_a_language_is_shown_in_the_other(trip: SmallTrip) -> None:
    edit(trip, name_en="", short_fa="", short_en="")
    desk = read_catalogue(trip.id).desks[trip.desks["a"]]
    assert {desk.name_in("en"), desk.short_in("en"), desk.short_in("fa"), desk.name, desk.short} == {
        "میز تازه"
    }


def test_a_refused_edit_leaves_no_trace(trip: SmallTrip) -> None:
    with pytest.raises(InvalidInput):
        edit(trip, seats={"counter": 999}, name_fa="نباید بماند")
    with runtime.current().database.reading() as session:
        assert session.scalar(select(func.max(Desk.version))) == 1
    assert lines_of(trip.id)[trip.desks["a"]].places == {"closed": 2}
