"""Asking by the tracking code: however it is typed, without telling anything of the person."""

import re
from dataclasses import replace
from typing import Any

import pytest

from deskops.accounts.actor import PUBLIC
from deskops.app import create_app
from deskops.core.codes import group_code, new_tracking_code
from deskops.core.config import Settings
from deskops.core.text import persian_digits
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.services.intake import Registration
from deskops.demands.services.intake import register as take_in
from tests.control.asked import asked
from tests.fixtures import Browser
from tests.live.screens import act
from tests.public.acts import register
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def code(trip: SmallTrip, integration: Browser) -> str:
    return str(register(integration, trip)["demand"]["code"])


def shape(page: str) -> list[str]:
    """The elements of a page, without its words."""
    return re.findall(r"</?([a-z0-9]+)", page)


def wrong_digit(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code,
        group_code,
        persian_digits,
        lambda code: persian_digits(group_code(code).replace("-", " ")),
        lambda code: f"کد رهگیری: {persian_digits(code)}",
        lambda code: f" {code[:5]} {code[5:]} ",
    ],
)
def test_a_code_is_understood_however_it_is_typed(anonymous: Browser, code: str, typed: Any) -> None:
    sent = anonymous.get("/t", query_string={"code": typed(code)})
    assert (sent.status_code, sent.location) == (302, f"/t/{code}")
    assert anonymous.get(f"/t/{typed(code)}").status_code == 200


def test_the_bare_code_shows_the_state_and_nothing_else(
    trip: SmallTrip, integration: Browser, anonymous: Browser
) -> None:
    person = {"name": "مهران پنهان‌نام", "phone": "09123456789", "text": "رازی"}
    code = register(integration, trip, **person)["demand"]["code"]
    page = anonymous.get(f"/t/{code}").text
    assert "ثبت شد" in page
    for hidden in (*person.values(), "موضوع 0", "میز 1", "سفر آزمون"):
        assert hidden not in page


def test_the_state_follows_the_demand(trip: SmallTrip, integration: Browser, anonymous: Browser) -> None:
    place = trip.places["a"][0]
    act(integration, trip, f"/places/{place}/open")
    made = register(integration, trip)
    act(integration, trip, f"/places/{place}/next")
    act(integration, trip, f"/tickets/{made['ticket']['id']}/serve")
    act(integration, trip, f"/tickets/{made['ticket']['id']}/finish", outcome="to_follow_up")
    assert "در دست پیگیری" in anonymous.get(f"/t/{made['demand']['code']}").text


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("12345", "۱۳ رقم دارد؛ شما ۵"),
        ("سلام", "شما ۰ رقم"),
        ("12345a7890123", "تنها رقم"),
        ("9" * 300, "۱۳ رقم"),
    ],
)
def test_what_cannot_be_a_code_is_explained(anonymous: Browser, typed: str, advice: str) -> None:
    for answer in (anonymous.get("/t", query_string={"code": typed}), anonymous.get(f"/t/{typed}")):
        assert answer.status_code == 404
        assert advice in answer.text
        assert 'name="code"' in answer.text


def test_a_wrong_digit_is_told_apart_from_nothing_by_its_words_alone(anonymous: Browser, code: str) -> None:
    unknown = new_tracking_code()
    answers = [anonymous.get(f"/t/{typed}") for typed in (unknown, wrong_digit(code), "12345", "x" * 13)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({tuple(shape(answer.text)) for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.keys())) for answer in answers}) == 1
    assert "یکی از رقم‌ها درست نیست" in answers[1].text


def test_what_was_typed_stands_in_the_field_and_not_as_markup(anonymous: Browser) -> None:
    page = anonymous.get("/t", query_string={"code": '12"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page
    assert 'value="12&#34;&gt;' in page


def test_a_known_and_an_unknown_code_cost_one_query_each(anonymous: Browser, code: str) -> None:
    counts = []
    for typed in (code, new_tracking_code()):
        with asked() as heard:
            anonymous.get(f"/t/{typed}")
        counts.append(len(heard))
    assert counts == [1, 1]


@pytest.fixture
def guarded(settings: Settings) -> Browser:
    """A citizen of an installation whose limits are on."""
    app = create_app(replace(settings, limits_enabled=True))
    return Browser(app.test_client(), None, {"Origin": "http://localhost"})


def test_two_hundred_guesses_find_nothing_and_are_slowed_down(guarded: Browser) -> None:
    make_small_trip()
    answers = [guarded.get(f"/t/{new_tracking_code()}") for _ in range(200)]
    assert [answer.status_code for answer in answers[:20]] == [404] * 20
    assert {answer.status_code for answer in answers[20:]} == {429}
    assert "تلاش" in answers[-1].text
    assert not answers[-1].headers.getlist("Set-Cookie")


def test_guesses_from_many_addresses_are_bounded_together(guarded: Browser) -> None:
    statuses = []
    for number in range(700):
        address = f"10.0.{number // 200}.{number % 200 + 1}"
        answer = guarded.client.get(f"/t/{new_tracking_code()}", environ_base={"REMOTE_ADDR": address})
        statuses.append(answer.status_code)
    assert statuses.count(404) == 600
    assert statuses[-1] == 429


def test_who_has_a_code_may_look_as_often_as_they_like(guarded: Browser) -> None:
    trip = make_small_trip()
    with unit_of_work(PUBLIC) as uow:
        wanted = Registration(trip.topics["loan"], "walk_in", trip.sites["one"])
        code = take_in(uow, PUBLIC, trip.id, wanted).code
    assert {guarded.get(f"/t/{code}").status_code for _ in range(60)} == {200}
