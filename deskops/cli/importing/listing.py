"""`deskops import list`: sites, agencies, desks, topics, guidance cards and staff needs from a table."""

from __future__ import annotations

from pathlib import Path

import click

from deskops.accounts.actor import SYSTEM
from deskops.cli.installation import installation, trip_of_code
from deskops.core.tables import read_table
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.document.columns import KINDS
from deskops.desks.document.listing import ADD, CHANGE, SAME, ListPlan, plan_of
from deskops.desks.queries.listing import known_of
from deskops.desks.services.listing import import_list


@click.command("list")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--trip", "code", required=True, metavar="CODE", help="The trip whose list it is.")
@click.option("--dry-run", is_flag=True, help="Say what it would do, store nothing.")
def list_(kind: str, file: Path, code: str, dry_run: bool) -> None:
    """Rows of a workbook (.xlsx) or CSV into a list of a trip: new codes are added, known ones changed. All rows are
    imported, or every fault is named with its row and none is.

    \b
    Examples:
      deskops import list sites sites.xlsx --trip demo --dry-run
      deskops import list desks desks.csv --trip demo
      deskops import list staff-needs needs.xlsx --trip demo
    """
    with installation() as runtime:
        with runtime.database.reading() as session:
            trip_id = trip_of_code(session, code)
        sheet = read_table(file.read_bytes())
        if dry_run:
            with runtime.database.reading() as session:
                plan = plan_of(kind, sheet, known_of(session, trip_id, kind))
        else:
            with unit_of_work(SYSTEM) as uow:
                plan = import_list(uow, SYSTEM, trip_id, kind, sheet)
        _print(plan, dry_run)


def _print(plan: ListPlan, dry_run: bool) -> None:
    if plan.faults:
        lines = [f"row {one.row}, {one.heading}: {one.words}" for one in plan.faults]
        raise click.ClickException("\n".join(["Nothing was imported.", *lines]))
    would = "would be " if dry_run else ""
    for act, words in ((ADD, "added"), (CHANGE, "changed"), (SAME, "left as they are")):
        click.echo(f"{plan.counts[act]:>9,} {would}{words}")
