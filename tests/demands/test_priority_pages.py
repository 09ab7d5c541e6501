"""Priorities as operators tick them: at registration, on paper, by a program, and while somebody waits."""

import re
from datetime import timedelta
from typing import Any

import pytest

from deskops.core import clock
from deskops.core.i18n import LANGUAGE_COOKIE
from deskops.core.tables import write_csv
from deskops.demands.priorities import USUAL_MINUTES
from deskops.demands.rules import PRIORITIES
from tests.demands.counter import demand_row, kinds_of, sit_down, somebody, ticket_row
from tests.demands.paper import printed, type_in
from tests.demands.prioritising import worth
from tests.demands.test_intake_page import register
from tests.demands.test_paper_list import upload, written
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def staff(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("staff", trip_id=trip.id)


def boxes(page: str) -> dict[str, bool]:
    """The priorities that a page asks for, and whether each is ticked."""
    found = re.findall(r'<input type="checkbox"[^>]*name="(\w+)" value="yes"( checked)?', page)
    return {name: bool(ticked) for name, ticked in found if name in PRIORITIES}


def prioritise(browser: Browser, trip: SmallTrip, ticket: int, **data: Any) -> Any:
    body = {"version": ticket_row(ticket).version} | data
    return browser.post(f"/trips/{trip.id}/tickets/{ticket}/priorities", data=body)


def page_of(browser: Browser, trip: SmallTrip, ticket: int) -> str:
    return str(browser.get(f"/trips/{trip.id}/demands/{ticket_row(ticket).demand_id}").text)


def test_registration_asks_for_each_and_none_is_ticked(trip: SmallTrip, staff: Browser) -> None:
    page = staff.get(f"/trips/{trip.id}/intake").text
    assert boxes(page) == dict.fromkeys(PRIORITIES, False)
    assert "مادر با نوزاد" in page


def test_what_is_switched_off_is_not_asked_for(trip: SmallTrip, staff: Browser) -> None:
    worth(trip, far=0.0, infant=0.0)
    assert boxes(staff.get(f"/trips/{trip.id}/intake").text) == {"elderly": False, "disabled": False}
    assert "far" not in boxes(staff.get(f"/trips/{trip.id}/paper").text)


def test_what_was_ticked_goes_with_the_turn(trip: SmallTrip, staff: Browser, sign_in: Join) -> None:
    sit_down(sign_in, trip, "a")
    assert register(staff, trip, elderly="yes", far="yes").status_code == 200
    row = ticket_row(1)
    assert (row.priorities, row.bonus_minutes) == ("elderly,far", 2 * USUAL_MINUTES)


def test_a_refused_form_comes_back_as_it_was_ticked(trip: SmallTrip, staff: Browser) -> None:
    answer = register(staff, trip, topic_id="", infant="yes")
    assert answer.status_code == 422
    assert boxes(answer.text) == dict.fromkeys(PRIORITIES, False) | {"infant": True}


def test_what_a_device_kept_brings_its_ticks_along(trip: SmallTrip, staff: Browser) -> None:
    """Also one for a priority that was switched off since: it is worth nothing, and isn't lost."""
    worth(trip, disabled=0.0)
    kept = (clock.now() - timedelta(minutes=4)).isoformat()
    assert register(staff, trip, disabled="yes", elderly="yes", at=kept).status_code == 200
    row = ticket_row(1)
    assert (row.priorities, row.bonus_minutes) == ("elderly,disabled", USUAL_MINUTES)


def test_an_exchange_and_other_programs_say_them_too(trip: SmallTrip, integration: Browser) -> None:
    body = {"topic_id": trip.topics["loan"], "channel": "call", "infant": True}
    made = integration.post(f"/api/v1/trips/{trip.id}/demands", json=body)
    assert made.status_code == 201
    assert ticket_row(made.json["ticket"]["id"]).priorities == "infant"
    assert "priorities" not in made.json["ticket"]


@pytest.mark.parametrize("value", ["perhaps", 7, [], None])
def test_a_priority_is_yes_or_no(trip: SmallTrip, staff: Browser, value: object) -> None:
    body = {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"], "far": value}
    answer = staff.post(f"/api/v1/trips/{trip.id}/demands", json=body)
    assert answer.status_code == 422
    assert "far" in answer.json["error"]["errors"]


def test_an_unknown_priority_is_refused(trip: SmallTrip, staff: Browser) -> None:
    body = {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"], "rich": True}
    assert staff.post(f"/api/v1/trips/{trip.id}/demands", json=body).status_code == 422


def test_a_form_on_paper_has_them(trip: SmallTrip, staff: Browser) -> None:
    made = type_in(staff, trip, printed(trip)[0], disabled=True)
    assert ticket_row(made.json["ticket"]["id"]).priorities == "disabled"


def test_a_table_of_forms_has_them(trip: SmallTrip, staff: Browser) -> None:
    start = clock.now().replace(second=0, microsecond=0)
    clock.freeze(start + timedelta(hours=3))
    row = {"code": printed(trip)[0], "topic_id": "loan", "elderly": "بله"} | written(start)
    where = upload(staff, trip, write_csv(tuple(row), [list(row.values())])).location
    assert staff.post(where, data={}).status_code == 303
    assert ticket_row(1).priorities == "elderly"


def test_a_queue_says_that_there_is_a_priority_and_not_which(
    trip: SmallTrip, sign_in: Join, staff: Browser
) -> None:
    counter = sit_down(sign_in, trip, "a")
    first = somebody(trip).ticket
    clock.freeze(clock.now() + timedelta(minutes=1))
    second = somebody(trip, priorities=("disabled",)).ticket
    page = counter.page().text
    places = [page.index(f'id="q{ticket.id}"') for ticket in (second, first)]
    assert places == sorted(places)
    row = page[places[0] : page.index("</li>", places[0])]
    assert "اولویت" in row
    assert "معلولیت" not in row


def test_whoever_serves_them_reads_which(trip: SmallTrip, sign_in: Join) -> None:
    counter = sit_down(sign_in, trip, "a")
    somebody(trip, priorities=("disabled",))
    counter.act("next")
    assert "دارای معلولیت" in counter.page().text


def test_the_person_and_the_board_are_told_nothing(
    trip: SmallTrip, sign_in: Join, anonymous: Browser
) -> None:
    sit_down(sign_in, trip, "a")
    made = somebody(trip, priorities=("disabled", "infant"))
    for path in (f"/r/{made.receipt_token}", f"/t/{made.code}?secret={made.secret}"):
        page = anonymous.get(path).text
        assert not any(word in page for word in ("معلولیت", "نوزاد", "اولویت"))


def test_ticks_are_changed_while_somebody_waits(trip: SmallTrip, staff: Browser) -> None:
    ticket = int(somebody(trip, priorities=("far",)).ticket.id)
    assert boxes(page_of(staff, trip, ticket)) == dict.fromkeys(PRIORITIES, False) | {"far": True}
    assert prioritise(staff, trip, ticket, elderly="yes", urgent="yes").status_code == 303
    row = ticket_row(ticket)
    assert (row.priorities, row.urgent) == ("elderly", True)
    page = page_of(staff, trip, ticket)
    assert "سالمند" in page
    assert "تغییر اولویت" in page
    staff.client.set_cookie(LANGUAGE_COOKIE, "en")
    assert "Priority changed" in page_of(staff, trip, ticket)


def test_one_that_is_switched_off_can_still_be_taken_back(trip: SmallTrip, staff: Browser) -> None:
    ticket = int(somebody(trip, priorities=("far",)).ticket.id)
    worth(trip, far=0.0, elderly=0.0)
    assert boxes(page_of(staff, trip, ticket)) == {"disabled": False, "infant": False, "far": True}


def test_who_is_served_has_nothing_to_tick(trip: SmallTrip, sign_in: Join) -> None:
    counter = sit_down(sign_in, trip, "a")
    ticket = int(somebody(trip).ticket.id)
    counter.act("next")
    assert boxes(page_of(counter.browser, trip, ticket)) == {}
    answer = prioritise(counter.browser, trip, ticket, elderly="yes")
    assert answer.status_code == 303
    assert "تغییر کرده" in page_of(counter.browser, trip, ticket)
    assert ticket_row(ticket).priorities == ""


def test_what_was_seen_too_long_ago_changes_nothing(trip: SmallTrip, staff: Browser) -> None:
    ticket = int(somebody(trip).ticket.id)
    prioritise(staff, trip, ticket, far="yes")
    assert prioritise(staff, trip, ticket, elderly="yes", version=1).status_code == 303
    assert ticket_row(ticket).priorities == "far"


def test_a_program_changes_them_once(trip: SmallTrip, staff: Browser) -> None:
    ticket = int(somebody(trip).ticket.id)
    path, body = f"/api/v1/trips/{trip.id}/tickets/{ticket}/priorities", {"version": 1, "infant": True}
    headers = {"Idempotency-Key": "0123456789abcdef0123"}
    first = staff.post(path, json=body, headers=headers)
    again = staff.post(path, json=body, headers=headers)
    assert (first.status_code, again.json) == (200, first.json)
    assert kinds_of(trip).count("ticket.priority_changed") == 1
    detail = staff.get(f"/api/v1/trips/{trip.id}/demands/{ticket_row(ticket).demand_id}").json
    assert detail["ticket"]["priorities"] == ["infant"]


@pytest.mark.parametrize(
    "body", [{}, {"version": 1, "far": "maybe"}, {"version": "x"}, {"version": 1, "no": 1}]
)
def test_a_body_that_does_not_fit_is_named(trip: SmallTrip, staff: Browser, body: dict[str, Any]) -> None:
    ticket = int(somebody(trip).ticket.id)
    assert staff.post(f"/api/v1/trips/{trip.id}/tickets/{ticket}/priorities", json=body).status_code == 422


def test_another_trips_staff_find_nobody(trip: SmallTrip, sign_in: Join) -> None:
    ticket = int(somebody(trip).ticket.id)
    other = make_small_trip("other")
    stranger = sign_in("staff", trip_id=other.id)
    assert prioritise(stranger, trip, ticket, far="yes").status_code == 404
    assert (
        stranger.post(f"/trips/{other.id}/tickets/{ticket}/priorities", data={"version": 1}).status_code
        == 404
    )
    assert not demand_row(ticket_row(ticket).demand_id).urgent


def test_a_queue_stands_in_the_order_in_which_its_desk_takes_people(trip: SmallTrip, sign_in: Join) -> None:
    """Loans are desk A's own; what a coordinator gives to work is more than that."""
    clock.freeze(clock.now())
    counter = sit_down(sign_in, trip, "a")
    work = somebody(trip, topic="work").ticket.id
    clock.advance(minutes=2)
    loan = somebody(trip, topic="loan").ticket.id
    order = [f'id="q{ticket}"' for ticket in (work, loan)]

    def shown() -> list[str]:
        page = counter.page().text
        return sorted((row for row in order if row in page), key=page.index)

    assert shown() == [order[1], order[0]]
    worth(trip, topics={trip.topics["work"]: 5.0})
    assert shown() == order
    assert counter.act("next").status_code == 200
    assert ticket_row(work).status == "called"


@pytest.mark.parametrize(
    ("role", "told"), [("coordinator", True), ("staff", True), ("inspector", False), ("integration", False)]
)
def test_which_priority_somebody_has_is_told_to_who_may_change_it(
    trip: SmallTrip, sign_in: Join, role: str, told: bool
) -> None:
    made = somebody(trip, priorities=("disabled",))
    reader = sign_in(role, trip_id=trip.id)
    ticket = reader.get(f"/api/v1/trips/{trip.id}/demands/{made.demand_id}").json["ticket"]
    assert ticket["priorities"] == (["disabled"] if told else [])
    if role != "integration":
        page = reader.get(f"/trips/{trip.id}/demands/{made.demand_id}")
        assert page.status_code == 200
        assert ("دارای معلولیت" in page.text) is told
