"""Pages and JSON of officials' hours, with what is typed wrongly and what is answered to it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from deskops.core import clock
from deskops.sessions import rules
from tests.directives.ordered import official
from tests.fixtures import Browser, Join
from tests.sessions.planned import NOW, TODAY, Held, attendees, held, row
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def plan(app: Flask, trip: SmallTrip) -> Held:
    clock.freeze(NOW)
    return held(app, trip)


@pytest.fixture
def coordinator(plan: Held, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=plan.trip.id)


def address(plan: Held, rest: str = "") -> str:
    return f"/trips/{plan.trip.id}/sessions{rest}"


def typed(plan: Held, **more: Any) -> dict[str, Any]:
    filled = {
        "official_id": plan.official.user_id,
        "pattern": "once",
        "from_day": "۱۴۰۵/۰۹/۰۱",
        "opens": "۹:۰۰",
        "closes": "12:00",
        "desk_id": plan.trip.desks["a"],
        "channel": "both",
        "deputies": "معاون نمونه، معاون فنی\nدیگری",
    }
    return {name: value for name, value in (filled | more).items() if value is not None}


def test_a_schedule_is_typed_in_with_persian_digits(plan: Held, coordinator: Browser) -> None:
    answer = coordinator.post(address(plan), data=typed(plan))
    assert answer.status_code == 303
    session_id = int(answer.headers["Location"].rsplit("/", 1)[1])
    assert row(session_id).starts_at.hour == 5
    assert [(one.name, one.position) for one in attendees(session_id)] == [
        ("معاون نمونه", "معاون فنی"),
        ("دیگری", ""),
    ]


def test_a_weekly_schedule_shows_on_its_days(plan: Held, coordinator: Browser) -> None:
    sent = typed(plan, pattern="weekly", weekdays=["mon", "thu"], to_day="1405/09/15")
    page = coordinator.post(address(plan), data=sent, follow_redirects=True).text
    assert page.count('class="session__who"') == 4
    assert "دوشنبه ۲ آذر ۱۴۰۵" in page


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"official_id": ""}, "مقام مسئول را انتخاب کنید"),
        ({"from_day": "1405/13/01"}, "تاریخ را مانند"),
        ({"opens": "9 صبح"}, "ساعت را مانند"),
        ({"closes": "08:00"}, "پایان"),
        ({"pattern": "weekly", "to_day": "1405/09/15"}, "روزهای هفته را انتخاب کنید"),
        ({"pattern": "daily"}, "تا کدام روز"),
        ({"pattern": "daily", "to_day": "1405/08/01"}, "تا کدام روز"),
        ({"pattern": "daily", "to_day": "1407/09/01"}, "۳۶۶"),
        ({"from_day": "1405/08/01"}, "هیچ روزی"),
        ({"desk_id": ""}, "میز"),
        ({"desk_id": "4711"}, "میز"),
        ({"phone": "12"}, "09"),
        ({"deputies": "\n".join(f"نام {number}" for number in range(13))}, "۱۲"),
        ({"channel": "radio"}, "انتخاب کنید"),
    ],
)
def test_what_is_typed_wrongly_is_said_and_stays(
    plan: Held, coordinator: Browser, more: dict[str, Any], said: str
) -> None:
    answer = coordinator.post(address(plan), data=typed(plan, where_text="سالن همایش", **more))
    if more == {"desk_id": ""}:
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert said in answer.text and "سالن همایش" in answer.text


def test_nowhere_to_be_is_said_at_the_desk(plan: Held, coordinator: Browser) -> None:
    answer = coordinator.post(address(plan), data=typed(plan, desk_id=""))
    assert answer.status_code == 422
    assert 'href="#desk_id"' in answer.text


def test_the_schedule_can_be_read_for_one_official(plan: Held, coordinator: Browser) -> None:
    other = official(plan.trip, name="مقام دیگر")
    plan.lay()
    plan.lay(official_id=other.user_id)
    page = coordinator.get(address(plan, f"?official={other.user_id}")).text
    assert page.count('class="session__who"') == 1


def test_conflicts_show_in_the_schedule_and_forbid_nothing(plan: Held, coordinator: Browser) -> None:
    plan.lay()
    plan.lay(desk_id=plan.trip.desks["b"])
    page = coordinator.get(address(plan)).text
    assert page.count("همین مقام مسئول در همین زمان برنامه دیگری هم دارد") == 2


def test_an_official_sits_down_and_leaves_by_their_buttons(plan: Held) -> None:
    [session_id] = plan.lay()
    assert "من اینجا هستم" in plan.browser.get(address(plan, f"/{session_id}")).text
    answer = plan.browser.post(address(plan, f"/{session_id}/come"))
    assert answer.headers["Location"].endswith(f"/places/{row(session_id).place_id}/console")
    assert plan.browser.get(answer.headers["Location"]).status_code == 200
    assert plan.browser.post(address(plan, f"/{session_id}/leave")).status_code == 303
    assert row(session_id).state == rules.OVER


def test_coming_too_early_is_refused_in_words(plan: Held) -> None:
    [session_id] = plan.lay(from_day=TODAY + timedelta(days=2))
    answer = plan.browser.post(address(plan, f"/{session_id}/come"))
    assert answer.status_code == 409
    assert "زمان این برنامه اکنون نیست" in answer.text


def test_a_missing_official_shows_on_the_wall_and_in_the_schedule(plan: Held, coordinator: Browser) -> None:
    plan.lay()
    assert "مقام آزمون" in coordinator.get(f"/trips/{plan.trip.id}/wall/sessions").text
    assert "نیامده" in coordinator.get(address(plan)).text


def test_who_answers_now_shows_on_the_wall(plan: Held, coordinator: Browser) -> None:
    [session_id] = plan.lay()
    plan.come(session_id)
    assert "اکنون پاسخ می‌دهد" in coordinator.get(f"/trips/{plan.trip.id}/wall/sessions").text


def test_a_session_is_changed_with_what_was_seen(plan: Held, coordinator: Browser) -> None:
    [session_id] = plan.lay()
    assert "09:00" in coordinator.get(address(plan, f"/{session_id}/edit")).text
    sent = typed(plan, version=1, opens="10:00", day="1405/09/02")
    for name in ("official_id", "pattern", "from_day"):
        del sent[name]
    assert coordinator.post(address(plan, f"/{session_id}/edit"), data=sent).status_code == 303
    assert row(session_id).starts_at.day == 23
    again = coordinator.post(address(plan, f"/{session_id}/edit"), data=sent)
    assert again.status_code == 409


def test_cancelling_without_a_reason_asks_for_it(plan: Held, coordinator: Browser) -> None:
    [session_id] = plan.lay()
    answer = coordinator.post(address(plan, f"/{session_id}/cancel"), data={"reason": "  "})
    assert answer.status_code == 422 and 'href="#reason"' in answer.text
    assert (
        coordinator.post(address(plan, f"/{session_id}/cancel"), data={"reason": "بیماری"}).status_code == 303
    )
    assert "بیماری" in coordinator.get(address(plan, f"/{session_id}")).text


def test_all_is_announced_by_one_button(plan: Held, coordinator: Browser) -> None:
    [session_id] = plan.lay()
    assert coordinator.post(address(plan, "/announce")).status_code == 303
    assert row(session_id).state == rules.ANNOUNCED
    assert coordinator.post(address(plan, "/announce")).status_code == 409


def test_a_deputy_is_noted_by_a_coordinator(plan: Held, coordinator: Browser) -> None:
    [session_id] = plan.lay()
    [deputy] = attendees(session_id)
    sent = {"attendee_id": deputy.id, "came": "yes"}
    assert coordinator.post(address(plan, f"/{session_id}/presence"), data=sent).status_code == 303
    assert attendees(session_id)[0].came_at == NOW


def test_a_session_of_another_trip_is_not_found(plan: Held, coordinator: Browser) -> None:
    [session_id] = plan.lay()
    other = make_small_trip("other")
    elsewhere = f"/trips/{other.id}/sessions/{session_id}"
    assert coordinator.get(elsewhere).status_code == 404
    assert coordinator.get(f"/api/v1{elsewhere}").status_code == 404


def test_programs_plan_read_change_and_cancel(plan: Held, coordinator: Browser) -> None:
    root = f"/api/v1{address(plan)}"
    body = {
        "official_id": plan.official.user_id,
        "pattern": "daily",
        "from_day": "2026-11-22",
        "to_day": "2026-11-24",
        "opens": "09:00",
        "closes": "12:00",
        "line": "111",
        "deputies": ["معاون نمونه، معاون فنی"],
        "phone": "09121111111",
    }
    made = coordinator.post(root, json=body)
    assert made.status_code == 201
    first, second, _ = made.json["ids"]
    listed = coordinator.get(f"{root}?day=2026-11-22&until=2026-11-23").json
    assert [one["id"] for one in listed["sessions"]] == [first, second]
    assert "phone" not in listed["sessions"][0]
    one = coordinator.get(f"{root}/{first}").json
    assert one["funnel"]["attempted"] == 0 and one["attendees"][0]["position"] == "معاون فنی"
    hours = {"opens": "10:00", "closes": "11:00", "line": "111", "version": 1, "rest": True}
    assert len(coordinator.put(f"{root}/{first}", json=hours).json["ids"]) == 3
    assert coordinator.post(f"{root}/announce", json={}).json["ids"] == made.json["ids"]
    gone = coordinator.post(f"{root}/{second}/cancel", json={"reason": "سفر", "rest": True})
    assert len(gone.json["ids"]) == 2


def test_an_official_comes_and_leaves_by_a_program(plan: Held) -> None:
    [session_id] = plan.lay()
    root = f"/api/v1{address(plan)}/{session_id}"
    assert plan.browser.post(f"{root}/come", json={}).json["place_id"] == row(session_id).place_id
    assert plan.browser.post(f"{root}/leave", json={}).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "opens"),
        ({"opens": "25:00"}, "opens"),
        ({"deputies": 7}, "deputies"),
        ({"deputies": [{"name": "x"}]}, "deputies"),
        ({"weekday": "mon"}, "weekday"),
        ({"weekdays": ["monday"]}, "weekdays"),
    ],
)
def test_programs_are_told_which_field_is_wrong(
    plan: Held, coordinator: Browser, body: dict[str, Any], field: str
) -> None:
    full = {"official_id": 1, "from_day": "2026-11-22", "opens": "09:00", "closes": "12:00"}
    answer = coordinator.post(f"/api/v1{address(plan)}", json=(full | body) if body else {})
    assert answer.status_code == 422
    assert any(name.startswith(field) for name in answer.json["error"]["errors"])


def test_pressing_twice_plans_once(plan: Held, coordinator: Browser) -> None:
    sent = typed(plan, idempotency_key="one-press")
    first = coordinator.post(address(plan), data=sent).headers["Location"]
    assert coordinator.post(address(plan), data=sent).headers["Location"] == first


def test_nobody_waits_on_the_wall_for_a_session_that_is_past(plan: Held, coordinator: Browser) -> None:
    plan.lay()
    clock.freeze(NOW + timedelta(hours=3))
    assert "مقام آزمون" not in coordinator.get(f"/trips/{plan.trip.id}/wall/sessions").text
    assert "نیامده" in coordinator.get(address(plan, "?day=1405/09/01")).text
