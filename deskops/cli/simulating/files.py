"""Scenario and traces from files; whatever is wrong with one is said in words."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import NamedTuple

import click

from deskops.balancing.simulation.document import FaultyInputError
from deskops.balancing.simulation.drawing import draw
from deskops.balancing.simulation.reading import read_scenario
from deskops.balancing.simulation.scenario import Person, Scenario
from deskops.balancing.simulation.traces import read_trace

GZIPPED = b"\x1f\x8b"


class Trace(NamedTuple):
    """People to be played, and the seed of what policies draw by lot while they are."""

    name: str
    seed: int
    people: list[Person]


def scenario_of(path: Path) -> Scenario:
    """Raises ClickException with all faults and their lines."""
    try:
        return read_scenario(_text(path, path.read_bytes()))
    except FaultyInputError as faulty:
        raise _refusal(path, faulty) from faulty


def trace_of(path: Path, scenario: Scenario) -> Trace:
    """A CSV file, gzipped or not. Its content makes the seed, so that it plays alike whatever else is played.

    Raises ClickException with all bad rows.
    """
    content = path.read_bytes()
    try:
        content = gzip.decompress(content) if content.startswith(GZIPPED) else content
    except (OSError, EOFError, zlib.error) as error:
        raise click.ClickException(f"{path}: not a whole gzip file: {error}") from error
    try:
        people = read_trace(io.StringIO(_text(path, content), newline=""), scenario)
    except FaultyInputError as faulty:
        raise _refusal(path, faulty) from faulty
    return Trace(path.name, zlib.crc32(content), people)


def drawn(scenario: Scenario, seed: int) -> Trace:
    """A trace by the scenario's generator. Raises ClickException where it has none."""
    try:
        return Trace(f"seed {seed}", seed, draw(scenario, seed))
    except ValueError as error:
        raise click.ClickException(f"{error}. Give a trace with --demands.") from error


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path} isn't UTF-8: byte {error.start}") from error


def _refusal(path: Path, faulty: FaultyInputError) -> click.ClickException:
    lines = [f"{path.name}, line {fault.line}: {fault.words}" for fault in faulty.faults]
    return click.ClickException("\n".join(["Nothing was played.", *lines]))
