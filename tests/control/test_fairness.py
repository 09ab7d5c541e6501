"""Who was overtaken, as coordinators see it: shares, who, by whom, why, and who waits and has been."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from deskops.accounts.actor import SYSTEM
from deskops.control.queries import fairness as queries
from deskops.control.queries.fairness import Fairness, fairness, fairness_of
from deskops.control.services.fairness import keep_fairness
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.i18n import LANGUAGE_COOKIE
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Demand
from deskops.demands.services.tickets import TICKETS
from deskops.desks.services import set_phase
from tests.demands.counter import Counter, sit_down, somebody, ticket_row
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip

WORDS = {
    "priority": "اولویت نوبت",
    "language": "در انتظار باجه‌ای بود که زبانش را بداند",
    "place": "باجه‌ای در جای دیگری آزاد شد",
    "missed": "پیش‌تر فراخوانده",
}


@pytest.fixture
def counter(sign_in: Join, trip: SmallTrip) -> Counter:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    return sit_down(sign_in, trip, "hall")


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def comes(trip: SmallTrip, minutes: float = 2.0, **more: Any) -> int:
    """Somebody comes about a loan; some minutes pass."""
    ticket = int(somebody(trip, **more).ticket.id)
    clock.advance(minutes=minutes)
    return ticket


def serve_next(counter: Counter, minutes: float = 5.0) -> None:
    """Whom the rule takes, for some minutes."""
    counter.act("next")
    with runtime.current().database.reading() as session:
        here = TICKETS.c.place_id == counter.place_id
        ticket = session.scalars(select(TICKETS.c.id).where(here, TICKETS.c.status == "called")).one()
    counter.act("serve", ticket)
    clock.advance(minutes=minutes)
    counter.act("finish", ticket, outcome="granted")


def today(trip: SmallTrip) -> Fairness:
    with runtime.current().database.reading() as session:
        return fairness_of(session, trip.id, local_day(clock.now()), clock.now())


def page(browser: Browser, trip: SmallTrip, **query: str) -> Any:
    return browser.get(f"/trips/{trip.id}/balance/fairness", query_string=query)


def test_where_all_go_in_order_nobody_is_overtaken(trip: SmallTrip, counter: Counter) -> None:
    for _ in range(3):
        comes(trip)
    for _ in range(3):
        serve_next(counter)
    figures = today(trip)
    assert (figures.served, figures.overtaken, figures.share, figures.most) == (3, 0, 0.0, [])


def test_before_anybody_is_served_there_is_no_share(trip: SmallTrip, counter: Counter) -> None:
    comes(trip)
    assert today(trip).share is None


def test_a_priority_overtakes_and_is_named_as_the_reason(trip: SmallTrip, counter: Counter) -> None:
    first, second = comes(trip), comes(trip, priorities=("elderly",))
    serve_next(counter)
    serve_next(counter)
    figures = today(trip)
    [line] = figures.most
    assert (figures.served, figures.overtaken, figures.share) == (2, 1, 0.5)
    assert (line.demand_id, line.people, line.minutes) == (ticket_row(first).demand_id, 1, 5.0)
    assert (line.first_demand_id, line.first_number) == (
        ticket_row(second).demand_id,
        ticket_row(second).number,
    )
    assert (line.why, line.desk_id, line.location) == ("priority", trip.desks["hall"], trip.sites["one"])
    assert [(one.id, one.served, one.overtaken) for one in figures.places] == [(trip.sites["one"], 2, 1)]
    assert [(one.id, one.served, one.overtaken) for one in figures.topics] == [(trip.topics["loan"], 2, 1)]


def test_who_waits_and_was_overtaken_is_shown_as_of_now(trip: SmallTrip, counter: Counter) -> None:
    comes(trip), comes(trip, priorities=("elderly",))
    serve_next(counter, minutes=7.0)
    [line] = today(trip).waiting
    assert (line.people, line.minutes, line.why) == (1, 7.0, "priority")
    clock.advance(minutes=3)
    assert today(trip).waiting[0].minutes == 10.0


def test_urgent_people_neither_overtake_nor_are_overtaken(trip: SmallTrip, counter: Counter) -> None:
    for _ in range(12):
        comes(trip)
    comes(trip, urgent=True)
    serve_next(counter)
    figures = today(trip)
    assert (figures.served, figures.waiting) == (0, [])


def test_a_counter_that_came_free_at_another_place_is_a_reason(trip: SmallTrip, sign_in: Join) -> None:
    clock.freeze(datetime(2026, 11, 22, 6, tzinfo=UTC))
    comes(trip)
    other = sit_down(sign_in, trip, "b")
    comes(trip, site_id=trip.sites["two"])
    serve_next(other)
    [line] = today(trip).waiting
    assert (line.why, line.location) == ("place", trip.sites["one"])


def test_a_language_that_the_counter_does_not_speak_is_a_reason(
    trip: SmallTrip, counter: Counter, sign_in: Join
) -> None:
    browser = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    place = trip.places["a"][0]
    assert (
        browser.post(f"/api/v1/trips/{trip.id}/places/{place}/open", json={"languages": "fa,ku"}).status_code
        == 200
    )
    comes(trip, language="ku"), comes(trip)
    serve_next(counter)
    assert [line.why for line in today(trip).waiting] == ["language"]


def test_who_did_not_come_when_called_is_said_to_have_missed_it(trip: SmallTrip, counter: Counter) -> None:
    first = comes(trip)
    comes(trip)
    counter.act("next")
    counter.act("no-show", first)
    serve_next(counter)
    counter.act("recall", first)
    counter.act("serve", first)
    assert [line.why for line in today(trip).most] == ["missed"]


def test_another_day_is_another_matter(trip: SmallTrip, counter: Counter, sign_in: Join) -> None:
    comes(trip), comes(trip, priorities=("elderly",))
    serve_next(counter)
    serve_next(counter)
    clock.advance(days=1)
    assert today(trip).served == 0
    coordinator = sign_in("coordinator", trip_id=trip.id)
    assert "در این روز به کسی خدمت داده نشده است" in page(coordinator, trip).text
    assert WORDS["priority"] in page(coordinator, trip, day="۱۴۰۵/۰۹/۰۱").text


def test_coordinators_see_it_in_both_languages(
    trip: SmallTrip, counter: Counter, coordinator: Browser
) -> None:
    first = comes(trip)
    comes(trip, priorities=("elderly",))
    serve_next(counter)
    serve_next(counter)
    persian = page(coordinator, trip).text
    assert "۵۰٫۰ درصد" in persian
    assert WORDS["priority"] in persian
    assert f"/trips/{trip.id}/demands/{ticket_row(first).demand_id}" in persian
    coordinator.client.set_cookie(LANGUAGE_COOKIE, "en")
    english = page(coordinator, trip).text
    assert "<h1>Fairness</h1>" in english
    assert "50.0 percent" in english


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "۱۴۰۵/۱۵/۴۰"])
def test_a_day_that_is_none_is_named(trip: SmallTrip, coordinator: Browser, day: str) -> None:
    answer = page(coordinator, trip, day=day)
    assert answer.status_code == 422
    assert 'id="day-error"' in answer.text
    api = coordinator.get(f"/api/v1/trips/{trip.id}/balance/fairness", query_string={"day": day})
    assert api.status_code == 422


def test_a_program_reads_the_same(trip: SmallTrip, counter: Counter, coordinator: Browser) -> None:
    comes(trip), comes(trip, priorities=("elderly",))
    serve_next(counter)
    told = coordinator.get(f"/api/v1/trips/{trip.id}/balance/fairness").json["fairness"]
    assert Fairness.of_json(told) == today(trip)
    assert (told["day"], told["served"], told["share"]) == ("2026-11-22", 1, 0.0)
    assert told["waiting"][0]["why"] == "priority"


@pytest.mark.parametrize(
    ("role", "status"), [("administrator", 200), ("inspector", 200), ("staff", 403), ("desk_head", 403)]
)
def test_who_may_see_it(trip: SmallTrip, sign_in: Join, role: str, status: int) -> None:
    browser = sign_in(role, trip_id=trip.id)
    assert page(browser, trip).status_code == status
    assert browser.get(f"/api/v1/trips/{trip.id}/balance/fairness").status_code == status


def test_an_inspector_is_not_led_to_what_they_may_not_set(trip: SmallTrip, sign_in: Join) -> None:
    shown = page(sign_in("inspector", trip_id=trip.id), trip).text
    assert "/balance/priorities" not in shown
    assert "/estimates" in shown


def test_another_trips_coordinators_find_nothing(trip: SmallTrip, sign_in: Join) -> None:
    stranger = sign_in("coordinator", trip_id=make_small_trip("other").id)
    assert page(stranger, trip).status_code == 404
    assert stranger.get(f"/api/v1/trips/{trip.id}/balance/fairness").status_code == 404


# A day of many turns is the worker's.


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two turns are many."""
    monkeypatch.setattr(queries, "FEW", 1)


