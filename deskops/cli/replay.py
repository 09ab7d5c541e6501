"""`deskops replay`: a real call log, run through the running server as an exchange would run it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from deskops.cli.odd_rows import report
from deskops.cli.replaying.calls import Odd, by_reason, read_log
from deskops.cli.replaying.comparing import table
from deskops.cli.replaying.exchange import GaveUp, Refused
from deskops.cli.replaying.preparing import CannotPrepare
from deskops.cli.replaying.run import Options, Outcome, run, summary
from deskops.core.config import ConfigurationError
from deskops.core.dates import TEHRAN

# How many rows, or differences, are listed of each sort; the counts are of all.
LISTED = 5


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "mapping", type=click.Choice(["calls"]), required=True, help="What the file is.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The running server.")
@click.option("--trip", "trip_code", metavar="CODE", help="Trip to run it in. Without it, one is made here.")
@click.option("--token", envvar="DESKOPS_TOKEN", help="An exchange's token. Without it, one is made here.")
@click.option(
    "--as-logged/--by-rule",
    "logged",
    default=True,
    show_default=True,
    help="Who serves whom: as in the log, or as deskops chooses.",
)
@click.option(
    "--speed", type=click.FloatRange(min=0.001), default=1.0, show_default=True, help="Times the real pace."
)
@click.option("--fast", is_flag=True, help="As fast as it goes.")
@click.option("--limit", type=click.IntRange(min=1), help="Read this many rows and stop.")
@click.option(
    "--breaks",
    default=15.0,
    show_default=True,
    help="By rule: a server idle for so many minutes in the log was away.",
)
@click.option(
    "--connections",
    type=click.IntRange(1, 16),
    default=4,
    show_default=True,
    help="As logged: requests at a time.",
)
@click.option(
    "--patience", default=60.0, show_default=True, help="Seconds to wait for a server that doesn't answer."
)
@click.option(
    "--odd",
    "odd_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="List all odd rows here, as CSV.",
)
@click.option("--json", "as_json", is_flag=True, help="End in one line of JSON.")
def replay(
    file: Path,
    mapping: str,  # noqa: ARG001
    url: str,
    trip_code: str | None,
    token: str | None,
    logged: bool,
    speed: float,
    fast: bool,
    limit: int | None,
    breaks: float,
    connections: int,
    patience: float,
    odd_file: Path | None,
    as_json: bool,
) -> None:
    """Run the call log FILE through the running server, each event with its own time.

    Ends well only if nothing that the server acknowledged is missing from its database, and nothing is there
    twice.

    \b
    Examples:
      deskops replay calls.csv --map calls --fast --by-rule
      deskops replay calls.csv --map calls --speed 60 --url http://127.0.0.1:8001
    """
    options = Options(not logged, None if fast else speed, breaks * 60, connections, patience)
    try:
        log = read_log(file, TEHRAN, limit)
        outcome = run(log, options, url, trip_code, token)
    except LookupError as unknown:
        raise click.ClickException(
            f"There is no trip {str(unknown)!r}. Leave --trip out to have one made."
        ) from unknown
    except (ValueError, ConfigurationError, CannotPrepare, GaveUp, Refused) as problem:
        raise click.ClickException(str(problem)) from problem
    _print(outcome, odd_file)
    if as_json:
        click.echo(json.dumps(summary(outcome)))
    sys.exit(0 if outcome.right else 1)


def _print(outcome: Outcome, odd_file: Path | None) -> None:
    figures = summary(outcome)
    _print_odd(outcome.log.odd, odd_file)
    names = ("read", "odd", "sent", "acknowledged", "stored", "lost", "duplicated", "refused", "mismatches")
    click.echo(f"Trip {outcome.trip_code}: " + ", ".join(f"{figures[name]:,} {name}" for name in names))
    rate = outcome.exchange.requests / max(outcome.seconds, 0.001)
    click.echo(
        f"{outcome.exchange.requests:,} requests in {outcome.seconds:,.0f} s ({rate:.0f} a second), "
        f"{outcome.exchange.retries:,} tried again"
    )
    _print_some("lost", outcome.comparison.lost)
    _print_some("duplicated", outcome.comparison.duplicated)
    _print_some("refused", [f"{call}: {why}" for call, why in outcome.exchange.refused])
    _print_some("not as logged", outcome.comparison.mismatches)
    for line in table(outcome.comparison.waits):
        click.echo(line)


def _print_odd(odd: Sequence[Odd], odd_file: Path | None) -> None:
    for reason, rows in by_reason(odd):
        left_out = sum(not row.sent for row in rows)
        what = f", {left_out:,} of them not sent" if left_out else ""
        click.echo(f"{len(rows):>7,} {reason}{what}")
        if odd_file is None:
            click.echo("        " + "; ".join(_where(row) for row in rows[:LISTED]))
    if odd_file is not None:
        with report(odd_file, ("line", "reason", "row", "detail")) as write:
            for row in odd:
                write((row.line, row.reason, "sent" if row.sent else "left out", row.detail))
        click.echo(f"Row by row: {odd_file}")


def _where(row: Odd) -> str:
    return f"line {row.line}: {row.detail}" if row.detail else f"line {row.line}"


def _print_some(what: str, items: Iterable[str]) -> None:
    for item in list(items)[:LISTED]:
        click.echo(f"{what}: {item}")
