"""Desks: added, given hours, put in order, changed many at once, retired and deleted."""

from datetime import date
from typing import Any

import pytest

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.core import runtime
from deskops.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.errors import CodeTaken, DeskRetired, DeskStillOpen, InUse, PlaceInUse, ReasonNeeded
from deskops.desks.models import Desk, Place, Topic
from deskops.desks.queries import desk_detail
from deskops.desks.services import desks, set_desk_state
from deskops.desks.services.bulk import DesksEdit, edit_desks, outlook
from deskops.desks.services.changes import Changed, undo_change
from deskops.desks.services.hours import Span, set_hours
from tests.desks.setups import FIRST_DAY, actor_with, an_edit, lines_of, read_catalogue
from tests.small_trip import SmallTrip, make_small_trip

DAY_BEFORE = date(2026, 11, 21)
MORNING = Span(DAY_BEFORE, FIRST_DAY, 8 * 60, 14 * 60)


def added(trip: SmallTrip, code: str = "new", hours: Span | None = MORNING, **changes: Any) -> Changed:
    facts = {
        "site_id": trip.sites["one"],
        "speeds": {trip.topics["loan"]: 1.0},
        "seats": {"counter": 2, "phone": 1},
    }
    with unit_of_work(SYSTEM) as uow:
        return desks.add_desk(uow, SYSTEM, trip.id, code, an_edit(**(facts | changes)), hours)


def taken_back(trip: SmallTrip, change: int | None) -> None:
    assert change is not None
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip.id, change)


def row(desk_id: int) -> Desk:
    with runtime.current().database.reading() as session:
        return session.get_one(Desk, desk_id)


def week(trip: SmallTrip, desk_id: int) -> list[tuple[date, int, int]]:
    with runtime.current().database.reading() as session:
        return desk_detail(session, trip.id, desk_id, FIRST_DAY).week


def closed(trip: SmallTrip, name: str) -> int:
    with unit_of_work(SYSTEM) as uow:
        return set_desk_state(uow, SYSTEM, trip.id, trip.desks[name], state="closed").id


def many(trip: SmallTrip, names: str, **edit: Any) -> Changed:
    with unit_of_work(SYSTEM) as uow:
        return edit_desks(
            uow, SYSTEM, trip.id, [trip.desks[name] for name in names.split()], DesksEdit(**edit)
        )


def test_a_new_desk_is_planned_with_its_places_topics_and_hours_and_stands_last(trip: SmallTrip) -> None:
    desk = added(trip).id
    label = read_catalogue(trip.id).desks[desk]
    assert (label.number, label.speeds) == (5, {trip.topics["loan"]: 1.0})
    with runtime.current().database.reading() as session:
        detail = desk_detail(session, trip.id, desk, FIRST_DAY)
    assert [seat.kind for seat in detail.seats] == ["counter", "counter", "phone"]
    assert detail.line.state == "planned"
    assert detail.week == [(DAY_BEFORE, 480, 840), (FIRST_DAY, 480, 840)]


