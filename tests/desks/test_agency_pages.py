"""Pages and API of agencies: in both languages, what they refuse, and taking back."""

import json
import re
from typing import Any

import pytest

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Desk
from tests.desks.agencies import add, agency_of, an_office
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

HTMX = {"HX-Request": "true"}


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name_fa": "اداره تازه",
        "code": "new-office",
        "kind": "office",
        "days_off": ["thu", "fri"],
    } | changes


def undo_of(text: str) -> str:
    """The address behind the toast's button."""
    found = re.search(r'hx-post="([^"]+/undo)"', text)
    assert found
    return found[1]


@pytest.mark.parametrize(("language", "words"), [("fa", "دستگاه‌ها"), ("en", "Agencies")])
@pytest.mark.parametrize("path", ["", "/new", "/calendar", "/{id}"])
def test_every_page_is_there_in_both_languages(
    coordinator: Browser, language: str, words: str, path: str
) -> None:
    coordinator.client.set_cookie("lang", language)
    answer = coordinator.get("/agencies" + path.format(id=an_office().id))
    assert answer.status_code == 200
    assert words in answer.text


def test_an_empty_tree_names_the_next_act(coordinator: Browser) -> None:
    coordinator.client.set_cookie("lang", "en")
    assert "Begin with a ministry" in coordinator.get("/agencies").text
    assert "No agency has this name" in coordinator.get("/agencies?q=nothing").text


def test_an_agency_is_added_under_the_one_where_the_button_stood(coordinator: Browser) -> None:
    ministry = add("ministry", name="وزارت آزمون")
    page = coordinator.get(f"/agencies/new?parent_id={ministry.id}")
    assert f'<option value="{ministry.id}" selected>' in page.text
    made = coordinator.post("/agencies/new", data=form(parent_id=str(ministry.id), phone="۰۲۱۱۲۳"))
    assert made.status_code == 303
    agency = agency_of(int(made.location.split("/")[-1]))
    assert (agency.parent_id, agency.days_off, agency.phone) == (ministry.id, "thu,fri", "۰۲۱۱۲۳")
    shown = coordinator.get(made.location).text
    assert "وزارت آزمون" in shown


def test_the_toast_takes_an_agency_back(coordinator: Browser) -> None:
    made = coordinator.post("/agencies/new", data=form())
    undone = coordinator.post(undo_of(coordinator.get(made.location).text), headers=HTMX)
    assert (undone.status_code, undone.headers["HX-Refresh"]) == (204, "true")
    assert coordinator.get(made.location).status_code == 404


def test_a_change_that_was_changed_again_is_not_taken_back_and_says_so(coordinator: Browser) -> None:
    made = coordinator.post("/agencies/new", data=form())
    undo = undo_of(coordinator.get(made.location).text)
    coordinator.post(made.location, data=form(version="1", name_fa="نام دیگر"))
    refused = coordinator.post(undo, headers=HTMX)
    assert refused.status_code == 409
    assert json.loads(refused.headers["HX-Trigger"])["toast"]["kind"] == "bad"
    assert coordinator.post(undo).status_code == 303


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"name_fa": ""}, 422, "name_fa"),
        ({"code": "کد"}, 422, "code"),
        ({"code": "taken"}, 409, "code"),
        ({"kind": "planet"}, 422, "kind"),
        ({"parent_id": "4711"}, 422, "parent_id"),
        ({"email": "no address"}, 422, "email"),
        ({"days_off": ["sat", "sun", "mon", "tue", "wed", "thu", "fri"]}, 422, "days_off"),
    ],
)
def test_a_wrong_field_comes_back_with_what_was_typed(
    coordinator: Browser, changes: dict[str, Any], status: int, field: str
) -> None:
    add("taken")
    answer = coordinator.post("/agencies/new", data=form(short_fa="نام کوتاه", **changes))
    assert answer.status_code == status
    assert f'href="#{field}"' in answer.text
    assert "نام کوتاه" in answer.text


def test_an_agency_under_itself_is_refused_by_name(coordinator: Browser) -> None:
    top = add("top", name="وزارت آزمون")
    child = add("child", top)
    body = {"version": "1", "name_fa": "وزارت آزمون", "kind": "ministry", "parent_id": str(child.id)}
    answer = coordinator.post(f"/agencies/{top.id}", data=body)
    assert answer.status_code == 422
    assert "«وزارت آزمون» نمی‌تواند زیرمجموعه خود" in answer.text


def test_a_stale_edit_keeps_what_was_typed(coordinator: Browser) -> None:
    office = an_office()
    answer = coordinator.post(f"/agencies/{office.id}", data=form(version="7", name_fa="نام من"))
    assert answer.status_code == 409
    assert "نام من" in answer.text


def test_deleting_what_is_in_use_names_the_users_and_offers_retiring(
    trip: SmallTrip, coordinator: Browser
) -> None:
    agency = add("agency")
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["a"]).agency_id = agency.id
    path = f"/agencies/{agency.id}/act"
    refused = coordinator.post(path, data={"act": "delete"})
    assert refused.status_code == 409
    assert "میز 1 (سفر آزمون)" in refused.text
    assert "به‌جای حذف، کنار گذاشته شود" in refused.text
    assert coordinator.post(path, data={"act": "retire"}).status_code == 303
    assert agency_of(agency.id).retired_at is not None
    assert coordinator.post(path, data={"act": "restore"}).status_code == 303
    assert agency_of(agency.id).retired_at is None


