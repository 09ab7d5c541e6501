"""Figures for people, and as the one object of `--json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deskops.balancing.simulation.judging import Figure, Judged, Verdict

DIGITS = 4
# Heading, figure, times what, decimals.
COLUMNS = (
    ("mean", "mean", 1, 1),
    ("p50", "p50", 1, 1),
    ("p95", "p95", 1, 1),
    ("p99", "p99", 1, 1),
    ("overtaken %", "overtaken", 100, 1),
    ("walks /1000", "walks_per_1000", 1, 0),
    ("moves /1000", "moves_per_1000", 1, 1),
    ("staff moved", "staff_moves", 1, 0),
    ("accepted", "accepted", 1, 0),
    ("within 5 min %", "estimates_within_5", 100, 0),
    ("unserved", "unserved", 1, 0),
)


def table(judged: Mapping[str, Judged], traces: int) -> Iterator[str]:
    """One line for each policy; with several traces each figure with half of its 95 % interval."""
    rows = [["minutes", *(heading for heading, *_ in COLUMNS)]]
    for policy, figures in judged.items():
        cells = [_cell(figures[name], times, decimals, traces > 1) for _, name, times, decimals in COLUMNS]
        rows.append([policy, *cells])
    yield from aligned(rows)


def goals_table(verdicts: Sequence[Verdict]) -> Iterator[str]:
    rows = [
        [
            one.name,
            "-" if one.value is None else f"{one.value:.3f}",
            one.goal,
            "holds" if one.holds else "missed",
        ]
        for one in verdicts
    ]
    yield from aligned([["goal", "value", "limit", ""], *rows] if rows else [])


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first column to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *rest = (
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *rest]).rstrip()


def document(scenario: str, judged: Mapping[str, Judged], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The object of `--json`."""
    return {
        "scenario": scenario,
        "policies": {policy: as_document(figures) for policy, figures in judged.items()},
        "goals": [
            one.document() | {"value": None if one.value is None else round(one.value, DIGITS)}
            for one in verdicts
        ],
    }


def as_document(figures: Judged) -> dict[str, Any]:
    """Each figure as value and interval; what a policy has none of as nulls."""
    return {name: _figure(figure) for name, figure in figures.items()}


def _figure(figure: Figure | None) -> dict[str, Any]:
    if figure is None:
        return {"value": None, "ci95": None}
    return {"value": round(figure.value, DIGITS), "ci95": [round(end, DIGITS) for end in figure.interval]}


def _cell(figure: Figure | None, times: int, decimals: int, with_interval: bool) -> str:
    if figure is None:
        return "-"
    shown = f"{figure.value * times:,.{decimals}f}"
    half = (figure.interval[1] - figure.interval[0]) / 2 * times
    return f"{shown} ±{half:,.{decimals}f}" if with_interval else shown
