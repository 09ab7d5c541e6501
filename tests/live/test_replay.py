"""What was missed comes from the journal: with the subscription, or page by page over HTTP."""

import pytest

from deskops.core import journal
from deskops.live import handlers, queries
from tests.fixtures import Browser, Join
from tests.live.conftest import Open
from tests.live.screens import board, coordination, desk, page, register
from tests.small_trip import SmallTrip, make_small_trip


def subscribe(socket, name: str, after: int) -> dict:
    return socket.send("subscribe", {"audiences": [{"name": name, "after": after}]})


def test_who_comes_back_is_told_what_was_missed(trip: SmallTrip, staff: Browser, open_socket: Open) -> None:
    for _ in range(3):
        register(staff, trip)
    answer = subscribe(open_socket(staff), desk(trip), 2)
    missed = answer["missed"][desk(trip)]
    assert answer["heads"] == {desk(trip): 4}
    assert (missed["from"], missed["to"], missed["more"]) == (3, 4, False)
    assert [event["sequence"] for event in missed["events"]] == [3, 4]


def test_who_missed_nothing_is_told_nothing(trip: SmallTrip, staff: Browser, open_socket: Open) -> None:
    assert subscribe(open_socket(staff), desk(trip), 1)["missed"] == {}


def test_who_missed_much_gets_the_first_part_and_asks_for_more(
    trip: SmallTrip, staff: Browser, open_socket: Open, monkeypatch
) -> None:
    monkeypatch.setattr(handlers, "REPLAY_AT_ONCE", 2)
    for _ in range(4):
        register(staff, trip)
    missed = subscribe(open_socket(staff), desk(trip), 0)["missed"][desk(trip)]
    assert (missed["to"], missed["head"], missed["more"]) == (2, 5, True)
    rest = page(staff, trip, desk(trip), 2).json
    assert [event["sequence"] for event in rest["events"]] == [3, 4, 5]


def test_pages_follow_each_other_without_a_gap(trip: SmallTrip, staff: Browser, monkeypatch) -> None:
    monkeypatch.setattr(queries.replay, "__defaults__", (2,))
    for _ in range(4):
        register(staff, trip)
    seen, after, more = [], 0, True
    while more:
        answer = page(staff, trip, desk(trip), after).json
        seen += [event["sequence"] for event in answer["events"]]
        after, more = answer["to"], answer["more"]
    assert seen == [1, 2, 3, 4, 5]
    assert journal.PAGE == 500


def test_who_is_up_to_date_gets_an_empty_page(trip: SmallTrip, staff: Browser) -> None:
    answer = page(staff, trip, desk(trip), 1).json
    assert answer == {"audience": desk(trip), "from": 2, "to": 1, "head": 1, "more": False, "events": []}


def test_who_is_too_far_behind_takes_a_snapshot(trip: SmallTrip, staff: Browser, monkeypatch) -> None:
    monkeypatch.setattr(queries, "LONGEST_REPLAY", 2)
    for _ in range(3):
        register(staff, trip)
    assert page(staff, trip, desk(trip), 1).json == {"audience": desk(trip), "head": 4, "reset": True}
    assert page(staff, trip, desk(trip), 2).json["to"] == 4


def test_who_is_ahead_takes_a_snapshot(trip: SmallTrip, staff: Browser) -> None:
    """As after a backup was restored: the numbers begin to mean something else."""
    assert page(staff, trip, desk(trip), 9).json["reset"] is True


def test_a_walls_page_holds_the_figures_of_the_desks_that_changed(
    trip: SmallTrip, staff: Browser, coordinator: Browser
) -> None:
    head = page(coordinator, trip, coordination(trip)).json["head"]
    register(staff, trip)
    answer = page(coordinator, trip, coordination(trip), head).json
    assert [(each["desk_id"], each["waiting"]) for each in answer["desks"]] == [(trip.desks["a"], 1)]
    assert (answer["unassigned"], answer["snapshot"]) == (0, False)


def test_a_board_reads_of_its_site_and_nothing_personal(
    trip: SmallTrip, staff: Browser, sign_in: Join
) -> None:
    screen = sign_in("board", trip_id=trip.id)
    register(staff, trip)
    assert page(screen, trip, board(trip)).json["events"] == []
    assert page(screen, trip, desk(trip)).status_code == 403


def test_a_page_is_asked_for_under_its_own_trip(trip: SmallTrip, sign_in: Join) -> None:
    administrator = sign_in("administrator")
    foreign = make_small_trip("foreign")
    assert page(administrator, trip, coordination(foreign)).status_code == 404
    assert page(administrator, foreign, coordination(foreign)).status_code == 200


def test_a_foreign_trips_journal_does_not_exist(trip: SmallTrip, coordinator: Browser) -> None:
    foreign = make_small_trip("foreign")
    assert page(coordinator, foreign, coordination(foreign)).status_code == 404
    assert page(coordinator, trip, desk(foreign)).status_code == 404


def test_a_stranger_reads_nothing(trip: SmallTrip, anonymous: Browser) -> None:
    assert page(anonymous, trip, desk(trip)).status_code == 401


@pytest.mark.parametrize("after", ["", "-1", "x", "۱", "9" * 40])
def test_a_number_that_is_none_is_refused(trip: SmallTrip, staff: Browser, after: str) -> None:
    answer = page(staff, trip, desk(trip), after)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "after" in answer.json["error"]["errors"]


@pytest.mark.parametrize("audience", ["", "desk", "desk:999999:staff"])
def test_an_unknown_audience_is_not_found(trip: SmallTrip, staff: Browser, audience: str) -> None:
    assert page(staff, trip, audience).status_code == 404
