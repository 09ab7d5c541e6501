"""Two changes that were sound by themselves may not be so without the one between them: then nothing is taken back."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks import queries
from deskops.desks.errors import ChangedSince
from deskops.desks.models import Agency, Desk, DeskHours, StaffNeed, Topic
from deskops.desks.services import agencies, sites, topics
from deskops.desks.services import desks as services
from deskops.desks.services.changes import Changed, Changes, undo_change
from deskops.desks.services.sites import SiteEdit
from deskops.desks.services.topics import TopicEdit
from tests.desks.agencies import add, an_edit
from tests.desks.setups import FIRST_DAY
from tests.desks.setups import an_edit as a_desk_edit
from tests.small_trip import SmallTrip


def does(use_case: Callable[..., Changed], *what: Any) -> Changed:
    with unit_of_work(SYSTEM) as uow:
        return use_case(uow, SYSTEM, *what)


def stays(trip_id: int | None, change: Changed) -> bool:
    """Whether the change is refused to be taken back."""
    assert change.change_id is not None
    with pytest.raises(ChangedSince), unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip_id, change.change_id)
    return True


def row_of(model: Any, row_id: int) -> Any:
    with runtime.current().database.reading() as session:
        return session.get_one(model, row_id)


def edit_desk(trip: SmallTrip, code: str, **changes: Any) -> Changed:
    desk = row_of(Desk, trip.desks[code])
    edit = a_desk_edit(**({"walk_ins": desk.walk_ins, "calls": desk.calls} | changes))
    return does(services.edit_desk, trip.id, desk.id, desk.version, edit)


def edit_topic(trip: SmallTrip, topic_id: int, **changes: Any) -> Changed:
    topic = row_of(Topic, topic_id)
    facts = {field.name: getattr(topic, field.name) for field in fields(TopicEdit)} | changes
    return does(topics.edit_topic, trip.id, topic.id, topic.version, TopicEdit(**facts))


@pytest.fixture
def groups(trip: SmallTrip) -> tuple[int, int]:
    """A group and one below it."""
    upper = does(topics.add_topic, trip.id, "upper", TopicEdit(name_fa="بالا", assignable=False)).id
    edit = TopicEdit(name_fa="پایین", assignable=False, parent_id=upper)
    return upper, does(topics.add_topic, trip.id, "lower", edit).id


def test_two_topics_never_come_to_stand_under_one_another(trip: SmallTrip, groups: tuple[int, int]) -> None:
    upper, lower = groups
    moved = edit_topic(trip, lower, parent_id=None)
    edit_topic(trip, upper, parent_id=lower)
    assert stays(trip.id, moved)


def test_two_agencies_never_come_to_stand_under_one_another(trip: SmallTrip) -> None:
    upper = add("upper")
    lower = add("lower", upper)
    moved = does(agencies.edit_agency, lower.id, lower.version, an_edit())
    does(agencies.edit_agency, upper.id, upper.version, an_edit(parent_id=lower.id))
    assert stays(None, moved)
    assert row_of(Agency, lower.id).parent_id is None


def test_two_topics_are_never_merged_into_one_another(trip: SmallTrip) -> None:
    one, other = trip.topics["loan"], trip.topics["work"]
    does(topics.merge_topic, trip.id, one, other)
    alone = does(topics.restore_topic, trip.id, one)
    does(topics.merge_topic, trip.id, other, one)
    assert stays(trip.id, alone)
    with runtime.current().database.reading() as session:
        assert queries.catalogue(session, trip.id).topics, "a circle of mergers has no end to be found"


@pytest.mark.parametrize("act", [topics.retire_topic, topics.delete_topic])
def test_a_topic_does_not_come_back_under_one_that_is_gone(
    trip: SmallTrip, groups: tuple[int, int], act: Callable[..., Changed]
) -> None:
    upper, lower = groups
    moved = edit_topic(trip, lower, parent_id=None)
    does(act, trip.id, upper)
    assert stays(trip.id, moved)


def test_a_desk_keeps_a_way_to_come_to_it(trip: SmallTrip) -> None:
    edit_desk(trip, "a", walk_ins=False)
    opened = edit_desk(trip, "a", walk_ins=True)
    edit_desk(trip, "a", calls=False)
    assert stays(trip.id, opened)


def test_a_desk_keeps_a_topic(trip: SmallTrip) -> None:
    loan, work = trip.topics["loan"], trip.topics["work"]
    edit_desk(trip, "a", speeds={loan: 1.0})
    added = edit_desk(trip, "a", speeds={loan: 1.0, work: 1.0})
    edit_desk(trip, "a", speeds={work: 1.0})
    assert stays(trip.id, added)


def test_a_desk_that_was_opened_since_is_not_retired_again(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["a"]).state = "closed"
    does(services.retire_desk, trip.id, trip.desks["a"])
    restored = does(services.restore_desk, trip.id, trip.desks["a"])
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["a"]).state = "open"
    assert stays(trip.id, restored)


@pytest.mark.parametrize(
    ("model", "before", "first", "second"),
    [
        (DeskHours, {"day": FIRST_DAY, "opens": 600, "closes": 1080}, {"opens": 480}, {"closes": 540}),
        (StaffNeed, {"minimum": 3, "target": 3, "supervisors": 0}, {"minimum": 1}, {"target": 2}),
    ],
)
def test_hours_end_after_they_begin_and_a_need_agrees_with_itself(
    trip: SmallTrip, model: Any, before: dict[str, Any], first: dict[str, Any], second: dict[str, Any]
) -> None:
    def change(**values: Any) -> Changed:
        with unit_of_work(SYSTEM) as uow:
            row, changes = uow.session.scalars(select(model)).one(), Changes(uow, trip.id)
            changes.update(row, **values)
            return Changed(row.desk_id, 1, changes.keep("desk", row.desk_id))

    with unit_of_work(SYSTEM) as uow:
        uow.session.add(model(desk_id=trip.desks["a"], **before))
    changed = change(**first)
    change(**second)
    assert stays(trip.id, changed)


def test_a_code_that_was_given_to_another_since_stays_there(trip: SmallTrip) -> None:
    edit = SiteEdit(name_fa="محل", kind="hall")
    old = does(sites.add_site, trip.id, "three", edit)
    does(sites.add_site, trip.id, "four", edit)
    deleted = does(sites.delete_site, trip.id, old.id)
    does(sites.add_site, trip.id, "three", edit)
    assert stays(trip.id, deleted)


def test_a_desk_does_not_go_back_to_a_site_that_is_gone(trip: SmallTrip) -> None:
    gone = does(sites.add_site, trip.id, "three", SiteEdit(name_fa="محل", kind="hall"))
    edit_desk(trip, "a", site_id=gone.id)
    moved = edit_desk(trip, "a", site_id=trip.sites["two"])
    does(sites.delete_site, trip.id, gone.id)
    assert stays(trip.id, moved)
    assert row_of(Desk, trip.desks["a"]).site_id == trip.sites["two"]
