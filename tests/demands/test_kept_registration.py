"""Registrations that a counter's device kept while the network was down: at their own time, and once."""

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from deskops.accounts.passwords import device_key
from deskops.core import clock, runtime
from deskops.core.idempotency import KEEP_ANSWERS
from deskops.demands.models import Contact, Demand, Ticket
from tests.fixtures import Browser, Join
from tests.small_trip import SmallTrip

FRAGMENT = {"HX-Request": "true", "HX-Target": "intake"}
SECRET = re.compile(r'data-secret="([^"]*)"')


@pytest.fixture
def staff(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("staff", trip_id=trip.id)


def send(staff: Browser, trip: SmallTrip, at: datetime | str, key: str = "k1", **more: Any) -> Any:
    typed = {"channel": "walk_in", "site_id": trip.sites["one"], "topic_id": trip.topics["loan"]}
    own = {"at": at if isinstance(at, str) else at.isoformat(), "idempotency_key": key}
    return staff.post(f"/trips/{trip.id}/intake", data=typed | own | more, headers=FRAGMENT)


def count() -> int:
    with runtime.current().database.reading() as session:
        return int(session.scalar(select(func.count()).select_from(Demand)) or 0)


def times() -> set[datetime]:
    """Of demand, ticket and contact: all the same."""
    with runtime.current().database.reading() as session:
        demand, ticket = session.scalars(select(Demand)).one(), session.scalars(select(Ticket)).one()
        contact = session.scalars(select(Contact)).one()
        return {demand.registered_at, ticket.registered_at, contact.at}


def test_a_kept_registration_has_the_time_at_which_it_was_taken(trip: SmallTrip, staff: Browser) -> None:
    taken = clock.now() - timedelta(minutes=40)
    assert send(staff, trip, taken).status_code == 200
    assert times() == {taken}


def test_who_was_kept_on_a_device_is_called_before_who_came_later(
    trip: SmallTrip, staff: Browser, integration: Browser
) -> None:
    # At noon: half an hour earlier numbers are counted for the same day.
    clock.freeze(datetime(2026, 11, 22, 8, 30, tzinfo=UTC))
    place = trip.places["a"][0]
    integration.post(f"/api/v1/trips/{trip.id}/places/{place}/open", json={})
    send(staff, trip, clock.now(), "later")
    send(staff, trip, clock.now() - timedelta(minutes=30), "kept")
    answer = integration.post(f"/api/v1/trips/{trip.id}/places/{place}/next", json={})
    assert answer.json["ticket"]["number"] == 2


def test_sent_again_it_counts_once(trip: SmallTrip, staff: Browser) -> None:
    taken = clock.now() - timedelta(minutes=5)
    first, again = send(staff, trip, taken), send(staff, trip, taken)
    number = re.compile(r'data-registered="(\d+)"')
    assert number.findall(first.text) == number.findall(again.text) != []
    assert count() == 1


def test_the_same_key_with_another_time_is_refused(trip: SmallTrip, staff: Browser) -> None:
    send(staff, trip, clock.now() - timedelta(minutes=5))
    assert send(staff, trip, clock.now() - timedelta(minutes=6)).status_code == 422
    assert count() == 1


def test_a_device_whose_clock_is_ahead_registers_now(trip: SmallTrip, staff: Browser) -> None:
    now = clock.now()
    clock.freeze(now)
    send(staff, trip, now + timedelta(minutes=3))
    assert times() == {now}


@pytest.mark.parametrize("at", ["", "yesterday", "2026-11-22T08:00:00", "9999-01-01T00:00:00Z"])
def test_a_time_that_is_none_is_refused_and_nothing_is_kept(trip: SmallTrip, staff: Browser, at: str) -> None:
    assert send(staff, trip, at).status_code == 422
    assert count() == 0


def test_what_is_older_than_the_first_answers_is_refused_and_says_what_to_do(
    trip: SmallTrip, staff: Browser
) -> None:
    """Its first answer may be cleared away by now: sent again it could count twice."""
    answer = send(staff, trip, clock.now() - KEEP_ANSWERS - timedelta(minutes=1))
    assert answer.status_code == 422
    assert "بیش از ۷ روز" in answer.text
    assert count() == 0


def test_through_the_json_api_staff_still_give_no_time_of_their_own(trip: SmallTrip, staff: Browser) -> None:
    body = {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"], "at": clock.now().isoformat()}
    assert staff.post(f"/api/v1/trips/{trip.id}/demands", json=body).status_code == 403
    assert count() == 0


def test_each_user_has_a_device_key_of_their_own_for_each_trip() -> None:
    keys = {device_key(secret, user, trip) for secret in ("s", "t") for user in (1, 11) for trip in (1, 11)}
    assert len(keys) == 8
    assert all(len(base64.b64decode(key)) == 32 for key in keys)


def test_the_page_brings_the_key_and_the_fragments_do_not(trip: SmallTrip, sign_in: Join) -> None:
    mine, other = sign_in("staff", trip_id=trip.id), sign_in("staff", trip_id=trip.id)
    address = f"/trips/{trip.id}/intake"
    first, second, foreign = (SECRET.findall(one.get(address).text) for one in (mine, mine, other))
    assert first == second
    assert len(first) == 1
    assert first != foreign
    assert SECRET.findall(mine.get(address, headers=FRAGMENT).text) == []
