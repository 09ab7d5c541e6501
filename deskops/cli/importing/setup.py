"""`deskops import setup`: a trip from one file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from deskops.accounts.actor import SYSTEM
from deskops.cli.installation import installation
from deskops.core.dates import DateError, parse_date
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.document import Setup, read_setup
from deskops.desks.errors import SetupFaults
from deskops.desks.services import create_trip_of_setup


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--code", help="The new trip's code, in place of the file's.")
@click.option(
    "--starts-on", metavar="DAY", help="Its first day, Jalali or Gregorian; every other day moves with it."
)
@click.option("--dry-run", is_flag=True, help="Check the file, store nothing.")
def setup(file: Path, code: str | None, starts_on: str | None, dry_run: bool) -> None:
    """A new trip from a set-up FILE, as `export setup` writes it or somebody by hand. All of it is right, or every fault is
    named with its line and nothing is imported.

    \b
    Examples:
      deskops import setup demo.toml --code second-round --starts-on 1406/02/01
      deskops import setup demo.toml --dry-run
    """
    with installation():
        made = _read(file)
        made = replace(made, code=code or made.code, starts_on=_day(starts_on) or made.starts_on)
        if dry_run:
            click.echo(f"{file}: in order; {_sum(made)}. Nothing was imported.")
            return
        with unit_of_work(SYSTEM) as uow:
            create_trip_of_setup(uow, SYSTEM, made)
    click.echo(f"{made.code or made.kind}: {_sum(made)}")


def _read(file: Path) -> Setup:
    try:
        return read_setup(file.read_bytes())
    except SetupFaults as refusal:
        lines = [f"{file}: {fault.text()}" for fault in refusal.faults]
        raise click.ClickException("\n".join([refusal.text(), *lines])) from refusal


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else parse_date(text)
    except DateError:
        raise click.BadParameter(
            "Write a date such as 1405/09/01 or 2026-11-22.", param_hint="--starts-on"
        ) from None


def _sum(made: Setup) -> str:
    places = sum(desk.places for desk in made.desks)
    return f"{len(made.desks)} desks, {places} places, {len(made.sites)} sites, {len(made.topics)} topics"
