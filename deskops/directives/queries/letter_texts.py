"""What stands in letters, in the language that each is written in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.i18n import PERSIAN, using_language
from deskops.core.money import RIALS_PER_TOMAN
from deskops.core.number_words import in_words
from deskops.demands.models import Demand, Person
from deskops.desks.queries import Catalogue
from deskops.directives import rules
from deskops.directives.models import DirectiveDemand
from deskops.directives.queries.authorities import position_of
from deskops.directives.queries.letters import PERSON, LetterKey
from deskops.directives.queries.orders import DirectiveLine, directives_by_id
from deskops.followup.models import Collective, CollectiveDemand

ABOUT, DEMANDS, PERSONS = table_of(DirectiveDemand), table_of(Demand), table_of(Person)
TIED = table_of(CollectiveDemand)


@dataclass(frozen=True)
class Concerned:
    """Somebody whom an order is about, and what they ask; only agencies that are to act are told how to reach them."""

    demand_id: int
    code: str
    name: str
    phone: str
    place: str
    topic: str
    text: str


@dataclass(frozen=True)
class Signer:
    """An official with rank and office, as far as known."""

    name: str
    rank: str
    office: str


@dataclass(frozen=True)
class Letter:
    """One letter. `to`: order, copy or person; `recipient` an agency or the person; `agencies` are those that are to act.
    `number` is year/number; `amount` in rials, `amount_words` in tomans; `due_at` the end of the last day. `shared_by`
    counts those who share the collective demand of this `matter`.
    """

    language: str
    to: str
    kind: str
    number: str
    issued_at: datetime
    signed_at: datetime | None
    trip: str
    official: Signer
    behalf_of: Signer | None
    recipient: str
    agencies: Sequence[str]
    copies: Sequence[str]
    whose: str
    text: str
    days: int | None
    due_at: datetime | None
    amount: int | None
    amount_words: str
    people: Sequence[Concerned]
    older: Sequence[str]
    matter: str
    shared_by: int
    papers: Sequence[str]
    address: str


@dataclass(frozen=True)
class _Read:
    """What was read for many letters at once: by order, and collective demands by their ids."""

    lines: Mapping[int, DirectiveLine]
    people: Mapping[int, Sequence[Any]]
    matters: Mapping[int, tuple[str, int]]
    positions: Mapping[int, tuple[str, int | None]]


def letters_of(
    session: Session, names: Catalogue, keys: Sequence[LetterKey], now: datetime, base: str | None
) -> dict[LetterKey, Letter]:
    """The letters in the order of their keys; those of orders that bind no more are left out. `base` is the public address
    that their codes lead to; None leaves the codes out.
    """
    read = _read(session, names.trip.id, {key.directive_id for key in keys}, now)
    binding = {line.row.id for line in read.lines.values() if line.row.state == rules.ISSUED}
    return {key: _letter(names, read, key, base) for key in keys if key.directive_id in binding}


def _read(session: Session, trip_id: int, ids: Collection[int], now: datetime) -> _Read:
    lines = {line.row.id: line for line in directives_by_id(session, trip_id, ids, now)}
    rows = [line.row for line in lines.values()]
    signers = {row.behalf_of for row in rows if row.behalf_of is not None}
    return _Read(
        lines,
        _people(session, list(lines)),
        _matters(session, {row.collective_id for row in rows if row.collective_id is not None}),
        {user_id: position_of(session, trip_id, user_id) for user_id in signers},
    )


def _people(session: Session, ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    brought = (DEMANDS.c[name] for name in ("id", "code", "topic_id", "text", "county", "address"))
    who = (PERSONS.c.name, PERSONS.c.phone, PERSONS.c.language)
    columns: list[Any] = [ABOUT.c.directive_id, ABOUT.c.role, *brought, *who]
    query = (
        select(*columns)
        .join(DEMANDS, DEMANDS.c.id == ABOUT.c.demand_id)
        .join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
        .where(ABOUT.c.directive_id.in_(ids))
        .order_by(DEMANDS.c.id)
    )
    for row in session.execute(query).mappings():
        found[row["directive_id"]].append(row)
    return found


def _matters(session: Session, ids: Iterable[int]) -> dict[int, tuple[str, int]]:
    wanted = list(ids)
    shared = select(TIED.c.collective_id, func.count()).where(TIED.c.collective_id.in_(wanted))
    counts = {row[0]: row[1] for row in session.execute(shared.group_by(TIED.c.collective_id))}
    titles = select(Collective.id, Collective.title).where(Collective.id.in_(wanted))
    return {row.id: (row.title, counts.get(row.id, 0)) for row in session.execute(titles)}


def _letter(names: Catalogue, read: _Read, key: LetterKey, base: str | None) -> Letter:
    line = read.lines[key.directive_id]
    row, main = line.row, [one for one in read.people[key.directive_id] if one["role"] == rules.MAIN]
    theirs = [one for one in main if key.to == PERSON and one["id"] == key.to_id]
    to = PERSON if key.to == PERSON else rules.ORDER if key.to_id in line.agency_ids else rules.COPY
    language = theirs[0]["language"] if theirs and theirs[0]["language"] == "en" else PERSIAN
    title, shared_by = read.matters.get(row.collective_id or 0, ("", 0))
    older = [one["code"] for one in read.people[key.directive_id] if one["role"] == rules.OLDER]
    with using_language(language):
        return Letter(
            language=language,
            to=to,
            kind=row.kind,
            number=f"{row.year}/{row.number}",
            issued_at=row.issued_at or row.prepared_at,
            signed_at=row.signed_at,
            trip=names.trip.name,
            official=Signer(line.official, row.rank, _agency(names, row.office_id)),
            behalf_of=_behalf(names, read, line),
            recipient=theirs[0]["name"] if theirs else _agency(names, key.to_id),
            agencies=[_agency(names, one) for one in line.agency_ids],
            copies=[_agency(names, one) for one in line.copy_ids],
            whose=_agency(names, row.whose_id),
            text=row.text,
            days=row.days,
            due_at=_due(line, key),
            amount=row.amount,
            amount_words=in_words(row.amount // RIALS_PER_TOMAN) if row.amount is not None else "",
            people=[_concerned(names, one, to) for one in (theirs if to == PERSON else main)],
            older=older,
            matter=title,
            shared_by=shared_by,
            papers=_papers(names, row.kind, theirs),
            address=f"{base}/l/{row.token}" if base is not None else "",
        )


def _agency(names: Catalogue, agency_id: int | None) -> str:
    agency = names.agencies.get(agency_id or 0)
    return "" if agency is None else agency.name


def _behalf(names: Catalogue, read: _Read, line: DirectiveLine) -> Signer | None:
    if line.row.behalf_of is None:
        return None
    rank, office_id = read.positions[line.row.behalf_of]
    return Signer(line.names.get(line.row.behalf_of, ""), rank, _agency(names, office_id))


def _due(line: DirectiveLine, key: LetterKey) -> datetime | None:
    """An agency's own day; for others the day by which all of them are to have acted."""
    own = [fate.due_at for fate in line.fates if key.to != PERSON and fate.agency_id == key.to_id]
    return max(own or [fate.due_at for fate in line.fates], default=None)


def _concerned(names: Catalogue, person: Any, to: str) -> Concerned:
    to_act = to == rules.ORDER
    topic = names.topics.get(person["topic_id"])
    return Concerned(
        demand_id=person["id"],
        code=person["code"],
        name=person["name"],
        phone=(person["phone"] or "") if to_act else "",
        place="، ".join(part for part in (person["county"], person["address"]) if part) if to_act else "",
        topic="" if topic is None else topic.name,
        text=person["text"] if to_act else "",
    )


def _papers(names: Catalogue, kind: str, theirs: Sequence[Any]) -> list[str]:
    """What the person brings along: to the bank, or because it was asked for."""
    topic = names.topics.get(theirs[0]["topic_id"]) if theirs else None
    wanted = topic is not None and kind in (rules.INTRODUCE, rules.DOCUMENTS)
    return topic.papers.splitlines() if topic is not None and wanted else []
