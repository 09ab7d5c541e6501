"""Hours laid from a schedule, changed, cancelled and announced; and what speaks against them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.services.managing import add_followed_grant
from deskops.core import clock, runtime
from deskops.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Desk, DeskHours
from deskops.desks.queries import catalogue
from deskops.sessions import rules
from deskops.sessions.errors import (
    CancelReasonNeeded,
    NoDays,
    NoOfficial,
    NothingToAnnounce,
    NowhereToBe,
    SessionMoved,
    TooManyDays,
    UnknownDesk,
)
from deskops.sessions.queries.conflicts import conflicts_of
from deskops.sessions.queries.schedule import sessions_between, under_way
from deskops.sessions.services import planning
from deskops.sessions.services.meetings import MeetingPlan, plan_meeting
from deskops.sessions.services.planning import Deputy
from tests.directives.ordered import official
from tests.sessions.planned import MORNING, NOW, TODAY, Held, attendees, held, row
from tests.small_trip import SmallTrip, make_small_trip


@pytest.fixture
def plan(app: Flask, trip: SmallTrip) -> Held:
    clock.freeze(NOW)
    return held(app, trip)


def conflicts(plan: Held) -> dict[int, list[str]]:
    with runtime.current().database.reading() as session:
        lines = sessions_between(session, plan.trip.id, TODAY, date(2026, 12, 31))
        found = conflicts_of(session, catalogue(session, plan.trip.id), lines)
    return {session_id: [one.kind for one in kinds] for session_id, kinds in found.items()}


def cancel(plan: Held, session_id: int, reason: str = "سفر اداری", rest: bool = False) -> list[int]:
    with unit_of_work(SYSTEM) as uow:
        return planning.cancel(uow, SYSTEM, plan.trip.id, session_id, reason=reason, rest=rest)


def change(plan: Held, session_id: int, version: int = 1, rest: bool = False, **hours: object) -> list[int]:
    day = hours.pop("day", None)
    wanted = replace(MORNING, **({"desk_id": plan.trip.desks["a"]} | hours))
    with unit_of_work(SYSTEM) as uow:
        return planning.change(
            uow,
            SYSTEM,
            plan.trip.id,
            session_id,
            wanted,
            version=version,
            day=day,
            rest=rest,  # type: ignore[arg-type]
        )


def announce(plan: Held) -> list[int]:
    with unit_of_work(SYSTEM) as uow:
        return planning.announce(uow, SYSTEM, plan.trip.id)


def test_one_session_is_at_the_local_hours_of_its_day(plan: Held) -> None:
    [session_id] = plan.lay()
    found = row(session_id)
    assert found.starts_at == datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
    assert found.ends_at == datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    assert (found.state, found.series_id) == (rules.PLANNED, None)
    assert [(one.name, one.position) for one in attendees(session_id)] == [("معاون نمونه", "معاون فنی")]


def test_a_week_day_schedule_lays_a_session_for_each(plan: Held) -> None:
    ids = plan.lay(rules.WEEKLY, weekdays=("mon", "wed"))
    assert [row(one).starts_at.day for one in ids] == [23, 25, 30, 2]
    assert len({row(one).series_id for one in ids}) == 1


def test_days_that_are_over_are_left_out(plan: Held) -> None:
    ids = plan.lay(rules.DAILY, from_day=TODAY - timedelta(days=3), to_day=TODAY + timedelta(days=1))
    assert len(ids) == 2


def test_a_schedule_that_meets_no_day_is_refused(plan: Held) -> None:
    with pytest.raises(NoDays):
        plan.lay(rules.WEEKLY, weekdays=("sat",), to_day=TODAY + timedelta(days=2))
    with pytest.raises(NoDays):
        plan.lay(from_day=TODAY - timedelta(days=1))


def test_a_schedule_is_a_year_long_at_most(plan: Held) -> None:
    with pytest.raises(TooManyDays):
        plan.lay(rules.DAILY, to_day=TODAY + timedelta(days=366))
    assert len(plan.lay(rules.DAILY, to_day=TODAY + timedelta(days=365))) == 366


def test_who_is_no_official_of_the_trip_has_no_hours(plan: Held) -> None:
    elsewhere = official(make_small_trip("other"))
    with pytest.raises(NoOfficial):
        plan.lay(official_id=elsewhere.user_id)


def test_people_must_be_able_to_reach_the_official(plan: Held) -> None:
    with pytest.raises(NowhereToBe):
        plan.lay(desk_id=None)
    assert plan.lay(desk_id=None, line="111")
    assert plan.lay(desk_id=None, where_text="سالن اجتماعات")


def test_a_desk_of_another_trip_is_refused(plan: Held) -> None:
    other = make_small_trip("other")
    with pytest.raises(UnknownDesk):
        plan.lay(desk_id=other.desks["a"])


def test_the_end_comes_after_the_begin(plan: Held) -> None:
    with pytest.raises(InvalidInput):
        plan.lay(opens=600, closes=600)


def test_only_who_plans_may_plan(plan: Held) -> None:
    with pytest.raises(Forbidden), unit_of_work(plan.official) as uow:
        planning.announce(uow, plan.official, plan.trip.id)


def test_one_session_is_moved_and_the_others_stay(plan: Held) -> None:
    first, second, *_ = plan.lay(rules.DAILY)
    assert change(plan, second, opens=600, closes=660, day=TODAY) == [second]
    assert row(second).starts_at == datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
    assert row(first).version == 1


def test_the_rest_of_a_series_is_changed_each_on_its_own_day(plan: Held) -> None:
    ids = plan.lay(rules.DAILY, to_day=TODAY + timedelta(days=3))
    assert change(plan, ids[1], rest=True, opens=600, closes=660) == ids[1:]
    assert [row(one).starts_at.hour for one in ids] == [5, 6, 6, 6]
    assert [row(one).starts_at.day for one in ids] == [22, 23, 24, 25]


def test_what_changes_nothing_is_no_change(plan: Held) -> None:
    [session_id] = plan.lay()
    assert change(plan, session_id) == []
    assert row(session_id).version == 1


def test_other_deputies_replace_those_before(plan: Held) -> None:
    [session_id] = plan.lay()
    change(plan, session_id, deputies=(Deputy("دیگری"),))
    assert [one.name for one in attendees(session_id)] == ["دیگری"]


def test_a_change_that_saw_an_older_state_is_refused(plan: Held) -> None:
    [session_id] = plan.lay()
    change(plan, session_id, opens=600)
    with pytest.raises(StaleVersion):
        change(plan, session_id, opens=500)


def test_cancelling_needs_a_reason(plan: Held) -> None:
    [session_id] = plan.lay()
    with pytest.raises(CancelReasonNeeded):
        cancel(plan, session_id, "")
    cancel(plan, session_id)
    assert (row(session_id).state, row(session_id).reason) == (rules.CANCELLED, "سفر اداری")


def test_the_rest_of_a_series_is_cancelled_from_one_on(plan: Held) -> None:
    ids = plan.lay(rules.DAILY, to_day=TODAY + timedelta(days=3))
    assert cancel(plan, ids[2], rest=True) == ids[2:]
    assert [row(one).state for one in ids] == [rules.PLANNED] * 2 + [rules.CANCELLED] * 2


def test_what_is_cancelled_cant_be_changed_or_cancelled_again(plan: Held) -> None:
    [session_id] = plan.lay()
    cancel(plan, session_id)
    with pytest.raises(SessionMoved):
        cancel(plan, session_id)
    with pytest.raises(SessionMoved):
        change(plan, session_id, version=2)


def test_a_session_of_another_trip_is_not_found(plan: Held) -> None:
    [session_id] = plan.lay()
    other = make_small_trip("other")
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        planning.cancel(uow, SYSTEM, other.id, session_id, reason="…")


def test_all_that_is_planned_ahead_is_announced_once(plan: Held) -> None:
    ids = plan.lay(rules.DAILY, to_day=TODAY + timedelta(days=1))
    assert announce(plan) == ids
    assert {row(one).state for one in ids} == {rules.ANNOUNCED}
    with pytest.raises(NothingToAnnounce):
        announce(plan)


def test_one_official_at_two_desks_at_once_is_a_conflict(plan: Held) -> None:
    [first], [second] = plan.lay(), plan.lay(desk_id=plan.trip.desks["b"], opens=660, closes=780)
    assert conflicts(plan) == {first: [rules.OFFICIAL_TWICE], second: [rules.OFFICIAL_TWICE]}
    cancel(plan, second)
    assert conflicts(plan) == {}


def test_two_officials_at_one_desk_at_once_are_a_conflict(plan: Held) -> None:
    [first] = plan.lay()
    [second] = plan.lay(official_id=official(plan.trip, name="دیگری").user_id)
    assert conflicts(plan) == {first: [rules.DESK_TWICE], second: [rules.DESK_TWICE]}


def test_the_same_official_in_another_trip_is_a_conflict(plan: Held) -> None:
    [here] = plan.lay()
    other = make_small_trip("other")
    from_elsewhere = replace(plan, trip=other)
    with unit_of_work(SYSTEM) as uow:
        add_followed_grant(uow, plan.official.user_id or 0, Grant("official", other.id))
    from_elsewhere.lay()
    assert conflicts(plan) == {here: [rules.OFFICIAL_TWICE]}


def test_hours_when_the_desk_is_closed_are_a_conflict(plan: Held) -> None:
    ids = plan.lay(rules.DAILY, to_day=TODAY + timedelta(days=2))
    with unit_of_work(SYSTEM) as uow:
        for days, opens in ((0, 480), (1, 600)):
            uow.session.add(
                DeskHours(
                    desk_id=plan.trip.desks["a"], day=TODAY + timedelta(days=days), opens=opens, closes=960
                )
            )
    # Open all the time, opened too late, and not open at all.
    assert conflicts(plan) == {ids[1]: [rules.OUTSIDE_HOURS], ids[2]: [rules.OUTSIDE_HOURS]}


def test_a_day_off_is_a_conflict(plan: Held) -> None:
    [friday] = plan.lay(from_day=date(2026, 11, 27))
    assert conflicts(plan) == {friday: [rules.DAY_OFF]}


def test_a_desk_that_retired_takes_no_more_sessions(plan: Held) -> None:
    with unit_of_work(SYSTEM) as uow:
        uow.session.get_one(Desk, plan.trip.desks["a"]).retired_at = NOW
    with pytest.raises(UnknownDesk):
        plan.lay()


def test_nobody_holds_a_session_that_is_only_planned(plan: Held) -> None:
    plan.lay()
    with runtime.current().database.reading() as session:
        assert under_way(session, plan.trip.id, plan.official.user_id or 0, NOW) is None


def test_a_meeting_at_the_same_time_is_a_conflict(plan: Held) -> None:
    [session_id] = plan.lay()
    meeting = MeetingPlan(
        official_id=plan.official.user_id or 0,
        day=TODAY,
        opens=660,
        closes=720,
        slot_minutes=10,
        where_text="دفتر استاندار",
    )
    with unit_of_work(SYSTEM) as uow:
        plan_meeting(uow, SYSTEM, plan.trip.id, meeting)
    assert conflicts(plan) == {session_id: [rules.OFFICIAL_TWICE]}


def test_what_is_over_conflicts_with_nothing(plan: Held) -> None:
    [first], [second] = plan.lay(), plan.lay(desk_id=plan.trip.desks["b"])
    plan.come(first)
    plan.leave(first)
    assert conflicts(plan) == {}
    assert row(second).state == rules.PLANNED
