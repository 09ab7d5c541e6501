"""Signing in by password, badge and link, and signing out."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from deskops.accounts import passwords
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.models import ApiToken, Badge, LoginLink, LoginSession
from deskops.accounts.services import managing
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from tests.accounts.people import (
    PASSWORD,
    installation_journal,
    make_badge,
    make_link,
    make_person,
    secret_of,
    sign_in,
    signed_in,
)
from tests.fixtures import ORIGIN, Browser, Join
from tests.small_trip import SmallTrip

FROM_HERE = {"Origin": ORIGIN}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_name_and_password_open_a_session(client: FlaskClient) -> None:
    make_person()
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/")
    assert signed_in(client)
    assert installation_journal("account.signed_in")[-1]["method"] == "password"


@pytest.mark.parametrize("typed", ["SARA", " sara ", "Sara\u200f"])
def test_a_user_name_is_known_however_it_is_typed(client: FlaskClient, typed: str) -> None:
    make_person()
    assert sign_in(client, typed).status_code == 303


@pytest.mark.parametrize(
    ("username", "password"),
    [("sara", "wrong password"), ("sara", PASSWORD + " "), ("nobody", PASSWORD), ("sara\x00", "x\x00y")],
)
def test_a_wrong_pair_is_refused_without_saying_which_half(
    client: FlaskClient, username: str, password: str
) -> None:
    make_person()
    answer = sign_in(client, username, password)
    assert answer.status_code == 401
    assert "با هیچ حسابی جور نیست" in answer.text
    assert not secret_of(answer)
    assert password not in answer.text


def test_a_refused_attempt_is_counted_with_the_account_that_was_tried(client: FlaskClient) -> None:
    user_id = make_person()
    sign_in(client, "sara", "wrong password")
    sign_in(client, "nobody", "wrong password")
    assert installation_journal("account.sign_in_refused") == [
        {"method": "password", "user_id": user_id},
        {"method": "password", "user_id": None},
    ]


def test_what_was_typed_stays_in_the_form_and_the_password_does_not(client: FlaskClient) -> None:
    answer = sign_in(client, "sa<b>ra", "hidden secret")
    assert 'value="sa&lt;b&gt;ra"' in answer.text
    assert "hidden secret" not in answer.text


@pytest.mark.parametrize("fields", [{"username": "", "password": ""}, {"username": "sara"}])
def test_an_empty_form_says_what_is_needed(client: FlaskClient, fields: dict[str, str]) -> None:
    answer = client.post("/sign-in", data=fields, headers=FROM_HERE)
    assert answer.status_code == 422
    assert "این کادر باید پر شود" in answer.text


def test_a_user_without_a_password_cannot_sign_in_by_one(client: FlaskClient) -> None:
    make_person("link-only", None)
    assert sign_in(client, "link-only", "").status_code == 422
    assert sign_in(client, "link-only", "anything else").status_code == 401


def test_a_closed_account_looks_like_no_account(client: FlaskClient) -> None:
    make_person("other")
    user_id = make_person()
    with unit_of_work(SYSTEM) as uow:
        managing.disable_user(uow, user_id)
    assert sign_in(client).status_code == 401


def test_a_password_changed_while_it_is_checked_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = make_person()
    hashed = passwords.hash_password("another password")
    checked = passwords.matches

    def meanwhile(stored: str | None, password: str) -> bool:
        with unit_of_work(SYSTEM) as uow:
            managing.user_of(uow, user_id).password_hash = hashed
        return checked(stored, password)

    monkeypatch.setattr(passwords, "matches", meanwhile)
    assert sign_in(client).status_code == 401


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code,
        str.lower,
        lambda code: f"{code[:4]}-{code[4:8]} {code[8:]}",
        lambda code: f" {code}\n",
    ],
)
def test_a_badge_code_is_known_however_it_is_typed_or_scanned(client: FlaskClient, typed) -> None:
    code = make_badge(make_person())
    answer = client.post("/sign-in/badge", data={"code": typed(code)}, headers=FROM_HERE)
    assert answer.status_code == 303
    assert signed_in(client)


def test_a_scanner_on_a_persian_keyboard_still_signs_in(client: FlaskClient) -> None:
    code = make_badge(make_person())
    persian = str.maketrans("acdefghjkmnpqrtuvwxy", "شزیثبلاتنئدحضقفعرصطغ")
    typed = code.lower().translate(persian)
    assert client.post("/sign-in/badge", data={"code": typed}, headers=FROM_HERE).status_code == 303


def test_a_new_badge_code_makes_the_old_one_worthless(client: FlaskClient) -> None:
    user_id = make_person()
    old, new = make_badge(user_id), make_badge(user_id)
    assert client.post("/sign-in/badge", data={"code": old}, headers=FROM_HERE).status_code == 401
    assert client.post("/sign-in/badge", data={"code": new}, headers=FROM_HERE).status_code == 303


def test_opening_a_link_does_not_spend_it(client: FlaskClient) -> None:
    token = make_link(make_person())
    for _ in range(3):
        page = client.get(f"/link/{token}")
        assert page.status_code == 200
        assert "سارا نمونه" in page.text
    assert not signed_in(client)


def test_a_link_signs_in_once(client: FlaskClient, app: Flask) -> None:
    token = make_link(make_person())
    assert client.post(f"/link/{token}", headers=FROM_HERE).status_code == 303
    assert signed_in(client)
    second = app.test_client()
    assert second.get(f"/link/{token}").status_code == 410
    refused = second.post(f"/link/{token}", headers=FROM_HERE)
    assert refused.status_code == 410
    assert "پیوند تازه بگیرید" in refused.text
    assert not secret_of(refused)


def test_a_link_ends_after_an_hour(client: FlaskClient) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    token = make_link(make_person())
    clock.advance(minutes=59)
    assert client.get(f"/link/{token}").status_code == 200
    clock.advance(minutes=2)
    assert client.post(f"/link/{token}", headers=FROM_HERE).status_code == 410


def test_who_has_no_password_yet_is_led_to_set_one_after_a_link(client: FlaskClient) -> None:
    token = make_link(make_person("first", None))
    answer = client.post(f"/link/{token}", headers=FROM_HERE, follow_redirects=True)
    assert answer.request.path == "/account"
    assert "تعیین گذرواژه" in answer.text


def test_a_session_ends_by_itself(client: FlaskClient) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    make_person()
    sign_in(client)
    clock.advance(hours=15)
    from deskops.accounts.access import forget_recognised

    forget_recognised()
    assert client.get("/account").status_code == 302


def test_the_database_holds_no_secret_that_signs_in(
    client: FlaskClient, trip: SmallTrip, integration: Browser
) -> None:
    user_id = make_person()
    secret = secret_of(sign_in(client))
    code, link = make_badge(user_id), make_link(user_id)
    with runtime.current().database.reading() as session:
        stored = " ".join(
            [row.token_hash for model in (LoginSession, LoginLink, ApiToken) for row in session.query(model)]
            + [row.code_hash for row in session.query(Badge)]
        )
    token = integration.headers["Authorization"].removeprefix("Bearer ")
    assert not [value for value in (secret, code, link, token) if value in stored]


def test_a_badge_hash_needs_the_key_that_is_not_in_the_database() -> None:
    assert passwords.badge_hash("key one", "ABCD") != passwords.badge_hash("key two", "ABCD")


def test_signing_out_ends_the_session_in_the_database(client: FlaskClient, sign_in: Join) -> None:
    browser = sign_in("administrator")
    assert browser.post("/sign-out").status_code == 303
    with runtime.current().database.reading() as session:
        row = session.query(LoginSession).filter_by(user_id=browser.user_id).one()
    assert row.revoked_at is not None
    assert installation_journal("account.signed_out") == [{"user_id": browser.user_id}]


def test_who_is_signed_in_already_goes_on_from_the_sign_in_page(sign_in: Join) -> None:
    answer = sign_in("administrator").get("/sign-in?next=/users")
    assert answer.location == "/users"


def test_after_signing_in_the_page_that_was_asked_for_opens(client: FlaskClient) -> None:
    make_person("sara", PASSWORD, Grant("administrator"))
    asked = client.get("/users?q=x")
    assert asked.location == "/sign-in?next=/users%3Fq%3Dx"
    assert sign_in(client, next="/users?q=x").location == "/users?q=x"
