"""The guided set-up, page by page: from nothing to a trip that stands."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from deskops.accounts.actor import SYSTEM
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.document import write_setup
from deskops.desks.models import SetupDraft, Trip
from deskops.desks.template import province
from tests.desks.guided import begin
from tests.desks.setups import lines_of, read_catalogue, set_up
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

WHAT = {"name_fa": "سفر به استان", "name_en": "Trip to the province", "code": "second"}
WHEN = {
    "starts_on": "۱۴۰۵/۰۹/۱۰",
    "live_days": "۳",
    "days_before": "1",
    "opens": "۰۸:۰۰",
    "closes": "18:00",
}


def answered(browser: Browser, pages: str, step: str, **form: Any) -> Any:
    return browser.post(f"{pages}/{step}", data={"go": "next"} | form)


def walk(browser: Browser, pages: str, **changes: Any) -> Any:
    """Every page with its usual answer; what creating answers."""
    desks = re.findall(r'name="desks" value="(\w+)"', browser.get(f"{pages}/agencies").text)
    answered(browser, pages, "what", **(WHAT | changes))
    answered(browser, pages, "when", **WHEN)
    answered(browser, pages, "where", where="own", hall_name="سالن نمونه", hall_address="")
    if desks:
        answered(browser, pages, "agencies", desks=changes.get("desks", desks))
        answered(browser, pages, "counters")
    return answered(browser, pages, "check", go="create")


@pytest.fixture
def leader(app: Flask, sign_in: Join) -> Browser:
    return sign_in("coordinator")


def test_six_pages_lead_from_the_template_to_a_trip_with_all_its_desks(leader: Browser) -> None:
    answer = walk(leader, begin(leader))
    assert answer.status_code == 303, answer.text
    trip_id = int(answer.headers["Location"].rstrip("/").rpartition("/")[2])
    names = read_catalogue(trip_id)
    assert len(names.desks) == 36
    assert names.trip.code == "second"
    assert names.trip.starts_on.isoformat() == "2026-12-01"


def made(answer: Any) -> int:
    """The id of the trip that was created."""
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Location"].rstrip("/").rpartition("/")[2])


def test_hall_and_headquarters_open_on_the_day_before_and_agencies_do_not(leader: Browser) -> None:
    trip_id = made(walk(leader, begin(leader)))
    codes = {desk.id: desk.code for desk in read_catalogue(trip_id).desks.values()}
    before = lines_of(trip_id, date(2026, 11, 30))
    assert {codes[line.id] for line in before.values() if line.hours} == {"hall", "headquarters"}
    assert all(line.hours == (480, 1080) for line in lines_of(trip_id, date(2026, 12, 3)).values())
    assert not any(line.hours for line in lines_of(trip_id, date(2026, 12, 4)).values())


def test_the_samples_invented_streets_are_not_taken_over(leader: Browser) -> None:
    trip_id = made(walk(leader, begin(leader)))
    assert {site.address for site in read_catalogue(trip_id).sites.values()} == {""}


def test_only_ticked_agencies_get_a_desk_and_all_stay_addressees(leader: Browser) -> None:
    trip_id = made(walk(leader, begin(leader), desks=["education", "hall", "headquarters"]))
    names = read_catalogue(trip_id)
    assert {desk.code for desk in names.desks.values()} == {"education", "hall", "headquarters"}
    assert len(names.sites) == 2
    assert len(names.agencies) > 60


def test_counters_are_those_that_were_typed_in_any_digits(leader: Browser) -> None:
    pages = begin(leader)
    answered(leader, pages, "counters", **{"places-education": "۷", "places-headquarters": "120"})
    trip_id = made(walk(leader, pages))
    codes = {desk.id: desk.code for desk in read_catalogue(trip_id).desks.values()}
    counts = {codes[line.id]: line.places.total() for line in lines_of(trip_id).values()}
    assert (counts["education"], counts["headquarters"], counts["hall"]) == (7, 120, 24)


def test_all_desks_can_stand_in_one_hall(leader: Browser) -> None:
    pages = begin(leader)
    walked = walk(leader, pages, code="early")
    assert walked.status_code == 303
    pages = begin(leader)
    for step, form in (
        ("what", WHAT),
        ("when", WHEN),
        ("where", {"where": "hall", "hall_name": "سالن مرکزی"}),
    ):
        answered(leader, pages, step, **form)
    names = read_catalogue(made(answered(leader, pages, "check", go="create")))
    [site] = names.sites.values()
    assert (site.name_fa, len(names.desks)) == ("سالن مرکزی", 36)


def test_a_standing_office_has_no_end_and_is_live_on_its_working_days(leader: Browser) -> None:
    trip_id = made(walk(leader, begin(leader, kind="office")))
    trip = read_catalogue(trip_id).trip
    assert (trip.ends_on, trip.phase) == (None, "live")
    assert any(line.hours for line in lines_of(trip_id, date(2026, 12, 1)).values())
    assert not any(line.hours for line in lines_of(trip_id, date(2026, 12, 4)).values())


def test_a_second_round_copies_the_set_up_and_moves_its_days(leader: Browser) -> None:
    past = set_up("first")
    trip_id = made(walk(leader, begin(leader, start="trip", trip_id=past)))
    names, old = read_catalogue(trip_id), read_catalogue(past)
    assert [desk.code for desk in names.desks.values()] == [desk.code for desk in old.desks.values()]
    kept = {site.code: site.address for site in old.sites.values()} | {"airport_hall": ""}
    assert {site.code: site.address for site in names.sites.values()} == kept
    assert names.trip.starts_on == date(2026, 12, 1)
    assert all(line.hours for line in lines_of(trip_id, date(2026, 12, 1)).values())


def test_a_file_leads_straight_to_the_last_page(leader: Browser) -> None:
    text = write_setup(replace(province(), code="filed", starts_on=date(2026, 12, 1)))
    answer = leader.post("/trips/new", data={"start": "file", "file": (io.BytesIO(text.encode()), "a.toml")})
    assert answer.headers["Location"].endswith("/check")
    trip_id = made(leader.post(answer.headers["Location"], data={"go": "create"}))
    assert read_catalogue(trip_id).trip.code == "filed"


def test_a_file_with_faults_shows_each_with_its_line_and_begins_nothing(leader: Browser) -> None:
    text = write_setup(province()).replace('site = "roads"', 'site = "nowhere"', 1)
    leader.client.set_cookie("lang", "en")
    answer = leader.post("/trips/new", data={"start": "file", "file": (io.BytesIO(text.encode()), "a.toml")})
    assert answer.status_code == 422
    assert "desks[roads]" in answer.text
    assert "line" in answer.text
    with runtime.current().database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SetupDraft)) == 0


@pytest.mark.parametrize(
    "form", [{"start": "file"}, {"start": "trip"}, {"start": "trip", "trip_id": ""}, {"start": "x"}, {}]
)
def test_a_start_without_what_it_needs_is_refused_at_its_field(leader: Browser, form: dict[str, str]) -> None:
    assert leader.post("/trips/new", data=form).status_code == 422


def test_a_trip_can_begin_with_nothing_in_it(leader: Browser) -> None:
    pages = begin(leader, start="empty")
    assert leader.get(f"{pages}/agencies").status_code == 404
    names = read_catalogue(made(walk(leader, pages)))
    assert (len(names.desks), len(names.sites)) == (0, 1)


@pytest.mark.parametrize(
    ("step", "form", "field"),
    [
        ("what", {"name_fa": ""}, "name_fa"),
        ("what", {"code": "Trip One"}, "code"),
        ("what", {"code": "سفر"}, "code"),
        ("what", {"name_fa": "ن" * 900}, "name_fa"),
        ("when", {"starts_on": "فردا"}, "starts_on"),
        ("when", {"starts_on": "1405/13/01"}, "starts_on"),
        ("when", {"closes": "07:00"}, "closes"),
        ("when", {"opens": "8"}, "opens"),
        ("when", {"live_days": "0"}, "live_days"),
        ("when", {"days_before": "many"}, "days_before"),
        ("where", {"where": "hall", "hall_name": ""}, "hall_name"),
        ("counters", {"places-education": "0"}, "places-education"),
        ("counters", {"places-education": "201"}, "places-education"),
        ("counters", {"places-education": "چند"}, "places-education"),
    ],
)
def test_a_wrong_answer_stays_on_its_page_with_what_was_typed(
    leader: Browser, step: str, form: dict[str, str], field: str
) -> None:
    pages = begin(leader)
    right = {"what": WHAT, "when": WHEN}.get(step, {})
    answer = answered(leader, pages, step, **(right | form))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert form[field][:40] in leader.get(f"{pages}/{step}").text
    assert walk_without(leader, pages, step).status_code == 422


def walk_without(browser: Browser, pages: str, step: str) -> Any:
    """Every page but one, then the last."""
    for other, form in (("what", WHAT), ("when", WHEN)):
        if other != step:
            answered(browser, pages, other, **form)
    return answered(browser, pages, "check", go="create")


def ticked(browser: Browser, pages: str) -> int:
    return len(re.findall('name="desks"[^>]* checked', browser.get(f"{pages}/agencies").text))


def test_no_desk_ticked_is_refused_and_all_are_ticked_by_one_press(leader: Browser) -> None:
    pages = begin(leader)
    assert answered(leader, pages, "agencies").status_code == 422
    answered(leader, pages, "agencies", go="all")
    assert ticked(leader, pages) == 36
    answered(leader, pages, "agencies", go="none")
    assert ticked(leader, pages) == 0


def test_back_keeps_what_was_typed_however_wrong(leader: Browser) -> None:
    pages = begin(leader)
    answer = answered(leader, pages, "when", starts_on="نیمه", go="back")
    assert answer.headers["Location"].endswith("/what")
    assert "نیمه" in leader.get(f"{pages}/when").text
    assert answered(leader, pages, "check", go="back").headers["Location"].endswith("/counters")


def test_a_code_that_is_taken_is_said_at_its_field_and_can_be_changed(leader: Browser) -> None:
    set_up("second")
    pages = begin(leader)
    refused = walk(leader, pages)
    assert refused.status_code == 409
    assert 'id="code-error"' in refused.text
    made(walk(leader, pages, code="third"))


def test_a_free_code_is_offered(leader: Browser) -> None:
    assert 'value="trip-14' in leader.get(f"{begin(leader)}/what").text


def test_a_second_press_makes_one_trip(leader: Browser) -> None:
    pages = begin(leader)
    answered(leader, pages, "what", **WHAT)
    answered(leader, pages, "when", **WHEN)
    form = {"go": "create", "idempotency_key": "pressed-once"}
    first, second = (leader.post(f"{pages}/check", data=form) for _ in range(2))
    assert made(first) == made(second)
    with runtime.current().database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Trip)) == 1


def test_a_draft_is_its_makers_alone(leader: Browser, sign_in: Join) -> None:
    pages = begin(leader)
    other = sign_in("coordinator")
    assert other.get(f"{pages}/what").status_code == 404
    assert answered(other, pages, "what", **WHAT).status_code == 404
    assert leader.get(f"{pages}/nowhere").status_code == 404


def test_who_leads_one_trip_leads_the_one_they_make_and_copies_only_theirs(
    trip: SmallTrip, sign_in: Join
) -> None:
    past = set_up("foreign")
    leader = sign_in("coordinator", trip_id=trip.id)
    assert leader.post("/trips/new", data={"start": "trip", "trip_id": past}).status_code == 404
    trip_id = made(walk(leader, begin(leader)))
    assert leader.get(f"/trips/{trip_id}/").status_code == 200
    assert leader.get(f"/trips/{trip_id}/files").status_code == 200


def test_staff_begin_nothing(trip: SmallTrip, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    assert staff.get("/trips/new").status_code == 403
    assert staff.post("/trips/new", data={"start": "template"}).status_code == 403


def test_a_page_of_another_site_begins_nothing(leader: Browser) -> None:
    leader.headers["X-CSRF-Token"] = "wrong"
    assert leader.post("/trips/new", data={"start": "template"}).status_code == 403


@pytest.mark.parametrize(("language", "word"), [("fa", "تعریف سفر"), ("en", "Set the trip up")])
def test_every_page_is_there_in_both_languages(leader: Browser, language: str, word: str) -> None:
    leader.client.set_cookie("lang", language)
    pages = begin(leader)
    answered(leader, pages, "what", **WHAT)
    answered(leader, pages, "when", **WHEN)
    for step in ("what", "when", "where", "agencies", "counters"):
        assert leader.get(f"{pages}/{step}").status_code == 200
    assert word in leader.get(f"{pages}/check").text


def test_drafts_that_nobody_finished_are_cleared_away(leader: Browser) -> None:
    begin(leader)
    with runtime.current().database.reading() as session:
        [draft] = session.scalars(select(SetupDraft))
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(SetupDraft).values(created_at=draft.created_at - timedelta(days=15)))
    begin(leader)
    with runtime.current().database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SetupDraft)) == 1
