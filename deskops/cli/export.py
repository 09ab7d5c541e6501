"""`deskops export`: what an installation holds, written to standard output or a file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from deskops.cli.installation import installation, trip_of_code
from deskops.desks.document import Setup, setup_as_json, write_setup
from deskops.desks.queries import setup_of_trip


@click.group()
def export() -> None:
    """Write data to files."""


@export.command()
@click.argument("code")
def trip(code: str) -> None:
    """The set-up of the trip with this CODE as JSON: agencies, sites, topics, desks; no citizens, no staff and no
    demands. `export setup` writes the same for people to read.

    \b
    Example:
      deskops export trip demo > demo.json
    """
    click.echo(json.dumps(setup_as_json(_setup_of(code)), ensure_ascii=False, indent=2))


@export.command()
@click.argument("code", metavar="TRIP")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def setup(code: str, file: Path) -> None:
    """The set-up of the trip with this code in one FILE that people can read and edit, and `import setup` reads back;
    "-" is standard output.

    \b
    Examples:
      deskops export setup demo demo.toml
      deskops export setup demo - | less
    """
    text = write_setup(_setup_of(code))
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    file.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"{file}: the set-up of {code}")


def _setup_of(code: str) -> Setup:
    """Raises ClickException with the codes there are."""
    with installation() as runtime, runtime.database.reading() as session:
        return setup_of_trip(session, trip_of_code(session, code))
