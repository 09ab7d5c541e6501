"""A site that was in use is retired after its desks: it is offered nowhere, and history, lists and files stay whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.errors import Forbidden, InvalidInput, NotFound
from deskops.core.i18n import using_language
from deskops.core.migrations import config
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.document import write_setup
from deskops.desks.document.columns import DESKS, SITES
from deskops.desks.errors import ChangedSince, DesksStandHere, RetiredAbove
from deskops.desks.models import Desk, Site, SiteWalk
from deskops.desks.queries import setup_of_trip
from deskops.desks.queries.listing import known_of
from deskops.desks.queries.sites import site_line
from deskops.desks.services import desks as desk_services
from deskops.desks.services.changes import Changed, undo_change
from deskops.desks.services.plain import first_site
from deskops.desks.services.sites import SiteEdit, edit_site, restore_site, retire_site
from tests.control.test_stops_migrated import AT
from tests.control.test_stops_migrated import ROWS as A_SITE
from tests.desks.setups import actor_with, an_edit, read_catalogue
from tests.desks.test_retired_in_lists import DESK_HEADER, looked_at_and_imported
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def leader(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


@pytest.fixture
def left(trip: SmallTrip) -> int:
    """Site two, where only a retired desk stands; people walk between it and the other."""
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["b"]).state = "closed"
        uow.session.add(SiteWalk(from_site_id=trip.sites["one"], to_site_id=trip.sites["two"], minutes=6))
    does(desk_services.retire_desk, trip.id, trip.desks["b"])
    return trip.sites["two"]


def does(use_case: Callable[..., Changed], *what: Any) -> Changed:
    with unit_of_work(SYSTEM) as uow:
        return use_case(uow, SYSTEM, *what)


def undone(trip: SmallTrip, change: Changed) -> None:
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip.id, change.change_id or 0)


def offered(trip: SmallTrip) -> list[int]:
    return [site.id for site in read_catalogue(trip.id).offered_sites()]


def test_a_site_with_desks_is_not_retired_and_says_which(trip: SmallTrip) -> None:
    with using_language("en"), pytest.raises(DesksStandHere) as refused:
        does(retire_site, trip.id, trip.sites["one"])
    with using_language("en"):
        assert refused.value.text() == (
            "Desks still stand here: Desk a, Desk hall, Desk hq. Move or retire them first."
        )
    assert trip.sites["one"] in offered(trip)


def test_a_retired_site_is_offered_no_more_keeps_its_name_and_comes_back(trip: SmallTrip, left: int) -> None:
    does(retire_site, trip.id, left)
    assert offered(trip) == [trip.sites["one"]]
    assert read_catalogue(trip.id).sites[left].name == "محل دوم"
    does(restore_site, trip.id, left)
    assert offered(trip) == [*trip.sites.values()]


def test_a_second_retirement_changes_nothing(trip: SmallTrip, left: int) -> None:
    does(retire_site, trip.id, left)
    assert does(retire_site, trip.id, left).change_id is None


def test_retiring_and_bringing_back_are_each_taken_back(trip: SmallTrip, left: int) -> None:
    undone(trip, does(retire_site, trip.id, left))
    assert left in offered(trip)
    does(retire_site, trip.id, left)
    undone(trip, does(restore_site, trip.id, left))
    assert left not in offered(trip)


def test_no_desk_comes_to_a_retired_site_or_comes_back_there(trip: SmallTrip, left: int) -> None:
    does(retire_site, trip.id, left)
    with pytest.raises(InvalidInput) as refused:
        does(desk_services.edit_desk, trip.id, trip.desks["a"], 1, an_edit(site_id=left))
    assert list(refused.value.errors) == ["site_id"]
    with pytest.raises(RetiredAbove):
        does(desk_services.restore_desk, trip.id, trip.desks["b"])


def test_a_retired_desk_is_still_changed_where_it_stands(trip: SmallTrip, left: int) -> None:
    does(retire_site, trip.id, left)
    with runtime.current().database.reading() as session:
        version = session.get_one(Desk, trip.desks["b"]).version
    does(desk_services.edit_desk, trip.id, trip.desks["b"], version, an_edit(site_id=left))
    assert read_catalogue(trip.id).desks[trip.desks["b"]].site_id == left


def test_a_desks_retirement_is_not_taken_back_once_its_site_is_retired(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["b"]).state = "closed"
    retired = does(desk_services.retire_desk, trip.id, trip.desks["b"])
    does(retire_site, trip.id, trip.sites["two"])
    with pytest.raises(ChangedSince):
        undone(trip, retired)


def test_a_site_that_came_back_stays_once_desks_stand_there(trip: SmallTrip, left: int) -> None:
    does(retire_site, trip.id, left)
    back = does(restore_site, trip.id, left)
    does(desk_services.restore_desk, trip.id, trip.desks["b"])
    with pytest.raises(ChangedSince):
        undone(trip, back)


def test_walks_to_a_retired_site_are_not_shown_not_set_and_not_lost(trip: SmallTrip, left: int) -> None:
    one, edit = trip.sites["one"], SiteEdit(name_fa="محل")
    does(retire_site, trip.id, left)
    with runtime.current().database.reading() as session:
        assert site_line(session, read_catalogue(trip.id), one).walks == {}
    with pytest.raises(InvalidInput):
        does(edit_site, trip.id, one, 1, edit, {left: 4})
    does(edit_site, trip.id, one, 1, edit, {})
    does(restore_site, trip.id, left)
    with runtime.current().database.reading() as session:
        assert site_line(session, read_catalogue(trip.id), one).walks == {left: 6.0}


def test_the_set_up_file_and_the_lists_leave_it_out(trip: SmallTrip, left: int) -> None:
    does(retire_site, trip.id, left)
    with runtime.current().database.reading() as session:
        setup = setup_of_trip(session, trip.id)
        assert [site.code for site in setup.sites] == ["one"]
        assert setup.walks == () and write_setup(setup)
        assert list(known_of(session, trip.id, SITES).records) == ["one"]
        assert "b" not in known_of(session, trip.id, DESKS).records


def test_a_list_neither_takes_its_code_nor_sends_a_desk_there(
    trip: SmallTrip, left: int, leader: Browser
) -> None:
    does(retire_site, trip.id, left)
    leader.client.set_cookie("lang", "en")
    page = looked_at_and_imported(leader, trip, "sites", [["code", "name_fa"], ["two", "نام"]])
    assert "two is retired." in page
    looked_at_and_imported(leader, trip, "desks", [DESK_HEADER, ["a", "میز", "1", "two", "loan"]])


def test_desks_without_a_site_of_their_own_never_go_there(trip: SmallTrip, left: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Site, trip.sites["one"]).retired_at = uow.now
        assert first_site(uow, trip.id) == left


def test_nobody_is_registered_there(trip: SmallTrip, left: int, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["hall"])
    does(retire_site, trip.id, left)
    body = {"topic_id": trip.topics["loan"], "site_id": left, "channel": "walk_in"}
    assert staff.post(f"/api/v1/trips/{trip.id}/demands", json=body).json["error"]["code"] == "unknown_site"


@pytest.mark.parametrize(
    ("language", "instead", "done", "retired"),
    [
        ("fa", "به‌جای حذف، کنار گذاشته شود", "محل کنار گذاشته شد.", "محل‌های کنارگذاشته"),
        ("en", "Retire it instead", "The site was retired.", "Retired sites"),
    ],
)
def test_where_deleting_is_refused_its_page_offers_to_retire(
    trip: SmallTrip, left: int, leader: Browser, language: str, instead: str, done: str, retired: str
) -> None:
    leader.client.set_cookie("lang", language)
    page = f"/trips/{trip.id}/sites/{left}"
    refused = leader.post(f"{page}/act", data={"act": "delete"})
    assert refused.status_code == 409
    assert instead in refused.text
    answer = leader.post(f"{page}/act", data={"act": "retire"})
    assert answer.status_code == 303
    assert done in leader.get(answer.location).text
    assert retired in leader.get(f"/trips/{trip.id}/sites").text


def test_pages_that_choose_a_site_do_not_offer_it(trip: SmallTrip, left: int, leader: Browser) -> None:
    shown = ("desks/new", f"desks/{trip.desks['a']}", "boards", "wall", "broadcasts", "stops")
    before = [leader.get(f"/trips/{trip.id}/{page}").text for page in shown]
    assert all("محل دوم" in text for text in before)
    does(retire_site, trip.id, left)
    after = [leader.get(f"/trips/{trip.id}/{page}").text for page in shown]
    assert not any("محل دوم" in text for text in after)


def test_its_page_refuses_to_retire_a_site_where_desks_stand(trip: SmallTrip, leader: Browser) -> None:
    answer = leader.post(f"/trips/{trip.id}/sites/{trip.sites['one']}/act", data={"act": "retire"})
    assert answer.status_code == 409
    assert "این میزها هنوز در این محل‌اند: میز 1، میز 3، میز 4" in answer.text


@pytest.mark.parametrize("body", [{}, {"act": "burn"}])
def test_a_press_that_says_nothing_known_changes_nothing(
    trip: SmallTrip, left: int, leader: Browser, body: dict[str, str]
) -> None:
    assert leader.post(f"/trips/{trip.id}/sites/{left}/act", data=body).status_code == 422
    assert left in offered(trip)


def test_programs_see_when_it_was_retired(trip: SmallTrip, left: int, leader: Browser) -> None:
    does(retire_site, trip.id, left)
    sites = {site["id"]: site for site in leader.get(f"/api/v1/trips/{trip.id}/").json["sites"]}
    assert sites[trip.sites["one"]]["retired_at"] is None
    assert sites[left]["retired_at"].startswith("20")


@pytest.mark.parametrize("role", ["staff", "desk_head", "official", "inspector"])
def test_only_those_who_lead_retire_sites(trip: SmallTrip, left: int, role: str) -> None:
    actor = actor_with(role, trip.id)
    for use_case in (retire_site, restore_site):
        with pytest.raises(Forbidden), unit_of_work(actor) as uow:
            use_case(uow, actor, trip.id, left)


def test_a_site_of_another_trip_is_not_retired(trip: SmallTrip) -> None:
    with pytest.raises(NotFound):
        does(retire_site, trip.id, make_small_trip("other").sites["two"])


def test_sites_that_stood_before_the_upgrade_are_not_retired(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    command.upgrade(config(url), "0004")
    engine = create_engine(url)
    with engine.begin() as connection:
        for row in A_SITE[:2]:
            connection.execute(text(row), {"at": AT} if ":at" in row else {})
    command.upgrade(config(url), "head")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT code, retired_at FROM sites")).all() == [("a", None)]
    command.downgrade(config(url), "0004")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT code FROM sites")).all() == [("a",)]
    engine.dispose()