def test_a_new_desk_is_taken_back_whole(trip: SmallTrip) -> None:
    made = added(trip)
    taken_back(trip, made.change_id)
    assert made.id not in read_catalogue(trip.id).desks


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"speeds": {}}, "speeds"),
        ({"site_id": None}, "site_id"),
        ({"site_id": 999}, "site_id"),
        ({"agency_id": 999}, "agency_id"),
        ({"head_user_id": 999}, "head_user_id"),
        ({"seats": {"counter": 0, "phone": 0}}, "counters"),
        ({"seats": {"counter": 1, "phone": 200}}, "phones"),
        ({"walk_ins": False, "calls": False}, "walk_ins"),
        ({"hours": Span(FIRST_DAY, FIRST_DAY, 840, 480)}, "closes"),
        ({"hours": Span(FIRST_DAY, FIRST_DAY, 22 * 60, 26 * 60)}, "closes"),
        ({"hours": Span(FIRST_DAY, DAY_BEFORE, 480, 840)}, "last_day"),
    ],
)
def test_what_is_wrong_with_a_new_desk_is_named_at_its_field(
    trip: SmallTrip, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        added(trip, **wrong)
    assert list(refused.value.errors) == [field]
    assert len(read_catalogue(trip.id).desks) == 4


def test_two_desks_with_one_code_or_number_are_refused_each_at_its_field(trip: SmallTrip) -> None:
    with pytest.raises(CodeTaken) as code:
        added(trip, "hall")
    with pytest.raises(CodeTaken) as number:
        added(trip, number=3)
    assert (code.value.field, number.value.field) == ("code", "number")


def test_a_head_and_an_official_are_pointed_to_from_those_who_hold_the_role(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        head = accounts.create_user(uow, name="مسئول میز", grants=[Grant("desk_head", trip.id)])
        official = accounts.create_user(uow, name="مقام مسئول", grants=[Grant("official", trip.id)])
    desk = added(trip, head_user_id=head, official_user_id=official).id
    with runtime.current().database.reading() as session:
        detail = desk_detail(session, trip.id, desk, FIRST_DAY)
    assert (detail.head, detail.official) == ("مسئول میز", "مقام مسئول")
    with pytest.raises(InvalidInput):
        added(trip, "another", head_user_id=official)


def test_places_of_either_kind_come_and_go_and_undo_puts_them_back(trip: SmallTrip) -> None:
    edit = an_edit(seats={"counter": 1, "phone": 2})
    with unit_of_work(SYSTEM) as uow:
        change = desks.edit_desk(uow, SYSTEM, trip.id, trip.desks["a"], 1, edit).change_id
    with runtime.current().database.reading() as session:
        seats = desk_detail(session, trip.id, trip.desks["a"], FIRST_DAY).seats
    assert [(seat.number, seat.kind) for seat in seats] == [(1, "counter"), (3, "phone"), (4, "phone")]
    taken_back(trip, change)
    assert lines_of(trip.id)[trip.desks["a"]].places.total() == 2


def test_fewer_places_than_are_in_use_are_refused_for_many_too(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Place, trip.places["a"][1]).state = "open"
    with pytest.raises(PlaceInUse) as refused:
        many(trip, "a b", counters=1)
    assert refused.value.field == "counters"


def test_hours_are_replaced_by_those_given_and_taken_back(trip: SmallTrip) -> None:
    desk = added(trip).id
    with unit_of_work(SYSTEM) as uow:
        change = set_hours(uow, SYSTEM, trip.id, desk, 1, {FIRST_DAY: (540, 1440)}).change_id
    assert week(trip, desk) == [(FIRST_DAY, 540, 1440)]
    taken_back(trip, change)
    assert len(week(trip, desk)) == 2


def test_a_day_is_copied_to_the_other_days(trip: SmallTrip) -> None:
    desk = added(trip).id
    hours = {DAY_BEFORE: (600, 660), FIRST_DAY: (480, 840)}
    with unit_of_work(SYSTEM) as uow:
        set_hours(uow, SYSTEM, trip.id, desk, 1, hours, DAY_BEFORE)
    assert week(trip, desk) == [(DAY_BEFORE, 600, 660), (FIRST_DAY, 600, 660)]


def test_hours_that_end_before_they_begin_are_refused_at_their_day(trip: SmallTrip) -> None:
    with pytest.raises(InvalidInput) as refused, unit_of_work(SYSTEM) as uow:
        set_hours(uow, SYSTEM, trip.id, trip.desks["a"], 1, {FIRST_DAY: (840, 480)})
    assert list(refused.value.errors) == ["closes-2026-11-22"]


def test_hours_seen_in_an_older_version_are_refused(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        set_hours(uow, SYSTEM, trip.id, trip.desks["a"], 1, {FIRST_DAY: (480, 840)})
    with pytest.raises(StaleVersion), unit_of_work(SYSTEM) as uow:
        set_hours(uow, SYSTEM, trip.id, trip.desks["a"], 1, {})


def test_desks_exchange_their_places_in_the_list(trip: SmallTrip) -> None:
    ids = trip.desks
    with unit_of_work(SYSTEM) as uow:
        change = desks.order_desks(uow, SYSTEM, trip.id, [ids["hall"], ids["a"]]).change_id
    assert list(read_catalogue(trip.id).desks) == [ids["hall"], ids["b"], ids["a"], ids["hq"]]
    assert list(lines_of(trip.id)) == list(read_catalogue(trip.id).desks)
    taken_back(trip, change)
    assert list(read_catalogue(trip.id).desks) == list(ids.values())


def test_a_desk_of_another_trip_takes_no_place_in_the_list(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        desks.order_desks(uow, SYSTEM, trip.id, [other.desks["a"], trip.desks["a"]])


def test_many_desks_get_hours_and_a_line_in_one_change_that_is_taken_back_whole(trip: SmallTrip) -> None:
    change = many(trip, "a b", hours=MORNING, line="111", calls=False).change_id
    assert [row(trip.desks[name]).line for name in "ab"] == ["111", "111"]
    assert len(week(trip, trip.desks["b"])) == 2
    taken_back(trip, change)
    assert (row(trip.desks["b"]).line, row(trip.desks["b"]).calls) == ("", True)
    assert week(trip, trip.desks["a"]) == []


def test_a_preview_counts_only_desks_that_would_be_different(trip: SmallTrip) -> None:
    many(trip, "a", line="111")
    with runtime.current().database.reading() as session:
        found = outlook(session, trip.id, list(trip.desks.values()), DesksEdit(line="111"))
    assert (found.ticked, len(found.changing)) == (4, 3)


def test_many_desks_are_put_into_a_state(trip: SmallTrip) -> None:
    many(trip, "a b", state="paused", reason="ناهار")
    assert {row(trip.desks[name]).state for name in "ab"} == {"paused"}
    with pytest.raises(ReasonNeeded):
        many(trip, "hall", state="paused")


@pytest.mark.parametrize(
    ("names", "edit", "field"),
    [
        ("a", {}, "state"),
        ("", {"line": "1"}, "desk_ids"),
        ("hq", {"calls": False}, "walk_ins"),
        ("a", {"agency_id": 99}, "agency_id"),
    ],
)
def test_a_bulk_edit_that_makes_no_sense_is_refused_at_its_field(
    trip: SmallTrip, names: str, edit: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        many(trip, names, **edit)
    assert list(refused.value.errors) == [field]


def test_a_desk_at_work_is_not_retired_and_a_closed_one_leaves_every_list(trip: SmallTrip) -> None:
    with pytest.raises(DeskStillOpen), unit_of_work(SYSTEM) as uow:
        desks.retire_desk(uow, SYSTEM, trip.id, trip.desks["a"])
    desk = closed(trip, "a")
    with unit_of_work(SYSTEM) as uow:
        desks.retire_desk(uow, SYSTEM, trip.id, desk)
    assert desk not in lines_of(trip.id)
    assert desk in read_catalogue(trip.id).desks
    with pytest.raises(DeskRetired), unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, desk, state="open")
    with unit_of_work(SYSTEM) as uow:
        desks.restore_desk(uow, SYSTEM, trip.id, desk)
    assert desk in lines_of(trip.id)


def test_a_desk_that_nothing_names_is_deleted_and_comes_back_whole(trip: SmallTrip) -> None:
    desk = added(trip).id
    with unit_of_work(SYSTEM) as uow:
        change = desks.delete_desk(uow, SYSTEM, trip.id, desk).change_id
    assert desk not in read_catalogue(trip.id).desks
    taken_back(trip, change)
    assert lines_of(trip.id)[desk].places.total() == 3
    assert len(week(trip, desk)) == 2


def test_a_desk_that_is_a_topics_own_is_not_deleted_and_says_by_whom_it_is_used(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Topic, trip.topics["loan"]).default_desk_id = trip.desks["b"]
    with pytest.raises(InUse) as refused, unit_of_work(SYSTEM) as uow:
        desks.delete_desk(uow, SYSTEM, trip.id, trip.desks["b"])
    assert "موضوع 0" in refused.value.text()


@pytest.mark.parametrize("role", ["staff", "desk_head", "official", "integration"])
def test_only_those_who_lead_set_desks_up(trip: SmallTrip, role: str) -> None:
    actor = actor_with(role, trip.id)
    with pytest.raises(Forbidden), unit_of_work(actor) as uow:
        desks.add_desk(uow, actor, trip.id, "new", an_edit())
    with pytest.raises(Forbidden), unit_of_work(actor) as uow:
        edit_desks(uow, actor, trip.id, [trip.desks["a"]], DesksEdit(line="1"))
