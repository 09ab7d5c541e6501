"""The page of where the trouble is: what it says, to whom, and what can be pressed on it."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from deskops.control.models import Advice
from deskops.core import clock
from deskops.core.i18n import LANGUAGE_COOKIE
from tests.control.advised import Hall, advise, all_advice, all_moves, go_there, pressed_hall
from tests.control.stopping import stop
from tests.demands.counter import somebody
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def hall(sign_in: Join, trip: SmallTrip) -> Hall:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    return pressed_hall(sign_in, trip)


@pytest.fixture
def advised(hall: Hall) -> Advice:
    [row] = advise()
    return row


def page(hall: Hall, rest: str = "", browser: Browser | None = None) -> str:
    answer = (browser or hall.coordinator).get(hall.path(rest))
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def english(hall: Hall, rest: str = "") -> str:
    hall.coordinator.client.set_cookie(LANGUAGE_COOKIE, "en")
    return re.sub(r"\s+", " ", re.sub(r"</?bdi>", "", page(hall, rest)))


def post(hall: Hall, rest: str, **data: Any) -> Any:
    return hall.coordinator.post(hall.path(rest), data=data)


def test_it_says_where_people_wait_and_where_nobody_does(hall: Hall) -> None:
    text = english(hall)
    assert "32 (16)" in text.replace('<span class="soft">', "").replace("</span>", "")
    assert "2 – b" in text
    assert "2 of 2" in text


def test_places_where_nobody_waits_are_only_counted(hall: Hall) -> None:
    text = english(hall)
    longest = text[text.index("Longest waits, minutes (and people waiting)") :]
    rows = re.findall(r'<th scope="row">([^<]+)</th>', longest[: longest.index("</table>")])
    assert rows == ["Site one"]
    assert "At 2 other places nobody waits, now or within the hour." in text


def test_a_pressed_desk_leads_to_the_question_what_one_counter_more_would_do(hall: Hall) -> None:
    [address] = set(re.findall(r'href="([^"]+counters0=1)"', english(hall)))
    answer = hall.coordinator.get(address.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert 'id="answer"' in answer.text


def test_what_is_advised_stands_before_the_tables(hall: Hall, advised: Advice) -> None:
    text = english(hall)
    assert (
        text.index("Advised now")
        < text.index("Desks where people wait longest")
        < text.index("Longest waits")
    )


def test_the_advice_is_given_with_its_reasons(hall: Hall, advised: Advice) -> None:
    text = english(hall)
    assert "Move 1 counter from desk 2 – b to desk 3 – hall" in text
    assert "For desk 3 – hall 16 people wait, the first of them for 32 minutes." in text
    assert "At desk 2 – b nobody is at 2 of 2 counters." in text
    assert "person-minutes less" in text
    assert "Would go: یکم" in text


def test_in_persian_too(hall: Hall, advised: Advice) -> None:
    text = page(hall)
    assert "گلوگاه‌ها" in text
    assert "نفر-دقیقه" in text
    assert not re.search(
        r">[^<]*\b(advised|minutes|counter)\b[^<]*<", re.sub(r"<script.*?</script>", "", text)
    )


def test_the_part_that_changes_comes_alone(hall: Hall) -> None:
    part = hall.coordinator.get(hall.path(), headers=FRAGMENT).text
    assert part.lstrip().startswith('<div class="stack stack--loose" id="balance"')
    assert 'hx-trigger="every 20s"' in part
    # What is typed lies on pages of its own, so that no renewal can take it away.
    assert not re.search(r"<(textarea|select)|type=\"text\"", part)


def test_people_without_a_desk_and_stops_are_said_first(hall: Hall) -> None:
    somebody(hall.trip, "nobody")
    stop(hall.coordinator, hall.trip, desk="a", reason="آب‌گرفتگی")
    text = english(hall)
    assert "1 person has no desk" in text
    assert "آب‌گرفتگی" in text


def test_one_press_accepts(hall: Hall, advised: Advice) -> None:
    assert post(hall, "/advice/1/accept", version=1).status_code == 303
    assert [row.state for row in all_advice()] == ["accepted"]
    text = english(hall)
    assert "People on the move" in text
    assert "asked" in text


def test_who_should_go_is_chosen_on_a_page_of_its_own(hall: Hall, advised: Advice) -> None:
    form = english(hall, "/advice/1")
    first, second = (seat.browser.user_id for seat in hall.idle)
    assert re.search(rf'value="{first}" checked', form)
    assert not re.search(rf'value="{second}" checked', form)
    sent = post(hall, "/advice/1/accept", version=1, chosen="yes", people=second)
    assert sent.status_code == 303
    assert [move.user_id for move in all_moves()] == [second]


def test_without_anybody_ticked_it_is_asked_for(hall: Hall, advised: Advice) -> None:
    wrong = post(hall, "/advice/1/accept", version=1, chosen="yes")
    assert wrong.status_code == 422
    assert 'id="people-error"' in wrong.text
    assert " checked" not in re.sub(r"id=\"letters-on\" checked", "", wrong.text)


def test_refusing_asks_for_a_reason_and_shows_it(hall: Hall, advised: Advice) -> None:
    wrong = post(hall, "/advice/1/refuse", version=1, reason=" ")
    assert wrong.status_code == 422
    assert 'id="reason-error"' in wrong.text
    assert post(hall, "/advice/1/refuse", version=1, reason="به‌زودی می‌بندیم").status_code == 303
    assert "به‌زودی می‌بندیم" in page(hall)


def test_taken_back_from_the_page(hall: Hall, advised: Advice) -> None:
    post(hall, "/advice/1/accept")
    assert f'action="{hall.path("/advice/1/take-back")}"' in page(hall)
    assert post(hall, "/advice/1/take-back").status_code == 303
    assert [row.state for row in all_advice()] == ["taken_back"]


def test_once_somebody_went_the_page_offers_no_way_back(hall: Hall, advised: Advice) -> None:
    post(hall, "/advice/1/accept")
    go_there(hall)
    assert "take-back" not in page(hall)
    assert post(hall, "/advice/1/take-back").status_code == 303
    assert [row.state for row in all_advice()] == ["accepted"]


def test_what_was_decided_meanwhile_is_said_on_the_page(hall: Hall, advised: Advice) -> None:
    post(hall, "/advice/1/refuse", reason="نه")
    answer = hall.coordinator.post(hall.path("/advice/1/accept"), data={}, follow_redirects=True)
    assert answer.status_code == 200
    assert "دیگر برقرار نیست" in answer.text


def test_whoever_is_asked_sees_it_on_their_screen(hall: Hall, advised: Advice) -> None:
    post(hall, "/advice/1/accept")
    seat = hall.idle[0]
    assert f'action="{hall.path("/moves/1/go")}"' in seat.page().text
    bar = seat.browser.get(f"/trips/{hall.trip.id}/broadcasts/bar", headers=FRAGMENT).text
    assert hall.path("/moves/1") in bar
    assert "/moves/1" not in hall.idle[1].page().text


def test_they_say_that_they_go(hall: Hall, advised: Advice) -> None:
    post(hall, "/advice/1/accept")
    browser = hall.idle[0].browser
    assert "می‌روم" in page(hall, "/moves/1", browser)
    gone = browser.post(hall.path("/moves/1/go"))
    assert gone.headers["Location"].endswith("/places")
    assert "در راه" in page(hall, "/moves/1", browser)


def test_they_say_why_they_cannot(hall: Hall, advised: Advice) -> None:
    post(hall, "/advice/1/accept")
    browser = hall.idle[0].browser
    wrong = browser.post(hall.path("/moves/1/decline"), data={"reason": ""})
    assert wrong.status_code == 422
    assert browser.post(hall.path("/moves/1/decline"), data={"reason": "پایم شکسته است"}).status_code == 303
    assert "پایم شکسته است" in page(hall)


def test_somebody_is_asked_by_hand(hall: Hall) -> None:
    assert "یکم" in page(hall, "/moves/new")
    person, desk = hall.idle[0].browser.user_id, hall.trip.desks["a"]
    wrong = post(hall, "/moves", user_id="", desk_id=desk)
    assert wrong.status_code == 422
    assert 'id="user_id-error"' in wrong.text
    assert post(hall, "/moves", user_id=person, desk_id=desk).status_code == 303
    assert post(hall, "/moves/1/take-back").status_code == 303
    assert [move.state for move in all_moves()] == ["taken_back"]


@pytest.mark.parametrize("role", ["inspector", "desk_head"])
def test_who_looks_can_press_nothing(hall: Hall, advised: Advice, sign_in: Join, role: str) -> None:
    desk_id = hall.trip.desks["b"] if role == "desk_head" else None
    browser = sign_in(role, trip_id=hall.trip.id, desk_id=desk_id)
    for rest in ("", "/advice/1"):
        assert "/balance/advice/1/" not in page(hall, rest, browser)
    for rest in ("/advice/1/accept", "/advice/1/refuse", "/advice/1/take-back", "/moves"):
        assert browser.post(hall.path(rest), data={}).status_code == 403
    assert browser.get(hall.path("/moves/new")).status_code == 403


def test_staff_at_a_counter_do_not_look(hall: Hall) -> None:
    assert hall.busy.browser.get(hall.path()).status_code == 403


def test_the_wall_leads_there(hall: Hall) -> None:
    wall = hall.coordinator.get(f"/trips/{hall.trip.id}/wall").text
    # The navigation beside and above, and the wall's own tools.
    assert wall.count(f'href="{hall.path()}"') == 3


def test_a_program_reads_the_same(hall: Hall, advised: Advice) -> None:
    told = hall.coordinator.get(f"/api/v1/trips/{hall.trip.id}/balance").json
    [desk] = told["desks"]
    assert (desk["desk_id"], desk["waiting"], desk["oldest"]) == (hall.trip.desks["hall"], 16, 32.0)
    assert [look["minute"] for look in desk["ahead"]] == [30, 60]
    assert {one["desk_id"]: one["idle"] for one in told["idle"]}[hall.trip.desks["b"]] == 2
    [line] = hall.coordinator.get(f"/api/v1/trips/{hall.trip.id}/balance/advice").json["advice"]
    assert (line["state"], [mover["name"] for mover in line["movers"]]) == ("proposed", ["یکم", "دوم"])
