"""Shifts in the phone's calendar: whole by RFC 5545, for whoever has the address, until there is a new one."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from deskops.accounts.actor import SYSTEM
from deskops.accounts.models import User
from deskops.app import create_app
from deskops.core import clock
from deskops.core.config import Settings
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Site
from deskops.staff.calendar_links import CalendarLink, calendar_token, read_calendar_token
from deskops.staff.ical import Entry, calendar_text
from deskops.staff.models import StaffMember
from tests.fixtures import Browser
from tests.small_trip import SmallTrip
from tests.staff.own import NOW, Somebody, put, slot, staff_member

KEY = "k" * 64


@pytest.fixture
def me(app: Flask, trip: SmallTrip) -> Somebody:
    clock.freeze(NOW)
    return staff_member(app, trip, "سارا نمونه", mobile="09500000001")


def address(me: Somebody) -> str:
    whole: str = me.sheet()["calendar"]
    assert whole.startswith("https://desks.example/calendar/")
    return whole.removeprefix("https://desks.example")


def feed(browser: Browser, path: str) -> list[str]:
    """Its lines, unfolded."""
    answer = browser.get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    return unfolded(answer.data)


def unfolded(data: bytes) -> list[str]:
    assert data.endswith(b"\r\n") and b"\n" not in data.replace(b"\r\n", b"")
    lines = data.split(b"\r\n")[:-1]
    assert all(0 < len(line) <= 75 for line in lines)
    assert all(line.decode() for line in lines), "no character is cut in two"
    return data.decode().replace("\r\n ", "").split("\r\n")[:-1]


def values(lines: list[str], name: str) -> list[str]:
    return [line.split(":", 1)[1] for line in lines if line.startswith(f"{name}:")]


def test_a_shift_is_an_event_in_utc(me: Somebody, anonymous: Browser, trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(Site).values(address="خیابان نمونه، پلاک ۱"))
    mine = put(me, slot(trip))
    lines = feed(anonymous, address(me))
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert values(lines, "DTSTART") == ["20261122T103000Z"]
    assert values(lines, "DTEND") == ["20261122T143000Z"]
    assert values(lines, "UID") == [f"shift-{mine}@deskops"]
    assert values(lines, "SUMMARY") == ["شیفت: میز 1"]
    assert values(lines, "LOCATION") == ["محل یکم، خیابان نمونه، پلاک ۱"]
    assert values(lines, "STATUS") == ["CONFIRMED"]
    assert values(lines, "URL") == [f"https://desks.example/trips/{trip.id}/my-shifts"]


def test_nobodys_phone_or_name_stands_in_it(me: Somebody, anonymous: Browser, trip: SmallTrip) -> None:
    put(me, slot(trip))
    text = "".join(feed(anonymous, address(me)))
    assert "09500000001" not in text and "سارا" not in text


def test_a_dropped_shift_is_cancelled_with_a_higher_sequence(
    me: Somebody, anonymous: Browser, trip: SmallTrip
) -> None:
    mine = put(me, slot(trip))
    path = address(me)
    before = feed(anonymous, path)
    me.api(f"/{mine}/absence", reason="ill", words="تب")
    after = feed(anonymous, path)
    assert values(before, "UID") == values(after, "UID")
    assert (values(before, "SEQUENCE"), values(after, "SEQUENCE")) == (["1"], ["2"])
    assert values(after, "STATUS") == ["CANCELLED"]
    assert "تب" not in "".join(after)


def test_what_was_long_ago_is_left_out(me: Somebody, anonymous: Browser, trip: SmallTrip) -> None:
    put(me, slot(trip, hours=-24 * 40))
    put(me, slot(trip, hours=-24 * 4), state="dropped")
    worked = put(me, slot(trip, hours=-24 * 5), state="completed")
    put(me, slot(trip, hours=-24 * 6), state="no_show")
    assert values(feed(anonymous, address(me)), "UID") == [f"shift-{worked}@deskops"]


def test_only_ones_own_shifts_are_in_it(
    app: Flask, me: Somebody, anonymous: Browser, trip: SmallTrip
) -> None:
    put(staff_member(app, trip, "دارا نمونه"), slot(trip))
    assert values(feed(anonymous, address(me)), "UID") == []


def test_what_didnt_change_is_not_sent_again(me: Somebody, anonymous: Browser, trip: SmallTrip) -> None:
    put(me, slot(trip))
    first = anonymous.get(address(me))
    clock.freeze(NOW + timedelta(minutes=20))
    again = anonymous.get(address(me), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "private, max-age=900"
    assert "Set-Cookie" not in first.headers


def test_a_new_address_makes_the_old_one_worthless(me: Somebody, anonymous: Browser) -> None:
    old = address(me)
    assert me.post("/calendar").status_code == 303
    new = address(me)
    assert (new != old, anonymous.get(old).status_code, anonymous.get(new).status_code) == (True, 404, 200)


def test_who_works_here_no_more_has_no_calendar(me: Somebody, anonymous: Browser) -> None:
    path = address(me)
    with unit_of_work(SYSTEM) as uow:
        uow.session.execute(update(StaffMember).values(retired_at=NOW))
    assert anonymous.get(path).status_code == 404


def test_every_wrong_address_gets_the_same_answer(me: Somebody, anonymous: Browser, trip: SmallTrip) -> None:
    right = CalendarLink(trip.id, me.id, 1)
    secret = "s" * 64
    assert anonymous.get(f"/calendar/{calendar_token(secret, right)}.ics").status_code == 200
    wrong = [
        calendar_token(KEY, right), calendar_token(secret, CalendarLink(trip.id, 4711, 1)), "no-such-token",
        calendar_token(secret, CalendarLink(trip.id + 1, me.id, 1)), calendar_token(secret, CalendarLink(trip.id, me.id, 2)),
        f"{trip.id}-{me.id}-1-{'0' * 40}", f"0{trip.id}" + calendar_token(secret, right)[1:],
    ]  # fmt: skip
    found = {token: anonymous.get(f"/calendar/{token}.ics") for token in wrong}
    assert {answer.status_code for answer in found.values()} == {404}
    # But for the address itself and the page's nonce.
    assert (
        len(
            {
                re.sub(r'"[A-Za-z0-9_-]{22}"', "", answer.text.replace(token, ""))
                for token, answer in found.items()
            }
        )
        == 1
    )


def test_a_closed_account_shows_nothing_here_either(me: Somebody, anonymous: Browser) -> None:
    path = address(me)
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(User, me.user_id).active = False
    assert anonymous.get(path).status_code == 404


def test_who_tries_addresses_is_stopped(settings: Settings, trip: SmallTrip) -> None:
    from dataclasses import replace

    limited = create_app(replace(settings, limits_enabled=True)).test_client()
    codes = [limited.get("/calendar/x.ics").status_code for _ in range(25)]
    assert (codes[:20], codes[-1]) == ([404] * 20, 429)


@given(st.builds(CalendarLink, *[st.integers(1, 10**5)] * 3))
def test_a_token_says_whose_it_is_and_no_letter_of_it_can_be_changed(link: CalendarLink) -> None:
    token = calendar_token(KEY, link)
    assert read_calendar_token(KEY, token) == link
    assert all(
        read_calendar_token(KEY, token[:at] + ("1" if token[at] != "1" else "2") + token[at + 1 :]) is None
        for at in range(len(token))
    )


@given(st.text(max_size=200))
def test_nonsense_is_no_token(text: str) -> None:
    assert read_calendar_token(KEY, text) is None


def an_entry(text: str) -> Entry:
    return Entry("shift-1@deskops", 1, NOW, NOW, NOW + timedelta(hours=1), text, text, text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_keeps_the_file_whole(text: str) -> None:
    lines = unfolded(calendar_text(text, [an_entry(text)], 15).encode())
    assert [line.split(":")[0].split(";")[0] for line in lines[-4:]] == ["STATUS", "TRANSP", "END", "END"]
    kept = "".join(
        one
        for one in text.replace("\r\n", "\n").replace("\r", "\n")
        if one == "\n" or (ord(one) >= 32 and ord(one) != 127)
    )
    assert [unescaped(value) for value in values(lines, "SUMMARY")] == [kept]


def unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)


def test_times_of_another_zone_are_told_in_utc() -> None:
    begins = datetime(2026, 3, 1, 3, tzinfo=UTC)
    entry = an_entry("x")
    lines = unfolded(calendar_text("x", [entry], 15).encode())
    assert values(lines, "DTSTAMP") == ["20261122T063000Z"]
    assert begins < entry.begins
