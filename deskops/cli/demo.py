"""`deskops demo`: a living trip on this machine, with nothing to set up."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from deskops.certificate import certificate_for, lan_address
from deskops.cli import arrivals
from deskops.cli.demo_trip import SignIn, arrivals_token, ensure_demo, sign_ins
from deskops.cli.installation import data_dir
from deskops.companion import Companion
from deskops.core import clock
from deskops.core.config import Settings, make_secrets
from deskops.core.migrations import upgrade
from deskops.server import ServerOptions, check, serve
from deskops.subscribers import create_runtime

LOOPBACK = "127.0.0.1"
PACE_FILE = "demo-pace"
DEFAULT_PACE = 1200
DEFAULT_SPEED = 2.0


@click.group(invoke_without_command=True, epilog="Examples: deskops demo --serve   deskops demo pace 0")
@click.option(
    "--serve", "serving", is_flag=True, help="Serve it, with people arriving; without, only prepare the data."
)
@click.option("--port", default=8000, show_default=True, help="The server's port.")
@click.option("--lan", is_flag=True, help="HTTPS on the local network, for phones and other screens.")
@click.option(
    "--pace", default=DEFAULT_PACE, show_default=True, help="People an hour who come or call; 0: nobody."
)
@click.option(
    "--speed", default=DEFAULT_SPEED, show_default=True, help="How much faster than life people are served."
)
@click.option(
    "--staff", "staff_count", default=730, show_default=True, help="Invented staff, when the trip is made."
)
@click.option("--seed", default=34, show_default=True, help="Which invented people there are.")
@click.pass_context
def demo(
    context: click.Context,
    serving: bool,
    port: int,
    lan: bool,
    pace: int,
    speed: float,
    staff_count: int,
    seed: int,
) -> None:
    """A demo trip: 34 desks, an airport hall and a call headquarters, with invented staff and visitors.

    The first run makes it; later runs keep what happened in it and carry it on to today.
    """
    if context.invoked_subcommand is not None:
        return
    options = _server_options(port, lan)
    if serving:
        check(options)
    settings = _prepare()
    trip_id = ensure_demo(staff_count, seed)
    token_file = arrivals_token(trip_id, settings.data_dir)
    _show(sign_ins(trip_id, seed), _address(options))
    if serving:
        set_pace(pace)
        _start_arrivals(options, trip_id, token_file, speed, seed)
        serve(options)


@demo.command("pace")
@click.argument("people_an_hour", type=click.IntRange(0, 100_000))
def pace_command(people_an_hour: int) -> None:
    """Set how many people an hour come or call in the running demo; 0 stops them."""
    set_pace(people_an_hour)
    click.echo(f"Pace: {people_an_hour} people an hour. The running demo takes it within a second.")


def set_pace(people_an_hour: int) -> None:
    """Leave the pace where the arrivals look for it."""
    data_dir().mkdir(parents=True, exist_ok=True)
    (data_dir() / PACE_FILE).write_text(str(people_an_hour), encoding="ascii")


def _prepare() -> Settings:
    """Secrets, schema, runtime."""
    make_secrets(data_dir())
    os.environ["DESKOPS_DEMO"] = "1"
    settings = Settings.from_env()
    upgrade(settings.database_url)
    create_runtime(settings)
    return settings


def _server_options(port: int, lan: bool) -> ServerOptions:
    """How to serve; sets the public address for the server's environment unless somebody set one."""
    address = lan_address() if lan else None
    if lan and address is None:
        raise click.ClickException("This machine is in no network: LAN=1 has nobody to serve.")
    if address is None:
        os.environ.setdefault("DESKOPS_PUBLIC_URL", f"http://{LOOPBACK}:{port}")
        return ServerOptions(host=LOOPBACK, port=port)
    public = os.environ.setdefault("DESKOPS_PUBLIC_URL", f"https://{address}:{port}")
    # Links and codes may carry a name that somebody gave this machine.
    hosts = [address, urlsplit(public).hostname or address]
    files = certificate_for(hosts, data_dir(), clock.now())
    options = ServerOptions(host="0.0.0.0", port=port)
    return replace(options, certificate=str(files.certificate), key=str(files.key))


def _address(options: ServerOptions) -> str:
    if options.certificate:
        return os.environ["DESKOPS_PUBLIC_URL"].rstrip("/")
    return f"http://{options.host}:{options.port}"


def _start_arrivals(options: ServerOptions, trip_id: int, token_file: Path, speed: float, seed: int) -> None:
    """A child of this process, which becomes the server: the arrivals end with it."""
    scheme = "https" if options.certificate else "http"
    command = arrivals.command_line(
        address=f"{scheme}://{LOOPBACK}:{options.port}",
        trip_id=trip_id,
        token_file=token_file,
        pace_file=data_dir() / PACE_FILE,
        speed=speed,
        seed=seed,
        certificate=options.certificate,
    )
    Companion((sys.executable, "-m", *command)).tend()


def _show(people: list[SignIn], address: str) -> None:
    click.echo(f"\nThe demo is at {address}. Links to sign in with, each good once, for a day:\n")
    for person in people:
        click.echo(f"  {person.role:<15} {address}/link/{person.token}  {person.name}")
    click.echo("")
