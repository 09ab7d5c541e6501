"""Input that no page of ours sends: each gets the right status, and nothing breaks."""

import io

import pytest
from flask import Flask

from deskops.accounts.models import User
from deskops.core import runtime
from tests.fixtures import Browser, Join
from tests.security.expected_access import EXPECTED
from tests.security.routes import Call, calls, listed
from tests.small_trip import SmallTrip

LONG = "ن" * 10_000
BODIES = {
    "broken JSON": {"data": b'{"name": ', "content_type": "application/json"},
    "JSON that is no object": {"data": b"[1, 2]", "content_type": "application/json"},
    "JSON nested very deeply": {"data": b"[" * 50_000, "content_type": "application/json"},
    "bytes that are no text": {"data": b"\xff\xfe\x00name=\x80", "content_type": "application/json"},
    "another content type": {"data": b"<name>x</name>", "content_type": "text/xml"},
    "a broken form": {
        "data": b"--x\r\nContent-Disposition",
        "content_type": "multipart/form-data; boundary=x",
    },
    "no content type": {"data": b"name=x", "content_type": ""},
    "NUL bytes": {
        "data": {"name": "x\x00y", "username": "a\x00b", "label": "\x00", "code": "\x00", "q": "\x00"}
    },
    "very long fields": {
        "data": {"name": LONG, "username": LONG, "label": LONG, "code": LONG, "reason": LONG}
    },
    "fields of a wrong kind": {
        "json": {"name": ["x"], "topic_id": {"a": 1}, "phone": 7, "version": "x", "desk_id": 1e400}
    },
    "numbers beyond any database": {
        "json": {"topic_id": 10**30, "desk_id": 2**63, "site_id": -(2**70), "version": 10**20}
    },
}


def open_to(role: str, found: list[Call]) -> list[Call]:
    return [call for call in found if call.changes and (call.action is None or role in call.roles())]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("role", ["administrator", "staff"])
def test_no_body_breaks_a_route(app: Flask, trip: SmallTrip, sign_in: Join, role: str, body: str) -> None:
    browser = sign_in(role, trip_id=trip.id, desk_id=trip.desks["a"])
    wrong = []
    for call in open_to(role, [call for call in calls(app, trip) if call.endpoint in EXPECTED]):
        if call.endpoint == "accounts.sign_out":
            continue
        answer = browser.client.open(call.path, method=call.method, headers=browser.headers, **BODIES[body])
        if answer.status_code >= 500:
            wrong.append(f"{call}: {answer.status_code}")
    assert not wrong, listed(wrong)


@pytest.mark.parametrize(
    # No server takes a longer line.
    "value",
    ["\x00", LONG[:500], "' OR 1=1 --", "%", "<script>alert(1)</script>", "\u202e", "9" * 400],
)
def test_no_query_breaks_a_page(app: Flask, trip: SmallTrip, sign_in: Join, value: str) -> None:
    browser = sign_in("administrator", trip_id=trip.id)
    names = (
        "q",
        "page",
        "next",
        "by",
        "desk",
        "state",
        "after",
        "audience",
        "limit",
        "date",
        "lang",
        "done",
        "code",
    )
    wrong = []
    for call in calls(app, trip):
        if call.method != "GET" or call.endpoint not in EXPECTED:
            continue
        answer = browser.get(call.path, query_string=dict.fromkeys(names, value))
        if answer.status_code >= 500 or "<script>alert(1)" in answer.text:
            wrong.append(f"{call}: {answer.status_code}")
    assert not wrong, listed(wrong)


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-in/badge", "/users/new", "/language", "/api/v1/trips/{trip}/demands"]
)
def test_a_body_over_the_limit_is_refused(trip: SmallTrip, sign_in: Join, path: str) -> None:
    browser = sign_in("administrator")
    kind = "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"
    body = io.BytesIO(b"a=" + b"x" * (runtime.current().settings.body_limit + 1))
    answer = browser.post(
        path.format(trip=trip.id),
        input_stream=body,
        content_type=kind,
        content_length=body.getbuffer().nbytes,
    )
    assert answer.status_code == 413
    said = answer.json["error"]["message"] if answer.is_json else answer.text
    assert "بیش از اندازه" in said
    assert "۵ مگابایت" in said
    assert "۴ مگابایت" in said


def test_a_refused_body_leaves_nothing_behind(sign_in: Join) -> None:
    browser = sign_in("administrator")
    before = _users()
    for fields in ({"name": LONG}, {"name": "مینا", "username": "نه لاتین"}, {"name": "\x00\u200f"}, {}):
        assert browser.post("/users/new", data=fields).status_code == 422
    assert _users() == before


def test_controls_and_marks_are_taken_out_of_a_name_and_the_joiner_stays(sign_in: Join) -> None:
    browser = sign_in("administrator")
    browser.post("/users/new", data={"name": "علی\u200cرضا\u202e\x00 نمونه\u200b"})
    with runtime.current().database.reading() as session:
        assert session.query(User).order_by(User.id.desc()).first().name == "علی\u200cرضا نمونه"


@pytest.mark.parametrize(
    "path",
    [
        "/link/%00",
        "/link/" + "x" * 5000,
        "/users/99999999999999999999",
        "/t/%F0%9F%98%80",
        "/..%2f..%2fetc/passwd",
    ],
)
def test_odd_addresses_are_not_found(sign_in: Join, path: str) -> None:
    assert sign_in("administrator").get(path).status_code in {404, 410, 422}


def test_json_gets_json_and_a_page_gets_a_page(trip: SmallTrip, anonymous: Browser) -> None:
    assert anonymous.get(f"/api/v1/trips/{trip.id}/demands").json["error"]["code"] == "sign_in_needed"
    assert anonymous.get("/no/such/page").mimetype == "text/html"


def _users() -> int:
    with runtime.current().database.reading() as session:
        return session.query(User).count()
