"""What everybody may know: the page, the calendar, the poster and the text; and the reminder."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.unit_of_work import unit_of_work
from deskops.sessions import rules
from deskops.sessions.services import planning
from tests.fixtures import Browser, Join
from tests.sessions.planned import MORNING, NOW, TODAY, Held, held, row, texts, worker
from tests.small_trip import SmallTrip

PHONE = "09121111111"


@pytest.fixture
def plan(app: Flask, trip: SmallTrip) -> Held:
    clock.freeze(NOW)
    return held(app, trip)


def announce(plan: Held) -> None:
    with unit_of_work(SYSTEM) as uow:
        planning.announce(uow, SYSTEM, plan.trip.id)


def cancel(plan: Held, session_id: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        planning.cancel(uow, SYSTEM, plan.trip.id, session_id, reason="سفر اداری")


def test_nobody_outside_sees_what_is_only_planned(plan: Held, anonymous: Browser) -> None:
    plan.lay()
    page = anonymous.get("/s/small")
    assert page.status_code == 200
    assert "مقام آزمون" not in page.text


def test_the_page_says_who_answers_when_where_and_how(plan: Held, anonymous: Browser) -> None:
    plan.lay(line="111", phone=PHONE)
    announce(plan)
    text = anonymous.get("/s/small").text
    for told in ("مقام آزمون", "استاندار", "۰۹:۰۰–۱۲:۰۰", "میز ۱", "محل یکم", "۱۱۱"):
        assert told in text
    assert PHONE not in text and "معاون نمونه" not in text


def test_the_page_is_plain_and_kept_by_caches(plan: Held, anonymous: Browser) -> None:
    answer = anonymous.get("/s/small")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers


def test_what_was_announced_and_is_cancelled_says_so_with_its_reason(plan: Held, anonymous: Browser) -> None:
    [session_id] = plan.lay()
    announce(plan)
    cancel(plan, session_id)
    text = anonymous.get("/s/small").text
    assert "سفر اداری" in text and "لغوشده" in text
    assert "مقام آزمون" not in anonymous.get("/s/small/poster").text


def test_what_is_over_leaves_the_page(plan: Held, anonymous: Browser) -> None:
    plan.lay()
    announce(plan)
    clock.freeze(NOW + timedelta(hours=3))
    assert "مقام آزمون" not in anonymous.get("/s/small").text


@pytest.mark.parametrize("address", ["/s/nowhere", "/s/nowhere/poster", "/s/nowhere.ics"])
def test_the_notice_of_no_trip_is_not_found(plan: Held, anonymous: Browser, address: str) -> None:
    assert anonymous.get(address).status_code == 404


def test_the_english_page_is_english(plan: Held, anonymous: Browser) -> None:
    plan.lay(line="111")
    announce(plan)
    text = anonymous.get("/s/small?lang=en").text
    assert "Governor" in text and "in person and by phone, line 111" in text


def test_the_calendar_has_each_session_under_one_name(plan: Held, anonymous: Browser) -> None:
    [session_id] = plan.lay()
    announce(plan)
    answer = anonymous.get("/s/small.ics")
    assert answer.mimetype == "text/calendar"
    assert f"UID:session-{session_id}@small" in answer.text
    assert "DTSTART:20261122T053000Z" in answer.text and "STATUS:CONFIRMED" in answer.text
    cancel(plan, session_id)
    again = anonymous.get("/s/small.ics")
    assert "STATUS:CANCELLED" in again.text
    assert again.headers["ETag"] != answer.headers["ETag"]


def test_the_poster_leads_back_to_the_page(plan: Held, anonymous: Browser) -> None:
    plan.lay()
    announce(plan)
    text = anonymous.get("/s/small/poster").text
    assert "مقام آزمون" in text and "https://desks.example/s/small" in text and "<svg" in text


def test_the_text_to_copy_is_there_in_both_languages(plan: Held, sign_in: Join) -> None:
    plan.lay(rules.DAILY, to_day=TODAY + timedelta(days=1), line="111")
    announce(plan)
    text = sign_in("coordinator", trip_id=plan.trip.id).get(f"/trips/{plan.trip.id}/sessions/notice").text
    assert "• ۰۹:۰۰ تا ۱۲:۰۰ – مقام آزمون (استاندار) – میز ۱ (محل یکم) – حضوری و تلفنی، خط ۱۱۱" in text
    assert "• 09:00 to 12:00 – مقام آزمون (Governor) – Desk a (Site one)" in text
    assert "Sunday 22 November 2026" in text and "Monday 23 November 2026" in text


def test_an_official_is_reminded_once_some_hours_before(plan: Held) -> None:
    [soon, late] = [*plan.lay(phone=PHONE), *plan.lay(from_day=TODAY + timedelta(days=1), phone=PHONE)]
    clock.freeze(NOW - timedelta(hours=2))
    worker()
    worker()
    [(address, text)] = texts()
    assert address == PHONE and "میز ۱" in text and "۰۹:۰۰" in text
    assert row(soon).reminded_at is not None and row(late).reminded_at is None


def test_without_a_number_nobody_is_reminded(plan: Held) -> None:
    plan.lay()
    clock.freeze(NOW - timedelta(hours=2))
    worker()
    assert texts() == []


def test_who_is_moved_to_another_time_is_reminded_of_that(plan: Held) -> None:
    [session_id] = plan.lay(phone=PHONE)
    clock.freeze(NOW - timedelta(hours=2))
    worker()
    moved = replace(MORNING, desk_id=plan.trip.desks["a"], phone=PHONE, opens=600, closes=660)
    with unit_of_work(SYSTEM) as uow:
        planning.change(uow, SYSTEM, plan.trip.id, session_id, moved, version=row(session_id).version)
    worker()
    assert len(texts()) == 2


def test_a_cancelled_session_reminds_nobody(plan: Held) -> None:
    [session_id] = plan.lay(phone=PHONE)
    cancel(plan, session_id)
    clock.freeze(NOW - timedelta(hours=2))
    worker()
    assert texts() == []
