"""No mutating route takes a request that another site's page could have made. (reliability.md, row 18)"""

import pytest
from flask import Flask

from tests.fixtures import ORIGIN, Browser, Join
from tests.security.expected_access import EXPECTED
from tests.security.routes import Call, calls, listed
from tests.small_trip import SmallTrip

FOREIGN = {
    "foreign": "https://evil.example",
    "null": "null",
    "missing": None,
    "empty": "",
    "other port": "http://localhost:81",
    "other scheme": "https://localhost",
    "our name as a part": "http://localhost.evil.example",
}


@pytest.fixture
def changing(app: Flask, trip: SmallTrip) -> list[Call]:
    found = [call for call in calls(app, trip) if call.changes and call.endpoint in EXPECTED]
    assert len(found) > 50
    return found


def code(browser: Browser, call: Call, headers: dict[str, str]) -> str:
    """The error's code. Sent as JSON, so that the answer says which refusal it was."""
    answer = browser.client.open(call.path, method=call.method, headers=headers, json={})
    return (
        answer.json["error"]["code"] if answer.is_json and "error" in answer.json else str(answer.status_code)
    )


def refused_as_foreign(browser: Browser, changing: list[Call], headers: dict[str, str]) -> list[str]:
    return [f"{call}: {got}" for call in changing if (got := code(browser, call, headers)) != "bad_origin"]


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_origin_is_refused_even_with_the_right_token(
    changing: list[Call], sign_in: Join, origin: str
) -> None:
    browser = sign_in("administrator")
    headers = {**browser.headers, "Origin": FOREIGN[origin]}
    if FOREIGN[origin] is None:
        del headers["Origin"]
    wrong = refused_as_foreign(browser, changing, headers)
    assert not wrong, listed(wrong)


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_origin_is_refused_without_a_session_too(
    changing: list[Call], anonymous: Browser, origin: str
) -> None:
    headers = {} if FOREIGN[origin] is None else {"Origin": FOREIGN[origin]}
    wrong = refused_as_foreign(anonymous, changing, headers)
    assert not wrong, listed(wrong)


@pytest.mark.parametrize("token", [None, "", "0" * 64, "of another session"])
def test_a_session_needs_its_own_token(changing: list[Call], sign_in: Join, token: str | None) -> None:
    browser, other = sign_in("administrator"), sign_in("administrator")
    headers = {"Origin": ORIGIN}
    if token is not None:
        headers["X-CSRF-Token"] = other.headers["X-CSRF-Token"] if token.startswith("of") else token
    wrong = refused_as_foreign(browser, changing, headers)
    assert not wrong, listed(wrong)


def test_the_token_may_come_as_a_form_field(sign_in: Join) -> None:
    browser = sign_in("administrator")
    fields = {"name": "مینا", "csrf_token": browser.headers["X-CSRF-Token"]}
    assert browser.client.post("/users/new", data=fields, headers={"Origin": ORIGIN}).status_code == 303
    assert (
        browser.client.post("/users/new", data={"name": "مینا"}, headers={"Origin": ORIGIN}).status_code
        == 403
    )


def test_reading_never_changes_anything(app: Flask, trip: SmallTrip) -> None:
    """No route takes GET beside a changing method under one view, where a link could do what a form does."""
    both = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    ]
    assert both == []


def test_a_bearer_token_needs_no_origin(trip: SmallTrip, integration: Browser) -> None:
    path = f"/api/v1/trips/{trip.id}/demands"
    answer = integration.post(path, json={}, headers={"Origin": "https://evil.example"})
    assert answer.json["error"]["code"] == "invalid"


def test_the_public_address_and_named_origins_are_ours(app: Flask, sign_in: Join) -> None:
    browser = sign_in("administrator")
    headers = {**browser.headers, "Origin": "https://desks.example"}
    answer = browser.client.post("/users/new", data={"name": "مینا"}, headers=headers)
    assert answer.status_code == 303
