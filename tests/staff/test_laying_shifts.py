"""Shifts laid over desks and days by patterns, copied, changed in bulk, and laid anew when hours change."""

from datetime import date, timedelta

import pytest

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.dates import to_local
from deskops.core.errors import InvalidInput, NotFound, StaleVersion
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import DeskHours
from deskops.desks.rules import Need
from deskops.staff import errors
from deskops.staff.rules.times import ShiftTimes
from deskops.staff.services import desk_shifts, laying, patterns
from deskops.staff.services.desk_shifts import ManyShifts, ShiftsEdit, span_of
from deskops.staff.services.patterns import PatternFacts
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip, make_small_trip
from tests.staff import rostered
from tests.staff.rostered import AFTERNOON, DAY, EARLY, MORNING, NEXT

NIGHT = PatternFacts("شب", "Night", ShiftTimes("midnight", 22 * 60, "midnight", 30 * 60))


@pytest.fixture(autouse=True)
def desks(trip: SmallTrip) -> None:
    clock.freeze(EARLY)
    rostered.open_desks(trip, DAY, NEXT)


def lay(trip: SmallTrip, *pattern_ids: int, desks: tuple[str, ...] = ("a",), days: tuple[date, ...] = (DAY,)):
    with unit_of_work(SYSTEM) as uow:
        return laying.lay_shifts(
            uow, SYSTEM, trip.id, pattern_ids, [trip.desks[name] for name in desks], days
        )


def change(trip: SmallTrip, **wanted) -> int:
    with unit_of_work(SYSTEM) as uow:
        return desk_shifts.change_shifts(uow, SYSTEM, trip.id, ManyShifts(**wanted))


def times(trip: SmallTrip) -> list[str]:
    return [
        f"{to_local(row.starts_at):%d %H:%M}-{to_local(row.ends_at):%d %H:%M}" for row in rostered.slots(trip)
    ]


def set_hours(trip: SmallTrip, desk: str, opens: int | None, closes: int = 0, day: date = DAY) -> None:
    with unit_of_work(SYSTEM) as uow:
        row = uow.session.get_one(DeskHours, (trip.desks[desk], day))
        if opens is None:
            uow.session.delete(row)
        else:
            row.opens, row.closes = opens, closes


def a_full_shift(trip: SmallTrip) -> tuple[int, list[int]]:
    """The morning at desk A with two people in it, who know it."""
    ids = rostered.people(trip, 2, desk="a")
    rostered.laid(trip, MORNING, desks=("a",))
    rostered.approved(trip, rostered.solved(trip))
    rostered.told()
    rostered.end_all()
    return rostered.slot(trip, "a"), ids


# Laying


def test_a_pattern_makes_a_shift_at_each_desk_on_each_day_with_the_desks_need(trip: SmallTrip) -> None:
    laid = lay(trip, rostered.pattern(trip), desks=("a", "b"), days=(DAY, NEXT))
    assert (laid.made, laid.stood, laid.closed) == (4, 0, 0)
    assert times(trip) == ["22 08:00-22 12:00"] * 2 + ["23 08:00-23 12:00"] * 2
    assert {(row.minimum, row.target, row.supervisors) for row in rostered.slots(trip)} == {(1, 2, 0)}