def shown(trip: SmallTrip, days_ago: int = 0) -> Fairness | None:
    with runtime.current().database.reading() as session:
        day = local_day(clock.now()) - timedelta(days=days_ago)
        return fairness(session, trip.id, day, clock.now())


def test_a_day_of_many_turns_is_shown_as_the_worker_counted_it(
    trip: SmallTrip, counter: Counter, coordinator: Browser, many: None
) -> None:
    comes(trip), comes(trip, priorities=("elderly",))
    serve_next(counter)
    assert shown(trip) is None
    assert "هنوز شمارش نشده است" in page(coordinator, trip).text
    assert coordinator.get(f"/api/v1/trips/{trip.id}/balance/fairness").json == {"fairness": None}
    keep_fairness({})
    assert shown(trip) == today(trip)
    serve_next(counter)
    assert shown(trip) != today(trip)
    keep_fairness({})
    assert shown(trip) == today(trip)


def test_while_nothing_happens_nothing_is_counted(trip: SmallTrip, counter: Counter, many: None) -> None:
    comes(trip), comes(trip)
    keep_fairness({})
    counted = shown(trip)
    clock.advance(minutes=5)
    keep_fairness({})
    assert shown(trip) == counted


def test_a_day_is_counted_once_more_when_it_is_over(trip: SmallTrip, counter: Counter, many: None) -> None:
    comes(trip), comes(trip, priorities=("elderly",))
    keep_fairness({})
    serve_next(counter)
    serve_next(counter)
    clock.advance(days=1)
    keep_fairness({})
    yesterday = shown(trip, days_ago=1)
    assert yesterday is not None
    assert (yesterday.served, yesterday.overtaken) == (2, 1)


def test_in_the_follow_up_the_days_are_still_there(trip: SmallTrip, counter: Counter, many: None) -> None:
    comes(trip), comes(trip)
    serve_next(counter)
    with unit_of_work(SYSTEM) as uow:
        set_phase(uow, SYSTEM, trip.id, "follow_up")
    keep_fairness({})
    assert shown(trip) is not None


def test_only_so_many_lines_are_shown(trip: SmallTrip, counter: Counter) -> None:
    made = somebody(trip)
    row = ticket_row(made.ticket.id)._asdict()
    with unit_of_work(SYSTEM) as uow:
        came = row["registered_at"]
        uow.session.execute(
            insert(TICKETS),
            [
                row
                | {"id": 100 + number, "number": 100 + number, "status": "done"}
                | {"registered_at": came + timedelta(minutes=2 * number)}
                | {"serving_at": came + timedelta(minutes=500 - 2 * number)}
                for number in range(1, 81)
            ],
        )
        assert uow.session.scalars(select(Demand.id)).all() == [made.demand_id]
    figures = today(trip)
    assert (figures.served, figures.overtaken, len(figures.most)) == (80, 79, queries.LINES)
    assert figures.most[0].people == 79
