"""Import of a set-up with 350 desks, 5,000 records and 2,000 guidance cards, from the file's bytes to the commit."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from time import perf_counter

from benchmarks.result import Result, Scale, median, say
from benchmarks.stores import sqlite_ground
from deskops.accounts.actor import SYSTEM
from deskops.core.tables import read_table, write_workbook
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.document import (
    Agency,
    Card,
    Contact,
    Desk,
    Holiday,
    Setup,
    Site,
    Topic,
    Walk,
    read_setup,
    write_setup,
)
from deskops.desks.document.columns import COLUMNS, TOPICS
from deskops.desks.services import create_trip_of_setup
from deskops.desks.services.listing import import_list
from deskops.desks.template import province

GOAL_SECONDS = 5.0
DESKS, RECORDS, CARDS = 350, 5_000, 2_000
FIRST_DAY = date(2026, 11, 22)


def measure(scale: Scale) -> Result:
    """The median of several imports, each of another trip and of agencies that nobody knows yet."""
    with ExitStack() as stack:
        stack.enter_context(sqlite_ground())
        runs, reading, trip_id = [], [], 0
        for number in range(scale.runs):
            sizes = (scale.of(DESKS, 20), scale.of(RECORDS, 300), scale.of(CARDS, 100))
            content = write_setup(_setup(number, *sizes)).encode()
            begun = perf_counter()
            setup = read_setup(content)
            reading.append(perf_counter() - begun)
            with unit_of_work(SYSTEM) as uow:
                trip_id = create_trip_of_setup(uow, SYSTEM, setup)
            runs.append(perf_counter() - begun)
            say(
                f"import {number + 1}: {runs[-1]:.2f} s, {reading[-1]:.2f} of it reading {len(content):,} bytes"
            )
        listed = _list_import(trip_id, scale.of(RECORDS, 100))
    value = median(runs)
    details = {"reading_seconds": median(reading), "list_of_as_many_rows_seconds": listed}
    return Result(value, "s", "<= 5 s", value <= GOAL_SECONDS, None, runs, details)


def _setup(number: int, desks: int, records: int, cards: int) -> Setup:
    """As many agencies, sites and topics as desks, and the rest walks, contacts and days off."""
    template = province()
    codes = [f"n{number}-{index}" for index in range(desks)]
    office = (Contact(name="دفتر", phone="02100000000"),)
    agencies = tuple(Agency(code=code, name_fa=f"اداره {code}", contacts=office) for code in codes)
    sites = tuple(
        Site(code=code, name_fa=f"ساختمان {code}", address=f"خیابان نمونه، پلاک {code}") for code in codes
    )
    topics = tuple(
        Topic(code=code, name_fa=f"موضوع {code}", agency=code, synonyms=("وام فوری", "کمک", "درخواست"))
        for code in codes
    )
    # Contacts are records inside their agency's line.
    left = records - 5 * desks
    walks = tuple(
        Walk(from_site=codes[index % desks], to_site=codes[(index + 1 + index // desks) % desks], minutes=5)
        for index in range(left // 2)
    )
    holidays = tuple(
        Holiday(agency=codes[index % desks], day=FIRST_DAY + timedelta(days=index // desks))
        for index in range(left - len(walks))
    )
    standing = tuple(
        Desk(
            code=code,
            number=index + 1,
            name_fa=f"میز {code}",
            agency=code,
            site=code,
            hours=("agencies",),
            counters=4,
            speeds=dict.fromkeys((code, codes[(index + 1) % desks], codes[(index + 2) % desks]), 1.0),
        )
        for index, code in enumerate(codes)
    )
    said = tuple(
        Card(
            topic=codes[index % desks],
            title_fa=f"مدارک لازم {index}",
            body_fa="کارت ملی و شناسنامه را به بانک می‌آورند و نوبت می‌گیرند.\n" * 5,
            source="بخشنامه نمونه",
            source_date=FIRST_DAY,
        )
        for index in range(cards)
    )
    return replace(
        template,
        code=f"bench-{number}",
        starts_on=FIRST_DAY,
        host_agency=None,
        counties=(),
        agencies=agencies,
        holidays=holidays,
        sites=sites,
        walks=walks,
        topics=topics,
        desks=standing,
        cards=said,
    )


def _list_import(trip_id: int, rows: int) -> float:
    """Seconds for a workbook of so many new topics, from its bytes to the commit."""
    header = [column.key for column in COLUMNS[TOPICS] if column.required] + ["synonyms"]
    content = write_workbook(
        "topics", header, [[f"topic-{index}", f"موضوع {index}", "وام | کمک"] for index in range(rows)]
    )
    begun = perf_counter()
    with unit_of_work(SYSTEM) as uow:
        plan = import_list(uow, SYSTEM, trip_id, TOPICS, read_table(content))
    taken = perf_counter() - begun
    if plan.faults:
        raise AssertionError(f"the list has faults: {plan.faults[0]}")
    say(f"a list of {rows} topics: {taken:.2f} s")
    return taken