def test_a_desk_of_which_nobody_said_its_need_gets_the_usual_one(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    with unit_of_work(SYSTEM) as uow:
        uow.session.add(DeskHours(desk_id=other.desks["hall"], day=DAY, opens=480, closes=960))
    lay(other, rostered.pattern(other), desks=("hall",))
    assert [(row.minimum, row.target, row.supervisors) for row in rostered.slots(other)] == [(2, 3, 1)]


def test_a_night_shift_ends_on_the_next_day(trip: SmallTrip) -> None:
    lay(trip, rostered.pattern(trip, NIGHT))
    assert times(trip) == ["22 22:00-23 06:00"]


def test_days_on_which_a_desk_is_closed_are_left_out_and_counted(trip: SmallTrip) -> None:
    laid = lay(trip, rostered.pattern(trip), days=(DAY, NEXT, NEXT + timedelta(days=1)))
    assert (laid.made, laid.closed) == (2, 1)


def test_shifts_that_are_there_stay_as_they_are(trip: SmallTrip) -> None:
    pattern = rostered.pattern(trip)
    lay(trip, pattern)
    change(trip, shift_ids=[rostered.slot(trip, "a")], edit=ShiftsEdit(target=5))
    laid = lay(trip, pattern, days=(DAY, NEXT))
    assert (laid.made, laid.stood) == (1, 1)
    assert [row.target for row in rostered.slots(trip)] == [5, 2]


def test_two_patterns_at_the_same_times_make_one_shift(trip: SmallTrip) -> None:
    laid = lay(trip, rostered.pattern(trip), rostered.pattern(trip))
    assert (laid.made, laid.stood) == (1, 1)


def test_hours_that_leave_no_room_for_a_pattern_make_no_shift(trip: SmallTrip) -> None:
    late = PatternFacts("دیر", "", ShiftTimes("opening", 9 * 60, "closing", 0))
    laid = lay(trip, rostered.pattern(trip, late))
    assert (laid.made, laid.no_room) == (0, 1)


def test_what_would_have_begun_already_is_not_laid(trip: SmallTrip) -> None:
    pattern = rostered.pattern(trip)
    clock.freeze(EARLY + timedelta(hours=6))
    laid = lay(trip, pattern)
    assert (laid.made, laid.begun) == (0, 1)


def test_another_trips_desk_or_pattern_is_not_found(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    pattern, foreign = rostered.pattern(trip), rostered.pattern(other)
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        laying.lay_shifts(uow, SYSTEM, trip.id, [pattern], [other.desks["a"]], [DAY])
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        laying.lay_shifts(uow, SYSTEM, trip.id, [foreign], [trip.desks["a"]], [DAY])
    assert rostered.slots(trip) == []


def test_far_too_many_shifts_at_once_are_refused(trip: SmallTrip) -> None:
    days = [DAY + timedelta(days=number) for number in range(laying.MOST_LAID)]
    with pytest.raises(InvalidInput), unit_of_work(SYSTEM) as uow:
        laying.lay_shifts(uow, SYSTEM, trip.id, [1, 2], [trip.desks["a"]], days)


# Patterns and settings


@pytest.mark.parametrize("ends", [0, 20, 17 * 60])
def test_a_pattern_that_ends_too_early_or_lasts_too_long_is_refused(trip: SmallTrip, ends: int) -> None:
    with pytest.raises(errors.LengthRefused), unit_of_work(SYSTEM) as uow:
        facts = PatternFacts("x", "", ShiftTimes("midnight", 0, "midnight", ends))
        patterns.add_pattern(uow, SYSTEM, trip.id, facts)


def test_a_pattern_that_somebody_else_changed_is_not_overwritten(trip: SmallTrip) -> None:
    pattern = rostered.pattern(trip)
    with unit_of_work(SYSTEM) as uow:
        patterns.edit_pattern(uow, SYSTEM, trip.id, pattern, 1, AFTERNOON)
    with pytest.raises(StaleVersion), unit_of_work(SYSTEM) as uow:
        patterns.edit_pattern(uow, SYSTEM, trip.id, pattern, 1, MORNING)


def test_the_shifts_of_a_removed_pattern_stay(trip: SmallTrip) -> None:
    pattern = rostered.pattern(trip)
    lay(trip, pattern)
    with unit_of_work(SYSTEM) as uow:
        patterns.remove_pattern(uow, SYSTEM, trip.id, pattern)
    assert [row.pattern_id for row in rostered.slots(trip)] == [None]


def test_settings_are_kept_and_a_second_writer_is_told(trip: SmallTrip) -> None:
    with unit_of_work(SYSTEM) as uow:
        assert patterns.set_settings(uow, SYSTEM, trip.id, 1, {"rest": 600}).version == 2
    with pytest.raises(StaleVersion), unit_of_work(SYSTEM) as uow:
        patterns.set_settings(uow, SYSTEM, trip.id, 1, {"rest": 60})


# One shift, and many


def test_one_shift_gets_other_times_and_another_need(trip: SmallTrip) -> None:
    lay(trip, rostered.pattern(trip))
    row = rostered.slots(trip)[0]
    with unit_of_work(SYSTEM) as uow:
        begins, ends = span_of(DAY, (9 * 60, 13 * 60))
        need = Need(minimum=2, target=3, supervisors=1, languages=("az",))
        desk_shifts.edit_shift(uow, SYSTEM, trip.id, row.id, row.version, begins, ends, need)
    [row] = rostered.slots(trip)
    assert times(trip) == ["22 09:00-22 13:00"]
    assert (row.minimum, row.target, row.supervisors, row.languages, row.pattern_id) == (2, 3, 1, "az", None)


@pytest.mark.parametrize(
    ("need", "field"),
    [
        (Need(minimum=2, target=1), "target"),
        (Need(minimum=0, target=1), "minimum"),
        (Need(minimum=1, target=1, supervisors=2), "supervisors"),
        (Need(minimum=1, target=1, languages=("xx",)), "languages"),
    ],
)
def test_a_need_that_contradicts_itself_is_refused(trip: SmallTrip, need: Need, field: str) -> None:
    lay(trip, rostered.pattern(trip))
    row = rostered.slots(trip)[0]
    with pytest.raises(InvalidInput) as refused, unit_of_work(SYSTEM) as uow:
        desk_shifts.edit_shift(uow, SYSTEM, trip.id, row.id, row.version, row.starts_at, row.ends_at, need)
    assert list(refused.value.errors) == [field]


def test_a_second_shift_of_a_desk_at_the_same_times_is_refused(trip: SmallTrip) -> None:
    rostered.laid(trip, MORNING, AFTERNOON, desks=("a",))
    first, second = rostered.slots(trip)
    with pytest.raises(errors.ShiftThere), unit_of_work(SYSTEM) as uow:
        desk_shifts.edit_shift(
            uow,
            SYSTEM,
            trip.id,
            second.id,
            second.version,
            first.starts_at,
            first.ends_at,
            Need(minimum=1, target=1),
        )


def test_a_shift_that_has_begun_is_not_changed(trip: SmallTrip) -> None:
    lay(trip, rostered.pattern(trip))
    row = rostered.slots(trip)[0]
    clock.freeze(row.starts_at)
    with pytest.raises(errors.ShiftBegun), unit_of_work(SYSTEM) as uow:
        desk_shifts.edit_shift(
            uow, SYSTEM, trip.id, row.id, row.version, row.starts_at, row.ends_at, Need(minimum=1, target=1)
        )
    assert change(trip, shift_ids=[row.id], edit=ShiftsEdit(target=9)) == 0
    with pytest.raises(errors.ShiftBegun):
        change(trip, shift_ids=[row.id])


def test_many_shifts_are_changed_alike_and_a_minimum_alone_lifts_the_target(trip: SmallTrip) -> None:
    ids = rostered.laid(trip)
    edit = ShiftsEdit(minimum=3, supervisors=1, languages=("az", "ku"), begins_later=-30, ends_later=15)
    assert change(trip, shift_ids=ids, edit=edit) == 4
    assert {(row.minimum, row.target, row.languages) for row in rostered.slots(trip)} == {(3, 3, "az,ku")}
    assert times(trip)[0] == "22 07:30-22 12:15"


def test_all_shifts_of_a_day_at_a_site_are_changed_without_ticking_them(trip: SmallTrip) -> None:
    rostered.laid(trip, MORNING, desks=("a", "b"), days=(DAY, NEXT))
    assert change(trip, day=DAY, site_id=trip.sites["one"], edit=ShiftsEdit(target=7)) == 1
    assert change(trip, day=NEXT, edit=ShiftsEdit(target=8)) == 2
    assert sorted(row.target for row in rostered.slots(trip)) == [2, 7, 8, 8]


def test_one_shift_that_does_not_fit_leaves_all_as_they_were(trip: SmallTrip) -> None:
    ids = rostered.laid(trip)
    change(trip, shift_ids=ids[:1], edit=ShiftsEdit(target=1))
    with pytest.raises(errors.LengthRefused):
        change(trip, shift_ids=ids, edit=ShiftsEdit(target=9, ends_later=-230))
    assert [row.target for row in rostered.slots(trip)] == [1, 2, 2, 2]


def test_nothing_ticked_and_nothing_chosen_are_refused(trip: SmallTrip) -> None:
    ids = rostered.laid(trip)
    with pytest.raises(InvalidInput):
        change(trip, shift_ids=[], edit=ShiftsEdit(target=3))
    with pytest.raises(InvalidInput):
        change(trip, shift_ids=ids, edit=ShiftsEdit())


def test_another_trips_shift_is_not_found(trip: SmallTrip) -> None:
    other = make_small_trip("other")
    rostered.open_desks(other, DAY)
    [foreign] = rostered.laid(other, MORNING, desks=("a",))
    with pytest.raises(NotFound):
        change(trip, shift_ids=[foreign], edit=ShiftsEdit(target=3))


# People in them


def test_people_in_a_shift_that_moves_are_told_of_the_new_time(trip: SmallTrip) -> None:
    slot_id, ids = a_full_shift(trip)
    change(trip, shift_ids=[slot_id], edit=ShiftsEdit(begins_later=30, ends_later=30))
    assert {row.told_at for row in rostered.shifts(trip)} == {None}
    rostered.told()
    moved = rostered.shifts(trip)
    assert [to_local(row.starts_at).hour * 60 + to_local(row.starts_at).minute for row in moved] == [510, 510]
    assert None not in {row.told_at for row in moved}
    assert [row.staff_id for row in moved] == ids


def test_a_shift_with_people_goes_only_when_that_is_confirmed(trip: SmallTrip) -> None:
    slot_id, _ids = a_full_shift(trip)
    with pytest.raises(errors.ShiftsFilled) as refused:
        change(trip, shift_ids=[slot_id])
    assert refused.value.details == {"people": 2}
    assert change(trip, shift_ids=[slot_id], confirmed=True) == 1
    assert rostered.slots(trip) == []
    assert rostered.shifts(trip) == []
    lost = rostered.shifts(trip, state="dropped")
    assert [row.told_at for row in lost] == [None, None]
    rostered.told()
    assert None not in {row.told_at for row in rostered.shifts(trip, state="dropped")}


# Hours that change, days that are copied


def test_shifts_whose_desk_opens_later_now_are_laid_anew(trip: SmallTrip) -> None:
    rostered.laid(trip, desks=("a",))
    set_hours(trip, "a", 540, 1020)
    with unit_of_work(SYSTEM) as uow:
        assert laying.lay_anew(uow, SYSTEM, trip.id, confirmed=False) == 2
    assert times(trip) == ["22 09:00-22 13:00", "22 13:00-22 17:00"]
    with unit_of_work(SYSTEM) as uow:
        assert laying.lay_anew(uow, SYSTEM, trip.id, confirmed=False) == 0


def test_shifts_of_a_day_on_which_the_desk_is_closed_now_go(trip: SmallTrip) -> None:
    a_full_shift(trip)
    set_hours(trip, "a", None)
    with pytest.raises(errors.ShiftsFilled), unit_of_work(SYSTEM) as uow:
        laying.lay_anew(uow, SYSTEM, trip.id, confirmed=False)
    with unit_of_work(SYSTEM) as uow:
        laying.lay_anew(uow, SYSTEM, trip.id, confirmed=True)
    assert rostered.slots(trip) == []
    assert rostered.shifts(trip) == []


def test_a_shift_that_somebody_put_elsewhere_stays_there(trip: SmallTrip) -> None:
    [slot_id] = rostered.laid(trip, MORNING, desks=("a",))
    change(trip, shift_ids=[slot_id], edit=ShiftsEdit(begins_later=60))
    with unit_of_work(SYSTEM) as uow:
        assert laying.lay_anew(uow, SYSTEM, trip.id, confirmed=False) == 0


def test_a_day_is_copied_with_its_needs_by_the_other_days_hours(trip: SmallTrip) -> None:
    ids = rostered.laid(trip, MORNING, desks=("a", "b"))
    change(trip, shift_ids=ids, edit=ShiftsEdit(target=4, languages=("az",)))
    set_hours(trip, "a", 600, 960, NEXT)
    with unit_of_work(SYSTEM) as uow:
        laid = laying.copy_day(uow, SYSTEM, trip.id, DAY, [DAY, NEXT], None)
    assert (laid.made, laid.stood) == (2, 0)
    assert times(trip)[2:] == ["23 08:00-23 12:00", "23 10:00-23 14:00"]
    assert {(row.target, row.languages) for row in rostered.slots(trip)} == {(4, "az")}
    with unit_of_work(SYSTEM) as uow:
        assert laying.copy_day(uow, SYSTEM, trip.id, DAY, [NEXT], None).stood == 2


def test_a_day_without_shifts_is_not_copied(trip: SmallTrip) -> None:
    with pytest.raises(InvalidInput), unit_of_work(SYSTEM) as uow:
        laying.copy_day(uow, SYSTEM, trip.id, DAY, [NEXT], None)


# Pages and API


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)


def page(trip: SmallTrip, path: str) -> str:
    return f"/trips/{trip.id}/shifts{path}"


def test_a_pattern_comes_from_a_page_with_persian_digits_and_is_laid(
    trip: SmallTrip, coordinator: Browser
) -> None:
    typed = {
        "name_fa": "صبح", "begins_from": "opening", "begins_minutes": "-۰:۳۰",
        "ends_from": "midnight", "ends_minutes": "۱۲:۰۰",
    }  # fmt: skip
    assert coordinator.post(page(trip, "/patterns"), data=typed).status_code == 303
    shown = coordinator.get(page(trip, "/patterns")).text
    assert "۰۷:۳۰" in shown
    lay_it = {
        "pattern_ids": ["1"],
        "site_ids": [str(trip.sites["one"])],
        "first_day": "1405/09/01",
        "last_day": "",
    }
    answer = coordinator.post(page(trip, "/lay"), data=lay_it)
    assert answer.status_code == 303, answer.text
    assert times(trip) == ["22 07:30-22 12:00"] * 3
    assert "۰۷:۳۰" in coordinator.get(page(trip, f"?day={DAY}")).text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("begins_minutes", "soon"),
        ("ends_minutes", "99:99"),
        ("begins_from", "noon"),
        ("name_fa", ""),
        ("ends_minutes", "-600"),
    ],
)
def test_a_pattern_that_makes_no_sense_is_shown_again(
    trip: SmallTrip, coordinator: Browser, field: str, typed: str
) -> None:
    sent = {
        "name_fa": "صبح",
        "begins_from": "opening",
        "begins_minutes": "0",
        "ends_from": "opening",
        "ends_minutes": "240",
    }
    answer = coordinator.post(page(trip, "/patterns"), data=sent | {field: typed})
    assert answer.status_code == 422
    assert 'class="summary"' in answer.text


