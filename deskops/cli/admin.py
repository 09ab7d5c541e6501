"""`deskops init` and `deskops admin`: what must be done before anybody can sign in."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts import services
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.models import User
from deskops.accounts.permissions import ADMINISTRATOR, INTEGRATION
from deskops.accounts.rules import fold_username
from deskops.cli.installation import data_dir, installation
from deskops.core.config import ConfigurationError, Settings, make_secrets
from deskops.core.migrations import upgrade
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Trip

base_url_option = click.option(
    "--base-url",
    metavar="URL",
    help="Address that the link begins with, such as http://127.0.0.1:8000. Default: DESKOPS_PUBLIC_URL.",
)


@click.command(epilog="Example: DESKOPS_DATA=/var/lib/deskops deskops init")
def init() -> None:
    """Make the keys, and bring the database to this version's schema. Repeat it before each new version."""
    for path in make_secrets(data_dir()):
        click.echo(f"Made {path}. Keep a copy apart from the backups.")
    settings = Settings.from_env()
    upgrade(settings.database_url)
    click.echo("The database has this version's schema.")


@click.group()
def admin() -> None:
    """Administrators, sign-in links and tokens of systems."""


@admin.command(
    epilog='Example: deskops admin add "Sara Nemuneh" --username sara --base-url http://127.0.0.1:8000'
)
@click.argument("name")
@click.option("--username", help="For signing in by password later on; it is set after the first sign-in.")
@base_url_option
def add(name: str, username: str | None, base_url: str | None) -> None:
    """Make an administrator called NAME, and print a link that signs in once within one hour."""
    with installation() as runtime:
        base = _base(base_url, runtime.settings)
        with unit_of_work(SYSTEM) as uow:
            user_id = services.create_user(uow, name=name, username=username, grants=[Grant(ADMINISTRATOR)])
            token = services.make_link(uow, user_id)
    _show_link(base, token)


@admin.command(epilog="Example: deskops admin link sara --base-url http://127.0.0.1:8000")
@click.argument("username")
@base_url_option
def link(username: str, base_url: str | None) -> None:
    """Print a link that signs USERNAME in once, within one hour: for who lost the password."""
    with installation() as runtime:
        base = _base(base_url, runtime.settings)
        with unit_of_work(SYSTEM) as uow:
            token = services.make_link(uow, _user_id(uow.session, username))
    _show_link(base, token)


@admin.command(epilog="Example: deskops admin token pbx --trip tabriz-1405 > /etc/pbx/deskops.token")
@click.argument("label")
@click.option(
    "--trip", "trip_code", required=True, metavar="CODE", help="The trip that the system may work in."
)
def token(label: str, trip_code: str) -> None:
    """Make a system called LABEL, such as a PBX, and print its token for the JSON API."""
    with installation(), unit_of_work(SYSTEM) as uow:
        trip_id = _trip_id(uow.session, trip_code)
        user_id = services.create_user(uow, name=label, grants=[Grant(INTEGRATION, trip_id)])
        secret = services.make_api_token(uow, user_id, label)
    click.echo("Send it as `Authorization: Bearer …`. It is shown only now.", err=True)
    click.echo(secret)


def _base(given: str | None, settings: Settings) -> str:
    """Whoever gives an address knows where the link will be opened; the default must be one that works
    anywhere.
    """
    if given:
        return given.rstrip("/")
    try:
        return settings.require_public_url()
    except ConfigurationError as error:
        raise click.ClickException(
            f"{error} Set it, or give --base-url for a link on this machine."
        ) from error


def _user_id(session: Session, username: str) -> int:
    user_id = session.scalar(select(User.id).where(User.username == fold_username(username)))
    if user_id is None:
        raise click.ClickException(f"Nobody has the user name {username!r}.")
    return user_id


def _trip_id(session: Session, code: str) -> int:
    trip_id = session.scalar(select(Trip.id).where(Trip.code == code))
    if trip_id is None:
        known = ", ".join(session.scalars(select(Trip.code).order_by(Trip.code))) or "none"
        raise click.ClickException(f"There is no trip {code!r}. Trips: {known}.")
    return trip_id


def _show_link(base: str, token: str) -> None:
    click.echo("Open this link within one hour; it signs in once:", err=True)
    click.echo(f"{base}/link/{token}")
