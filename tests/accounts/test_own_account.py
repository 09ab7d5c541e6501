"""One's own account: password, sessions, and language."""

import pytest
from flask import Flask

from deskops.accounts.passwords import MINIMUM_LENGTH
from tests.accounts.people import (
    PASSWORD,
    installation_journal,
    make_link,
    make_person,
    secret_of,
    sign_in,
    signed_in,
)
from tests.fixtures import ORIGIN, Browser, browser_of

NEW = "نه گذرواژه کوتاه 9"


@pytest.fixture
def sara(app: Flask) -> Browser:
    user_id = make_person()
    return browser_of(app, secret_of(sign_in(app.test_client())), user_id)


def change(browser: Browser, present: str = PASSWORD, password: str = NEW, again: str = NEW):
    return browser.post("/account/password", data={"present": present, "password": password, "again": again})


def test_a_changed_password_is_the_only_one(app: Flask, sara: Browser) -> None:
    assert change(sara).status_code == 303
    assert sign_in(app.test_client(), password=PASSWORD).status_code == 401
    assert sign_in(app.test_client(), password=NEW).status_code == 303
    assert installation_journal("account.password_changed") == [{"user_id": sara.user_id}]


def test_a_changed_password_ends_the_other_sessions_and_not_this_one(app: Flask, sara: Browser) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere)
    change(sara)
    assert not signed_in(elsewhere)
    assert signed_in(sara.client)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"present": "wrong"}, "گذرواژه کنونی شما این نیست"),
        ({"present": ""}, "گذرواژه کنونی شما این نیست"),
        ({"again": "something else"}, "یکسان نیستند"),
        ({"password": "short", "again": "short"}, "دست‌کم ۱۰ نویسه"),
        ({"password": "x" * 201, "again": "x" * 201}, "حداکثر ۲۰۰ نویسه"),
        ({"password": "", "again": ""}, "این کادر باید پر شود"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_and_changes_nothing(
    app: Flask, sara: Browser, fields: dict[str, str], words: str
) -> None:
    answer = change(sara, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert sign_in(app.test_client()).status_code == 303


def test_the_shortest_password_is_accepted(sara: Browser) -> None:
    shortest = "x" * MINIMUM_LENGTH
    assert change(sara, password=shortest, again=shortest).status_code == 303


def test_who_came_by_link_sets_a_new_password_without_the_lost_one(app: Flask) -> None:
    user_id = make_person()
    client = app.test_client()
    secret = secret_of(client.post(f"/link/{make_link(user_id)}", headers={"Origin": ORIGIN}))
    assert change(browser_of(app, secret, user_id), present="").status_code == 303
    assert sign_in(app.test_client(), password=NEW).status_code == 303


def test_other_sessions_are_ended_on_wish(app: Flask, sara: Browser) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere)
    assert sara.get("/account").text.count("data-label=") == 6
    assert sara.post("/account/sessions/end").status_code == 303
    assert not signed_in(elsewhere)
    assert signed_in(sara.client)
    assert installation_journal("account.sessions_ended") == [{"number": 1, "user_id": sara.user_id}]


def test_a_token_has_no_account_page(app: Flask, integration: Browser) -> None:
    assert integration.get("/account").status_code == 403
    assert integration.post("/account/password", data={"password": NEW, "again": NEW}).status_code == 403


@pytest.mark.parametrize(("language", "word"), [("fa", "نام کاربری"), ("en", "User name")])
def test_everybody_chooses_a_language(anonymous: Browser, language: str, word: str) -> None:
    answer = anonymous.post("/language", data={"lang": language, "next": "/sign-in?by=password"})
    assert answer.status_code == 303
    assert word in anonymous.get("/sign-in").text
    assert f'lang="{language}"' in anonymous.get("/sign-in").text


def test_an_unknown_language_changes_nothing(anonymous: Browser) -> None:
    answer = anonymous.post("/language", data={"lang": "xx", "next": "/healthz"})
    assert "Set-Cookie" not in answer.headers
    assert answer.location == "/healthz"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/sign-out", "/no/such/page", "", "\x00/"],
)
def test_switching_the_language_leads_nowhere_else(anonymous: Browser, target: str) -> None:
    answer = anonymous.post("/language", data={"lang": "en", "next": target})
    assert answer.location == "/"


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example"]
)
def test_signing_in_leads_nowhere_else(app: Flask, target: str) -> None:
    make_person()
    assert sign_in(app.test_client(), next=target).location == "/"
    page = app.test_client().get("/sign-in", query_string={"next": target}).text
    assert '<form class="form" method="post" action="/sign-in">' in page
    assert page.count('name="next" value="/"') == 1
