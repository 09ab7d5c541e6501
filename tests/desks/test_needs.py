"""How many people a desk needs: what makes sense, and that each change of it is kept, told and taken back."""

from typing import Any

import pytest
from alembic import command

from deskops.accounts.actor import SYSTEM
from deskops.core import journal, runtime
from deskops.core.config import Settings
from deskops.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from deskops.core.migrations import config, upgrade
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.queries.needs import needs_of_trip
from deskops.desks.rules import MAX_PEOPLE, Need, need_fault, usual_need
from deskops.desks.services import desks
from deskops.desks.services.bulk import DesksEdit, edit_desks, outlook
from deskops.desks.services.changes import Changed, undo_change
from deskops.desks.services.needs import set_need
from tests.desks.setups import actor_with, an_edit, lines_of
from tests.small_trip import SmallTrip, make_small_trip

NEED = Need(minimum=2, target=4, supervisors=1, languages=("az", "ku"))


def needed(trip: SmallTrip) -> dict[str, Need]:
    codes = {desk_id: code for code, desk_id in trip.desks.items()}
    with runtime.current().database.reading() as session:
        return {codes[desk_id]: need for desk_id, need in needs_of_trip(session, trip.id).items()}


def said(trip: SmallTrip, need: Need | None = NEED, desk: str = "a", version: int = 1) -> Changed:
    with unit_of_work(SYSTEM) as uow:
        return set_need(uow, SYSTEM, trip.id, trip.desks[desk], version, need)


def many(trip: SmallTrip, names: str, **edit: Any) -> Changed:
    with unit_of_work(SYSTEM) as uow:
        ids = [trip.desks[name] for name in names.split()]
        return edit_desks(uow, SYSTEM, trip.id, ids, DesksEdit(**edit))


def taken_back(trip: SmallTrip, changed: Changed) -> None:
    assert changed.change_id is not None
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip.id, changed.change_id)


# Rules


@pytest.mark.parametrize(
    ("places", "need"),
    [
        (0, Need(minimum=1, target=1)),
        (1, Need(minimum=1, target=1)),
        (2, Need(minimum=1, target=2)),
        (3, Need(minimum=2, target=3, supervisors=1)),
        (60, Need(minimum=30, target=60, supervisors=1)),
    ],
)
def test_a_desk_usually_needs_half_of_its_places_served_and_aims_at_all(places: int, need: Need) -> None:
    assert usual_need(places) == need
    assert need_fault(need) is None


@pytest.mark.parametrize(
    ("minimum", "target", "supervisors", "fault"),
    [
        (1, 1, 0, None),
        (2, 2, 2, None),
        (MAX_PEOPLE, MAX_PEOPLE, 0, None),
        (0, 1, 0, "minimum"),
        (-1, 1, 0, "minimum"),
        (MAX_PEOPLE + 1, MAX_PEOPLE + 1, 0, "minimum"),
        (3, 2, 0, "target"),
        (3, MAX_PEOPLE + 1, 0, "target"),
        (2, 4, 3, "supervisors"),
        (2, 4, -1, "supervisors"),
    ],
)
def test_a_need_that_contradicts_itself_is_found_at_its_field(
    minimum: int, target: int, supervisors: int, fault: str | None
) -> None:
    assert need_fault(Need(minimum=minimum, target=target, supervisors=supervisors)) == fault


# One desk


def test_a_need_is_said_changed_and_no_longer_said(trip: SmallTrip) -> None:
    assert needed(trip) == {}
    assert said(trip).version == 2
    assert needed(trip) == {"a": NEED}
    said(trip, Need(minimum=1, target=1), version=2)
    assert needed(trip) == {"a": Need(minimum=1, target=1)}
    said(trip, None, version=3)
    assert needed(trip) == {}


def test_each_change_of_a_need_is_taken_back_from_the_last(trip: SmallTrip) -> None:
    changes = [
        said(trip),
        said(trip, Need(minimum=3, target=3), version=2),
        said(trip, None, version=3),
    ]
    seen = []
    for change in reversed(changes):
        taken_back(trip, change)
        seen.append(needed(trip).get("a"))
    assert seen == [Need(minimum=3, target=3), NEED, None]


def test_the_journal_says_that_a_need_changed_and_of_which_desk(trip: SmallTrip) -> None:
    said(trip)
    with runtime.current().database.reading() as session:
        [entry] = journal.trip_entries(session, trip.id, 0)[-1:]
    assert (entry.kind, entry.payload["what"], entry.payload["id"]) == (
        "trip.setup_changed",
        "need",
        trip.desks["a"],
    )


