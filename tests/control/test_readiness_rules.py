"""What makes a desk ready, from plain facts; and whom a message concerns."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from deskops.control.rules import (
    CHECKS,
    MISSING,
    NOT_NEEDED,
    OK,
    UNKNOWN,
    Aim,
    Check,
    DeskFacts,
    Reader,
    begun,
    checks_of,
    concerns,
    fewest_on_duty,
    readiness,
)

READY = DeskFacts(
    desk_id=1, places=2, staff=2, has_official=True, takes_calls=True, has_line=True, has_hours=True, has_topic=True,
    has_agency=True, is_general=False, is_open=True, is_due=True, is_connected=True,
    marks={"line": True, "printer": True, "sign": True},
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
        ({"staff": 1}, "staff"),
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
    [({"has_official": False}, "official"), ({"staff": 0}, "staff"), ({"has_line": False}, "line")],
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


def test_the_weakest_moment_of_the_day_counts() -> None:
    eight = datetime(2026, 11, 22, 8, tzinfo=UTC)
    noon, four = eight + timedelta(hours=4), eight + timedelta(hours=8)
    assert fewest_on_duty([(eight, four), (eight, four)], eight, four) == 2
    assert fewest_on_duty([(eight, four), (eight, noon)], eight, four) == 1
    assert fewest_on_duty([(eight, noon), (noon, four)], eight, four) == 1
    assert fewest_on_duty([(noon, four)], eight, four) == 0
    assert fewest_on_duty([], eight, four) == 0


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
