"""The decisions that need neither request nor database."""

import pytest

from deskops.accounts.actor import Grant
from deskops.accounts.permissions import ROLES
from deskops.accounts.rules import (
    ADMISSIBLE,
    admissible,
    fold_badge,
    fold_username,
    is_complete,
    same_site_path,
    session_hours,
)


@pytest.mark.parametrize("target", ["/", "/users?q=1", "/trips/1/wall", "/trips/1/demands?q=%D8%B3"])
def test_a_path_of_this_site_may_be_gone_on_to(target: str) -> None:
    assert same_site_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "users",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\x7f/evil",
        " //evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\\b",
    ],
)
def test_nothing_leads_off_this_site(target: str | None) -> None:
    assert same_site_path(target) is None


def test_coordinators_admit_staff_of_their_trip() -> None:
    assert admissible([Grant("staff", 1, 7), Grant("desk_head", 1, 7)], 1)


@pytest.mark.parametrize("role", sorted(set(ROLES) - ADMISSIBLE))
def test_coordinators_admit_no_role_with_power_of_its_own(role: str) -> None:
    assert not admissible([Grant(role, 1)], 1)
    assert not admissible([Grant("staff", 1), Grant(role, 1)], 1)


@pytest.mark.parametrize(
    "grants", [[], [Grant("staff", 2)], [Grant("staff")], [Grant("staff", 1), Grant("staff", 2)]]
)
def test_coordinators_admit_nobody_who_is_also_elsewhere_or_nowhere(grants: list[Grant]) -> None:
    assert not admissible(grants, 1)


@pytest.mark.parametrize(
    ("grant", "complete"),
    [
        (Grant("staff", 1), True),
        (Grant("staff"), False),
        (Grant("desk_head", 1), False),
        (Grant("desk_head", 1, 2), True),
        (Grant("agency_officer", 1), False),
        (Grant("agency_officer", 1, None, 3), True),
        (Grant("administrator"), True),
        (Grant("administrator", 1), False),
        (Grant("inspector"), True),
    ],
)
def test_a_role_says_where_it_holds(grant: Grant, complete: bool) -> None:
    assert is_complete(grant) is complete


def test_names_and_codes_are_folded() -> None:
    assert fold_username(" SARA۱\u200f ") == "sara1"
    assert fold_badge("34ac-79DE fghj\r\n") == "34AC79DEFGHJ"


def test_a_board_stays_signed_in_for_the_length_of_a_trip_and_nobody_else_does() -> None:
    assert session_hours(["board"], 14) == 720
    assert session_hours(["board", "staff"], 14) == 14
    assert session_hours([], 14) == 14
