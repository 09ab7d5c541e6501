"""A desk that gets another name or number is called so at once on the consoles that are open there."""

from dataclasses import replace
from typing import Any

from deskops.accounts.actor import SYSTEM
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.services import edit_desk
from deskops.desks.services.changes import undo_change
from deskops.desks.services.desks import Changed
from tests.desks.setups import an_edit
from tests.fixtures import Browser, Join
from tests.live.conftest import Open
from tests.live.screens import Socket, desk
from tests.small_trip import DESKS, SmallTrip


def rename(trip: SmallTrip, name: str = "a", version: int = 1, **values: Any) -> Changed:
    """Other words for a desk; what it does stays."""
    topics = {trip.topics[code]: factor for code, factor in DESKS[name][2].items()}
    edit = replace(an_edit(), speeds=topics, number=DESKS[name][1], name_fa="میز تازه")
    with unit_of_work(SYSTEM) as uow:
        return edit_desk(uow, SYSTEM, trip.id, trip.desks[name], version, replace(edit, **values))


def heard(socket: Socket) -> list[dict[str, Any]]:
    told = [event for message in socket.got("changes") for event in message["events"]]
    return [event for event in told if event["kind"] == "trip.setup_changed"]


def test_those_who_work_there_hear_of_it(trip: SmallTrip, staff: Browser, open_socket: Open) -> None:
    socket = open_socket(staff)
    socket.hear(desk(trip))
    rename(trip)
    [event] = heard(socket)
    assert list(event["desk_ids"]) == [trip.desks["a"]]


def test_other_desks_hear_nothing_of_it(trip: SmallTrip, sign_in: Join, open_socket: Open) -> None:
    elsewhere = open_socket(sign_in("staff", trip_id=trip.id, desk_id=trip.desks["b"]))
    elsewhere.hear(desk(trip, "b"))
    rename(trip)
    assert heard(elsewhere) == []


def test_taking_it_back_is_heard_too(trip: SmallTrip, staff: Browser, open_socket: Open) -> None:
    socket = open_socket(staff)
    socket.hear(desk(trip))
    changed = rename(trip)
    assert changed.change_id is not None
    with unit_of_work(SYSTEM) as uow:
        undo_change(uow, SYSTEM, trip.id, changed.change_id)
    assert len(heard(socket)) == 2


def test_an_edit_that_changes_nothing_is_not_told(trip: SmallTrip, staff: Browser, open_socket: Open) -> None:
    socket = open_socket(staff)
    socket.hear(desk(trip))
    version = rename(trip).version
    rename(trip, version=version)
    assert len(heard(socket)) == 1


def test_a_console_that_missed_it_finds_it_in_the_journal(
    trip: SmallTrip, staff: Browser, open_socket: Open
) -> None:
    rename(trip)
    page = staff.get(
        f"/api/v1/trips/{trip.id}/journal", query_string={"audience": desk(trip), "after": 0}
    ).json
    assert "trip.setup_changed" in [event["kind"] for event in page["events"]]
