"""`deskops simulate-day`: a recorded day of a trip again, with other rules, beside what it really was."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from deskops.balancing.simulation.judging import curve_of, figures_of, over_traces
from deskops.balancing.simulation.policies import POLICIES
from deskops.cli.installation import installation, trip_of_code
from deskops.cli.simulating.chart import save
from deskops.cli.simulating.days import DAY, said
from deskops.cli.simulating.files import Trace
from deskops.cli.simulating.plays import Outcome, play_all
from deskops.cli.simulating.printing import as_document, table
from deskops.core import clock
from deskops.demands.queries.recorded import Recorded, recorded_day

REALLY = "as it was"


@click.command()
@click.argument("code", metavar="TRIP")
@click.argument("day", type=DAY)
@click.option(
    "--policy",
    "policies",
    type=click.Choice(list(POLICIES)),
    multiple=True,
    help="May be given several times. Without it, all.",
)
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Draw the waits into this file.")
@click.option("--json", "as_json", is_flag=True, help="One object on standard output instead of the table.")
def simulate_day(code: str, day: date, policies: tuple[str, ...], svg: Path | None, as_json: bool) -> None:
    """Play the DAY of the TRIP with this code again: what each policy would have made of the people who came and of the
    counters that were open, beside the waits that there were.

    \b
    Examples:
      deskops simulate-day demo 2026-11-21
      deskops simulate-day demo 1405-08-30 --policy late-binding --policy rule-full --svg saturday.svg
    """
    with installation() as runtime, runtime.database.reading() as session:
        recorded = recorded_day(session, trip_of_code(session, code), day, clock.now())
    outcomes = {REALLY: Outcome(figures_of(recorded.people, recorded.really), _curve(recorded))}
    trace = Trace(str(day), day.toordinal(), recorded.people)
    played = play_all(recorded.scenario, [trace], policies or POLICIES, 1, lambda _: None)
    outcomes |= {name: found[0] for name, found in played.items()}
    judged = {name: over_traces([one.figures]) for name, one in outcomes.items()}
    if as_json:
        shown = {name: as_document(figures) for name, figures in judged.items()}
        counts = vars(recorded.counts)
        click.echo(json.dumps({"scenario": recorded.scenario.name, "counts": counts, "policies": shown}))
    else:
        click.echo(f"{recorded.scenario.name}: {said(recorded.counts)}")
        for line in table(judged, 1):
            click.echo(line)
    if svg is not None:
        save(svg, f"{recorded.scenario.name}: waits by policy", {n: one.curve for n, one in outcomes.items()})


def _curve(recorded: Recorded) -> list[float]:
    return curve_of(recorded.people, recorded.really)
