"""Every page, in both languages: renders, is whole, and a Persian page speaks Persian."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from deskops.core import clock
from tests.control.advised import an_advice
from tests.control.replayed import a_replay
from tests.desks.agencies import an_office
from tests.desks.cards import a_card
from tests.desks.guided import begin
from tests.directives.ordered import a_collective, a_template, an_issued_order
from tests.fixtures import Browser, Join
from tests.pages.words import latin_words
from tests.sessions.planned import a_meeting, a_session
from tests.small_trip import SmallTrip
from tests.staff import printed, rostered
from tests.staff.presence import a_desk_shift, a_person, a_shift

# A page needs a role and the ids of something that exists; whoever may see the most looks.
LOOKERS = ("administrator", "coordinator", "desk_head", "staff", "official", "board")
NOT_PAGES = {"static", "pages.health"}
# Whose sign or file it is, those tests know.
ELSEWHERE = {"public.check_in", "desks.dry_run", "desks.marked"}
GUIDED = ("what", "when", "where", "agencies", "counters", "check")


@pytest.fixture
def busy_trip(trip: SmallTrip, sign_in: Join) -> tuple[SmallTrip, dict[str, object]]:
    """Somebody waits, somebody is served, and the ids that addresses need."""
    staff = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"], name="کارشناس آزمون")
    root, place = f"/api/v1/trips/{trip.id}", trip.places["a"][0]
    staff.post(f"{root}/places/{place}/open", json={})
    body = {
        "topic_id": trip.topics["loan"],
        "site_id": trip.sites["one"],
        "name": "سارا نمونه",
        "text": "متن آزمون",
    }
    made = [staff.post(f"{root}/demands", json=body).json for _ in range(3)]
    staff.post(f"{root}/places/{place}/next", json={})
    demand = made[0]["demand"]
    paper = {"file": (BytesIO(b"%PDF-1.7"), "paper.pdf")}
    attached = staff.post(f"{root}/demands/{demand['id']}/attachments", data=paper).json
    office_id = an_office().id
    soon = clock.now() + timedelta(hours=1)
    slot_id, person_id = a_desk_shift(trip, soon), a_person(trip, user_id=staff.user_id)
    ids: dict[str, object] = {
        "trip_id": trip.id,
        "card_id": a_card(trip).id,
        "agency_id": office_id,
        "topic_id": trip.topics["loan"],
        "desk_id": trip.desks["a"],
        "place_id": place,
        "demand_id": demand["id"],
        "advice_id": an_advice(trip),
        "move_id": 1,
        "replay_id": a_replay(trip),
        "played": "trace.csv",
        "ticket_id": made[0]["ticket"]["id"],
        "site_id": trip.sites["one"],
        "user_id": staff.user_id,
        "staff_id": person_id,
        # Of a desk at some addresses, of a person at others.
        "shift_id": a_shift(trip, person_id, starts=soon, desk_shift_id=slot_id),
        "roster_id": rostered.asked(trip),
        "print_id": printed.asked(trip, sign_in("coordinator", trip_id=trip.id), "badges"),
        "code": demand["code"],
        "token": demand["receipt_token"],
        "receipt_token": demand["receipt_token"],
        "collective_id": a_collective(trip, demand["id"]),
        "referral_id": 1,
        "template_id": a_template(trip),
        "attachment_id": attached["id"],
        "to": "agency",
        "to_id": office_id,
        "session_id": a_session(trip),
        "meeting_id": a_meeting(trip, demand["id"])[0],
        "directive_id": an_issued_order(trip, demand["id"], office_id),
        "kind": "topics",
        "form": "csv",
    }
    return trip, ids


def addresses(app: Flask, ids: dict[str, object]) -> list[str]:
    """Every GET address of the URL map that isn't the API."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES or rule.rule.startswith("/api/"):
            continue
        if rule.endpoint in ELSEWHERE or rule.endpoint == "desks.guided_step":
            continue
        missing = rule.arguments - ids.keys()
        assert not missing, f"{rule.rule}: tell this test what {missing} can be"
        found.append(re.sub(r"<(?:[^<>]+:)?(\w+)>", lambda part: str(ids[part.group(1)]), rule.rule))
    return found


def pages(app: Flask, ids: dict[str, object], lookers: list[Browser], language: str) -> dict[str, str]:
    """What the first who may look at each address sees there."""
    seen: dict[str, str] = {}
    own = begin(lookers[0])
    for address in [*addresses(app, ids), *(f"{own}/{step}" for step in GUIDED)]:
        for looker in lookers:
            looker.client.set_cookie("lang", language)
            # Plain pages take their language from the address, the others from the cookie.
            answer = looker.get(address, query_string={"lang": language})
            assert answer.status_code < 500, address
            if answer.status_code == 200 and answer.mimetype == "text/html":
                seen[address] = answer.text
                break
    return seen


@pytest.fixture
def lookers(busy_trip: tuple[SmallTrip, dict[str, object]], sign_in: Join) -> list[Browser]:
    trip, _ = busy_trip
    return [
        sign_in(role, trip_id=None if role == "administrator" else trip.id, name="بیننده") for role in LOOKERS
    ]


def test_a_persian_page_has_no_latin_words(
    app: Flask, busy_trip: tuple[SmallTrip, dict[str, object]], lookers: list[Browser]
) -> None:
    seen = pages(app, busy_trip[1], lookers, "fa")
    assert len(seen) > 8
    strange = {
        address: words
        for address, html in seen.items()
        if (words := latin_words(html)) and address != "/design"
    }
    assert not strange


@pytest.mark.parametrize(("language", "direction"), [("fa", "rtl"), ("en", "ltr")])
def test_every_page_says_its_language_and_direction(
    app: Flask,
    busy_trip: tuple[SmallTrip, dict[str, object]],
    lookers: list[Browser],
    language: str,
    direction: str,
) -> None:
    seen = pages(app, busy_trip[1], lookers, language)
    wrong = [
        address
        for address, html in seen.items()
        if "<html" in html and not re.search(rf'<html[^>]*lang="{language}"[^>]*dir="{direction}"', html)
    ]
    assert not wrong


def test_no_page_has_inline_scripts_styles_or_handlers(
    app: Flask, busy_trip: tuple[SmallTrip, dict[str, object]], lookers: list[Browser]
) -> None:
    inline = re.compile(
        r"<script(?![^>]*(?:src|nonce|type=\"application/json\"))[^>]*>|\son[a-z]+=\"|\sstyle=\""
    )
    seen = pages(app, busy_trip[1], lookers, "fa")
    assert not {address: match.group() for address, html in seen.items() if (match := inline.search(html))}