def test_removing_shifts_with_people_asks_first_on_the_page(trip: SmallTrip, coordinator: Browser) -> None:
    slot_id, _ids = a_full_shift(trip)
    sent = {"act": "remove", "shift_ids": [str(slot_id)], "day": DAY.isoformat(), "site_id": ""}
    answer = coordinator.post(page(trip, ""), data=sent)
    assert answer.status_code == 409
    assert 'name="confirmed"' in answer.text
    assert coordinator.post(page(trip, ""), data=sent | {"confirmed": "yes"}).status_code == 303
    assert rostered.slots(trip) == []


def test_the_page_says_which_shifts_do_not_fit_and_lays_them_anew(
    trip: SmallTrip, coordinator: Browser
) -> None:
    rostered.laid(trip, desks=("a",))
    set_hours(trip, "a", 540, 1020)
    assert page(trip, "/lay-anew") in coordinator.get(page(trip, "")).text
    assert coordinator.post(page(trip, "/lay-anew"), data={}).status_code == 303
    assert page(trip, "/lay-anew") not in coordinator.get(page(trip, "")).text


def test_one_shift_is_changed_on_its_page_across_midnight(trip: SmallTrip, coordinator: Browser) -> None:
    [slot_id] = rostered.laid(trip, MORNING, desks=("a",))
    sent = {
        "version": "1",
        "begins": "۲۲:۰۰",
        "ends": "06:00",
        "minimum": "1",
        "target": "2",
        "supervisors": "0",
    }
    assert coordinator.post(page(trip, f"/{slot_id}"), data=sent).status_code == 303
    assert times(trip) == ["22 22:00-23 06:00"]
    assert coordinator.post(page(trip, f"/{slot_id}"), data=sent).status_code == 409
    long = sent | {"version": "2", "begins": "12:00", "ends": "10:00"}
    assert coordinator.post(page(trip, f"/{slot_id}"), data=long).status_code == 422
    assert coordinator.get(page(trip, f"/{slot_id}")).status_code == 200


