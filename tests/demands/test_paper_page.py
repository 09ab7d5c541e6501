"""The page on which forms are typed in, one after the other."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from deskops.core import clock
from deskops.core.codes import group_code
from deskops.core.dates import clock_time, date_text, digits
from deskops.core.i18n import using_language
from deskops.demands.views import words
from tests.demands.counter import demand_row, somebody
from tests.demands.paper import form_row, printed
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def staff(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("staff", trip_id=trip.id, name="کارشناس آزمون")


def send(staff: Browser, trip: SmallTrip, form: str, **more: Any) -> Any:
    """As the form sends it, on the minute."""
    now = clock.now()
    typed = {"code": form, "day": date_text(now), "clock": clock_time(now), "topic_id": trip.topics["loan"]}
    return staff.post(
        f"/trips/{trip.id}/paper", data={"name": "سارا نمونه", "channel": "walk_in"} | typed | more
    )


def test_after_saving_the_next_form_begins_with_what_it_shares_with_the_last(
    trip: SmallTrip, staff: Browser
) -> None:
    [code] = printed(trip)
    saved = send(staff, trip, code, site_id=trip.sites["one"])
    assert saved.status_code == 303
    page = staff.get(saved.location).text
    assert f'data-typed-in="{form_row(code).demand_id}"' in page
    assert re.search(r'name="code" value=""[^>]*autofocus', page)
    assert f'<option value="{trip.sites["one"]}" selected>' in page
    assert 'name="name" value=""' in page


def test_nobodys_name_stands_in_the_address(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    address = send(staff, trip, code, phone="09123456789").location
    assert "name" not in address
    assert "0912" not in address


@pytest.mark.parametrize("day", ["۱۴۰۵/۰۹/۰۲", "2026-11-23", "23 Nov 2026"])
def test_a_day_is_taken_in_either_calendar(app: Flask, sign_in: Join, day: str) -> None:
    clock.freeze(datetime(2026, 11, 22, 9, tzinfo=UTC))
    trip = make_small_trip()
    [code] = printed(trip)
    clock.freeze(datetime(2026, 11, 24, 9, tzinfo=UTC))
    answer = send(sign_in("staff", trip_id=trip.id), trip, code, day=day, clock="۱۲:۲۹")
    assert answer.status_code == 303
    assert demand_row(form_row(code).demand_id or 0).registered_at == datetime(
        2026, 11, 23, 8, 59, tzinfo=UTC
    )


def test_what_was_typed_is_still_there_where_something_is_wrong(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    answer = send(staff, trip, code, topic_id="", text="یک متن بلند")
    assert answer.status_code == 422
    assert f'value="{code}"' in answer.text
    assert "یک متن بلند" in answer.text
    assert 'href="#paper-topic_id"' in answer.text
    assert form_row(code).demand_id is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"code": "123"}, "code"),
        ({"day": "دیروز"}, "day"),
        ({"day": ""}, "day"),
        ({"clock": "۲۵:۰۰"}, "clock"),
        ({"clock": ""}, "clock"),
        ({"phone": "12"}, "phone"),
        ({"outcome": "refused"}, "note"),
        ({"outcome": "granted", "done_clock": "نیمروز"}, "done_clock"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    trip: SmallTrip, staff: Browser, typed: dict[str, str], field: str
) -> None:
    [code] = printed(trip)
    answer = send(staff, trip, code, **typed)
    assert answer.status_code == 422
    assert f'href="#paper-{field}"' in answer.text
    assert f'id="paper-{field}-error"' in answer.text


def test_a_time_ahead_of_the_clock_is_refused_at_the_clock(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    ahead = clock.now() + timedelta(minutes=5)
    answer = send(staff, trip, code, day=date_text(ahead), clock=clock_time(ahead))
    assert answer.status_code == 422
    assert 'id="paper-clock-error"' in answer.text


def test_who_types_a_form_in_for_the_second_time_is_shown_the_first(
    trip: SmallTrip, staff: Browser, sign_in: Join
) -> None:
    [code] = printed(trip)
    send(staff, trip, code)
    again = send(
        sign_in("desk_head", trip_id=trip.id, desk_id=trip.desks["b"]), trip, code, name="دارا نمونه"
    )
    assert again.status_code == 409
    assert "این برگه پیش‌تر وارد شده است" in again.text
    assert f"/demands/{form_row(code).demand_id}" in again.text


def test_what_was_served_on_paper_shows_its_outcome(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    page = staff.get(send(staff, trip, code, outcome="granted").location).text
    assert str(words.OUTCOMES["granted"]) in page


def test_the_list_names_who_typed_and_what_is_missing(trip: SmallTrip, staff: Browser) -> None:
    used, missing = printed(trip, count=2)
    send(staff, trip, used)
    page = staff.get(f"/trips/{trip.id}/paper").text
    assert "کارشناس آزمون" in page
    assert "سارا نمونه" in page
    with using_language("fa"):
        assert digits(group_code(missing)) in page


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (lambda trip: printed(trip)[0], "میز"),
        (lambda trip: printed(trip, desk=None)[0], "برای همه میزها"),
        (lambda trip: "9123456789012", "درست نیست"),
        (lambda trip: somebody(trip).code, "رسید"),
        (lambda trip: "12", "۱۳ رقم"),
    ],
)
def test_a_code_is_judged_before_the_rest_is_typed(
    trip: SmallTrip, staff: Browser, code: Any, told: str
) -> None:
    answer = staff.get(f"/trips/{trip.id}/paper/check", query_string={"code": code(trip)})
    assert answer.status_code == 200
    assert told in answer.text


def test_a_used_code_leads_to_its_demand_before_the_rest_is_typed(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    send(staff, trip, code)
    answer = staff.get(f"/trips/{trip.id}/paper/check", query_string={"code": code})
    assert f"/demands/{form_row(code).demand_id}" in answer.text


def test_the_demands_history_tells_of_the_paper(trip: SmallTrip, staff: Browser) -> None:
    [code] = printed(trip)
    send(staff, trip, code, outcome="granted")
    page = staff.get(f"/trips/{trip.id}/demands/{form_row(code).demand_id}").text
    assert "روی کاغذ نوشته شد" in page
    assert "روی کاغذ پاسخ داده شد" in page


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_tracking_page_is_kind_to_who_holds_a_slip(
    trip: SmallTrip, staff: Browser, anonymous: Browser, language: str
) -> None:
    [code] = printed(trip)
    kind = {"fa": "هنوز در سامانه وارد نشده", "en": "has not been entered yet"}[language]
    page = anonymous.get(f"/t/{code}?lang={language}")
    assert page.status_code == 200
    assert kind in page.text
    assert "سفر آزمون" not in page.text
    send(staff, trip, code)
    assert kind not in anonymous.get(f"/t/{code}?lang={language}").text
