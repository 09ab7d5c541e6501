"""The decisions that need neither request nor database."""

from datetime import timedelta

import pytest

from deskops.accounts.actor import Grant
from deskops.accounts.permissions import ROLES
from deskops.accounts.rules import (
    ADMISSIBLE,
    admissible,
    fold_badge,
    fold_pin,
    fold_username,
    is_complete,
    is_pin,
    is_trivial_pin,
    pin_lock,
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


@pytest.mark.parametrize("typed", ["204683", "۲۰۴۶۸۳", "٢٠٤٦٨٣", " 20 46 83 "])
def test_a_pin_is_read_however_it_is_typed(typed: str) -> None:
    assert fold_pin(typed) == "204683"


@pytest.mark.parametrize("folded", ["", "20468", "2046833", "20468a", "²04683", "-20468", "20.468"])
def test_a_pin_is_six_figures_and_nothing_else(folded: str) -> None:
    assert not is_pin(folded)


@pytest.mark.parametrize(
    "pin",
    [
        "000000",
        "777777",
        "123456",
        "654321",
        "890123",
        "135791",
        "121212",
        "112211",
        "123123",
        "123321",
        "147258",
        "159753",
    ],
)
def test_a_pin_that_everybody_tries_first_is_trivial(pin: str) -> None:
    assert is_trivial_pin(pin)


@pytest.mark.parametrize("pin", ["204683", "917352", "112358", "100200", "123465"])
def test_an_ordinary_pin_is_not_trivial(pin: str) -> None:
    assert not is_trivial_pin(pin)


def test_every_fifth_wrong_pin_locks_at_last_for_an_hour() -> None:
    assert [pin_lock(failures) for failures in (0, 1, 4, 6, 9, 11)] == [None] * 6
    minutes = [lock and lock / timedelta(minutes=1) for lock in map(pin_lock, (5, 10, 15, 20, 500))]
    assert minutes == [5, 15, 60, 60, 60]
