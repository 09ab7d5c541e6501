"""The load in memory against the database, where a transaction breaks down or several threads meet."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from deskops.accounts.actor import SYSTEM
from deskops.core import journal, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.load import CACHE
from deskops.demands.services.mending import mend
from deskops.demands.services.places import open_place
from deskops.desks.services import set_desk_state
from tests.faults.oracle import Oracle
from tests.faults.processes.common import differences
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

THREADS = 6


class BreakdownError(Exception):
    """What the disk or the network would raise."""


def api(trip: SmallTrip, path: str) -> str:
    return f"/api/v1/trips/{trip.id}{path}"


def walk_in(trip: SmallTrip, **more: Any) -> dict[str, Any]:
    return {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"], "name": "سارا نمونه"} | more


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Start all acts at the same moment, each in a thread of its own."""
    barrier = Barrier(len(acts))

    def act(wanted: Callable[[], Any]) -> Any:
        barrier.wait(10)
        return wanted()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_a_load_first_read_inside_a_transaction_forgets_what_that_takes_back(trip: SmallTrip) -> None:
    CACHE.clear()
    place = trip.places["a"][0]
    with pytest.raises(BreakdownError), unit_of_work(SYSTEM) as uow:
        open_place(uow, SYSTEM, trip.id, place)
        raise BreakdownError
    assert differences(trip.id) == []


def test_what_a_failed_desk_would_have_changed_is_forgotten_with_its_transaction(trip: SmallTrip) -> None:
    assert differences(trip.id) == []
    with pytest.raises(BreakdownError), unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, trip.desks["a"], state="failed", reason="آزمون")
        raise BreakdownError
    assert differences(trip.id) == []


def test_a_row_of_a_desk_that_the_load_has_never_seen_makes_it_read_anew(
    trip: SmallTrip, sign_in: Join
) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    staff.post(api(trip, "/demands"), json=walk_in(trip))
    with runtime.current().database.reading() as session:
        old = CACHE.current(session, trip.id)
        entry = journal.trip_entries(session, trip.id, old.sequence - 1)[0]
        old.fold(old.sequence + 1, entry.kind, entry.payload | {"ticket_id": 99, "desk_id": 99})
        assert old.outdated
        anew = CACHE.current(session, trip.id)
    assert anew is not old
    assert differences(trip.id) == []


def test_a_load_that_is_wrong_is_found_out_and_nobody_waits_for_ever(trip: SmallTrip, sign_in: Join) -> None:
    """A ticket that the load offers although it was called: read anew, and the next person is called."""
    staff = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    first, second = (
        staff.post(api(trip, "/demands"), json=walk_in(trip)).json["ticket"]["id"] for _ in range(2)
    )
    with runtime.current().database.reading() as session:
        wrong = CACHE.current(session, trip.id).load.waiting(first)
    staff.post(api(trip, f"/tickets/{first}/leave"), json={})
    with runtime.current().database.reading() as session:
        CACHE.current(session, trip.id).load.put_waiting(wrong)
    place = trip.places["a"][0]
    staff.post(api(trip, f"/places/{place}/open"), json={})
    assert staff.post(api(trip, f"/places/{place}/next"), json={}).json["ticket"]["id"] == second
    assert differences(trip.id) == []


def test_one_form_sent_by_many_threads_is_one_demand(app: Flask, trip: SmallTrip, sign_in: Join) -> None:
    staff = sign_in("staff", trip_id=trip.id)
    key = {"Idempotency-Key": "one-form"}
    browsers = [Browser(same_session(app, staff), staff.user_id, staff.headers) for _ in range(THREADS)]
    answers = at_once(
        [lambda b=b: b.post(api(trip, "/demands"), json=walk_in(trip), headers=key) for b in browsers]
    )
    assert [answer.status_code for answer in answers] == [201] * THREADS
    assert len({str(answer.json) for answer in answers}) == 1
    assert counted("demands") == 1


def test_one_call_registered_by_many_threads_is_one_contact(
    trip: SmallTrip, integrations: list[Browser]
) -> None:
    call = {"topic_id": trip.topics["loan"], "channel": "call", "call_id": "c1"}
    answers = at_once([lambda b=b: b.post(api(trip, "/demands"), json=call) for b in integrations])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (THREADS - 1)
    assert counted("contacts") == 1


def test_many_threads_calling_for_one_counter_call_one_person(
    trip: SmallTrip, integrations: list[Browser]
) -> None:
    place = trip.places["a"][0]
    for _ in range(THREADS):
        integrations[0].post(api(trip, "/demands"), json=walk_in(trip))
    integrations[0].post(api(trip, f"/places/{place}/open"), json={})
    answers = at_once([lambda b=b: b.post(api(trip, f"/places/{place}/next"), json={}) for b in integrations])
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (THREADS - 1)
    assert differences(trip.id) == []


def test_who_is_sent_to_a_desk_just_as_it_closes_gets_another(trip: SmallTrip, sign_in: Join) -> None:
    """The registration decided before the desk closed, and was written after."""
    staff = sign_in("coordinator", trip_id=trip.id)
    registered = staff.post(api(trip, "/demands"), json=walk_in(trip)).json["ticket"]["id"]
    desk = trip.desks["a"]
    with unit_of_work(SYSTEM) as uow:
        set_desk_state(uow, SYSTEM, trip.id, desk, state="paused", reason="آزمون")
    oracle = Oracle(runtime.current().settings.database_url)
    oracle.write(f"UPDATE tickets SET desk_id = {desk} WHERE id = {registered}")
    CACHE.clear()
    assert oracle.shut() == [(registered, desk)]
    mend({})
    assert oracle.shut() == []


def test_who_came_just_as_a_counter_began_to_stand_ready_is_called_to_it(
    trip: SmallTrip, sign_in: Join
) -> None:
    staff = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    place = trip.places["a"][0]
    staff.post(api(trip, f"/places/{place}/open"), json={})
    staff.post(api(trip, "/demands"), json=walk_in(trip))
    Oracle(runtime.current().settings.database_url).write(
        f"UPDATE places SET ready = true WHERE id = {place}"
    )
    CACHE.clear()
    mend({})
    oracle = Oracle(runtime.current().settings.database_url)
    assert oracle.rows("SELECT status, place_id FROM tickets") == [("called", place)]


def counted(table: str) -> int:
    return int(Oracle(runtime.current().settings.database_url).one(f"SELECT count(*) FROM {table}"))


def same_session(app: Flask, browser: Browser) -> Any:
    """Another window of the same browser: a client of its own, since one isn't made for several threads."""
    cookie = browser.client.get_cookie("deskops")
    assert cookie is not None
    client = app.test_client()
    client.set_cookie("deskops", cookie.value)
    return client


@pytest.fixture
def integrations(app: Flask, integration: Browser) -> list[Browser]:
    """Several connections of the same exchange."""
    return [Browser(app.test_client(), integration.user_id, integration.headers) for _ in range(THREADS)]