def test_an_unused_agency_is_deleted(coordinator: Browser) -> None:
    agency = add("agency")
    assert coordinator.post(f"/agencies/{agency.id}/act", data={"act": "delete"}).location == "/agencies"
    assert coordinator.get(f"/agencies/{agency.id}").status_code == 404


def test_an_officer_is_shown_and_linked_for_who_manages_users(
    trip: SmallTrip, coordinator: Browser, sign_in: Join
) -> None:
    agency = add("agency")
    with unit_of_work(SYSTEM) as uow:
        grant = Grant("agency_officer", trip.id, None, agency.id)
        officer = accounts.create_user(uow, name="رابط نمونه", grants=[grant])
    link = f'href="/users/{officer}"'
    seen = coordinator.get(f"/agencies/{agency.id}").text
    assert "رابط نمونه" in seen
    assert link not in seen
    assert link in sign_in("administrator").get(f"/agencies/{agency.id}").text


def test_contacts_and_days_off_are_kept_on_the_agency_s_page(coordinator: Browser) -> None:
    path = f"/agencies/{add('agency').id}"
    assert (
        coordinator.post(f"{path}/contacts", data={"name": "سارا نمونه", "phone": "111"}).status_code == 303
    )
    assert (
        coordinator.post(f"{path}/holidays", data={"day": "۱۴۰۵/۰۹/۱۰", "name": "روز آزمون"}).status_code
        == 303
    )
    page = coordinator.get(path).text
    assert "سارا نمونه" in page
    assert "روز آزمون" in page
    contact = re.search(r"/contacts/(\d+)/delete", page)
    holiday = re.search(r"/holidays/(\d+)/delete", page)
    assert contact and holiday
    for found in (contact, holiday):
        assert coordinator.post(path + found[0]).status_code == 303
    assert "سارا نمونه" not in coordinator.get(path).text


@pytest.mark.parametrize(
    ("part", "body", "field"),
    [
        ("contacts", {"name": ""}, "contact-name"),
        ("holidays", {"day": "فردا"}, "holiday-day"),
    ],
)
def test_a_wrong_contact_or_day_is_said_at_its_field(
    coordinator: Browser, part: str, body: dict[str, str], field: str
) -> None:
    answer = coordinator.post(f"/agencies/{add('agency').id}/{part}", data=body)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_a_holiday_of_all_is_kept_on_the_page_of_all(coordinator: Browser) -> None:
    data = {"day": "2026-11-27", "name": "جمعه کاری", "works": "yes"}
    assert coordinator.post("/agencies/holidays", data=data).location == "/agencies/calendar"
    assert "جمعه کاری" in coordinator.get("/agencies/calendar").text
    again = coordinator.post("/agencies/holidays", data=data)
    assert again.status_code == 422


def test_who_may_not_manage_agencies_gets_no_page(trip: SmallTrip, sign_in: Join) -> None:
    for role in ("staff", "desk_head", "inspector"):
        stranger = sign_in(role, trip_id=trip.id, desk_id=trip.desks["a"])
        assert stranger.get("/agencies").status_code == 403
        assert stranger.post("/agencies/new", data=form()).status_code == 403
        assert 'href="/agencies"' not in stranger.get(f"/trips/{trip.id}/").text


def test_the_api_lists_adds_and_edits(coordinator: Browser) -> None:
    body = {"code": "office", "name_fa": "اداره آزمون", "name_en": "Test office", "days_off": ["fri"]}
    made = coordinator.post("/api/v1/agencies", json=body)
    assert (made.status_code, made.json["version"]) == (201, 1)
    path = f"/api/v1/agencies/{made.json['id']}"
    edited = coordinator.put(path, json={"version": 1, "name_fa": "نام دوم", "kind": "bank"})
    assert (edited.status_code, edited.json["version"]) == (200, 2)
    listed = coordinator.get("/api/v1/agencies?q=دوم").json["agencies"]
    assert [(line["code"], line["kind"], line["days_off"], line["depth"]) for line in listed] == [
        ("office", "bank", [], 0)
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"version": 9, "name_fa": "نام"}, 409, "stale_version"),
        ({"version": 1, "name_fa": ""}, 422, "invalid"),
        ({"version": 1, "name_fa": "نام", "colour": "red"}, 422, "invalid"),
        ({"version": 1, "name_fa": "نام", "days_off": ["someday"]}, 422, "invalid"),
    ],
)
def test_the_api_says_what_is_wrong(
    coordinator: Browser, body: dict[str, Any], status: int, code: str
) -> None:
    answer = coordinator.put(f"/api/v1/agencies/{add('agency').id}", json=body)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_the_api_finds_no_agency_that_is_not_there(coordinator: Browser) -> None:
    assert coordinator.put("/api/v1/agencies/4711", json={"version": 1, "name_fa": "نام"}).status_code == 404
