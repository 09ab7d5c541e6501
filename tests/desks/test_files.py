"""Files of a set-up in the browser: lists out, lists in after a dry run, all in one change or nothing."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.errors import Forbidden
from deskops.core.tables import read_table, write_csv, write_workbook
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.document import read_setup
from deskops.desks.document.columns import KINDS
from deskops.desks.document.listing import ListPlan, plan_of
from deskops.desks.models import Agency, Desk, Place, SetupChange, SetupDraft, Site, Topic
from deskops.desks.queries.listing import known_of
from deskops.desks.services.changes import undo_change
from deskops.desks.services.listing import import_list
from tests.desks.setups import FIRST_DAY, actor_with, lines_of, read_catalogue, set_up
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

SITES = [["code", "name_fa", "kind"], ["one", "محل نخست", "hall"], ["three", "محل سوم", "building"]]
BAD_SITES = [["code", "name_fa"], ["one", ""], ["محل", "نام"]]


def uploaded(browser: Browser, trip_id: int, kind: str, content: bytes, name: str = "list.csv") -> Any:
    form = {"kind": kind, "file": (io.BytesIO(content), name)}
    return browser.post(f"/trips/{trip_id}/files", data=form)


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    return write_csv(rows[0], rows[1:])


def imported(trip_id: int, kind: str, rows: Sequence[Sequence[str]]) -> ListPlan:
    with unit_of_work(SYSTEM) as uow:
        return import_list(uow, SYSTEM, trip_id, kind, read_table(csv_of(rows)))


def count(model: Any) -> int:
    with runtime.current().database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def leader(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


# In the browser


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_is_uploaded_looked_at_and_imported(trip: SmallTrip, leader: Browser, form: str) -> None:
    content = csv_of(SITES) if form == "csv" else write_workbook("a", SITES[0], SITES[1:])
    answer = uploaded(leader, trip.id, "sites", content, f"sites.{form}")
    assert answer.status_code == 303
    page = leader.get(answer.location)
    assert "محل سوم" in page.text
    assert "محل نخست" in page.text
    assert count(Site) == 2, "a dry run stores nothing"
    done = leader.post(answer.location, data={})
    assert done.status_code == 303
    names = {site.code: site.name_fa for site in read_catalogue(trip.id).sites.values()}
    assert names == {"one": "محل نخست", "two": "محل دوم", "three": "محل سوم"}
    assert count(SetupDraft) == 0
    assert leader.post(answer.location, data={}).status_code == 404


def test_a_list_with_faults_cannot_be_imported_and_comes_back_marked(
    trip: SmallTrip, leader: Browser
) -> None:
    leader.client.set_cookie("lang", "en")
    address = uploaded(leader, trip.id, "sites", csv_of(BAD_SITES)).location
    page = leader.get(address).text
    assert "row 2" in page
    assert "row 3" in page
    assert ">Import<" not in page
    assert leader.post(address, data={}).status_code == 422
    sheet = openpyxl.load_workbook(io.BytesIO(leader.get(f"{address}/marked.xlsx").data)).active
    assert sheet["B2"].comment.text == "This is needed."
    assert "Latin letters" in sheet["A3"].comment.text
    assert "Name in Persian: This is needed." in sheet["C2"].value
    assert count(Site) == 2


def test_a_fault_that_came_up_since_the_dry_run_keeps_all_of_it_out(trip: SmallTrip, leader: Browser) -> None:
    rows = [["code", "name_fa", "number", "site", "speeds"], ["new", "میز تازه", "9", "one", "loan"]]
    address = uploaded(leader, trip.id, "desks", csv_of(rows)).location
    imported(trip.id, "desks", [rows[0], ["other", "میز دیگر", "9", "one", "loan"]])
    assert leader.post(address, data={}).status_code == 422
    assert "new" not in {desk.code for desk in read_catalogue(trip.id).desks.values()}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "sites"),
        (b"code", "sites"),
        (b"PK\x03\x04x", "sites"),
        (b"a,b\n1,2", "sites"),
        (b"a", "nothing"),
    ],
)
def test_what_is_no_list_is_refused_at_its_field(
    trip: SmallTrip, leader: Browser, content: bytes, kind: str
) -> None:
    answer = uploaded(leader, trip.id, kind, content)
    assert answer.status_code == 422
    assert "-error" in answer.text
    assert count(SetupDraft) == 0


def test_a_file_of_fifty_megabytes_is_refused_with_words(trip: SmallTrip, leader: Browser) -> None:
    answer = uploaded(leader, trip.id, "sites", b"x" * (50 * 1024 * 1024))
    assert answer.status_code == 413
    assert "۵۱ مگابایت" in answer.text


def test_whoever_sent_too_much_is_led_back_to_the_form_of_this_site_only(
    trip: SmallTrip, leader: Browser
) -> None:
    path = f"/trips/{trip.id}/files"
    for origin, led_back in (("http://localhost", True), ("https://elsewhere.example", False)):
        answer = leader.post(
            path,
            data={"file": (io.BytesIO(b"x" * 5_000_000), "big.csv")},
            content_type="multipart/form-data",
            headers={"Referer": f"{origin}{path}"},
        )
        assert answer.status_code == 413
        assert (f'href="{path}"' in answer.text) is led_back


def test_a_file_field_says_what_is_too_large_before_anything_is_sent(
    trip: SmallTrip, leader: Browser
) -> None:
    page = leader.get(f"/trips/{trip.id}/files").text
    assert 'data-most="4194304"' in page
    assert "۴ مگابایت" in page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_that_was_exported_changes_nothing_when_it_comes_back(
    app: Flask, sign_in: Join, kind: str, form: str
) -> None:
    trip_id = set_up()
    leader = sign_in("coordinator")
    content = leader.get(f"/trips/{trip_id}/files/{kind}.{form}").data
    if kind == "cards":
        assert content
        return
    with runtime.current().database.reading() as session:
        plan = plan_of(kind, read_table(content), known_of(session, trip_id, kind))
    assert not plan.faults
    assert set(plan.counts) == {"same"}


def test_an_empty_workbook_has_the_headings_and_the_choices(trip: SmallTrip, leader: Browser) -> None:
    content = leader.get(f"/trips/{trip.id}/files/sites.xlsx?empty=1").data
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet.max_row == 1
    assert sheet["A1"].value == "کد *"
    assert sheet["F1"].value == "نوع محل"
    assert sheet.data_validations.dataValidation


def test_the_set_up_file_is_one_that_can_be_read(trip: SmallTrip, leader: Browser) -> None:
    answer = leader.get(f"/trips/{trip.id}/files/setup.toml")
    assert 'filename="small.toml"' in answer.headers["Content-Disposition"]
    assert len(read_setup(answer.data).desks) == 4


@pytest.mark.parametrize(("language", "word"), [("fa", "وارد کردن فهرست"), ("en", "Import a list")])
def test_the_page_is_there_in_both_languages(
    trip: SmallTrip, leader: Browser, language: str, word: str
) -> None:
    leader.client.set_cookie("lang", language)
    assert word in leader.get(f"/trips/{trip.id}/files").text
    assert leader.get(f"/trips/{trip.id}/files/nothing.csv").status_code == 404
    assert leader.get(f"/trips/{trip.id}/files/sites.pdf").status_code == 404


def test_files_of_others_are_not_there(trip: SmallTrip, leader: Browser, sign_in: Join) -> None:
    other = set_up("other")
    assert leader.get(f"/trips/{other}/files/sites.csv").status_code == 404
    assert uploaded(leader, other, "sites", csv_of(SITES)).status_code == 404
    address = uploaded(leader, trip.id, "sites", csv_of(SITES)).location
    second = sign_in("coordinator", trip_id=trip.id)
    assert second.get(address).status_code == 404
    assert sign_in("administrator").get(address.replace(f"/{trip.id}/", f"/{other}/", 1)).status_code == 404


@pytest.mark.parametrize("role", ["staff", "desk_head", "inspector", "board"])
def test_only_those_who_lead_have_files(trip: SmallTrip, sign_in: Join, role: str) -> None:
    browser = sign_in(role, trip_id=trip.id)
    assert browser.get(f"/trips/{trip.id}/files").status_code == 403
    assert uploaded(browser, trip.id, "sites", csv_of(SITES)).status_code == 403


def test_a_page_of_another_site_uploads_nothing(trip: SmallTrip, leader: Browser) -> None:
    leader.headers["Origin"] = "https://elsewhere.example"
    assert uploaded(leader, trip.id, "sites", csv_of(SITES)).status_code == 403


# What an import does


def test_an_import_is_one_change_that_is_taken_back_whole(trip: SmallTrip) -> None:
    imported(trip.id, "sites", SITES)
    with runtime.current().database.reading() as session:
        [change] = session.scalars(select(SetupChange))
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip.id, change.id)
    names = {site.code: site.name_fa for site in read_catalogue(trip.id).sites.values()}
    assert names == {"one": "محل یکم", "two": "محل دوم"}


def test_importing_the_same_list_again_changes_nothing(trip: SmallTrip) -> None:
    imported(trip.id, "sites", SITES)
    assert set(imported(trip.id, "sites", SITES).counts) == {"same"}
    assert count(SetupChange) == 1


def test_a_list_with_one_fault_imports_none_of_its_rows(trip: SmallTrip) -> None:
    plan = imported(trip.id, "sites", [*SITES, ["bad", "", ""]])
    assert len(plan.faults) == 1
    assert count(Site) == 2


def test_a_new_desk_has_its_topics_its_counters_and_the_usual_hours(app: Flask) -> None:
    trip_id = set_up()
    header = ["code", "name_fa", "number", "site", "agency", "speeds", "counters"]
    imported(
        trip_id, "desks", [header, ["new", "میز تازه", "۵۰", "airport_hall", "tax", "tax | other: ۱٫۲", "۳"]]
    )
    names = read_catalogue(trip_id)
    desk = next(desk for desk in names.desks.values() if desk.code == "new")
    assert {names.topics[topic].code: factor for topic, factor in desk.speeds.items()} == {
        "tax": 1.0,
        "other": 1.2,
    }
    line = lines_of(trip_id, FIRST_DAY)[desk.id]
    assert (line.hours, line.places.total(), line.state) == ((480, 1080), 3, "planned")


def test_a_known_desk_gets_other_topics_counters_and_hours(trip: SmallTrip) -> None:
    header = ["code", "name_fa", "number", "site", "speeds", "counters", "phones", "opens", "closes"]
    imported(trip.id, "desks", [header, ["a", "میز یک", "1", "two", "housing", "1", "2", "09:00", "12:00"]])
    desk = read_catalogue(trip.id).desks[trip.desks["a"]]
    assert desk.site_id == trip.sites["two"]
    assert dict(desk.speeds) == {trip.topics["housing"]: 1.0}
    with runtime.current().database.reading() as session:
        kinds = session.scalars(select(Place.kind).where(Place.desk_id == desk.id)).all()
    assert sorted(kinds) == ["counter", "phone", "phone"]
    assert lines_of(trip.id, FIRST_DAY)[desk.id].hours == (540, 720)


def test_a_counter_that_was_worked_at_stays(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        for place_id in trip.places["a"]:
            uow.session.get_one(Place, place_id).version = 2
    header = ["code", "name_fa", "number", "site", "speeds", "counters"]
    plan = imported(trip.id, "desks", [header, ["a", "میز یک", "1", "one", "loan", "1"]])
    assert len(plan.faults) == 1


def test_topics_come_as_a_tree_with_what_people_say(trip: SmallTrip) -> None:
    header = ["code", "name_fa", "parent", "assignable", "synonyms"]
    rows = [["small_loan", "وام خرد", "money", "بله", "قرض | وام فوری"], ["money", "پول", "", "خیر", ""]]
    imported(trip.id, "topics", [header, *rows])
    topics = {topic.code: topic for topic in read_catalogue(trip.id).topics.values()}
    assert topics["small_loan"].parent_id == topics["money"].id
    assert topics["small_loan"].synonyms == "قرض\nوام فوری"
    assert not topics["money"].assignable
    assert topics["small_loan"].position > topics["nobody"].position


def test_agencies_are_imported_for_all_trips_and_seen_at_once(trip: SmallTrip) -> None:
    read_catalogue(trip.id)
    imported(
        trip.id,
        "agencies",
        [["code", "name_fa", "parent"], ["branch", "شعبه", "office"], ["office", "اداره", ""]],
    )
    agencies = {agency.code: agency for agency in read_catalogue(trip.id).agencies.values()}
    assert agencies["branch"].parent_id == agencies["office"].id
    with runtime.current().database.reading() as session:
        assert session.scalars(select(SetupChange.trip_id)).all() == [None]


def test_cards_are_added_with_their_topic(trip: SmallTrip, leader: Browser) -> None:
    rows = [["topic", "title_fa", "body_fa", "good_until"], ["loan", "وام چیست", "متن راهنما", "۱۴۰۶/۰۱/۰۱"]]
    address = uploaded(leader, trip.id, "cards", csv_of(rows)).location
    assert leader.post(address, data={}).status_code == 303
    content = leader.get(f"/trips/{trip.id}/files/cards.csv").data.decode("utf-8-sig")
    assert "loan,وام چیست,متن راهنما" in content
    again = uploaded(leader, trip.id, "cards", csv_of(rows)).location
    assert leader.post(again, data={}).status_code == 422


def test_who_only_serves_imports_nothing(trip: SmallTrip) -> None:
    with pytest.raises(Forbidden), unit_of_work(SYSTEM) as uow:
        import_list(uow, actor_with("staff", trip.id), trip.id, "sites", read_table(csv_of(SITES)))


def test_rows_of_another_trip_are_never_touched(trip: SmallTrip) -> None:
    other = set_up("other")
    before = {site.code: site.name_fa for site in read_catalogue(other).sites.values()}
    imported(trip.id, "sites", [["code", "name_fa"], ["airport_hall", "سالن تازه"]])
    assert {site.code: site.name_fa for site in read_catalogue(other).sites.values()} == before
    assert count(Desk) == 40
    assert count(Topic) > 4
    assert count(Agency) > 60
