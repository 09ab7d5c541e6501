"""The offer on the operator's screens, on the person's own phone, and in the JSON API; in both languages."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from deskops.core import clock
from tests.demands.counter import Counter, kinds_of, somebody, ticket_row, toast_of
from tests.demands.offering import PHONE, full_hall, offer_row, offered, texts
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

FRAGMENT = {"HX-Request": "true", "HX-Target": "offer"}
Floor = tuple[Counter, Counter]


@pytest.fixture
def floor(sign_in: Join, trip: SmallTrip) -> Floor:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    return full_hall(sign_in, trip)


@pytest.fixture
def operator(floor: Floor) -> Browser:
    return floor[0].browser


def path_of(trip: SmallTrip, ticket_id: int, how: str) -> str:
    return f"/trips/{trip.id}/tickets/{ticket_id}/offer/{how}"


def press(browser: Browser, trip: SmallTrip, ticket_id: int, how: str = "accept", **data: Any) -> Any:
    return browser.post(path_of(trip, ticket_id, how), data=data, headers=FRAGMENT)


def register(browser: Browser, trip: SmallTrip, **more: Any) -> Any:
    data = {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"]} | more
    return browser.post(f"/trips/{trip.id}/intake", data=data, headers={"HX-Request": "true"})


# the operator


def test_the_operator_who_registers_sees_the_offer_with_its_key(
    trip: SmallTrip, operator: Browser, floor: Floor
) -> None:
    page = register(operator, trip, phone=PHONE).text
    assert "پیشنهاد کنید: پاسخ‌گویی تلفنی" in page
    assert 'data-key="ctrl+KeyB"' in page
    assert re.search(r"انتظار در اینجا: [۰-۹]+ تا [۰-۹]+ دقیقه", page)
    assert 'name="phone" ' not in page[page.index('id="offer"') : page.index("</section>")]


def test_who_gave_no_number_is_asked_for_it(trip: SmallTrip, operator: Browser, floor: Floor) -> None:
    page = register(operator, trip).text
    assert 'id="offer-phone"' in page


def test_one_key_accepts_for_the_person(trip: SmallTrip, operator: Browser, floor: Floor) -> None:
    ticket = offered(trip, phone=PHONE).ticket
    answer = press(operator, trip, ticket.id)
    assert answer.status_code == 200
    assert "تلفنی با او تماس گرفته می‌شود" in answer.text
    assert "لازم نیست اینجا منتظر بماند" in toast_of(answer)["text"]
    assert ticket_row(ticket.id).location == 0


def test_pressed_twice_it_is_done_once(trip: SmallTrip, operator: Browser, floor: Floor) -> None:
    ticket = offered(trip, phone=PHONE).ticket
    answers = [press(operator, trip, ticket.id, idempotency_key="one") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert kinds_of(trip).count("ticket.to_call_back") == 1


def test_a_missing_number_and_a_wrong_one_are_said_beside_the_offer(
    trip: SmallTrip, operator: Browser, floor: Floor
) -> None:
    ticket = offered(trip).ticket
    missing, wrong = (press(operator, trip, ticket.id, phone=typed) for typed in ("", "12"))
    assert (missing.status_code, wrong.status_code) == (422, 422)
    assert "شمارهٔ تلفنی را که باید با آن تماس بگیریم" in missing.text
    assert 'value="12"' in wrong.text
    assert offer_row(ticket.id).state == "open"  # type: ignore[union-attr]


def test_what_comes_too_late_is_said_with_how_it_stands(
    trip: SmallTrip, operator: Browser, floor: Floor
) -> None:
    ticket = offered(trip, phone=PHONE).ticket
    press(operator, trip, ticket.id)
    again = press(operator, trip, ticket.id)
    assert again.status_code == 409
    assert "پیش‌تر به این پیشنهاد پاسخ داده شده" in again.text
    assert "دوباره همین‌جا منتظر می‌ماند" in again.text


def test_the_operator_notes_a_refusal_and_puts_people_back(
    trip: SmallTrip, operator: Browser, floor: Floor
) -> None:
    ticket = offered(trip, phone=PHONE).ticket
    assert "همین‌جا منتظر می‌ماند" in toast_of(press(operator, trip, ticket.id, "refuse"))["text"]
    assert press(operator, trip, ticket.id).status_code == 200
    back = press(operator, trip, ticket.id, "return")
    assert "زمان انتظارش محفوظ است" in toast_of(back)["text"]
    assert ticket_row(ticket.id).location == trip.sites["one"]


def test_the_operator_takes_an_acceptance_back(trip: SmallTrip, operator: Browser, floor: Floor) -> None:
    ticket = offered(trip, phone=PHONE).ticket
    press(operator, trip, ticket.id)
    undone = press(operator, trip, ticket.id, "undo")
    assert undone.status_code == 200
    assert offer_row(ticket.id).state == "open"  # type: ignore[union-attr]
    clock.advance(minutes=2)
    assert press(operator, trip, ticket.id, "undo").status_code == 409


def test_without_a_script_it_leads_to_the_demand(trip: SmallTrip, operator: Browser, floor: Floor) -> None:
    made = offered(trip, phone=PHONE)
    answer = operator.post(path_of(trip, made.ticket.id, "accept"))
    assert answer.status_code == 303
    page = operator.get(answer.location)
    assert "پیشنهاد پاسخ‌گویی تلفنی" in page.text
    assert "اکنون در انتظار تماس است" in page.text


def test_without_a_script_a_refusal_is_a_page_of_its_own(
    trip: SmallTrip, operator: Browser, floor: Floor
) -> None:
    ticket = offered(trip).ticket
    answer = operator.post(path_of(trip, ticket.id, "accept"))
    assert answer.status_code == 422
    assert "<h1>" in answer.text


def test_of_another_trip_or_an_unknown_turn_nothing_is_found(
    trip: SmallTrip, operator: Browser, floor: Floor
) -> None:
    assert press(operator, trip, 4711).status_code == 404


def test_the_receipt_says_that_they_are_called(trip: SmallTrip, operator: Browser, floor: Floor) -> None:
    made = offered(trip, phone=PHONE)
    receipt = f"/trips/{trip.id}/demands/{made.demand_id}/receipt"
    assert "لازم نیست اینجا منتظر بمانید" not in operator.get(receipt).text
    press(operator, trip, made.ticket.id)
    assert "با شما تلفنی تماس می‌گیریم" in operator.get(receipt).text


# the person


def page_of(browser: Browser, token: str, query: str = "") -> str:
    return str(browser.get(f"/r/{token}{query}").text)


def test_the_persons_own_page_shows_the_offer_in_both_languages(
    trip: SmallTrip, anonymous: Browser, floor: Floor
) -> None:
    token = offered(trip, phone=PHONE).receipt_token
    assert "بله، با من تماس بگیرید" in page_of(anonymous, token)
    english = page_of(anonymous, token, "?lang=en")
    assert "Yes, call me" in english
    assert f'action="/r/{token}/offer/accept?lang=en"' in english
    assert PHONE not in english


def test_the_person_accepts_once_however_often_they_press(
    trip: SmallTrip, anonymous: Browser, floor: Floor
) -> None:
    made = offered(trip, phone=PHONE)
    key = re.search(r'value="(accept-[^"]+)"', page_of(anonymous, made.receipt_token))
    assert key is not None
    for _ in range(2):
        answer = anonymous.post(
            f"/r/{made.receipt_token}/offer/accept", data={"csrf_token": "", "idempotency_key": key[1]}
        )
        assert answer.status_code == 303
    assert kinds_of(trip).count("ticket.to_call_back") == 1
    page = page_of(anonymous, made.receipt_token)
    assert "با تلفن شما تماس می‌گیریم" in page or "تماس می‌گیریم" in page
    assert "در محل منتظر می‌مانم" in page
    assert len(texts()) == 2


def test_the_person_types_the_number_that_they_had_not_given(
    trip: SmallTrip, anonymous: Browser, floor: Floor
) -> None:
    made = offered(trip)
    path = f"/r/{made.receipt_token}/offer/accept"
    missing = anonymous.post(path, data={"phone": ""})
    assert missing.status_code == 422
    assert "شمارهٔ تلفنی را که باید" in missing.text
    assert missing.headers["Cache-Control"] == "no-store"
    assert anonymous.post(path, data={"phone": "۰۹۱۲ ۱۲۳ ۴۵۶۷"}).status_code == 303
    assert ticket_row(made.ticket.id).location == 0


def test_the_person_refuses_changes_their_mind_and_comes_back(
    trip: SmallTrip, anonymous: Browser, floor: Floor
) -> None:
    made = offered(trip, phone=PHONE)
    for how, place in (("refuse", trip.sites["one"]), ("accept", 0), ("return", trip.sites["one"])):
        answer = anonymous.post(f"/r/{made.receipt_token}/offer/{how}")
        assert answer.status_code == 303, how
        assert ticket_row(made.ticket.id).location == place


def test_too_late_is_a_plain_page_that_says_so(trip: SmallTrip, anonymous: Browser, floor: Floor) -> None:
    made = offered(trip, phone=PHONE)
    path = f"/r/{made.receipt_token}/offer/accept"
    anonymous.post(path)
    again = anonymous.post(path)
    assert again.status_code == 409
    assert "پیش‌تر" in again.text


@pytest.mark.parametrize("path", ["/r/no-such-receipt/offer/accept", "/r/{token}/offer/dance"])
def test_an_unknown_receipt_or_answer_leads_nowhere(
    trip: SmallTrip, anonymous: Browser, floor: Floor, path: str
) -> None:
    token = offered(trip, phone=PHONE).receipt_token
    assert anonymous.post(path.replace("{token}", token)).status_code == 404


def test_who_is_served_soon_sees_no_offer(sign_in: Join, trip: SmallTrip, anonymous: Browser) -> None:
    full_hall(sign_in, trip, people=0)
    assert "بله، با من تماس بگیرید" not in page_of(anonymous, somebody(trip).receipt_token)


# programs


def test_a_program_registers_and_answers(trip: SmallTrip, integration: Browser, floor: Floor) -> None:
    person = {
        "topic_id": trip.topics["loan"],
        "site_id": trip.sites["one"],
        "phone": PHONE,
        "may_walk": False,
    }
    made = integration.post(f"/api/v1/trips/{trip.id}/demands", json=person).json
    assert made["offer"] == {"state": "open"}
    path = f"/api/v1/trips/{trip.id}/tickets/{made['ticket']['id']}/offer"
    assert integration.post(f"{path}/refuse", json={}).json["location"] == trip.sites["one"]
    assert integration.post(f"{path}/accept", json={}).json["location"] == 0
    refused = integration.post(f"{path}/accept", json={})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "offer_answered")
    assert integration.post(f"{path}/return", json={}).json["location"] == trip.sites["one"]


def test_a_program_is_told_what_is_missing(trip: SmallTrip, integration: Browser, floor: Floor) -> None:
    ticket = offered(trip).ticket
    path = f"/api/v1/trips/{trip.id}/tickets/{ticket.id}/offer/accept"
    assert integration.post(path, json={}).json["error"]["code"] == "phone_needed"
    assert integration.post(path, json={"phone": "12"}).status_code == 422
    assert integration.post(path, json={"fone": PHONE}).status_code == 422
