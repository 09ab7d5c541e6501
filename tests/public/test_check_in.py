"""Self check-in at a desk's sign: a number in the hand, or a clear word on where to go."""

import re
from dataclasses import replace

import pytest

from deskops.app import create_app
from deskops.core.config import Settings
from tests.fixtures import Browser, Join
from tests.live.screens import act
from tests.public.acts import check_in, demands, sign_of, tickets
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def open_desk(trip: SmallTrip, integration: Browser) -> None:
    act(integration, trip, f"/places/{trip.places['a'][0]}/open")


def close(trip: SmallTrip, sign_in: Join, name: str) -> None:
    coordinator = sign_in("coordinator", trip_id=trip.id)
    closed = coordinator.post(
        f"/trips/{trip.id}/wall/desks/{trip.desks[name]}/state", data={"state": "closed"}
    )
    assert closed.status_code == 303


def test_the_sign_asks_for_the_topic_with_the_desks_own_first(trip: SmallTrip, anonymous: Browser) -> None:
    page = anonymous.get(f"/c/{sign_of(trip)}").text
    offered = [int(topic) for topic in re.findall(r'name="topic_id" value="(\d+)"', page)]
    assert set(offered[:2]) == {trip.topics["loan"], trip.topics["work"]}
    assert set(offered) == set(trip.topics.values())
    assert 'name="phone"' in page


def test_a_press_gives_a_number_a_desk_and_a_wait(
    trip: SmallTrip, anonymous: Browser, open_desk: None
) -> None:
    answer = check_in(anonymous, trip, phone="۰۹۱۲ ۳۴۵ ۶۷۸۹", language="az")
    assert answer.status_code == 303
    page = anonymous.get(answer.location).text
    assert "نوبت شما ثبت شد" in page
    assert '<bdi class="big-number__value" dir="ltr">۱</bdi>' in page
    assert "میز <b><bdi>۱</bdi></b>" in page
    made, demand = tickets()[0], demands()[0]
    assert (made.desk_id, made.location, made.language) == (trip.desks["a"], trip.sites["one"], "az")
    assert (demand.channel, demand.registered_by, demand.state) == ("walk_in", None, "registered")


def test_who_checks_in_appears_at_the_desk_at_once(
    trip: SmallTrip, anonymous: Browser, integration: Browser, open_desk: None
) -> None:
    check_in(anonymous, trip)
    called = act(integration, trip, f"/places/{trip.places['a'][0]}/next")["ticket"]
    assert called["id"] == tickets()[0].id


def test_a_topic_of_a_neighbour_leads_to_the_neighbour(
    trip: SmallTrip, anonymous: Browser, integration: Browser, open_desk: None
) -> None:
    act(integration, trip, f"/places/{trip.places['hall'][0]}/open")
    answer = check_in(anonymous, trip, topic_id=trip.topics["housing"])
    assert "میز <b><bdi>۳</bdi></b>" in anonymous.get(answer.location).text
    assert tickets()[0].desk_id == trip.desks["hall"]


def test_without_a_phone_one_gets_a_number_too(trip: SmallTrip, anonymous: Browser, open_desk: None) -> None:
    assert check_in(anonymous, trip, phone="").status_code == 303


def test_half_a_phone_number_is_refused_and_the_choice_is_kept(
    trip: SmallTrip, anonymous: Browser, open_desk: None
) -> None:
    answer = check_in(anonymous, trip, phone="0912345", language="ku")
    assert answer.status_code == 422
    assert "۰۹" in answer.text and 'href="#phone"' in answer.text
    assert 'value="0912345"' in answer.text
    assert re.search(rf'value="{trip.topics["loan"]}" checked', answer.text)
    assert re.search(r'value="ku" selected', answer.text)
    assert tickets() == []


@pytest.mark.parametrize("topic", ["", "abc", "99999"])
def test_a_topic_that_does_not_exist_is_refused(
    trip: SmallTrip, anonymous: Browser, open_desk: None, topic: str
) -> None:
    assert check_in(anonymous, trip, topic_id=topic).status_code == 422
    assert tickets() == []


