"""The form of registration, as people press it."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from deskops.core import runtime
from deskops.core.database import table_of
from deskops.demands.models import Demand, Person
from deskops.demands.queries import ticket_of_demand
from tests.demands.counter import sit_down
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip

FRAGMENT = {"HX-Request": "true", "HX-Target": "intake"}


@pytest.fixture
def staff(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("staff", trip_id=trip.id)


def typed(trip: SmallTrip, **more: Any) -> dict[str, Any]:
    """What a form of ours posts for a walk-in."""
    filled = {
        "channel": "walk_in",
        "site_id": trip.sites["one"],
        "topic_id": trip.topics["loan"],
        "kind": "request",
    }
    return filled | {"name": "سارا نمونه", "phone": "", "language": "fa"} | more


def count(model: type[Any]) -> int:
    with runtime.current().database.reading() as session:
        return int(session.execute(select(func.count()).select_from(table_of(model))).scalar_one())


def newest() -> Demand:
    with runtime.current().database.reading() as session:
        return session.scalars(select(Demand).order_by(Demand.id.desc()).limit(1)).one()


def person_of(demand: Demand) -> Person:
    with runtime.current().database.reading() as session:
        return session.get_one(Person, demand.person_id)


def register(staff: Browser, trip: SmallTrip, **more: Any) -> Any:
    return staff.post(f"/trips/{trip.id}/intake", data=typed(trip, **more), headers=FRAGMENT)


def test_a_walk_in_is_confirmed_with_number_desk_and_code(
    trip: SmallTrip, staff: Browser, sign_in: Join
) -> None:
    sit_down(sign_in, trip, "a")
    answer = register(staff, trip)
    made = newest()
    assert answer.status_code == 200
    assert 'class="big-number__value" dir="ltr">۱</bdi>' in answer.text
    assert "میز ۱" in re.sub("<[^>]+>", "", answer.text)
    assert f'data-registered="{made.id}"' in answer.text


def test_after_saving_the_form_is_empty_but_for_channel_and_site(trip: SmallTrip, staff: Browser) -> None:
    text = register(staff, trip, name="پریسا ساختگی", text="ضامن").text
    form = text[text.index("<form") :]
    assert "پریسا" not in form
    assert "ضامن" not in form
    assert f'value="{trip.sites["one"]}" selected' in form


def test_the_answer_tells_the_page_that_somebody_was_registered(trip: SmallTrip, staff: Browser) -> None:
    assert register(staff, trip).headers["HX-Trigger"] == "registered"


def test_without_script_saving_leads_to_the_confirmation(trip: SmallTrip, staff: Browser) -> None:
    answer = staff.post(f"/trips/{trip.id}/intake", data=typed(trip))
    assert answer.status_code == 303
    page = staff.get(answer.location).text
    assert f'data-registered="{newest().id}"' in page


def test_a_second_press_on_save_registers_once(trip: SmallTrip, staff: Browser) -> None:
    first = register(staff, trip, idempotency_key="one-form")
    second = register(staff, trip, idempotency_key="one-form")
    assert (first.status_code, second.status_code) == (200, 200)
    assert count(Demand) == 1
    assert f'data-registered="{newest().id}"' in second.text


def test_a_key_with_other_content_is_refused(trip: SmallTrip, staff: Browser) -> None:
    register(staff, trip, idempotency_key="one-form")
    other = register(staff, trip, idempotency_key="one-form", name="دیگری")
    assert other.status_code == 422
    assert count(Demand) == 1


def test_everything_typed_is_kept(trip: SmallTrip, staff: Browser) -> None:
    facts = {
        "kind": "complaint",
        "phone": "۰۹۱۲ ۳۴۵ ۶۷۸۹",
        "national_id": "۰۰۸۴۵۷۵۹۴۸",
        "county": "مراغه",
        "address": "خیابان نمونه",
        "language": "az",
        "urgent": "yes",
        "external_number": "SAMAD-۱۲",
        "text": "متن",
    }
    register(staff, trip, **facts)
    made = newest()
    person = person_of(made)
    assert (made.kind, made.county, made.address, made.language, made.urgent) == (
        "complaint", "مراغه", "خیابان نمونه", "az", True,
    )  # fmt: skip
    assert (person.name, person.phone) == ("سارا نمونه", "09123456789")
    assert made.registered_by == staff.user_id


def test_a_caller_waits_at_no_site(trip: SmallTrip, staff: Browser) -> None:
    text = register(staff, trip, channel="call", site_id="").text
    with runtime.current().database.reading() as session:
        ticket = ticket_of_demand(session, newest().id)
    assert ticket is not None
    assert ticket.location == 0
    assert "پشت خط" in text


def test_somebody_known_is_recognised_by_phone_and_name_however_typed(
    trip: SmallTrip, staff: Browser
) -> None:
    register(staff, trip, name="علی‌رضا يكتا", phone="09123456789")
    register(staff, trip, name="علی رضا یکتا", phone="۰۹۱۲۳۴۵۶۷۸۹")
    assert (count(Demand), count(Person)) == (2, 1)


def test_a_doubtful_national_id_warns_and_is_kept(trip: SmallTrip, staff: Browser) -> None:
    answer = register(staff, trip, national_id="1234567890")
    assert answer.status_code == 200
    assert "رقم کنترلی" in answer.text.split("<form")[0]
    assert person_of(newest()).national_id == "1234567890"


def test_who_cannot_walk_is_not_asked_to(trip: SmallTrip, staff: Browser) -> None:
    assert register(staff, trip, may_walk="no").status_code == 200


def test_whom_no_desk_can_take_is_told_so(trip: SmallTrip, staff: Browser) -> None:
    assert "هماهنگ‌کنندگان" in register(staff, trip, topic_id=trip.topics["nobody"]).text


def test_a_counter_that_stands_ready_calls_them_at_once(
    trip: SmallTrip, staff: Browser, sign_in: Join
) -> None:
    counter = sit_down(sign_in, trip)
    counter.act("next")
    text = register(staff, trip).text
    assert "همین حالا فراخوانده شد" in text
    assert counter.mode() == "called"


# Bad input: a clear message, the right status, nothing half done, nothing lost

BAD = {
    "no topic": ({"topic_id": ""}, "intake-topic_id"),
    "unknown topic": ({"topic_id": "999999"}, "intake-topic_id"),
    "a topic that is no number": ({"topic_id": "وام"}, "intake-topic_id"),
    "no site": ({"site_id": ""}, "intake-site_id"),
    "unknown site": ({"site_id": "999999"}, "intake-site_id"),
    "half a phone": ({"phone": "0912345"}, "intake-phone"),
    "a phone with letters": ({"phone": "یک دو سه"}, "intake-phone"),
    "10,000 characters of name": ({"name": "ا" * 10_000}, "intake-name"),
    "10,000 characters of text": ({"text": "ا" * 10_000}, "intake-text"),
    "unknown kind": ({"kind": "wish"}, "intake-kind"),
    "unknown language": ({"language": "xx"}, "intake-language"),
    "unknown channel": ({"channel": "pigeon"}, "intake-channel"),
    "10,000 characters of ID": ({"national_id": "1" * 10_000}, "intake-national_id"),
}


@pytest.mark.parametrize(("changed", "field"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_refused_at_its_field_and_nothing_typed_is_lost(
    trip: SmallTrip, staff: Browser, changed: dict[str, str], field: str
) -> None:
    answer = register(staff, trip, county="مراغه", **changed)
    assert answer.status_code == 422
    assert "data-error-summary" in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert 'value="مراغه"' in answer.text
    assert (count(Demand), count(Person)) == (0, 0)


def test_a_trip_that_is_not_live_takes_nobody(sign_in: Join, trip: SmallTrip) -> None:
    planned = make_small_trip("planned", phase="preparation")
    answer = register(sign_in("staff", trip_id=planned.id), planned)
    assert answer.status_code == 409
    assert "نمی‌پذیرد" in answer.text


def test_the_form_of_another_trip_does_not_exist(trip: SmallTrip, staff: Browser) -> None:
    other = make_small_trip("other")
    assert staff.get(f"/trips/{other.id}/intake").status_code == 404
    assert register(staff, other).status_code == 404


def test_a_confirmation_of_another_trips_demand_is_not_shown(trip: SmallTrip, staff: Browser) -> None:
    register(staff, trip)
    other = make_small_trip("other")
    answer = staff.get(f"/trips/{trip.id}/intake?done=999999")
    assert answer.status_code == 404
    assert staff.get(f"/trips/{other.id}/intake?done={newest().id}").status_code == 404


@pytest.mark.parametrize("role", ["inspector", "official", "board"])
def test_who_may_not_register_sees_no_form(trip: SmallTrip, sign_in: Join, role: str) -> None:
    browser = sign_in(role, trip_id=trip.id)
    assert browser.get(f"/trips/{trip.id}/intake").status_code == 403
    assert register(browser, trip).status_code == 403


def test_topics_can_be_found_by_their_synonyms(trip: SmallTrip, staff: Browser) -> None:
    assert "data-words=" in staff.get(f"/trips/{trip.id}/intake").text


def test_markup_in_a_name_stays_text(trip: SmallTrip, staff: Browser) -> None:
    register(staff, trip, name="<script>alert(1)</script>")
    page = staff.get(f"/trips/{trip.id}/demands/{newest().id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_form_speaks_english_too(trip: SmallTrip, staff: Browser) -> None:
    staff.client.set_cookie("lang", "en")
    answer = register(staff, trip, phone="0912")
    assert "The phone number is too short" in answer.text
