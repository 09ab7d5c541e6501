"""One run of a replay: prepare, send, compare."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import select

from deskops.cli.installation import installation
from deskops.cli.replaying import as_logged, comparing, preparing
from deskops.cli.replaying.by_rule import ByRule
from deskops.cli.replaying.calls import Log
from deskops.cli.replaying.comparing import Comparison
from deskops.cli.replaying.duty import competence, seats_of, shifts, worked
from deskops.cli.replaying.exchange import Exchange
from deskops.cli.replaying.line import Line, Pace
from deskops.desks.models import Trip


@dataclass(frozen=True)
class Options:
    """How the log is to be run. `speed` None: as fast as it goes. `breaks` in seconds."""

    by_rule: bool
    speed: float | None
    breaks: float
    connections: int
    patience: float


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    log: Log
    exchange: Exchange
    comparison: Comparison
    seconds: float
    trip_code: str

    @property
    def right(self) -> bool:
        """Whether nothing acknowledged is lost, and nothing is there twice."""
        return not self.comparison.lost and not self.comparison.duplicated


def run(log: Log, options: Options, url: str, trip_code: str | None, token: str | None) -> Outcome:
    """Run a log and compare. Raises LookupError, ConfigurationError, CannotPrepare, GaveUp, Refused."""
    seats, busy = seats_of(log.calls)
    skills = competence(log.calls)
    if not options.by_rule:
        log.odd += busy
    code, token = _trip_and_token(log, seats.values(), trip_code, token)
    exchange = Exchange(
        url, token, journal=_journal(), connections=options.connections, patience=options.patience
    )
    setup = exchange.choose_trip(code)
    wanted = skills.keys() if options.by_rule else set(seats.values())
    line = Line(exchange, preparing.topics_of(setup, log.calls), preparing.places_of(exchange, setup, wanted))
    started = time.monotonic()
    pace = Pace(min((call.entered for call in log.calls), default=0.0), options.speed)
    with click.progressbar(length=len(log.calls), label="Replaying", file=sys.stderr) as bar:
        if options.by_rule:
            ByRule(line, log.calls, skills, bar.update).run(shifts(worked(log.calls), options.breaks), pace)
        else:
            as_logged.follow(line, log.calls, seats, pace, connections=options.connections, done=bar.update)
    seconds = time.monotonic() - started
    places = None if options.by_rule else {key: line.places[seat] for key, seat in seats.items()}
    comparison = comparing.compare(
        log.calls, exchange.acknowledged, exchange.contacts(), topics=line.topics, seats=places
    )
    return Outcome(log, exchange, comparison, seconds, code)


def summary(outcome: Outcome) -> dict[str, object]:
    """The closing line of JSON."""
    comparison = outcome.comparison
    refused = {call for call, _ in outcome.exchange.refused}
    return {
        "read": outcome.log.read,
        "odd": len({odd.line for odd in outcome.log.odd}),
        "sent": len(outcome.exchange.acknowledged.keys() | refused),
        "acknowledged": len(outcome.exchange.acknowledged),
        "stored": comparison.stored,
        "lost": len(comparison.lost),
        "duplicated": len(comparison.duplicated),
        "refused": len(refused),
        "mismatches": len(comparison.mismatches),
        "requests": outcome.exchange.requests,
        "retries": outcome.exchange.retries,
        "seconds": round(outcome.seconds, 1),
        "waits": comparison.waits,
    }


def _trip_and_token(log: Log, seats: Iterable[str], code: str | None, token: str | None) -> tuple[str, str]:
    """What wasn't given is made in this machine's database. Raises ConfigurationError, LookupError."""
    if code is not None and token is not None:
        return code, token
    with installation() as here:
        code = code or preparing.make_trip(log.calls, seats)
        with here.database.reading() as session:
            trip_id = session.scalar(select(Trip.id).where(Trip.code == code))
        if trip_id is None:
            raise LookupError(code)
        return code, token or preparing.make_token(trip_id)


def _journal() -> Path:
    return Path(tempfile.mkdtemp(prefix="deskops-replay-")) / "acknowledged.jsonl"