def test_a_second_press_leads_to_the_same_turn(trip: SmallTrip, anonymous: Browser, open_desk: None) -> None:
    page = anonymous.get(f"/c/{sign_of(trip)}").text
    key = re.search(r'name="idempotency_key" value="(\w{20,})"', page)
    assert key is not None
    answers = [check_in(anonymous, trip, phone="09123456789", idempotency_key=key[1]) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert len(tickets()) == 1


def test_two_visitors_get_different_keys(trip: SmallTrip, anonymous: Browser) -> None:
    answers = [anonymous.get(f"/c/{sign_of(trip)}") for _ in range(2)]
    assert len({re.search(r'idempotency_key" value="(\w+)"', answer.text)[1] for answer in answers}) == 2
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_a_closed_desk_names_the_open_ones_around(trip: SmallTrip, anonymous: Browser, sign_in: Join) -> None:
    close(trip, sign_in, "a")
    page = anonymous.get(f"/c/{sign_of(trip)}")
    assert page.status_code == 409
    assert "این میز اکنون کسی را نمی‌پذیرد" in page.text
    assert "میز 3" in page.text and "میز 2" not in page.text  # the hall is here, desk B at another site


def test_a_desk_that_closes_while_one_types_takes_nobody(
    trip: SmallTrip, anonymous: Browser, sign_in: Join
) -> None:
    close(trip, sign_in, "a")
    answer = check_in(anonymous, trip)
    assert answer.status_code == 409
    assert "این میز اکنون کسی را نمی‌پذیرد" in answer.text
    assert tickets() == []


def test_a_desk_of_phones_has_no_check_in(trip: SmallTrip, anonymous: Browser) -> None:
    assert anonymous.get(f"/c/{sign_of(trip, 'hq')}").status_code == 409
    assert check_in(anonymous, trip, "hq").status_code == 409


@pytest.mark.parametrize(
    ("phase", "words"),
    [("preparation", "هنوز باز نشده‌اند"), ("follow_up", "پایان یافته"), ("closed", "پایان یافته")],
)
def test_a_trip_that_is_not_live_says_so(anonymous: Browser, phase: str, words: str) -> None:
    trip = make_small_trip("other", phase=phase)
    page = anonymous.get(f"/c/{sign_of(trip)}")
    assert page.status_code == 409 and words in page.text
    assert check_in(anonymous, trip).status_code == 409
    assert tickets() == []


def test_an_unknown_sign_says_what_to_do(anonymous: Browser) -> None:
    tried = [anonymous.get("/c/nosuchsign"), anonymous.get("/c/میز")]
    for answer in (*tried, anonymous.post("/c/nosuchsign", data={"topic_id": "1"})):
        assert answer.status_code == 404
        assert "رمزینه روی تابلوی میز را دوباره بخوانید" in answer.text


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_another_sites_page_cannot_register_anybody(
    trip: SmallTrip, anonymous: Browser, open_desk: None, origin: str
) -> None:
    data = {"topic_id": trip.topics["loan"]}
    answer = anonymous.post(f"/c/{sign_of(trip)}", data=data, headers={"Origin": origin})
    assert answer.status_code == 403
    assert tickets() == []


def test_staff_who_try_the_sign_on_their_own_phone_get_a_number(
    trip: SmallTrip, sign_in: Join, open_desk: None
) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    page = staff.get(f"/c/{sign_of(trip)}").text
    token = re.search(r'name="csrf_token" value="(\w+)"', page)
    assert token is not None
    bare = Browser(staff.client, None, {"Origin": "http://localhost"})
    assert check_in(bare, trip, csrf_token=token[1]).status_code == 303
    assert demands()[0].registered_by is None


def test_the_journal_knows_that_nobody_signed_in_registered(
    trip: SmallTrip, anonymous: Browser, integration: Browser, sign_in: Join, open_desk: None
) -> None:
    check_in(anonymous, trip, phone="09123456789")
    coordinator = sign_in("coordinator", trip_id=trip.id)
    query = {"audience": f"trip:{trip.id}:coordination", "after": 0}
    events = coordinator.get(f"/api/v1/trips/{trip.id}/journal", query_string=query).json["events"]
    assert events[-1]["kind"] == "demand.registered"
    assert "09123456789" not in str(events)


@pytest.fixture
def guarded(settings: Settings) -> Browser:
    app = create_app(replace(settings, limits_enabled=True))
    return Browser(app.test_client(), None, {"Origin": "http://localhost"})


def test_one_phone_number_takes_three_turns_an_hour(guarded: Browser) -> None:
    trip = make_small_trip()
    phones = ["09123456789", "۰۹۱۲۳۴۵۶۷۸۹", "0912 345 6789", "+989123456789", "09120000000"]
    assert [check_in(guarded, trip, phone=phone).status_code for phone in phones] == [303, 303, 303, 429, 303]


def test_a_sign_cannot_be_flooded(guarded: Browser) -> None:
    trip = make_small_trip()
    statuses = [check_in(guarded, trip).status_code for _ in range(40)]
    assert statuses[:20] == [303] * 20
    assert set(statuses[20:]) == {429}
    assert len(tickets()) == 20
