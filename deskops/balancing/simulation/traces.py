"""A trace of a scenario: its people, row by row."""

import csv
from collections.abc import Iterable

from deskops.balancing.simulation.document import Fault, FaultyInputError
from deskops.balancing.simulation.scenario import MINUTES_PER_DAY, Person, Scenario
from deskops.balancing.state import DEFAULT_LANGUAGE

COLUMNS = ("minute", "topic", "channel", "site", "urgent", "service_minutes", "no_show", "walk_minutes")
MAY_BE_MISSING = ("language", "patience_minutes")
LISTED = 100
"""So many bad rows are named; a file that is bad throughout needn't be named line by line."""


def read_trace(lines: Iterable[str], scenario: Scenario) -> list[Person]:
    """The people of a trace in order of registration. Raises FaultyInputError with every row that is no demand of the
    scenario; of more than `LISTED` the rest is counted.
    """
    reader = csv.reader(lines)
    columns = _columns(next(reader, []))
    topics = {topic.id for topic in scenario.topics}
    people: list[Person] = []
    faults: list[Fault] = []
    for cells in reader:
        try:
            people.append(_person(columns, cells, scenario, topics))
        except _BadRow as bad:
            faults.append(Fault(reader.line_num, str(bad)))
    if not people and not faults:
        faults.append(Fault(1, "there is nobody in the file"))
    if faults:
        raise FaultyInputError(_listed(faults))
    return sorted(people, key=lambda person: person.minute)


class _BadRow(ValueError):
    """Says what is wrong with a row."""


def _columns(header: list[str]) -> list[str]:
    faults = [f"the column {name} is missing" for name in COLUMNS if name not in header]
    known = (*COLUMNS, *MAY_BE_MISSING)
    faults += [f"unknown column {name!r}" for name in header if name not in known]
    faults += [f"the column {name} is given twice" for name in known if header.count(name) > 1]
    if faults:
        raise FaultyInputError([Fault(1, words) for words in faults])
    return header


def _person(columns: list[str], cells: list[str], scenario: Scenario, topics: set[int]) -> Person:
    if len(cells) != len(columns):
        raise _BadRow(f"{len(cells)} cells, not {len(columns)}")
    row = dict(zip(columns, cells, strict=True))
    minute = _number(row, "minute")
    if minute >= scenario.days * MINUTES_PER_DAY:
        raise _BadRow(f"minute {row['minute']} is after the last day")
    topic = _whole(row, "topic")
    if topic not in topics:
        raise _BadRow(f"there is no topic {topic}")
    if row["channel"] not in ("call", "walk_in"):
        raise _BadRow(f"channel {row['channel']!r} is neither call nor walk_in")
    is_call = row["channel"] == "call"
    return Person(
        minute=minute,
        topic=topic,
        is_call=is_call,
        site=_site(row, is_call, scenario.sites),
        urgent=_flag(row, "urgent"),
        service_minutes=_number(row, "service_minutes"),
        no_show=_flag(row, "no_show"),
        walk_minutes=_walk_minutes(row, is_call or scenario.walk_minutes is None),
        patience_minutes=_number(row, "patience_minutes") if row.get("patience_minutes") else None,
        language=row.get("language") or DEFAULT_LANGUAGE,
    )


def _site(row: dict[str, str], is_call: bool, sites: int) -> int | None:
    if is_call:
        if row["site"]:
            raise _BadRow("a call has no site")
        return None
    site = _whole(row, "site")
    if site >= sites:
        raise _BadRow(f"there is no site {site}")
    return site


def _walk_minutes(row: dict[str, str], never_asked: bool) -> float:
    return 0.0 if never_asked and not row["walk_minutes"] else _number(row, "walk_minutes")


def _number(row: dict[str, str], name: str) -> float:
    try:
        number = float(row[name])
    except ValueError:
        number = -1.0
    if not 0.0 <= number < float("inf"):
        raise _BadRow(f"{name} {row[name]!r} is no number of 0 or more")
    return number


def _whole(row: dict[str, str], name: str) -> int:
    if not (row[name].isascii() and row[name].isdigit() and len(row[name]) <= 9):
        raise _BadRow(f"{name} {row[name]!r} is no whole number")
    return int(row[name])


def _flag(row: dict[str, str], name: str) -> bool:
    if row[name] not in ("0", "1"):
        raise _BadRow(f"{name} {row[name]!r} is neither 0 nor 1")
    return row[name] == "1"


def _listed(faults: list[Fault]) -> list[Fault]:
    if len(faults) <= LISTED:
        return faults
    first, more = faults[:LISTED], len(faults) - LISTED
    return [*first, Fault(faults[LISTED].line, f"from here on {more} more rows are bad")]
