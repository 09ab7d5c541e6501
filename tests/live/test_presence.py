"""Who is connected, at which desk and counter."""

from sqlalchemy import func, select

from deskops.core import clock, journal, runtime
from deskops.live.handlers import PEOPLE
from deskops.live.models import Connection
from deskops.live.presence import People, count_by_desk
from deskops.live.upkeep import Upkeep
from tests.fixtures import Browser, Join
from tests.live.conftest import Open
from tests.live.screens import coordination, desk
from tests.small_trip import SmallTrip, make_small_trip


def presence(browser: Browser, trip: SmallTrip):
    return browser.get(f"/api/v1/trips/{trip.id}/presence")


def rows() -> int:
    with runtime.current().database.reading() as session:
        return session.scalar(select(func.count()).select_from(Connection)) or 0


def test_who_sits_at_a_counter_is_seen_there(
    trip: SmallTrip, staff: Browser, coordinator: Browser, open_socket: Open, upkeep: Upkeep
) -> None:
    open_socket(staff).hear(desk(trip), place_id=trip.places["a"][0])
    upkeep.flush()
    answer = presence(coordinator, trip).json
    assert answer["desks"] == {str(trip.desks["a"]): 1}
    (person,) = answer["people"]
    assert (person["user_id"], person["desk_id"]) == (staff.user_id, trip.desks["a"])
    assert person["place_id"] == trip.places["a"][0]


def test_who_leaves_is_gone(
    trip: SmallTrip, staff: Browser, coordinator: Browser, open_socket: Open, upkeep: Upkeep
) -> None:
    socket = open_socket(staff)
    socket.hear(desk(trip))
    upkeep.flush()
    socket.client.disconnect()
    upkeep.flush()
    assert presence(coordinator, trip).json == {"desks": {}, "people": []}
    assert rows() == 0


def test_coordinators_are_told_of_it(
    trip: SmallTrip, staff: Browser, coordinator: Browser, open_socket: Open, upkeep: Upkeep
) -> None:
    wall = open_socket(coordinator)
    wall.hear(coordination(trip))
    upkeep.flush()
    open_socket(staff).hear(desk(trip))
    upkeep.flush()
    assert wall.got("presence")[-1] == {"trip": trip.id, "desks": {str(trip.desks["a"]): 1}}


def test_a_counter_of_another_trip_is_refused(trip: SmallTrip, staff: Browser, open_socket: Open) -> None:
    foreign = make_small_trip("foreign")
    answer = open_socket(staff).hear(desk(trip), place_id=foreign.places["a"][0])
    assert answer["error"]["code"] == "not_found"


def test_quiet_seconds_write_nothing(
    trip: SmallTrip, staff: Browser, open_socket: Open, upkeep: Upkeep, monkeypatch
) -> None:
    open_socket(staff).hear(desk(trip))
    upkeep.flush()
    monkeypatch.setattr("deskops.live.presence.store_connections", lambda *_: 1 / 0)
    upkeep.flush()
    assert rows() == 1


def test_what_could_not_be_written_is_tried_again(
    trip: SmallTrip, staff: Browser, open_socket: Open, upkeep: Upkeep, monkeypatch
) -> None:
    open_socket(staff).hear(desk(trip))
    with monkeypatch.context() as broken:
        broken.setattr("deskops.live.presence.store_connections", lambda *_: 1 / 0)
        upkeep.do(beat=1)
    assert rows() == 0
    upkeep.do(beat=1)
    assert rows() == 1


def test_presence_is_no_fact_for_the_journal(
    trip: SmallTrip, staff: Browser, open_socket: Open, upkeep: Upkeep
) -> None:
    with runtime.current().database.reading() as session:
        before = journal.head(session, trip.id)
    open_socket(staff).hear(desk(trip))
    upkeep.flush()
    with runtime.current().database.reading() as session:
        assert journal.head(session, trip.id) == before


def test_rows_of_a_server_that_died_are_no_longer_counted_and_then_removed(
    trip: SmallTrip, staff: Browser, coordinator: Browser, open_socket: Open, upkeep: Upkeep
) -> None:
    clock.freeze(clock.now())
    open_socket(staff).hear(desk(trip))
    upkeep.flush()
    clock.advance(seconds=61)
    assert presence(coordinator, trip).json["people"] == []
    People().refresh()  # another server's
    assert rows() == 0


def test_rows_of_a_server_that_lives_are_kept(
    trip: SmallTrip, staff: Browser, coordinator: Browser, open_socket: Open, upkeep: Upkeep
) -> None:
    clock.freeze(clock.now())
    open_socket(staff).hear(desk(trip))
    upkeep.flush()
    for _ in range(4):
        clock.advance(seconds=20)
        PEOPLE.refresh()
    assert len(presence(coordinator, trip).json["people"]) == 1


def test_staff_may_not_look_who_is_there(trip: SmallTrip, sign_in: Join) -> None:
    assert presence(sign_in("staff", trip_id=trip.id), trip).status_code == 403


def test_sockets_without_a_desk_are_not_counted_to_one() -> None:
    assert count_by_desk([1, None, 1, 2]) == {1: 2, 2: 1}
