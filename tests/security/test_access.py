"""Every route × method × role, from the URL map. (reliability.md, row 14)"""

import pytest
from flask import Flask

from deskops.accounts.access import declared_access
from deskops.accounts.permissions import ROLES
from tests.fixtures import ORIGIN, Browser, Join
from tests.security.expected_access import EXPECTED
from tests.security.routes import Call, calls, listed
from tests.small_trip import SmallTrip, make_small_trip

BODY: dict[str, dict[str, str]] = {"data": {}}


@pytest.fixture
def every_call(app: Flask, trip: SmallTrip) -> list[Call]:
    return [call for call in calls(app, trip) if call.endpoint in EXPECTED]


def ask(browser: Browser, call: Call) -> int:
    kwargs = {} if call.method == "GET" else BODY
    return browser.client.open(call.path, method=call.method, headers=browser.headers, **kwargs).status_code


def test_every_route_is_declared_and_expected(app: Flask) -> None:
    wrong = []
    for endpoint, view in sorted(app.view_functions.items()):
        declared = declared_access(view)
        if declared is None:
            wrong.append(f"{endpoint} declares nothing: put @access or @public_page beside it")
        elif endpoint not in EXPECTED:
            wrong.append(
                f"{endpoint} ({declared.action or 'public'}): enter it in tests/security/expected_access.py"
            )
        elif declared.action != EXPECTED[endpoint]:
            wrong.append(f"{endpoint} declares {declared.action}, expected is {EXPECTED[endpoint]}")
    assert not wrong, listed(wrong)


def test_no_expected_route_is_gone(app: Flask) -> None:
    gone = sorted(EXPECTED.keys() - app.view_functions.keys())
    assert not gone, listed(gone)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_what_the_matrix_opens_and_nothing_else(
    app: Flask, trip: SmallTrip, every_call: list[Call], sign_in: Join, role: str
) -> None:
    """With the views replaced, so that only the registry answers, and nothing that one call does disturbs the
    next.
    """
    for endpoint, view in app.view_functions.items():
        reached = lambda **_: "reached"  # noqa: E731
        reached.__access__ = declared_access(view)
        app.view_functions[endpoint] = reached
    browser = sign_in(role, trip_id=trip.id)
    wrong = []
    for call in every_call:
        expected = 200 if call.action is None or role in call.roles() else 403
        status = ask(browser, call)
        if status != expected:
            wrong.append(f"{call}: {status} instead of {expected}")
    assert not wrong, listed(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_the_views_themselves_answer_each_role_without_breaking(
    trip: SmallTrip, every_call: list[Call], sign_in: Join, role: str
) -> None:
    """The real views, with an empty body: who may gets an answer of any kind, who may not gets a 403."""
    browser = sign_in(role, trip_id=trip.id, desk_id=trip.desks["a"])
    wrong = []
    for call in every_call:
        if call.endpoint == "accounts.sign_out":
            continue
        status = ask(browser, call)
        may = call.action is None or role in call.roles()
        if status >= 500 or status == 401 or (not may and status != 403):
            wrong.append(f"{call}: {status}")
    assert not wrong, listed(wrong)


def test_anonymous_people_are_sent_to_sign_in(every_call: list[Call], anonymous: Browser) -> None:
    wrong = []
    for call in every_call:
        status = ask(anonymous, call)
        if call.action is None:
            right = status not in {403, 302} and status < 500
        else:
            right = status == (302 if call.method == "GET" and not call.path.startswith("/api/") else 401)
        if not right:
            wrong.append(f"{call}: {status}")
    assert not wrong, listed(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_a_foreign_trip_does_not_exist(
    trip: SmallTrip, every_call: list[Call], sign_in: Join, role: str
) -> None:
    other = make_small_trip("other")
    browser = sign_in(role, trip_id=other.id)
    of_trip = [call for call in every_call if call.of_trip]
    assert len(of_trip) > 50
    wrong = [f"{call}: {status}" for call in of_trip if (status := ask(browser, call)) != 404]
    assert not wrong, listed(wrong)


def test_who_has_no_role_reaches_only_what_is_public(
    app: Flask, every_call: list[Call], sign_in: Join
) -> None:
    browser = sign_in("no such role")
    wrong = []
    for call in every_call:
        if call.action is not None and (status := ask(browser, call)) != 403:
            wrong.append(f"{call}: {status}")
    assert not wrong, listed(wrong)


def test_a_route_that_declares_nothing_is_closed_to_everybody(app: Flask, sign_in: Join) -> None:
    app.add_url_rule("/forgotten", view_func=lambda: "open", endpoint="forgotten")
    assert sign_in("administrator").get("/forgotten").status_code == 403
    assert app.test_client().get("/forgotten").status_code == 403


def test_a_forged_or_revoked_token_is_nobody(app: Flask, trip: SmallTrip) -> None:
    client = app.test_client()
    headers = {"Authorization": "Bearer made-up", "Origin": ORIGIN}
    assert client.get(f"/api/v1/trips/{trip.id}/demands", headers=headers).status_code == 401
    assert client.get("/users", headers=headers).status_code == 302
