"""The permission matrix: nothing in it is unused, nothing outside it is asked for, and no role has what it
must not have.
"""

import re
from pathlib import Path

import pytest
from flask import Flask

from deskops.accounts.access import declared_access
from deskops.accounts.permissions import MATRIX, ROLES, roles_that_may

SOURCES = Path(__file__).resolve().parents[2] / "deskops"
# Kinds of events look like actions; an action is what stands in the matrix or is asked for by one of these.
ASKED = re.compile(
    r"""(?:@access|\.may|\.require|may_at|\.desk_ids|desk_ids)\(\s*(?:\w+,\s*)?"([a-z_]+\.[a-z_]+)\""""
)


def sources() -> dict[Path, str]:
    return {
        path: path.read_text(encoding="utf-8")
        for path in SOURCES.rglob("*.py")
        if path.name != "permissions.py"
    }


def may(role: str) -> set[str]:
    return {action for action, roles in MATRIX.items() if role in roles}


def test_every_action_is_used() -> None:
    everything = "\n".join(sources().values())
    unused = [action for action in MATRIX if f'"{action}"' not in everything]
    assert not unused, f"in the matrix, and nowhere else: {unused}"


def test_no_code_asks_for_an_action_that_is_not_in_the_matrix() -> None:
    unknown = [
        f"{path.relative_to(SOURCES)}: {action}"
        for path, text in sources().items()
        for action in ASKED.findall(text)
        if action not in MATRIX
    ]
    assert not unknown, unknown


def test_no_route_asks_for_an_action_that_is_not_in_the_matrix(app: Flask) -> None:
    declared = [declared_access(view) for view in app.view_functions.values()]
    actions = {found.action for found in declared if found is not None and found.action is not None}
    assert actions <= MATRIX.keys()


def test_the_matrix_knows_only_the_roles_that_there_are() -> None:
    assert set().union(*MATRIX.values()) == set(ROLES)


def test_an_action_that_nobody_wrote_down_is_open_to_nobody() -> None:
    assert roles_that_may("demand.delete_everything") == frozenset()


def test_a_board_shows_and_does_nothing_else() -> None:
    assert may("board") == {"account.own", "trip.list", "board.view"}


def test_an_entrance_device_reads_badges_and_does_nothing_else() -> None:
    assert may("gate") == {"account.own", "trip.list", "presence.scan"}


def test_an_inspector_reads_and_changes_nothing() -> None:
    assert may("inspector") == {
        "account.own",
        "trip.list",
        "trip.view",
        "demand.view",
        "demand.search",
        "demand.actors",
        "guidance.view",
        "wall.view",
        "queue.view",
        "presence.view",
        "readiness.view",
        "balance.view",
        "staff.view",
        "roster.view",
        "cover.view",
        "fairness.view",
        "broadcast.see",
        "design.view",
        "directive.view",
        "authority.view",
        "attachment.view",
        "referral.view",
        "collective.view",
        "session.view",
        "meeting.view",
    }


def test_an_agency_officer_sees_no_demand_that_was_not_sent_to_the_agency() -> None:
    assert may("agency_officer") == {
        "account.own",
        "trip.list",
        "trip.view",
        "broadcast.see",
        "design.view",
        "referral.view",
    }


@pytest.mark.parametrize(
    ("action", "roles"),
    [
        ("account.manage", {"administrator"}),
        ("account.admit", {"administrator", "coordinator"}),
        ("trip.create", {"administrator", "coordinator"}),
        ("trip.setup", {"administrator", "coordinator"}),
        ("event.backdate", {"integration"}),
        ("queue.serve", {"staff", "desk_head", "integration", "official"}),
        ("place.work", {"staff", "desk_head", "integration", "official"}),
        ("place.choose", {"staff", "desk_head", "integration"}),
        ("demand.register", {"administrator", "coordinator", "staff", "desk_head", "integration"}),
        (
            "demand.search",
            {"administrator", "coordinator", "staff", "desk_head", "official", "follow_up", "inspector"},
        ),
        (
            "demand.actors",
            {"administrator", "coordinator", "desk_head", "official", "follow_up", "inspector"},
        ),
        ("wall.view", {"administrator", "coordinator", "desk_head", "inspector", "official"}),
        ("guidance.edit", {"administrator", "coordinator", "desk_head"}),
        ("guidance.ask", {"administrator", "coordinator", "desk_head", "staff"}),
        ("readiness.decide", {"administrator", "coordinator"}),
        ("desk.stop", {"administrator", "coordinator", "desk_head"}),
        ("broadcast.send", {"administrator", "coordinator", "desk_head"}),
        ("presence.view", {"administrator", "coordinator", "desk_head", "inspector"}),
        ("balance.view", {"administrator", "coordinator", "desk_head", "inspector"}),
        ("fairness.view", {"administrator", "coordinator", "inspector"}),
        ("priorities.set", {"administrator", "coordinator"}),
        ("balance.decide", {"administrator", "coordinator"}),
        ("staff_move.answer", {"staff", "desk_head"}),
        ("directive.sign", {"official"}),
        ("authority.set", {"administrator", "coordinator"}),
        ("session.plan", {"administrator", "coordinator"}),
    ],
)
def test_these_powers_are_held_by_these_roles_alone(action: str, roles: set[str]) -> None:
    assert MATRIX[action] == roles
