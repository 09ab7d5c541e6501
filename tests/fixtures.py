"""Fixtures of the application: an app on a fresh database, a small trip, and clients of every role."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from deskops.accounts import services as accounts
from deskops.accounts.access import cookie_name, forget_recognised
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.passwords import csrf_token, token_hash
from deskops.app import create_app
from deskops.core import clock, runtime
from deskops.core.config import Settings
from deskops.core.unit_of_work import unit_of_work
from tests.quick_apps import quicken
from tests.small_trip import SmallTrip, make_small_trip

ORIGIN = "http://localhost"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=database_url,
        secret_key="s" * 64,
        journal_key="j" * 64,
        public_url="https://desks.example",
        async_mode="threading",
        testing=True,
        limits_enabled=False,
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings)
    quicken(runtime.current().database)
    yield made
    clock.reset()
    runtime.current().database.dispose()


@pytest.fixture
def trip(app: Flask) -> SmallTrip:
    """Two sites; desks A (site 1), B (site 2), hall (site 1) and headquarters (phone); all open, counters closed."""
    return make_small_trip()


@dataclass
class Browser:
    """A test client that sends what a page of ours sends along."""

    client: FlaskClient
    user_id: int | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.client.get(path, headers=self._headers(kwargs), **kwargs)

    def post(self, path: str, **kwargs: Any) -> Any:
        return self.client.post(path, headers=self._headers(kwargs), **kwargs)

    def patch(self, path: str, **kwargs: Any) -> Any:
        return self.client.patch(path, headers=self._headers(kwargs), **kwargs)

    def put(self, path: str, **kwargs: Any) -> Any:
        return self.client.put(path, headers=self._headers(kwargs), **kwargs)

    def delete(self, path: str, **kwargs: Any) -> Any:
        return self.client.delete(path, headers=self._headers(kwargs), **kwargs)

    def _headers(self, kwargs: dict[str, Any]) -> dict[str, str]:
        return {**self.headers, **kwargs.pop("headers", {})}


Join = Callable[..., Browser]


@pytest.fixture
def sign_in(app: Flask) -> Join:
    """`sign_in("staff", trip_id=…, desk_id=…)` makes a user with that role and gives their browser."""

    def make(
        role: str, *, trip_id: int | None = None, desk_id: int | None = None, name: str = "کاربر آزمون"
    ) -> Browser:
        with unit_of_work(SYSTEM) as uow:
            user_id = accounts.create_user(uow, name=name, grants=[Grant(role, trip_id, desk_id)])
            opened = accounts.open_session(uow, user_id, "test", "pytest", 8)
        forget_recognised()
        return browser_of(app, opened.token, user_id)

    return make


def browser_of(app: Flask, token: str, user_id: int) -> Browser:
    client = app.test_client()
    client.set_cookie(cookie_name(), token)
    secret = app.config["SECRET_KEY"]
    headers = {"Origin": ORIGIN, "X-CSRF-Token": csrf_token(secret, token_hash(token))}
    return Browser(client, user_id, headers)


@pytest.fixture
def anonymous(app: Flask) -> Browser:
    return Browser(app.test_client(), None, {"Origin": ORIGIN})


@pytest.fixture
def integration(app: Flask, trip: SmallTrip) -> Browser:
    """A PBX with a bearer token."""
    with unit_of_work(SYSTEM) as uow:
        user_id = accounts.create_user(uow, name="PBX", grants=[Grant("integration", trip.id)])
        token = accounts.make_api_token(uow, user_id, "pbx")
    return Browser(app.test_client(), user_id, {"Authorization": f"Bearer {token}"})
