"""A change of the set-up is written down with what was there before, and taken back whole or not at all."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, journal, runtime
from deskops.core.errors import Forbidden, NotFound
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.errors import ChangedSince
from deskops.desks.models import Agency, Desk, DeskHours, SetupChange, Topic
from deskops.desks.services.changes import Changes, undo_change
from tests.desks.setups import actor_with
from tests.small_trip import SmallTrip, make_small_trip


def rename(trip: SmallTrip, name: str) -> int | None:
    with unit_of_work(SYSTEM) as uow:
        desk = uow.session.get_one(Desk, trip.desks["a"])
        changes = Changes(uow, trip.id)
        changes.update(desk, name_fa=name, walk_ins=desk.walk_ins)
        return changes.keep("desk", desk.id, desk.name_fa)


def take_back(trip_id: int | None, change_id: int | None) -> None:
    assert change_id is not None
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip_id, change_id)


def desk_of(trip: SmallTrip) -> Desk:
    with runtime.current().database.reading() as session:
        return session.get_one(Desk, trip.desks["a"])


def test_a_change_is_taken_back_and_counts_as_another_change(trip: SmallTrip) -> None:
    before = desk_of(trip)
    change = rename(trip, "میز دیگر")
    assert desk_of(trip).name_fa == "میز دیگر"
    take_back(trip.id, change)
    after = desk_of(trip)
    assert (after.name_fa, after.version) == (before.name_fa, before.version + 2)


def test_both_ways_stand_in_the_journal_without_any_words(trip: SmallTrip) -> None:
    change = rename(trip, "میز دیگر")
    take_back(trip.id, change)
    with runtime.current().database.reading() as session:
        entries = journal.trip_entries(session, trip.id, 0)[-2:]
    facts = {"what": "desk", "id": trip.desks["a"], "desk_ids": [trip.desks["a"]]}
    assert [(entry.kind, entry.payload) for entry in entries] == [("trip.setup_changed", facts)] * 2


def test_only_what_really_changed_is_written_down(trip: SmallTrip) -> None:
    change = rename(trip, "میز دیگر")
    with runtime.current().database.reading() as session:
        rows = json.loads(session.get_one(SetupChange, change).rows)
    assert [set(row["after"]) for row in rows] == [{"name_fa"}]
    assert rename(trip, "میز دیگر") is None


def test_a_change_that_was_changed_again_stays(trip: SmallTrip) -> None:
    first = rename(trip, "میز دیگر")
    rename(trip, "میز سوم")
    with pytest.raises(ChangedSince):
        take_back(trip.id, first)
    assert desk_of(trip).name_fa == "میز سوم"


def test_changes_are_taken_back_one_after_the_other_from_the_last(trip: SmallTrip) -> None:
    name = desk_of(trip).name_fa
    changes = [rename(trip, "میز دیگر"), rename(trip, "میز سوم")]
    for change in reversed(changes):
        take_back(trip.id, change)
    assert desk_of(trip).name_fa == name


def test_nothing_is_taken_back_twice(trip: SmallTrip) -> None:
    change = rename(trip, "میز دیگر")
    take_back(trip.id, change)
    with pytest.raises(ChangedSince):
        take_back(trip.id, change)


def test_what_was_added_goes_again_and_what_was_removed_comes_back(trip: SmallTrip) -> None:
    tomorrow = clock.now().date() + timedelta(days=1)
    with unit_of_work(SYSTEM) as uow:
        changes = Changes(uow, trip.id)
        changes.add(DeskHours(desk_id=trip.desks["a"], day=tomorrow, opens=480, closes=960))
        added = changes.keep("hours", trip.desks["a"])
    with unit_of_work(SYSTEM) as uow:
        changes = Changes(uow, trip.id)
        changes.remove(uow.session.get_one(DeskHours, (trip.desks["a"], tomorrow)))
        removed = changes.keep("hours", trip.desks["a"])

    take_back(trip.id, removed)
    with runtime.current().database.reading() as session:
        assert session.get_one(DeskHours, (trip.desks["a"], tomorrow)).closes == 960
    take_back(trip.id, added)
    with runtime.current().database.reading() as session:
        assert session.get(DeskHours, (trip.desks["a"], tomorrow)) is None


def test_what_was_added_stays_once_something_points_at_it(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        changes = Changes(uow, trip.id)
        parent = Topic(trip_id=trip.id, code="parent", name_fa="سرشاخه", assignable=False)
        changes.add(parent)
        change = changes.keep("topic", parent.id, parent.name_fa)
        uow.session.add(Topic(trip_id=trip.id, code="child", name_fa="شاخه", parent_id=parent.id))
    with pytest.raises(ChangedSince):
        take_back(trip.id, change)


def test_instants_and_empty_values_come_back_as_they_were(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        topic = uow.session.scalars(select(Topic).where(Topic.trip_id == trip.id)).first()
        assert topic is not None
        changes = Changes(uow, trip.id)
        changes.update(topic, retired_at=uow.now)
        retired = changes.keep("topic", topic.id)
        again = Changes(uow, trip.id)
        again.update(topic, retired_at=None)
        restored = again.keep("topic", topic.id)
    take_back(trip.id, restored)
    take_back(trip.id, retired)


def test_another_trips_change_is_not_found(trip: SmallTrip) -> None:
    change = rename(trip, "میز دیگر")
    other = make_small_trip("other")
    with pytest.raises(NotFound):
        take_back(other.id, change)


def test_who_may_not_set_up_may_not_take_back(trip: SmallTrip) -> None:
    change = rename(trip, "میز دیگر")
    assert change is not None
    staff = actor_with("staff", trip.id, trip.desks["a"])
    with pytest.raises(Forbidden), unit_of_work(staff) as uow:
        undo_change(uow, staff, trip.id, change)


def test_an_agency_belongs_to_no_trip_and_its_change_is_taken_back_too(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        agency = Agency(code="new-agency", name_fa="دستگاه تازه")
        changes = Changes(uow, None)
        changes.add(agency)
        change = changes.keep("agency", agency.id, agency.name_fa)
    take_back(None, change)
    with runtime.current().database.reading() as session:
        assert session.scalar(select(Agency).where(Agency.code == "new-agency")) is None
