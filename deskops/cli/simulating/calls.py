"""`deskops simulate --calls`: a real call log through the policies, beside what really happened."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from deskops.balancing.simulation.judging import Figures, Judged, curve_of, over_traces
from deskops.balancing.simulation.measures import QUEUED_MINUTES, percentile, waits_of, within_share
from deskops.balancing.simulation.policies import POLICIES, Play
from deskops.balancing.simulation.scenario import Person
from deskops.cli.odd_rows import report
from deskops.cli.replaying.calls import Odd, by_reason, read_log
from deskops.cli.simulating.call_log import Played, prepared
from deskops.cli.simulating.chart import save
from deskops.cli.simulating.printing import aligned, as_document
from deskops.core.dates import TEHRAN

# Those that make sense of servers who can't be sent elsewhere and of callers who can't walk.
DEFAULT_POLICIES = ("pool", "shortest-queue", "least-wait", "late-binding", "rule")
AS_LOGGED = "as logged"
LISTED = 5


def play_log(
    path: Path, policies: Sequence[str], svg: Path | None, odd_file: Path | None, as_json: bool
) -> None:
    """Play a log and print what came of it. Raises ClickException where nothing of it can be played."""
    try:
        log = read_log(path, TEHRAN)
        played = prepared(log)
    except ValueError as error:
        raise click.ClickException(f"{path.name}: {error}") from error
    plays = {AS_LOGGED: played.as_it_was} | _plays(played, policies or DEFAULT_POLICIES)
    judged = {name: over_traces([log_figures(played.people, play)]) for name, play in plays.items()}
    if as_json:
        click.echo(json.dumps(_document(log.read, played, judged), ensure_ascii=False))
    else:
        _print(log.read, played, judged)
    if svg is not None:
        curves = {name: curve_of(played.people, play) for name, play in plays.items()}
        save(svg, f"{path.name}: waits of those answered", curves)
    if odd_file is not None:
        with report(odd_file, ("line", "reason", "detail")) as write:
            for odd in played.left_out:
                write((odd.line, odd.reason, odd.detail))


def log_figures(people: Sequence[Person], play: Play) -> Figures:
    """Minutes, of those answered; `mean_of_all` counts what those who gave up had waited too. Errors of estimates are
    distances between what was told at registration and the wait, of those who queued.
    """
    waits = waits_of(people, play.passed)
    gave_up = sum(people[number].patience_minutes or 0.0 for number in play.gave_up)
    everybody = max(1, len(play.passed) + len(play.gave_up))
    errors = _errors(people, play)
    within = None if play.estimates is None else within_share(people, play.passed, play.estimates)
    return {
        "answered": float(len(play.passed)),
        "abandoned": float(len(play.gave_up)),
        "mean": waits.mean,
        "p50": waits.p50,
        "p95": waits.p95,
        "p99": waits.p99,
        "mean_of_all": (waits.mean * len(play.passed) + gave_up) / everybody,
        "estimate_error_p50": percentile(errors, 0.5) if errors else None,
        "estimate_error_p95": percentile(errors, 0.95) if errors else None,
        "estimates_within_5": within,
    }


def _errors(people: Sequence[Person], play: Play) -> list[float]:
    told = play.estimates or {}
    waits = {number: event.start - people[number].minute for number, event in play.passed.items()}
    return sorted(
        abs(waits[number] - told[number])
        for number in waits
        if number in told and waits[number] > QUEUED_MINUTES
    )


def _plays(played: Played, policies: Sequence[str]) -> dict[str, Play]:
    chosen = [name for name in POLICIES if name in policies]
    hidden = not sys.stderr.isatty()
    with click.progressbar(chosen, label="Playing", file=sys.stderr, hidden=hidden) as bar:
        return {name: POLICIES[name](played.scenario, played.people, 1) for name in bar}


def _document(read: int, played: Played, judged: dict[str, Judged]) -> dict[str, Any]:
    documents = {name: as_document(figures) for name, figures in judged.items()}
    return {
        "calls": {"read": read, "played": len(played.people), "in_menu": played.in_menu},
        "log": documents.pop(AS_LOGGED),
        "policies": documents,
        "odd": [{"line": odd.line, "reason": odd.reason, "detail": odd.detail} for odd in played.left_out],
    }


def _print(read: int, played: Played, judged: dict[str, Judged]) -> None:
    click.echo(
        f"{read:,} rows read, {len(played.people):,} callers played, {played.in_menu:,} hung up in the menu, "
        f"{len({odd.line for odd in played.left_out}):,} odd rows left out"
    )
    for reason, rows in by_reason(played.left_out):
        click.echo(f"{len(rows):>7,} {reason}: " + "; ".join(_where(row) for row in rows[:LISTED]))
    names = list(next(iter(judged.values())))
    head = ["minutes", *(name.replace("_", " ") for name in names)]
    lines = [[policy, *(_cell(figures, name) for name in names)] for policy, figures in judged.items()]
    for line in aligned([head, *lines]):
        click.echo(line)


def _where(odd: Odd) -> str:
    return f"line {odd.line}, {odd.detail}" if odd.detail else f"line {odd.line}"


def _cell(figures: Judged, name: str) -> str:
    figure = figures[name]
    if figure is None:
        return "-"
    return f"{figure.value:,.0f}" if name in {"answered", "abandoned"} else f"{figure.value:.2f}"
