"""Fixation, sign-out, change of role, and the flags of the cookie. (reliability.md, rows 19 and 20)"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from deskops.accounts import services
from deskops.accounts.access import cookie_name, forget_recognised
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.services import managing
from deskops.app import create_app
from deskops.core import runtime
from deskops.core.config import Settings
from deskops.core.unit_of_work import unit_of_work
from tests.accounts.people import make_person, secret_of, sign_in, signed_in
from tests.fixtures import ORIGIN, Browser, Join, browser_of
from tests.small_trip import SmallTrip


def cookie_line(response) -> str:
    return next(line for line in response.headers.getlist("Set-Cookie") if line.startswith(cookie_name()))


def test_a_cookie_that_somebody_planted_is_never_taken_over(app: Flask) -> None:
    make_person()
    client = app.test_client()
    client.set_cookie(cookie_name(), "planted-by-somebody-else")
    secret = secret_of(sign_in(client))
    assert secret
    assert secret != "planted-by-somebody-else"
    thief = app.test_client()
    thief.set_cookie(cookie_name(), "planted-by-somebody-else")
    assert not signed_in(thief)


def test_each_sign_in_has_a_secret_of_its_own(app: Flask) -> None:
    make_person()
    assert len({secret_of(sign_in(app.test_client())) for _ in range(3)}) == 3


def test_signing_in_again_ends_the_session_that_the_browser_had(app: Flask) -> None:
    """Whoever knew the old secret, by planting it or by reading it, is out."""
    user_id = make_person()
    old = secret_of(sign_in(app.test_client()))
    browser = browser_of(app, old, user_id)
    fields = {"username": "sara", "password": "چهار اسب در باران 4"}
    new = secret_of(browser.post("/sign-in", data=fields))
    assert new not in {"", old}
    assert not signed_in(browser_of(app, old, user_id).client)
    assert signed_in(browser_of(app, new, user_id).client)


def test_after_signing_out_the_old_cookie_opens_nothing(app: Flask, sign_in: Join) -> None:
    browser = sign_in("administrator")
    secret = browser.client.get_cookie(cookie_name()).value
    answer = browser.post("/sign-out")
    assert "Max-Age=0" in cookie_line(answer)
    assert not signed_in(browser_of(app, secret, browser.user_id).client)


def test_a_change_of_roles_ends_the_session(app: Flask, trip: SmallTrip, sign_in: Join) -> None:
    browser = sign_in("staff", trip_id=trip.id)
    with unit_of_work(SYSTEM) as uow:
        managing.add_grant(uow, browser.user_id, Grant("inspector", trip.id))
    forget_recognised()
    assert not signed_in(browser.client)


def test_a_revoked_session_is_known_to_another_process_within_two_seconds(
    app: Flask, sign_in: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this process remembers of it runs out by itself; nobody tells it."""
    browser = sign_in("administrator")
    assert signed_in(browser.client)
    with unit_of_work(SYSTEM) as uow:
        services.end_sessions(uow, browser.user_id)
    from deskops.accounts import access

    now = access.time.monotonic()
    monkeypatch.setattr(access.time, "monotonic", lambda: now + 2.1)
    assert not signed_in(browser.client)


def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(app: Flask) -> None:
    make_person()
    line = cookie_line(sign_in(app.test_client()))
    assert line.startswith("deskops=")
    for flag in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=50400"):
        assert flag in line
    assert "Domain" not in line


@pytest.fixture
def tls_app(settings: Settings) -> Iterator[Flask]:
    yield create_app(replace(settings, secure_cookies=True))
    runtime.current().database.dispose()


def test_under_tls_the_cookie_is_bound_to_this_host(tls_app: Flask) -> None:
    make_person()
    client = tls_app.test_client()
    fields = {"username": "sara", "password": "چهار اسب در باران 4"}
    origin = {"Origin": "https://localhost"}
    answer = client.post("/sign-in", base_url="https://localhost", data=fields, headers=origin)
    line = cookie_line(answer)
    assert line.startswith("__Host-deskops=")
    for flag in ("Secure", "HttpOnly", "Path=/"):
        assert flag in line
    assert "Domain" not in line
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    switched = tls_app.test_client().post(
        "/language", base_url="https://localhost", data={"lang": "en"}, headers=origin
    )
    assert "Secure" in switched.headers["Set-Cookie"]


def test_a_session_of_a_closed_account_is_over(app: Flask, sign_in: Join) -> None:
    browser = sign_in("administrator")
    sign_in("administrator")
    with unit_of_work(SYSTEM) as uow:
        managing.disable_user(uow, browser.user_id)
    forget_recognised()
    assert not signed_in(browser.client)


def test_a_session_secret_is_no_token_and_a_token_no_session(
    app: Flask, trip: SmallTrip, integration: Browser, sign_in: Join
) -> None:
    token = integration.headers["Authorization"].removeprefix("Bearer ")
    assert not signed_in(browser_of(app, token, 0).client)
    secret = sign_in("administrator").client.get_cookie(cookie_name()).value
    headers = {"Authorization": f"Bearer {secret}", "Origin": ORIGIN}
    assert app.test_client().get("/users", headers=headers).status_code == 302
