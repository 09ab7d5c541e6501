"""People who sign in, and what the installation's journal says of them."""

import re
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from deskops.accounts import services
from deskops.accounts.access import cookie_name
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.passwords import hash_password
from deskops.app import create_app
from deskops.core import journal, runtime
from deskops.core.config import Settings
from deskops.core.unit_of_work import unit_of_work
from tests.fixtures import ORIGIN

PASSWORD = "چهار اسب در باران 4"


def make_person(username: str = "sara", password: str | None = PASSWORD, *grants: Grant) -> int:
    """A user with a password; returns the id."""
    hashed = hash_password(password) if password else None
    with unit_of_work(SYSTEM) as uow:
        return services.create_user(
            uow,
            name="سارا نمونه",
            username=username,
            password_hash=hashed,
            grants=grants or [Grant("administrator")],
        )


def make_link(user_id: int) -> str:
    with unit_of_work(SYSTEM) as uow:
        return services.make_link(uow, user_id)


def make_badge(user_id: int) -> str:
    with unit_of_work(SYSTEM) as uow:
        return services.make_badge(uow, user_id)


def sign_in(
    client: FlaskClient,
    username: str = "sara",
    password: str = PASSWORD,
    address: str = "192.0.2.1",
    **more: str,
) -> TestResponse:
    """Post the form as the page does."""
    return client.post(
        "/sign-in",
        data={"username": username, "password": password, **more},
        headers={"Origin": ORIGIN},
        environ_base={"REMOTE_ADDR": address},
    )


def secret_of(response: TestResponse) -> str:
    """The session's secret that a response sets; empty where it sets none."""
    for cookie in response.headers.getlist("Set-Cookie"):
        found = re.match(f"{re.escape(cookie_name())}=([^;]*)", cookie)
        if found:
            return found.group(1)
    return ""


def signed_in(client: FlaskClient) -> bool:
    """Whether the client's cookie still opens its account."""
    return client.get("/account").status_code == 200


def installation_journal(kind: str) -> list[dict]:
    """The payloads of a kind of event of trip 0, oldest first."""
    with runtime.current().database.reading() as session:
        rows = session.query(journal.JournalRow).filter_by(trip_id=0, kind=kind).order_by("sequence")
        return [journal.json.loads(row.payload) for row in rows]


def with_limits(settings: Settings) -> Flask:
    """The application with its limits on attempts, which other tests run without."""
    return create_app(replace(settings, limits_enabled=True))
