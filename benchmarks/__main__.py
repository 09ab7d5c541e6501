"""`python -m benchmarks --list`, `python -m benchmarks NAME`, `python -m benchmarks all`."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from benchmarks import (
    badges,
    claim,
    claim_scale,
    directive,
    guidance,
    intake,
    letter,
    letters,
    memory,
    next_fresh,
    numbers,
    projection,
    push,
    reads,
    reconnect,
    replay,
    roster,
    roster_intake,
    router,
    scans,
    setup_import,
    setup_way,
    simulate,
    simulate_copies,
    staff_import,
    start,
    what_if,
    workers,
)
from benchmarks.result import CannotMeasureError, Measure, Scale, say, skipped

BENCHMARKS: dict[str, Measure] = {
    "intake": intake.measure,
    "numbers": numbers.measure,
    "push": push.measure,
    "next_fresh": next_fresh.measure,
    "claim": claim.measure,
    "claim_scale": claim_scale.measure,
    "reads": reads.measure,
    "guidance": guidance.measure,
    "reconnect": reconnect.measure,
    "memory": memory.measure,
    "workers": workers.measure,
    "replay": replay.measure,
    "setup_import": setup_import.measure,
    "setup_way": setup_way.measure,
    "staff_import": staff_import.measure,
    "router": router.measure,
    "projection": projection.measure,
    "what_if": what_if.measure,
    "simulate": simulate.measure,
    "simulate_copies": simulate_copies.measure,
    "scans": scans.measure,
    "roster_draft": roster.draft,
    "roster_100": roster.hundred,
    "roster_700": roster.seven_hundred,
    "roster_2000": roster.two_thousand,
    "roster_replan": roster.replan,
    "roster_suggestion": roster.suggestion,
    "roster_intake": roster_intake.measure,
    "start": start.measure,
    "badges": badges.measure,
    "letter": letter.measure,
    "letters": letters.measure,
    "directive": directive.measure,
}
MARKS = {True: "holds", False: "missed", None: "skipped"}


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for; returns 1 where a goal is missed."""
    options = _parser().parse_args(arguments)
    if options.list:
        for name, measure in BENCHMARKS.items():
            print(f"{name:<12} {_purpose(measure)}")
        return 0
    names = list(BENCHMARKS) if options.name == "all" else [options.name]
    lines = []
    for name in names:
        say(f"{name}: {_purpose(BENCHMARKS[name])}")
        lines.append(_run(name, Scale(options.tiny)))
        print(json.dumps(lines[-1], ensure_ascii=False), flush=True)
    if options.name == "all":
        print(_table(lines))
    return 1 if any(line["holds"] is False for line in lines) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure what deskops has to reach."
    )
    parser.add_argument("name", nargs="?", choices=[*BENCHMARKS, "all"], default="all")
    parser.add_argument("--list", action="store_true", help="say what there is to measure")
    parser.add_argument(
        "--tiny", action="store_true", help="little of everything: shows that it works, measures nothing"
    )
    return parser


def _run(name: str, scale: Scale) -> dict[str, Any]:
    try:
        result = BENCHMARKS[name](scale)
    except CannotMeasureError as problem:
        say(f"{name}: skipped: {problem}")
        result = skipped(str(problem))
    return result.facts(name)


def _purpose(measure: Measure) -> str:
    return (sys.modules[measure.__module__].__doc__ or "").splitlines()[0]


def _table(lines: list[dict[str, Any]]) -> str:
    rows = [("benchmark", "value", "unit", "goal", "")]
    rows += [
        (line["name"], _shown(line["value"]), line["unit"], line["goal"], MARKS[line["holds"]])
        for line in lines
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


if __name__ == "__main__":
    sys.exit(main())
