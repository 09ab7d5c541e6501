"""Headers and markup of every page. (reliability.md, row 20)"""

import re

import pytest
from flask import Flask

from tests.fixtures import Browser, Join
from tests.security.expected_access import EXPECTED
from tests.security.routes import Call, calls, listed
from tests.small_trip import SmallTrip

INLINE = re.compile(r"<[^>]*\s(on[a-z]+|style)\s*=|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
ROLES_TO_TRY = ("administrator", "staff", "board", "desk_head")


@pytest.fixture
def pages(app: Flask, trip: SmallTrip, sign_in: Join) -> list[tuple[Call, object]]:
    """Every GET route with the answer to somebody who may."""
    browsers = {role: sign_in(role, trip_id=trip.id, desk_id=trip.desks["a"]) for role in ROLES_TO_TRY}
    found = []
    for call in calls(app, trip):
        if call.method == "GET" and call.endpoint in EXPECTED:
            found.append((call, browser_for(call, browsers).get(call.path)))
    return found


def browser_for(call: Call, browsers: dict[str, Browser]) -> Browser:
    return next((browsers[role] for role in ROLES_TO_TRY if role in call.roles()), browsers["administrator"])


def test_no_page_is_sniffed_framed_or_told_to_others(pages) -> None:
    wrong = []
    for call, answer in pages:
        policy = answer.headers.get("Content-Security-Policy", "")
        for part in ("frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "default-src 'self'"):
            if part not in policy:
                wrong.append(f"{call}: {part} is missing")
        if "unsafe" in policy or " *" in policy:
            wrong.append(f"{call}: {policy}")
        if answer.headers.get("X-Content-Type-Options") != "nosniff":
            wrong.append(f"{call}: no nosniff")
        if answer.headers.get("Referrer-Policy") != "same-origin":
            wrong.append(f"{call}: tells others its address")
    assert not wrong, listed(wrong)


def test_personal_pages_are_stored_nowhere(pages) -> None:
    wrong = [
        f"{call}: {answer.headers.get('Cache-Control')}"
        for call, answer in pages
        if call.action is not None and "no-store" not in answer.headers.get("Cache-Control", "")
    ]
    assert not wrong, listed(wrong)


def test_no_page_has_inline_script_or_style(pages) -> None:
    wrong = []
    for call, answer in pages:
        if answer.mimetype != "text/html":
            continue
        wrong += [f"{call}: {found.group(0)[:120]}" for found in INLINE.finditer(answer.text)]
        for attributes, body in SCRIPT.findall(answer.text):
            runs = 'type="application/json"' not in attributes
            if runs and "nonce=" not in attributes and ("src=" not in attributes or body.strip()):
                wrong.append(f"{call}: <script{attributes}>")
    assert not wrong, listed(wrong)


def test_a_nonce_is_used_once(sign_in: Join) -> None:
    browser = sign_in("administrator")
    nonces = [
        re.search(r"'nonce-([^']+)'", browser.get("/users").headers["Content-Security-Policy"]).group(1)
        for _ in range(3)
    ]
    assert len(set(nonces)) == 3


def test_errors_carry_the_same_headers(anonymous: Browser) -> None:
    for path in ("/no/such/page", "/link/none"):
        answer = anonymous.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
