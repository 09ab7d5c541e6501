"""Sites and the ways between them: added, changed, deleted, and what is refused by name."""

import pytest

from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import runtime
from deskops.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from deskops.core.i18n import using_language
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.errors import CodeTaken, InUse, WalkToItself
from deskops.desks.queries.sites import SiteLine, site_lines
from deskops.desks.services.changes import Changed, undo_change
from deskops.desks.services.sites import SiteEdit, add_site, delete_site, edit_site
from tests.desks.setups import actor_with, read_catalogue
from tests.small_trip import SmallTrip, make_small_trip

EDIT = SiteEdit(name_fa="ساختمان تازه", name_en="New building", address="خیابان پیام", map_text="در دوم")


def added(trip: SmallTrip, code: str = "three", walks: dict[int, float] | None = None) -> Changed:
    with unit_of_work(SYSTEM) as uow:
        return add_site(uow, SYSTEM, trip.id, code, EDIT, walks)


def changed(trip: SmallTrip, name: str, walks: dict[int, float] | None, version: int = 1) -> Changed:
    with unit_of_work(SYSTEM) as uow:
        return edit_site(uow, SYSTEM, trip.id, trip.sites[name], version, EDIT, walks)


def lines(trip: SmallTrip) -> dict[int, SiteLine]:
    names = read_catalogue(trip.id)
    with runtime.current().database.reading() as session:
        return {line.site.id: line for line in site_lines(session, names)}


def test_a_new_site_stands_at_the_end_with_its_address_and_how_to_find_it(trip: SmallTrip) -> None:
    site = added(trip).id
    known = read_catalogue(trip.id).sites
    assert list(known)[-1] == site
    assert (known[site].address, known[site].map_text) == ("خیابان پیام", "در دوم")
    assert lines(trip)[site].desks == 0


def test_a_walk_leads_both_ways_however_it_was_written(trip: SmallTrip) -> None:
    one, two = trip.sites.values()
    changed(trip, "one", {two: 6})
    assert (lines(trip)[one].walks, lines(trip)[two].walks) == ({two: 6.0}, {one: 6.0})
    changed(trip, "two", {one: 9})
    assert lines(trip)[one].walks == {two: 9.0}


def test_an_empty_field_is_no_walk_and_undo_brings_it_back(trip: SmallTrip) -> None:
    one, two = trip.sites.values()
    changed(trip, "one", {two: 6})
    change = changed(trip, "one", {}, version=2).change_id
    assert lines(trip)[one].walks == {}
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip.id, change or 0)
    assert lines(trip)[one].walks == {two: 6.0}


def test_a_site_walkable_to_itself_is_refused_by_name(trip: SmallTrip) -> None:
    with pytest.raises(WalkToItself) as refused:
        changed(trip, "one", {trip.sites["one"]: 3})
    assert refused.value.field == f"walk-{trip.sites['one']}"
    assert "ساختمان تازه" in refused.value.text()


@pytest.mark.parametrize("minutes", [0, -2, 500])
def test_minutes_beyond_reason_are_refused_at_their_field(trip: SmallTrip, minutes: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        changed(trip, "one", {trip.sites["two"]: minutes})
    assert list(refused.value.errors) == [f"walk-{trip.sites['two']}"]


def test_a_site_of_another_trip_is_no_walk_away(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with pytest.raises(InvalidInput):
        changed(trip, "one", {other.sites["one"]: 5})


def test_two_sites_with_one_code_are_refused(trip: SmallTrip) -> None:
    with pytest.raises(CodeTaken):
        added(trip, "one")


def test_a_site_where_desks_stand_is_not_deleted_and_says_which(trip: SmallTrip) -> None:
    with pytest.raises(InUse) as refused, unit_of_work(SYSTEM) as uow:
        delete_site(uow, SYSTEM, trip.id, trip.sites["two"])
    assert "میز 2" in refused.value.text()
    with using_language("en"):
        assert "Retire it instead" in refused.value.text()


def test_a_site_that_nobody_uses_goes_with_its_walks_and_comes_back_with_them(trip: SmallTrip) -> None:
    site = added(trip, walks={trip.sites["one"]: 4}).id
    with unit_of_work(SYSTEM) as uow:
        change = delete_site(uow, SYSTEM, trip.id, site).change_id
    assert site not in lines(trip)
    assert lines(trip)[trip.sites["one"]].walks == {}
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip.id, change or 0)
    assert lines(trip)[site].walks == {trip.sites["one"]: 4.0}


def test_who_changes_what_somebody_changed_meanwhile_is_told(trip: SmallTrip) -> None:
    changed(trip, "one", None)
    with pytest.raises(StaleVersion):
        changed(trip, "one", {})


@pytest.mark.parametrize("role", ["staff", "desk_head", "official", "inspector"])
def test_only_those_who_lead_touch_sites(trip: SmallTrip, role: str) -> None:
    actor: Actor = actor_with(role, trip.id)
    with pytest.raises(Forbidden), unit_of_work(actor) as uow:
        add_site(uow, actor, trip.id, "new", EDIT)
    with pytest.raises(Forbidden), unit_of_work(actor) as uow:
        delete_site(uow, actor, trip.id, trip.sites["one"])


def test_a_site_of_another_trip_is_not_found(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        edit_site(uow, SYSTEM, trip.id, other.sites["one"], 1, EDIT)
