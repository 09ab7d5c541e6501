"""Fixtures of the live room."""

from collections.abc import Callable

import pytest
from flask import Flask

from deskops.live.handlers import PEOPLE
from deskops.live.upkeep import Upkeep
from tests.fixtures import ORIGIN, Browser, Join
from tests.live.screens import Socket, act
from tests.small_trip import SmallTrip

Open = Callable[..., Socket]


@pytest.fixture
def open_socket(app: Flask) -> Open:
    """`open_socket(browser)` connects with its cookie and our own Origin; a header that is "" isn't sent."""

    def connect(browser: Browser, **headers: str) -> Socket:
        given = {"Origin": ORIGIN} | browser.headers | headers
        sent = {name: value for name, value in given.items() if value}
        socketio = app.extensions["socketio"]
        return Socket(socketio.test_client(app, headers=sent, flask_test_client=browser.client))

    return connect


@pytest.fixture
def upkeep(app: Flask) -> Upkeep:
    """What a server does every few seconds, to be done when a test says so."""
    return Upkeep(app.extensions["socketio"], PEOPLE)


@pytest.fixture
def staff(trip: SmallTrip, sign_in: Join) -> Browser:
    """Somebody at desk A, whose first counter is open."""
    browser = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    act(browser, trip, f"/places/{trip.places['a'][0]}/open")
    return browser


@pytest.fixture
def coordinator(trip: SmallTrip, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=trip.id)