def test_the_same_need_again_changes_nothing(trip: SmallTrip) -> None:
    said(trip)
    again = said(trip, version=2)
    assert (again.change_id, again.version) == (None, 2)


def test_a_need_for_a_desk_that_somebody_changed_meanwhile_is_refused(trip: SmallTrip) -> None:
    said(trip)
    with pytest.raises(StaleVersion):
        said(trip, None)
    assert needed(trip) == {"a": NEED}


@pytest.mark.parametrize(
    ("need", "field"),
    [
        (Need(minimum=0, target=2), "minimum"),
        (Need(minimum=3, target=2), "target"),
        (Need(minimum=1, target=2, supervisors=2), "supervisors"),
        (Need(minimum=1, target=2, languages=("xx",)), "languages"),
    ],
)
def test_a_need_that_makes_no_sense_is_refused_at_its_field(trip: SmallTrip, need: Need, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        said(trip, need)
    assert list(refused.value.errors) == [field]
    assert needed(trip) == {}


@pytest.mark.parametrize("role", ["staff", "desk_head", "official", "inspector"])
def test_only_those_who_lead_say_what_a_desk_needs(trip: SmallTrip, role: str) -> None:
    actor = actor_with(role, trip.id)
    with pytest.raises(Forbidden), unit_of_work(actor) as uow:
        set_need(uow, actor, trip.id, trip.desks["a"], 1, NEED)


def test_a_desk_of_another_trip_is_not_found(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        set_need(uow, SYSTEM, trip.id, other.desks["a"], 1, NEED)


def test_a_new_desk_needs_what_so_many_places_usually_need_and_is_deleted_with_it(trip: SmallTrip) -> None:
    facts = {"site_id": trip.sites["one"], "speeds": {trip.topics["loan"]: 1.0}}
    with unit_of_work(SYSTEM) as uow:
        edit = an_edit(**facts, seats={"counter": 3, "phone": 1})
        made = desks.add_desk(uow, SYSTEM, trip.id, "new", edit)
    assert lines_of(trip.id)[made.id].need == usual_need(4)
    with unit_of_work(SYSTEM) as uow:
        deleted = desks.delete_desk(uow, SYSTEM, trip.id, made.id)
    taken_back(trip, deleted)
    assert lines_of(trip.id)[made.id].need == usual_need(4)
    taken_back(trip, made)
    assert made.id not in lines_of(trip.id)


# Many desks


def test_many_desks_get_a_minimum_and_a_target_in_one_change(trip: SmallTrip) -> None:
    said(trip, desk="a")
    changed = many(trip, "a b", minimum=2, target=5)
    assert needed(trip) == {
        "a": Need(minimum=2, target=5, supervisors=1, languages=("az", "ku")),
        "b": Need(minimum=2, target=5),
    }
    taken_back(trip, changed)
    assert needed(trip) == {"a": NEED}


def test_what_is_not_asked_for_stays_with_each_desk(trip: SmallTrip) -> None:
    many(trip, "a", minimum=3, target=6)
    many(trip, "a b", supervisors=1)
    assert needed(trip) == {
        "a": Need(minimum=3, target=6, supervisors=1),
        "b": Need(minimum=1, target=2, supervisors=1),
    }


def test_a_preview_counts_the_desks_that_would_need_something_else(trip: SmallTrip) -> None:
    many(trip, "a", minimum=1, target=2)
    with runtime.current().database.reading() as session:
        found = outlook(session, trip.id, list(trip.desks.values()), DesksEdit(minimum=1, target=2))
    assert (found.ticked, len(found.changing)) == (4, 3)


def test_a_target_below_one_desks_minimum_is_refused_by_its_name_for_all(trip: SmallTrip) -> None:
    many(trip, "b", minimum=4, target=4)
    with pytest.raises(InvalidInput) as refused:
        many(trip, "a b", target=2)
    assert "میز 2" in refused.value.errors["target"]
    assert set(needed(trip)) == {"b"}


# What was set up before


def test_desks_that_were_set_up_before_get_the_usual_need_by_the_migration(
    trip: SmallTrip, settings: Settings
) -> None:
    runtime.current().database.dispose()
    command.downgrade(config(settings.database_url), "0002")
    upgrade(settings.database_url)
    assert needed(trip) == {code: usual_need(len(places)) for code, places in trip.places.items()}
