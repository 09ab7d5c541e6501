"""What makes a desk ready, from plain facts; and whom a message concerns."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deskops.control.rules import (
    CHECKS,
    LOW,
    MISSING,
    NOT_NEEDED,
    OK,
    UNKNOWN,
    Aim,
    Check,
    Cover,
    DeskFacts,
    Reader,
    begun,
    checks_of,
    concerns,
    cover_of,
    readiness,
)
from deskops.control.views import words
from deskops.core.i18n import using_language
from deskops.desks.rules import Need

EIGHT = datetime(2026, 11, 22, 8, tzinfo=UTC)
NOON, FOUR = EIGHT + timedelta(hours=4), EIGHT + timedelta(hours=8)
PERSIAN = frozenset({"fa"})
FULL = Cover(shifts=4, people=3, supervisors=1, languages=PERSIAN | {"ku"})
READY = DeskFacts(
    desk_id=1, places=3, need=Need(minimum=2, target=3, supervisors=1, languages=("ku",)), cover=FULL, at_work=3,
    has_official=True, takes_calls=True, has_line=True, has_hours=True, has_topic=True,
    has_agency=True, is_general=False, is_open=True, is_due=True, is_connected=True,
    marks={"line": True, "printer": True, "sign": True}, hours=(EIGHT, FOUR),
)  # fmt: skip


def check(name: str, desk: DeskFacts, *others: DeskFacts) -> Check:
    return next(one for one in checks_of(desk, begun([desk, *others])) if one.name == name)


def test_a_desk_that_lacks_nothing_is_green_in_every_check() -> None:
    checks = checks_of(READY, begun([READY]))
    assert [one.name for one in checks] == list(CHECKS)
    assert {one.state for one in checks} == {OK}


@pytest.mark.parametrize(
    ("fact", "name"),
    [
        ({"has_official": False}, "official"),
        ({"cover": replace(FULL, people=1)}, "staff"),
        ({"cover": replace(FULL, supervisors=0)}, "staff"),
        ({"cover": replace(FULL, languages=PERSIAN)}, "staff"),
        ({"at_work": 0}, "staff"),
        ({"places": 0}, "staff"),
        ({"has_line": False}, "line"),
        ({"marks": {"printer": False}}, "printer"),
        ({"marks": {"sign": False}}, "sign"),
        ({"is_connected": False}, "connection"),
        ({"has_hours": False}, "opening"),
        ({"is_open": False}, "opening"),
        ({"has_topic": False}, "topics"),
        ({"has_agency": False}, "agency"),
    ],
)
def test_one_gap_is_one_fault_among_desks_that_have_it(fact: dict[str, object], name: str) -> None:
    desk = replace(READY, **({"marks": READY.marks | fact.pop("marks", {})} | fact))
    faults = [one.name for one in checks_of(desk, begun([desk, READY])) if one.state == MISSING]
    assert faults == [name]


@pytest.mark.parametrize(
    ("fact", "name"),
    [
        ({"has_official": False}, "official"),
        ({"cover": Cover(0, 0, 0, frozenset())}, "staff"),
        ({"has_line": False}, "line"),
    ],
)
def test_a_list_that_nobody_began_is_unknown_of_all(fact: dict[str, object], name: str) -> None:
    desk = replace(READY, **fact)
    assert check(name, desk, desk).state == UNKNOWN


def test_once_a_sign_is_printed_the_others_are_missing() -> None:
    bare = replace(READY, marks={"line": True, "printer": True})
    assert check("sign", bare).state == UNKNOWN
    assert check("sign", bare, READY).state == MISSING


def test_what_a_desk_does_not_need_is_no_fault() -> None:
    no_calls = replace(READY, takes_calls=False, has_line=False, marks={})
    general = replace(READY, has_agency=False, is_general=True)
    assert check("line", no_calls, READY).state == NOT_NEEDED
    assert check("agency", general).state == NOT_NEEDED


def test_a_desk_need_not_be_connected_before_its_hours() -> None:
    early = replace(READY, is_due=False, is_open=False, is_connected=False)
    assert check("connection", early).state == UNKNOWN
    assert check("opening", early).state == OK


def test_a_line_counts_once_it_was_tried() -> None:
    assert check("line", replace(READY, marks={})).reason == "line_not_tried"
    assert check("line", replace(READY, marks={"line": False})).state == MISSING


@pytest.mark.parametrize(
    ("states", "worst"),
    [([], OK), ([OK, NOT_NEEDED], OK), ([OK, UNKNOWN], UNKNOWN), ([UNKNOWN, MISSING, OK], MISSING)],
)
def test_the_worst_decides(states: list[str], worst: str) -> None:
    assert readiness(states) == worst


# Staff against need


def staff(**facts: Any) -> Check:
    """The check of a desk beside one that lacks nothing."""
    return check("staff", replace(READY, **facts), READY)


@pytest.mark.parametrize(("people", "state"), [(1, MISSING), (2, LOW), (3, OK), (9, OK)])
def test_below_the_minimum_is_red_below_the_target_amber(people: int, state: str) -> None:
    assert staff(cover=replace(FULL, people=people)).state == state


def test_a_desk_of_which_nobody_said_what_it_needs_is_to_be_looked_at() -> None:
    found = staff(need=None)
    assert (found.state, found.reason) == (UNKNOWN, "need_missing")


def test_without_hours_nothing_is_held_against_the_need() -> None:
    assert staff(cover=None).reason == "staff_without_hours"


def test_whoever_supervises_need_not_sit_at_a_counter() -> None:
    assert staff(at_work=1).state == OK
    assert staff(at_work=0).reason == "staff_not_there"
    assert staff(at_work=0, is_due=False).state == OK


def test_a_low_desk_is_to_be_looked_at_as_one_of_which_something_is_not_known() -> None:
    assert readiness([OK, LOW]) == readiness([UNKNOWN, LOW]) == UNKNOWN
    assert readiness([LOW, MISSING]) == MISSING


NOBODY = Cover(shifts=1, people=0, supervisors=0, languages=frozenset())


@pytest.mark.parametrize(
    ("need", "cover", "english", "persian"),
    [
        (Need(minimum=3, target=3, supervisors=1, languages=("ku",)), Cover(2, 2, 0, PERSIAN),
         "2 of 3 planned; no supervisor; nobody speaks Kurdish",
         "۲ نفر از ۳ نفر برنامه‌ریزی شده‌اند؛ بدون سرپرست؛ کسی کردی نمی‌داند"),
        (Need(minimum=2, target=5), NOBODY, "0 of 2 planned", "۰ نفر از ۲ نفر برنامه‌ریزی شده‌اند"),
        (Need(minimum=2, target=5), Cover(3, 3, 0, PERSIAN), "3 of 5 planned", "۳ نفر از ۵ نفر برنامه‌ریزی شده‌اند"),
        (Need(minimum=4, target=4, supervisors=2), Cover(4, 4, 1, PERSIAN), "4 of 4 planned; 1 of 2 supervisors",
         "۴ نفر از ۴ نفر برنامه‌ریزی شده‌اند؛ ۱ سرپرست از ۲ سرپرست"),
        (Need(minimum=1, target=1, languages=("az", "ar")), Cover(1, 1, 0, PERSIAN),
         "1 of 1 planned; nobody speaks Azerbaijani; nobody speaks Arabic",
         "۱ نفر از ۱ نفر برنامه‌ریزی شده‌اند؛ کسی ترکی آذربایجانی نمی‌داند؛ کسی عربی نمی‌داند"),
    ],
)  # fmt: skip
def test_what_lacks_is_said_in_clear_words(need: Need, cover: Cover, english: str, persian: str) -> None:
    found = staff(need=need, cover=cover)
    with using_language("en"):
        assert words.so(found) == english
    with using_language("fa"):
        assert words.so(found) == persian


def test_who_is_not_there_is_said_with_what_to_do() -> None:
    with using_language("en"):
        found = staff(at_work=0)
        assert words.so(found) == "0 of 1 are at their counters now."
        assert words.to_do(found) == "Ring the desk, or send somebody."


@dataclass(frozen=True)
class Duty:
    begins: datetime
    ends: datetime
    supervises: bool = False
    languages: frozenset[str] = PERSIAN


@pytest.mark.parametrize(
    ("duties", "people"),
    [
        ([(EIGHT, FOUR), (EIGHT, FOUR)], 2),
        ([(EIGHT, FOUR), (EIGHT, NOON)], 1),
        ([(EIGHT, NOON), (NOON, FOUR)], 1),
        ([(NOON, FOUR)], 0),
        ([], 0),
    ],
)
def test_the_weakest_moment_of_the_day_counts(duties: list[tuple[datetime, datetime]], people: int) -> None:
    found = cover_of([Duty(*span) for span in duties], EIGHT, FOUR)
    assert (found.people, found.shifts) == (people, len(duties))


def test_a_supervisor_and_a_language_must_be_there_all_the_time() -> None:
    morning = Duty(EIGHT, NOON, supervises=True, languages=PERSIAN | {"ku"})
    found = cover_of([Duty(EIGHT, FOUR), morning], EIGHT, FOUR)
    assert (found.supervisors, found.languages) == (0, PERSIAN)
    afternoon = replace(morning, begins=NOON, ends=FOUR)
    found = cover_of([Duty(EIGHT, FOUR), morning, afternoon], EIGHT, FOUR)
    assert (found.people, found.supervisors, found.languages) == (2, 1, PERSIAN | {"ku"})


SITES = {1: 10, 2: 20}


@pytest.mark.parametrize(
    ("aim", "concerned"),
    [
        (Aim("all"), True),
        (Aim("site", site_id=10), True),
        (Aim("site", site_id=20), False),
        (Aim("desk", desk_id=1), True),
        (Aim("desk", desk_id=2), False),
        (Aim("role", role="staff"), True),
        (Aim("role", role="official"), False),
    ],
)
def test_a_message_concerns_those_it_names(aim: Aim, concerned: bool) -> None:
    assert concerns(aim, Reader(7, frozenset({"staff"}), frozenset({1})), SITES) is concerned


def test_who_belongs_to_no_desk_is_concerned_by_no_site() -> None:
    assert not concerns(Aim("site", site_id=10), Reader(7, frozenset({"staff"}), frozenset()), SITES)
