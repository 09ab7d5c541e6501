"""`deskops scenario`: a trip's set-up, or a day of it, as files that `deskops simulate` plays."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from deskops.balancing.simulation.writing import document_of, trace_of
from deskops.cli.installation import installation, trip_of_code
from deskops.cli.simulating.days import DAY, said
from deskops.core import clock
from deskops.core.runtime import Runtime
from deskops.demands.queries.recorded import recorded_day
from deskops.demands.queries.scenario import setup_of


@click.command()
@click.argument("code", metavar="TRIP")
@click.option(
    "--day", "days", type=DAY, multiple=True, help="A day that is over; may be given several times."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The scenario, a .json file; with a day its people come beside it as .csv.",
)
def scenario(code: str, days: tuple[date, ...], out: Path) -> None:
    """Write the TRIP with this code as a scenario: its sites, walks, desks, counters and hours, topics as learned.

    With --day the counters are those that were really open, desks stop when they stopped, and everybody who came is in a
    trace; of several days each has two files, with the day in their names. No name, phone, text or code is in any of them.

    \b
    Examples:
      deskops scenario demo --out demo.json
      deskops scenario demo --day 2026-11-21 --out saturday.json
      deskops simulate saturday.json --demands saturday.csv --policy rule-full late-binding
    """
    with installation() as runtime:
        if not days:
            _write_setup(runtime, code, out)
        for day in days:
            _write_day(runtime, code, day, out if len(days) == 1 else out.with_stem(f"{out.stem}-{day}"))


def _write_setup(runtime: Runtime, code: str, out: Path) -> None:
    with runtime.database.reading() as session:
        setup = setup_of(session, trip_of_code(session, code))
    _write(out, json.dumps(document_of(setup.scenario), indent=1))
    click.echo(
        f"{out}: {len(setup.scenario.desks)} desks; {setup.left_out} without a topic or a counter left out."
    )


def _write_day(runtime: Runtime, code: str, day: date, out: Path) -> None:
    with runtime.database.reading() as session:
        recorded = recorded_day(session, trip_of_code(session, code), day, clock.now())
    trace = out.with_suffix(".csv")
    _write(out, json.dumps(document_of(recorded.scenario), indent=1))
    _write(trace, trace_of(recorded.people))
    click.echo(f"{out}, {trace}: {said(recorded.counts)}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.ClickException(f"{path} can't be written: {error.strerror}") from error
