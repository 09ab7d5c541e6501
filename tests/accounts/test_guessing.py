"""Guessing: five attempts a minute for an account, whatever its kind; everybody else still signs in."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits.storage import MemoryStorage

from deskops.accounts import services
from deskops.accounts.actor import SYSTEM, Grant
from deskops.core.config import Settings
from deskops.core.limits import limiter
from deskops.core.unit_of_work import unit_of_work
from tests.accounts.people import (
    installation_journal,
    make_badge,
    make_link,
    make_person,
    sign_in,
    with_limits,
)
from tests.fixtures import ORIGIN, Browser, browser_of

GUESSER, OTHER = "192.0.2.66", "192.0.2.7"


@pytest.fixture
def app(app: Flask, settings: Settings) -> Iterator[Flask]:
    yield with_limits(settings)
    limiter.reset()
    limiter.enabled = False


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    assert isinstance(limiter.storage, MemoryStorage)
    return app.test_client(use_cookies=False)


def post(client: FlaskClient, path: str, address: str, **data: str) -> int:
    answer = client.post(path, data=data, headers={"Origin": ORIGIN}, environ_base={"REMOTE_ADDR": address})
    return answer.status_code


def test_one_account_takes_five_attempts_a_minute(client: FlaskClient) -> None:
    make_person()
    statuses = [sign_in(client, "sara", f"guess {n}", GUESSER).status_code for n in range(12)]
    assert statuses == [401] * 5 + [429] * 7


def test_the_right_password_does_not_get_through_a_closed_gate(client: FlaskClient) -> None:
    make_person()
    for n in range(6):
        sign_in(client, "sara", f"guess {n}", GUESSER)
    refused = sign_in(client, "sara", address=OTHER)
    assert refused.status_code == 429
    assert "یک دقیقه صبر کنید" in refused.text


def test_an_account_is_one_account_however_its_name_is_typed(client: FlaskClient) -> None:
    make_person()
    names = ["sara", "SARA", " sara", "Sara\u200f", "sarA ", "SaRa"]
    assert [sign_in(client, name, "guess", GUESSER).status_code for name in names] == [401] * 5 + [429]


def test_a_name_that_nobody_has_is_throttled_alike(client: FlaskClient) -> None:
    statuses = [sign_in(client, "nobody", f"guess {n}", GUESSER).status_code for n in range(7)]
    assert statuses == [401] * 5 + [429] * 2


def test_others_still_sign_in_while_one_account_is_guessed_at(client: FlaskClient) -> None:
    make_person()
    make_person("reza")
    for n in range(40):
        sign_in(client, "sara", f"guess {n}", GUESSER)
    assert sign_in(client, "reza", address=GUESSER).status_code == 303


def test_one_password_over_many_accounts_is_slowed_down_by_address(client: FlaskClient) -> None:
    user_id = make_person()
    statuses = [sign_in(client, f"user{n}", "spring 1405", GUESSER).status_code for n in range(70)]
    assert (statuses.count(401), statuses.count(429)) == (60, 10)
    assert sign_in(client, address=OTHER).status_code == 303
    # Who sits behind the guesser's address still has two other ways.
    assert post(client, "/sign-in/badge", GUESSER, code=make_badge(user_id)) == 303
    assert post(client, f"/link/{make_link(user_id)}", GUESSER) == 303


def test_a_hall_behind_one_address_signs_in_at_shift_start(client: FlaskClient) -> None:
    badges = [make_badge(make_person(f"staff{n}", None)) for n in range(80)]
    assert {post(client, "/sign-in/badge", OTHER, code=code) for code in badges} == {303}


def test_a_badge_code_takes_five_attempts_a_minute(client: FlaskClient) -> None:
    statuses = [post(client, "/sign-in/badge", GUESSER, code="34AC 79DE FGHJ") for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2


def test_a_link_takes_five_attempts_a_minute(client: FlaskClient) -> None:
    assert [post(client, "/link/guessed", GUESSER) for _ in range(7)] == [410] * 5 + [429] * 2


def test_the_page_of_signing_takes_five_attempts_a_minute(app: Flask) -> None:
    official = official_of(app)
    for path in ("pin", "passkeys"):
        statuses = [official.post(f"/account/signing/{path}", data={}).status_code for _ in range(7)]
        assert statuses == [422] * 5 + [429] * 2


def test_a_passkey_is_asked_thirty_times_a_minute(app: Flask) -> None:
    official, asked = official_of(app), {"purpose": "add"}
    statuses = [official.post("/api/v1/account/passkeys/ask", json=asked).status_code for _ in range(32)]
    assert statuses == [200] * 30 + [429] * 2


def official_of(app: Flask) -> Browser:
    with unit_of_work(SYSTEM) as uow:
        user_id = services.create_user(uow, name="مقام آزمون", grants=[Grant("official")])
        token = services.open_session(uow, user_id, "link", "", 8).token
    return browser_of(app, token, user_id)


def test_guessing_does_not_fill_the_journal(client: FlaskClient) -> None:
    make_person()
    for n in range(30):
        sign_in(client, "sara", f"guess {n}", GUESSER)
    assert len(installation_journal("account.sign_in_refused")) == 5
