"""What if: asked in words, answered by the waits with and without, and refused where it can't be."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.control.queries.trouble import Ahead
from deskops.control.queries.what_if import Compared, Line
from deskops.control.views import balance_words
from deskops.core import clock
from deskops.core.i18n import LANGUAGE_COOKIE
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Desk, DeskHours
from tests.control.advised import Hall, pressed_hall
from tests.demands.counter import kinds_of
from tests.fixtures import Join
from tests.small_trip import SmallTrip

TODAY = date(2026, 11, 22)


@pytest.fixture
def hall(sign_in: Join, trip: SmallTrip) -> Hall:
    """It is two minutes past ten in Tehran."""
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    return pressed_hall(sign_in, trip)


def ask(hall: Hall, *changes: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = hall.coordinator.post(
        hall.path("/what-if").replace("/trips", "/api/v1/trips"), json={"changes": changes}
    )
    return answer.status_code, answer.json


def at_desk(hall: Hall, desk: str, kind: str = "more", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "desk_id": hall.trip.desks[desk]} | more


def fault_of(answer: tuple[int, dict[str, Any]]) -> dict[str, str]:
    assert answer[0] == 422
    return dict(answer[1]["error"]["errors"])


def closes(hall: Hall, *desks: str, minute: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.add_all(
            DeskHours(desk_id=hall.trip.desks[desk], day=TODAY, opens=480, closes=minute) for desk in desks
        )


def test_two_counters_more_shorten_the_waits(hall: Hall) -> None:
    status, told = ask(hall, at_desk(hall, "hall", counters=2))
    assert status == 200
    assert told["looks"] == [30, 60, 90]
    before, after = told["person_minutes"]
    assert after < before
    [line] = told["desks"]
    assert line["id"] == hall.trip.desks["hall"]
    assert [look["imagined"]["oldest"] < look["without"]["oldest"] for look in line["looks"]] == [True] * 3
    assert told["places"][0]["looks"] == line["looks"]


def test_a_desk_closed_at_a_time_of_today_lengthens_them_from_then_on(hall: Hall) -> None:
    _, told = ask(hall, at_desk(hall, "hall", "close", at="11:15"))
    first, *_, last = told["desks"][0]["looks"]
    assert first["imagined"] == first["without"]
    assert last["imagined"]["oldest"] > last["without"]["oldest"]
    assert told["person_minutes"][1] > told["person_minutes"][0]


def test_changes_are_taken_together(hall: Hall) -> None:
    _, told = ask(hall, at_desk(hall, "hall", counters=1), at_desk(hall, "hall", "fewer", counters=1))
    assert told["person_minutes"][0] == pytest.approx(told["person_minutes"][1])


def test_counters_for_a_site_go_to_its_desk_that_needs_them(hall: Hall) -> None:
    _, told = ask(hall, {"kind": "more", "site_id": hall.trip.sites["one"], "counters": 2})
    assert told["shared"] == [{"change": 0, "desk_id": hall.trip.desks["hall"], "counters": 2}]
    assert told["person_minutes"][1] < told["person_minutes"][0]


def test_a_whole_site_can_be_closed(hall: Hall) -> None:
    _, told = ask(hall, {"kind": "close", "site_id": hall.trip.sites["one"]})
    assert told["waiting"][1] > told["waiting"][0]


def test_later_changes_are_followed_for_an_hour(hall: Hall) -> None:
    _, told = ask(hall, at_desk(hall, "hall", counters=1, at="۱۲:۳۲"))
    assert told["looks"] == [30, 60, 90, 210]


def test_it_ends_when_the_last_desk_closes(hall: Hall) -> None:
    closes(hall, "hall", "b", minute=10 * 60 + 30)
    _, told = ask(hall, at_desk(hall, "hall", counters=1))
    assert told["looks"] == [28]
    late = ask(hall, at_desk(hall, "hall", counters=1, at="11:30"))
    assert fault_of(late).keys() == {"changes.0.at"}


def test_a_desk_that_closes_by_its_hours_is_reckoned_with(hall: Hall) -> None:
    _, open_on = ask(hall, at_desk(hall, "b", counters=1))
    closes(hall, "hall", minute=11 * 60)
    _, told = ask(hall, at_desk(hall, "b", counters=1))
    assert told["waiting"][0] > open_on["waiting"][0]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "more", "counters": 1, "at": "09:00"}, "at"),
        ({"kind": "more", "counters": 1, "at": "25:00"}, "at"),
        ({"kind": "more", "counters": 1, "at": "soon"}, "at"),
        ({"kind": "more"}, "counters"),
        ({"kind": "more", "counters": 0}, "counters"),
        ({"kind": "more", "counters": 100_000}, "counters"),
        ({"kind": "more", "counters": "several"}, "counters"),
        ({"kind": "fewer", "counters": 3}, "counters"),
        ({"kind": "burn"}, "kind"),
        ({"kind": "close", "desk_id": 4711}, "where"),
        ({"kind": "close", "site_id": 4711, "desk_id": None}, "where"),
        ({"kind": "close", "desk_id": None}, "where"),
        ({"kind": "close", "site_id": 1}, "where"),
        ({"kind": "close", "colour": "red"}, "colour"),
    ],
)
def test_what_can_not_be_imagined_is_named(hall: Hall, change: dict[str, Any], field: str) -> None:
    wanted = {"desk_id": hall.trip.desks["hall"]} | change
    assert fault_of(ask(hall, at_desk(hall, "hall", counters=1), wanted)).keys() == {f"changes.1.{field}"}


@pytest.mark.parametrize("body", [{}, {"changes": []}, {"changes": "close"}, [], {"changes": [{}] * 13}])
def test_a_question_without_changes_is_none(hall: Hall, body: Any) -> None:
    answer = hall.coordinator.post(f"/api/v1/trips/{hall.trip.id}/balance/what-if", json=body)
    assert answer.status_code == 422


def test_a_retired_desk_is_no_desk(hall: Hall, trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, trip.desks["a"]).retired_at = uow.now
    assert fault_of(ask(hall, at_desk(hall, "a", counters=1))).keys() == {"changes.0.where"}


def test_nothing_happens_by_asking(hall: Hall) -> None:
    before = kinds_of(hall.trip)
    ask(hall, at_desk(hall, "hall", "close"))
    assert kinds_of(hall.trip) == before


def page(hall: Hall, **asked: object) -> Any:
    return hall.coordinator.get(hall.path("/what-if"), query_string=asked)


def test_the_page_answers_in_both_languages(hall: Hall) -> None:
    asked = {"where0": f"desk:{hall.trip.desks['hall']}", "kind0": "more", "counters0": "۲", "at0": ""}
    persian = page(hall, **asked)
    assert persian.status_code == 200
    assert "نفر-دقیقه کمتر" in persian.text
    hall.coordinator.client.set_cookie(LANGUAGE_COOKIE, "en")
    english = page(hall, **asked).text
    assert "person-minutes less" in english
    assert 'value="2"' in english


def test_the_page_keeps_what_was_typed_where_it_is_wrong(hall: Hall) -> None:
    wrong = page(hall, where0=f"desk:{hall.trip.desks['hall']}", kind0="fewer", counters0="7", at0="08:00")
    assert wrong.status_code == 422
    assert 'id="at0-error"' in wrong.text
    assert 'value="۰۸:۰۰"' in wrong.text


def test_rows_that_are_left_empty_are_no_changes(hall: Hall) -> None:
    site = f"site:{hall.trip.sites['one']}"
    answered = page(hall, where0="", kind0="more", where2=site, kind2="more", counters2="3")
    assert answered.status_code == 200
    assert 'id="answer"' in answered.text
    wrong = page(hall, where0="", where2=site, kind2="more", counters2="")
    assert 'id="counters2-error"' in wrong.text


@pytest.mark.parametrize(
    "where", ["desk:x", "moon:1", "desk:", "1", "desk:4711", "site:999999999999999999999"]
)
def test_places_that_are_none_are_refused(hall: Hall, where: str) -> None:
    wrong = page(hall, where0=where, kind0="close")
    assert wrong.status_code == 422
    assert 'id="where0-error"' in wrong.text


def test_a_form_that_was_sent_empty_says_what_is_needed(hall: Hall) -> None:
    assert page(hall, where0="", kind0="more").status_code == 422
    assert page(hall).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("inspector", 200), ("staff", 403), ("official", 403)])
def test_whoever_looks_at_the_balance_may_ask(hall: Hall, sign_in: Join, role: str, status: int) -> None:
    browser = sign_in(role, trip_id=hall.trip.id)
    assert browser.get(hall.path("/what-if")).status_code == status


def test_what_stays_as_it_is_is_left_out_of_the_page(hall: Hall) -> None:
    hall.coordinator.client.set_cookie(LANGUAGE_COOKIE, "en")
    more = page(hall, where0=f"desk:{hall.trip.desks['hall']}", kind0="more", counters0="2").text
    by_place = more[more.index("Longest waits, minutes") :]
    rows = re.findall(r'<th scope="row"><bdi>([^<]+)</bdi></th>', by_place[: by_place.index("</table>")])
    assert rows == ["Site one"]


def test_before_a_question_the_page_says_what_can_be_asked(hall: Hall) -> None:
    hall.coordinator.client.set_cookie(LANGUAGE_COOKIE, "en")
    assert "a desk that closes at 14:00" in page(hall).text


def test_the_greatest_changes_come_first_and_few_are_shown() -> None:
    def line(desk_id: int, minutes: float, people: float = 0.0) -> Line:
        return Line(desk_id, [Compared(Ahead(30.0, 0.0, 0.0), Ahead(30.0, people, minutes))])

    same, longer, crowd = line(1, 0.4), line(2, 9.0), line(3, 0.0, 40.0)
    assert balance_words.changed([same, crowd, longer]) == [longer, crowd]
    assert (
        len(balance_words.changed(line(number, 5.0) for number in range(30))) == balance_words.CHANGES_SHOWN
    )
