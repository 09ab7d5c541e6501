"""What stands of a trip's people, as the records of their list: for its export, and for the dry run of an import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from deskops.core import clock
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.i18n import lang
from deskops.core.pacing import paced
from deskops.core.text import name_form
from deskops.desks.document.columns import AGENCIES, DESKS, TOPICS
from deskops.desks.document.languages import LANGUAGES
from deskops.desks.document.list_checks import Values
from deskops.desks.models import Trip
from deskops.desks.queries import Catalogue, catalogue
from deskops.desks.queries.catalogue import last_change
from deskops.staff.document.dry_run import Mark
from deskops.staff.document.people import Choices, KnownPeople, Member
from deskops.staff.document.windows import together
from deskops.staff.models import Shift, StaffAvailability, StaffMember, StaffTopic
from deskops.staff.rules import COVERS

STAFF, SHIFTS = table_of(StaffMember), table_of(Shift)
KNOWLEDGE, AVAILABILITY = table_of(StaffTopic), table_of(StaffAvailability)


def known_people(session: Session, trip_id: int, numbers: Sequence[str] | None = None) -> KnownPeople:
    """Everybody of a trip, or those with one of a few personnel numbers. Raises NotFound."""
    if session.get(Trip, trip_id) is None:
        raise NotFound()
    names = catalogue(session, trip_id)
    query = select(STAFF).where(STAFF.c.trip_id == trip_id).order_by(STAFF.c.personnel_number)
    rows = session.execute(
        query if numbers is None else query.where(STAFF.c.personnel_number.in_(numbers))
    ).all()
    chosen = select(STAFF.c.id).where(STAFF.c.trip_id == trip_id)
    if numbers is not None:
        chosen = chosen.where(STAFF.c.personnel_number.in_(numbers))
    topics = _of_members(session, select(KNOWLEDGE.c.staff_id, KNOWLEDGE.c.topic_id), KNOWLEDGE, chosen)
    spans = select(AVAILABILITY.c.staff_id, AVAILABILITY.c.starts_at, AVAILABILITY.c.ends_at)
    windows = _of_members(session, spans, AVAILABILITY, chosen)
    return KnownPeople(
        {row.personnel_number: _record(row, names, topics[row.id], windows[row.id]) for row in paced(rows)},
        members={
            row.personnel_number: Member(row.id, row.user_id, row.version, row.retired_at) for row in rows
        },
        to_come=_to_come(session, trip_id),
        phones=_phones(session, trip_id),
        offered=_offered(names),
    )


def mark_of(session: Session, trip_id: int) -> Mark:
    """Another one as soon as anybody's record is another, or what records name, or the language of a plan's words.

    Each change of a record raises its version.
    """
    members = select(func.count(), func.sum(STAFF.c.version), func.max(STAFF.c.id))
    stands = session.execute(members.where(STAFF.c.trip_id == trip_id)).one()
    return (lang(), *last_change(session, trip_id), *(number or 0 for number in stands))


def _of_members(session: Session, query: Select[Any], table: Any, chosen: Any) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in paced(session.execute(query.where(table.c.staff_id.in_(chosen)))):
        found[row.staff_id].append(row)
    return found


def _record(row: Any, names: Catalogue, topics: list[Any], windows: list[Any]) -> Values:
    agency, desk = names.agencies.get(row.agency_id or 0), names.desks.get(row.home_desk_id or 0)
    known = {one.topic_id for one in topics}
    spoken = row.languages.split(",")
    return {
        "personnel_number": row.personnel_number,
        "name": row.name,
        "agency": None if agency is None else agency.code,
        "role": row.role,
        "home_desk": None if desk is None else desk.code,
        "topics": tuple(topic.code for topic in names.topics.values() if topic.id in known) if known else (),
        "languages": tuple(code for code in LANGUAGES if code in spoken),
        "availability": together((one.starts_at, one.ends_at) for one in windows),
        "mobile": row.mobile,
        "most_shifts": row.most_shifts,
        "left": row.retired_at is not None,
    }


def _to_come(session: Session, trip_id: int) -> dict[str, int]:
    query = (
        select(STAFF.c.personnel_number, func.count())
        .join(SHIFTS, SHIFTS.c.staff_id == STAFF.c.id)
        .where(STAFF.c.trip_id == trip_id, SHIFTS.c.starts_at > clock.now(), SHIFTS.c.state.in_(COVERS))
        .group_by(STAFF.c.personnel_number)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _phones(session: Session, trip_id: int) -> dict[str, frozenset[str]]:
    query = select(STAFF.c.mobile, STAFF.c.personnel_number).where(
        STAFF.c.trip_id == trip_id, STAFF.c.mobile != ""
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for mobile, number in session.execute(query):
        found[mobile].add(number)
    return {mobile: frozenset(numbers) for mobile, numbers in found.items()}


def _offered(names: Catalogue) -> Mapping[str, Choices]:
    return {
        AGENCIES: _choices(
            names.agencies.values(), lambda one: (one.name_fa, one.name_en, one.short_fa, one.short_en)
        ),
        DESKS: _choices(names.desks.values(), lambda one: (str(one.number),)),
        TOPICS: _choices(
            (topic for topic in names.topics.values() if topic.assignable),
            lambda one: (one.name_fa, one.name_en, one.short_fa, one.short_en),
        ),
    }


def _choices(labels: Iterable[Any], also: Callable[[Any], Iterable[str]]) -> Choices:
    listed = list(labels)
    named: defaultdict[str, set[str]] = defaultdict(set)
    for label in listed:
        for form in _forms((label.code, *also(label))):
            named[form].add(label.code)
    return Choices(
        tuple(label.code for label in listed),
        frozenset(label.code for label in listed if label.retired_at is not None),
        {form: frozenset(codes) for form, codes in named.items()},
    )


def _forms(names: Iterable[str]) -> Iterator[str]:
    yield from (form for name in names if (form := name_form(name)))
