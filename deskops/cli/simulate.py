"""`deskops simulate`: the shipped rule on a scenario, held against its limits and what is sold elsewhere."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from deskops.balancing.simulation.judging import Judged, needed, over_traces, verdicts
from deskops.balancing.simulation.policies import POLICIES
from deskops.balancing.simulation.scenario import Scenario
from deskops.cli.simulating.calls import play_log
from deskops.cli.simulating.chart import save
from deskops.cli.simulating.files import Trace, drawn, scenario_of, trace_of
from deskops.cli.simulating.plays import Outcome, play_all
from deskops.cli.simulating.printing import document, goals_table, table

DEFAULT_SEEDS = (1, 2, 3)
SEVERAL = ("--demands", "--policy", "--seeds")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Several(click.Command):
    """`--seeds 1 2 3` means what `--seeds 1 --seeds 2 --seeds 3` does. A scenario (.json) never belongs to such a list."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        option: str | None = None
        for arg in args:
            if arg.startswith("-") or arg.endswith(".json"):
                option = arg if arg in SEVERAL else None
                spread.append(arg)
            elif option is not None and spread[-1] != option:
                spread += [option, arg]
            else:
                spread.append(arg)
        return super().parse_args(ctx, spread)


@click.command(cls=Several)
@click.argument("scenario", type=FILE, required=False, metavar="SCENARIO.json")
@click.option("--demands", type=FILE, multiple=True, metavar="TRACE…", help="Traces: CSV, or .csv.gz.")
@click.option(
    "--policy",
    "policies",
    type=click.Choice(list(POLICIES)),
    multiple=True,
    metavar="NAME…",
    help=f"Of {', '.join(POLICIES)}. Without it, all.",
)
@click.option(
    "--seeds",
    type=click.IntRange(min=0),
    multiple=True,
    metavar="N…",
    help="Draw a trace for each seed. Without seeds and traces: 1 2 3.",
)
@click.option("--calls", type=FILE, metavar="FILE", help="Play this call log instead of a scenario.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    help="Plays at a time.  [default: cores]",
)
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the waits by percentile into this file.",
)
@click.option(
    "--odd",
    "odd_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --calls: list all odd rows here, as CSV.",
)
@click.option("--json", "as_json", is_flag=True, help="One object on standard output instead of tables.")
def simulate(
    scenario: Path | None,
    demands: tuple[Path, ...],
    policies: tuple[str, ...],
    seeds: tuple[int, ...],
    calls: Path | None,
    jobs: int,
    svg: Path | None,
    odd_file: Path | None,
    as_json: bool,
) -> None:
    """Play the people of a scenario, or of a call log, through policies: waits, who was overtaken, who had to walk, how good
    the estimates were, and whether the goals hold.

    Policies that a goal needs are played too. Figures are means over the traces with a 95 % interval. A scenario or trace
    with a fault isn't played; every fault is named with its line. The exit code says whether it was played, not whether
    goals hold.

    \b
    Examples:
      deskops simulate trip.json --seeds 1 2 3
      deskops simulate trip.json --demands monday.csv.gz tuesday.csv.gz --policy rule-full --json
      deskops simulate trip.json --seeds 7 --svg waits.svg
      deskops simulate --calls calls.csv
    """
    if (scenario is None) == (calls is None):
        raise click.UsageError("Give a scenario, or a call log with --calls.")
    if calls is not None:
        if demands or seeds:
            raise click.UsageError("A call log is its own demands: leave --demands and --seeds out.")
        play_log(calls, policies, svg, odd_file, as_json)
    elif scenario is not None:
        _play_scenario(scenario_of(scenario), demands, policies, seeds, jobs, svg, as_json)


def _play_scenario(
    scenario: Scenario,
    demands: Sequence[Path],
    policies: Sequence[str],
    seeds: Sequence[int],
    jobs: int,
    svg: Path | None,
    as_json: bool,
) -> None:
    if not demands and not seeds:
        seeds = DEFAULT_SEEDS
    traces = [trace_of(path, scenario) for path in demands] + [drawn(scenario, seed) for seed in seeds]
    outcomes = _played(scenario, traces, needed(policies or POLICIES), jobs)
    judged = {name: over_traces([one.figures for one in found]) for name, found in outcomes.items()}
    _print(scenario, judged, traces, as_json)
    if svg is not None:
        curves = {name: _mean_curve([one.curve for one in found]) for name, found in outcomes.items()}
        save(svg, f"{scenario.name}: waits by policy, {_counted(traces)}", curves)


def _played(
    scenario: Scenario, traces: Sequence[Trace], policies: set[str], jobs: int
) -> dict[str, list[Outcome]]:
    # click itself shows no bar where standard error is no terminal, but its label: nothing at all is wanted.
    hidden = not sys.stderr.isatty()
    plays = len(policies) * len(traces)
    with click.progressbar(length=plays, label="Playing", file=sys.stderr, hidden=hidden) as bar:
        return play_all(scenario, traces, policies, min(jobs, plays), bar.update)


def _print(scenario: Scenario, judged: dict[str, Judged], traces: Sequence[Trace], as_json: bool) -> None:
    goals = verdicts(scenario, judged)
    if as_json:
        click.echo(json.dumps(document(scenario.name, judged, goals), ensure_ascii=False))
        return
    click.echo(f"{scenario.name}: {_counted(traces)}, {', '.join(trace.name for trace in traces)}")
    for line in [*table(judged, len(traces)), "", *goals_table(goals)]:
        click.echo(line)


def _counted(traces: Sequence[Trace]) -> str:
    people = sum(len(trace.people) for trace in traces)
    return f"{len(traces)} trace{'s' if len(traces) > 1 else ''} of {people // len(traces):,} demands"


def _mean_curve(curves: Sequence[Sequence[float]]) -> list[float]:
    return [sum(values) / len(values) for values in zip(*curves, strict=True)]
