"""The receipt that a person takes along."""

from dataclasses import replace

import pytest

from deskops.core import runtime
from tests.demands.counter import sit_down, somebody
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip


@pytest.fixture
def staff(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("staff", trip_id=trip.id)


def paper(staff: Browser, trip: SmallTrip, demand_id: int, query: str = "") -> str:
    answer = staff.get(f"/trips/{trip.id}/demands/{demand_id}/receipt{query}")
    assert answer.status_code == 200
    return str(answer.text)


def test_it_has_number_desk_code_and_what_is_next(trip: SmallTrip, staff: Browser, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    text = paper(staff, trip, somebody(trip, phone="09123456789").demand_id)
    assert 'class="receipt__number">۱</bdi>' in text
    assert "میز" in text
    assert "چهار رقم آخر تلفن" in text


def test_the_code_is_grouped_in_persian_digits_and_left_to_right(trip: SmallTrip, staff: Browser) -> None:
    made = somebody(trip)
    digits = made.code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    grouped = f"{digits[:4]}-{digits[4:7]}-{digits[7:10]}-{digits[10:]}"
    assert f'class="receipt__code" dir="ltr">{grouped}</bdi>' in paper(staff, trip, made.demand_id)


def test_who_gave_no_phone_gets_a_secret(trip: SmallTrip, staff: Browser) -> None:
    without, with_phone = somebody(trip), somebody(trip, phone="09123456789")
    assert "رمز دیدن جزئیات" in paper(staff, trip, without.demand_id)
    assert "رمز دیدن جزئیات" not in paper(staff, trip, with_phone.demand_id)


def test_it_never_carries_name_phone_or_the_token_in_plain(trip: SmallTrip, staff: Browser) -> None:
    made = somebody(trip, name="پریسا ساختگی", phone="09123456789", text="ضامن سوم")
    text = paper(staff, trip, made.demand_id)
    for private in ("پریسا", "09123456789", "۰۹۱۲۳۴۵۶۷۸۹", "ضامن", made.receipt_token):
        assert private not in text


def test_the_code_for_phones_is_printed_where_phones_can_follow_it(trip: SmallTrip, staff: Browser) -> None:
    assert '<svg class="qr"' in paper(staff, trip, somebody(trip).demand_id)


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:8000", "http://localhost:8000"])
def test_no_code_is_printed_that_leads_nowhere_and_the_screen_says_why(
    trip: SmallTrip, staff: Browser, url: str | None
) -> None:
    current = runtime.current()
    current.settings = replace(current.settings, public_url=url)
    text = paper(staff, trip, somebody(trip).demand_id)
    assert '<svg class="qr"' not in text
    bar, sheet = text.split("<article")
    assert "رمزینه چاپ نمی‌شود" in bar
    assert "رمزینه" not in sheet
    assert "receipt__number" in sheet


def test_it_prints_by_itself_only_when_asked(trip: SmallTrip, staff: Browser) -> None:
    made = somebody(trip).demand_id
    assert "data-print-now" not in paper(staff, trip, made)
    assert "data-print-now" in paper(staff, trip, made, "?print=1")


def test_who_has_no_desk_yet_is_told_so(trip: SmallTrip, staff: Browser) -> None:
    assert "میز به شما گفته می‌شود" in paper(staff, trip, somebody(trip, "nobody").demand_id)


def test_it_tells_how_many_are_before(trip: SmallTrip, staff: Browser, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    somebody(trip)
    second = somebody(trip).demand_id
    assert "۱ نفر پیش از شما" in paper(staff, trip, second)


def test_it_speaks_english_too(trip: SmallTrip, staff: Browser) -> None:
    staff.client.set_cookie("lang", "en")
    text = paper(staff, trip, somebody(trip).demand_id)
    assert "Your number" in text
    assert "Secret for details" in text
