"""One run of an import: survey, then chunk by chunk, each in a transaction of its own."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.cli import odd_rows
from deskops.cli.importing.cases import COLUMNS, Cleaner, Remark, survey
from deskops.cli.importing.files import Row, Table
from deskops.core import clock, runtime
from deskops.core.dates import local_day
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from deskops.demands.services.importing import Case, Offices, import_cases
from deskops.desks.models import Trip
from deskops.desks.services.plain import create_trip, first_site
from deskops.desks.services.setup import add_site

TRIP = "cases"
HEADER = ("line", "column", "reason", "value", "row")
Write = Callable[[Sequence[object]], None]
SITE = "offices"


@dataclass
class Tally:
    """What became of the rows: imported, remarked, known and refused add up to read."""

    encoding: str = ""
    read: int = 0
    imported: int = 0
    remarked: int = 0
    known: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.read / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Import:
    """How a file is to be loaded."""

    table: Table
    limit: int | None
    chunk: int
    store: bool

    def into(self, trip_code: str | None, report: Path) -> Tally:
        """Load the file into a trip. Raises UnreadableFile, ClickException for an unknown trip."""
        started = time.monotonic()
        count, spellings = survey(self._rows())
        tally = Tally(self.table.encoding)
        with runtime.current().database.reading() as session:
            trip = session.scalar(select(Trip).where(Trip.code == (trip_code or TRIP)))
        if trip is None and trip_code is not None:
            raise click.ClickException(f"There is no trip {trip_code!r}. Leave --trip out to make one.")
        zone = ZoneInfo(trip.timezone if trip else "Asia/Tehran")
        cleaner = Cleaner(spellings, zone, local_day(clock.now(), zone))
        store = _Store(trip.id if trip else None) if self.store else None
        with (
            odd_rows.report(report, HEADER) as write,
            click.progressbar(length=count, label="Importing", file=sys.stderr) as bar,
        ):
            for rows in _chunks(self._rows(), self.chunk):
                self._one_chunk(rows, cleaner, store, tally, write)
                bar.update(len(rows))
        tally.seconds = time.monotonic() - started
        return tally

    def _rows(self) -> Iterator[Row]:
        return islice(self.table.rows(COLUMNS), self.limit)

    def _one_chunk(
        self, rows: Sequence[Row], cleaner: Cleaner, store: _Store | None, tally: Tally, write: Write
    ) -> None:
        cases: list[Case] = []
        remarked: dict[int, list[Remark]] = {}
        for row in rows:
            case, remarks = cleaner.clean(row)
            tally.read += 1
            tally.refused += case is None
            cases += [case] if case else []
            remarked[row.line] = remarks
        stored = cases if store is None else store.save(cases)
        with_remark = sum(bool(remarked[case.line]) for case in stored)
        tally.known += len(cases) - len(stored)
        tally.remarked += with_remark
        tally.imported += len(stored) - with_remark
        kept = {case.line for case in cases}
        for remark in (remark for remarks in remarked.values() for remark in remarks):
            tally.reasons[remark.reason] += 1
            fate = "imported" if remark.line in kept else "refused"
            write((remark.line, remark.column, remark.reason, remark.value, fate))


class _Store:
    """The trip that takes the cases, made with the first chunk: an unreadable file leaves none behind."""

    def __init__(self, trip_id: int | None) -> None:
        self._trip_id = trip_id
        self._offices: Offices | None = None

    def save(self, cases: Sequence[Case]) -> list[Case]:
        with unit_of_work(SYSTEM) as uow:
            if self._offices is None:
                self._offices = self._prepared(uow)
            return import_cases(uow, SYSTEM, self._offices, cases)

    def _prepared(self, uow: UnitOfWork) -> Offices:
        trip_id = self._trip_id
        if trip_id is None:
            day = local_day(uow.now)
            trip_id = create_trip(uow, SYSTEM, code=TRIP, name="Cases", starts_on=day, phase="follow_up").id
        site_id = first_site(uow, trip_id)
        if site_id is None:
            site_id = add_site(uow, SYSTEM, trip_id, code=SITE, name_fa="Offices", name_en="Offices")
        return Offices(uow.session, trip_id, site_id)


def _chunks(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, size)):
        yield chunk
