"""`deskops export`: what an installation holds, written to standard output."""

from __future__ import annotations

import json

import click
from sqlalchemy import select

from deskops.cli.installation import installation
from deskops.desks.models import Trip
from deskops.desks.queries import setup_document


@click.group()
def export() -> None:
    """Write data to files."""


@export.command()
@click.argument("code")
def trip(code: str) -> None:
    """The set-up of the trip with this CODE as JSON: agencies, sites, topics, desks; no people and no
    demands.

    \b
    Example:
      deskops export trip demo > demo.json
    """
    with installation() as runtime, runtime.database.reading() as session:
        trip_id = session.scalar(select(Trip.id).where(Trip.code == code))
        if trip_id is None:
            known = ", ".join(session.scalars(select(Trip.code).order_by(Trip.code))) or "none yet"
            raise click.ClickException(f"No trip has the code {code}. The trips are: {known}.")
        document = setup_document(session, trip_id)
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