def test_the_api_does_the_same(trip: SmallTrip, coordinator: Browser) -> None:
    api = f"/api/v1{page(trip, '')}"
    pattern = {
        "name_fa": "صبح", "begins_from": "opening", "begins_minutes": 0, "ends_from": "closing", "ends_minutes": -240,
    }  # fmt: skip
    made = coordinator.post(f"{api}/patterns", json=pattern)
    assert made.status_code == 201
    pattern_id = made.json["id"]
    assert coordinator.put(f"{api}/patterns/{pattern_id}", json=pattern | {"version": 1}).json == {
        "version": 2
    }
    assert coordinator.put(f"{api}/patterns/{pattern_id}", json=pattern | {"version": 1}).status_code == 409
    laid = coordinator.post(
        f"{api}/lay",
        json={"pattern_ids": [pattern_id], "desk_ids": [trip.desks["a"]], "first_day": "2026-11-22"},
    )
    assert laid.json["made"] == 1
    copied = coordinator.post(f"{api}/copy", json={"day": "2026-11-22", "first_day": "2026-11-23"})
    assert copied.json["made"] == 1
    listed = coordinator.get(f"{api}?day=2026-11-22").json
    assert listed["days"] == {"2026-11-22": 1, "2026-11-23": 1}
    [shift] = listed["shifts"]
    many = coordinator.post(f"{api}/many", json={"shift_ids": [shift["id"]], "target": 6, "begins_later": 30})
    assert many.json == {"count": 1}
    one = coordinator.put(
        f"{api}/{shift['id']}",
        json={"version": 2, "begins": "09:00", "ends": "11:00", "minimum": 1, "target": 1},
    )
    assert one.json == {"version": 3}
    assert coordinator.post(f"{api}/lay-anew", json={}).json == {"count": 0}
    settings = {
        "rest": 0,
        "most_shifts": 3,
        "no_show_after": 5,
        "at_risk_before": 30,
        "early": 30,
        "close_after": 30,
    }
    assert coordinator.put(f"{api}/settings", json=settings).json == {"version": 2}
    assert coordinator.get(f"{api}/patterns").json["settings"]["most_shifts"] == 3
    assert coordinator.post(f"{api}/many", json={"act": "remove", "whole": True}).status_code == 422
    assert coordinator.delete(f"{api}/patterns/{pattern_id}").status_code == 200


def test_days_that_end_before_they_begin_are_refused(trip: SmallTrip, coordinator: Browser) -> None:
    body = {"pattern_ids": [1], "desk_ids": [1], "first_day": "2026-11-23", "last_day": "2026-11-22"}
    answer = coordinator.post(f"/api/v1{page(trip, '/lay')}", json=body)
    assert answer.status_code == 422
    assert "last_day" in answer.json["error"]["errors"]
