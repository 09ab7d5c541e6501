"""`deskops import`: what other systems have, loaded in bulk."""

from __future__ import annotations

from pathlib import Path

import click

from deskops.cli.importing.files import open_table
from deskops.cli.importing.listing import list_
from deskops.cli.importing.run import Import, Tally
from deskops.cli.importing.setup import setup
from deskops.cli.installation import installation


@click.group("import")
def import_() -> None:
    """Load what other systems have."""


import_.add_command(setup)
import_.add_command(list_)


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--trip",
    "trip_code",
    metavar="CODE",
    help='Trip to load into. Without it, the trip "cases", made if missing.',
)
@click.option("--dry-run", is_flag=True, help="Read and report, store nothing.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Where the odd rows are listed, as CSV."
)
@click.option("--limit", type=click.IntRange(min=1), help="Read this many rows and stop.")
@click.option(
    "--chunk", type=click.IntRange(1, 20_000), default=2_000, show_default=True, help="Rows per transaction."
)
def cases(
    file: Path, trip_code: str | None, dry_run: bool, report: Path | None, limit: int | None, chunk: int
) -> None:
    """Load cases of other offices, with their offices as desks.

    FILE is CSV, packed with gzip or not, in UTF-8, UTF-16 or Windows-1256. Run again, it loads nothing twice;
    interrupted, it goes on where it was.

    \b
    Examples:
      deskops import cases cases.csv.gz
      deskops import cases cases.csv --dry-run --report odd.csv
    """
    report = report or Path(f"{file.name.split('.')[0]}-report.csv")
    run = Import(open_table(file), limit=limit, chunk=chunk, store=not dry_run)
    with installation():
        tally = run.into(trip_code, report)
    _print(tally, report, dry_run)
    if tally.read != tally.imported + tally.remarked + tally.refused + tally.known:
        raise click.ClickException(
            "The sums differ from the rows read. This is a fault of the import: report it."
        )


def _print(tally: Tally, report: Path, dry_run: bool) -> None:
    verb = "would be imported" if dry_run else "imported"
    click.echo(
        f"{tally.read:>9,} rows read in {tally.seconds:.1f} s ({tally.rate:,.0f} a second), {tally.encoding}"
    )
    click.echo(f"{tally.imported:>9,} {verb}")
    click.echo(f"{tally.remarked:>9,} {verb} with a remark")
    click.echo(f"{tally.known:>9,} were there before")
    click.echo(f"{tally.refused:>9,} refused")
    for reason, count in tally.reasons.most_common():
        click.echo(f"{count:>15,} {reason}")
    if tally.reasons:
        click.echo(f"Row by row: {report}")
