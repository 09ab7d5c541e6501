"""Reads of demands with their persons: lists, search and one demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, func, select, union
from sqlalchemy.orm import Session

from deskops.core.codes import CodeError, group_code, parse_code
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.text import search_words
from deskops.demands import rules, search
from deskops.demands.models import IS_ACTIVE, Demand, Person
from deskops.demands.queries.tickets import TICKETS, TicketLine, ticket_of_demand
from deskops.desks.queries import catalogue
from deskops.desks.rules import takers

DEMANDS, PERSONS = table_of(Demand), table_of(Person)
PAGE_SIZE = 50
# Words and a filter together: hits are looked through by so many, so many times.
FILTERED_BATCH, FILTERED_BATCHES = 500, 20


@dataclass(frozen=True)
class Filter:
    """What a list of demands shows. `before` is the id under which the page begins."""

    words: str = ""
    state: str | None = None
    topic_id: int | None = None
    desk_id: int | None = None
    person_id: int | None = None
    before: int = search.LAST

    @classmethod
    def of_args(cls, args: Mapping[str, str]) -> Self:
        """From a query string; what doesn't fit is left out: a list with a wrong filter is still a list."""
        state = args.get("state", "")
        return cls(
            words=args.get("q", "")[:200],
            state=state if state in rules.DEMAND_STATES else None,
            topic_id=_number(args.get("topic_id")),
            desk_id=_number(args.get("desk_id")),
            person_id=_number(args.get("person_id")),
            before=_number(args.get("before")) or search.LAST,
        )


@dataclass(frozen=True)
class DemandLine:
    """A demand in a list. `desk_id` is its turn's desk, or the one that another system had it at."""

    id: int
    code: str
    name: str
    kind: str
    channel: str
    topic_id: int
    desk_id: int | None
    state: str
    outcome: str | None
    urgent: bool
    registered_at: datetime


@dataclass(frozen=True)
class DemandPage:
    """A page of a list, newest first; `next_before` is None on the last one."""

    lines: list[DemandLine]
    next_before: int | None


@dataclass(frozen=True)
class DemandDetail:
    """All of a demand, with its person. Only for those who may see people's data."""

    id: int
    trip_id: int
    person_id: int
    code: str
    secret: str
    receipt_token: str
    kind: str
    channel: str
    topic_id: int
    desk_id: int | None
    state: str
    outcome: str | None
    outcome_note: str
    text: str
    county: str
    address: str
    language: str
    urgent: bool
    external_number: str | None
    registered_at: datetime
    closed_at: datetime | None
    meeting_asked_at: datetime | None
    version: int
    name: str
    phone: str | None
    national_id: str | None
    ticket: TicketLine | None

    @property
    def grouped_code(self) -> str:
        """The code as it is read out."""
        return group_code(self.code)


def demand_page(session: Session, trip_id: int, wanted: Filter) -> DemandPage:
    """A page of a trip's demands, by code, by words or by filter; newest first."""
    conditions = [DEMANDS.c.trip_id == trip_id]
    for name in ("state", "person_id"):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(DEMANDS.c[name] == value)
    if wanted.topic_id is not None:
        conditions.append(DEMANDS.c.topic_id.in_(_with_merged(session, trip_id, wanted.topic_id)))
    code = _code(wanted.words)
    if code is None and wanted.words.strip():
        return _found_page(session, trip_id, wanted, conditions)
    conditions.append(DEMANDS.c.id < wanted.before)
    if code is not None:
        conditions.append(DEMANDS.c.code == code)
    return _page_of(_lines(session, conditions, wanted.desk_id))


def _with_merged(session: Session, trip_id: int, topic_id: int) -> list[int]:
    """A topic and those whose demands it takes now: each keeps its own name in the list."""
    taken_by = takers(
        {topic.id: topic.merged_into_id for topic in catalogue(session, trip_id).topics.values()}
    )
    return [topic_id, *(merged for merged, taker in taken_by.items() if taker == topic_id)]


def _found_page(
    session: Session, trip_id: int, wanted: Filter, conditions: list[ColumnElement[bool]]
) -> DemandPage:
    """The hits that also fit the filters. After so many that don't, the page ends, and the next goes on there."""
    words, before = search_words(wanted.words), wanted.before
    narrowed = len(conditions) > 1 or wanted.desk_id is not None
    batch = FILTERED_BATCH if narrowed else PAGE_SIZE + 1
    lines: list[DemandLine] = []
    for _ in range(FILTERED_BATCHES):
        ids = search.find(session, trip_id, words, before=before, limit=batch)
        lines += _lines(session, [*conditions, DEMANDS.c.id.in_(ids)], wanted.desk_id)
        if len(lines) > PAGE_SIZE or len(ids) < batch:
            return _page_of(lines)
        before = ids[-1]
    return DemandPage(lines, before)


def _lines(session: Session, conditions: list[ColumnElement[bool]], desk_id: int | None) -> list[DemandLine]:
    """The newest that fit, one more than a page shows, which tells whether there is a next one."""
    if desk_id is not None:
        conditions = [_newest_of_desk(conditions, desk_id)]
    names = [*(DEMANDS.c[name] for name in DemandLine.__dataclass_fields__ if name != "name"), PERSONS.c.name]
    query = select(*names).join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id).where(*conditions)
    rows = session.execute(query.order_by(DEMANDS.c.id.desc()).limit(PAGE_SIZE + 1))
    return _with_their_turns_desks(session, [DemandLine(**row._asdict()) for row in rows])


def _newest_of_desk(conditions: list[ColumnElement[bool]], desk_id: int) -> ColumnElement[bool]:
    """Those whose turn is at a desk, and those whose service ended there: each by an index of its own, and no
    more of either than a page of both can hold.
    """
    at_desk = select(TICKETS.c.demand_id).where(TICKETS.c.desk_id == desk_id, IS_ACTIVE)
    ids = select(DEMANDS.c.id).where(*conditions).order_by(DEMANDS.c.id.desc()).limit(PAGE_SIZE + 1)
    both = (
        ids.where(DEMANDS.c.id.in_(at_desk)).subquery(),
        ids.where(DEMANDS.c.desk_id == desk_id).subquery(),
    )
    return DEMANDS.c.id.in_(union(*(select(each.c.id) for each in both)))


def _with_their_turns_desks(session: Session, lines: list[DemandLine]) -> list[DemandLine]:
    """A demand itself has a desk only once a service ended there; until then its turn has."""
    turns = select(TICKETS.c.demand_id, TICKETS.c.desk_id).order_by(TICKETS.c.id)
    rows = session.execute(turns.where(TICKETS.c.demand_id.in_([line.id for line in lines])))
    desks: dict[int, int | None] = {row.demand_id: row.desk_id for row in rows}
    return [replace(line, desk_id=desks.get(line.id, line.desk_id)) for line in lines]


def _page_of(lines: list[DemandLine]) -> DemandPage:
    shown = lines[:PAGE_SIZE]
    return DemandPage(shown, shown[-1].id if len(lines) > PAGE_SIZE else None)


def demand_detail(session: Session, trip_id: int, demand_id: int) -> DemandDetail:
    """One demand of a trip. Raises NotFound."""
    return _detail(session, DEMANDS.c.id == demand_id, DEMANDS.c.trip_id == trip_id)


def demands_of_person(session: Session, trip_id: int, person_id: int) -> int:
    """How many demands a person has in a trip."""
    query = select(func.count()).where(DEMANDS.c.person_id == person_id, DEMANDS.c.trip_id == trip_id)
    return int(session.execute(query).scalar_one())


def demand_of_receipt(session: Session, receipt_token: str) -> DemandDetail:
    """The demand whose receipt carries a token. Raises NotFound."""
    return _detail(session, DEMANDS.c.receipt_token == receipt_token)


def demand_of_code(session: Session, code: str) -> DemandDetail | None:
    """The demand of a checked 13-digit code, if there is one."""
    try:
        return _detail(session, DEMANDS.c.code == code)
    except NotFound:
        return None


def _detail(session: Session, *conditions: ColumnElement[bool]) -> DemandDetail:
    person = (PERSONS.c.name, PERSONS.c.phone, PERSONS.c.national_id)
    wanted = DemandDetail.__dataclass_fields__.keys() - {"name", "phone", "national_id", "ticket"}
    columns = [column for column in DEMANDS.c if column.name in wanted]
    query = select(*columns, *person).join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id).where(*conditions)
    row = session.execute(query).first()
    if row is None:
        raise NotFound()
    return DemandDetail(**row._asdict(), ticket=ticket_of_demand(session, row.id))


def page_json(page: DemandPage) -> dict[str, Any]:
    """A list page as the API gives it."""
    lines = [asdict(line) | {"registered_at": line.registered_at.isoformat()} for line in page.lines]
    return {"demands": lines, "next_before": page.next_before}


def detail_json(detail: DemandDetail, *, with_kinds: bool) -> dict[str, Any]:
    """A demand as the API gives it; the receipt's secrets stay out; `with_kinds`: tell which priorities they have."""
    data = asdict(detail)
    del data["secret"], data["receipt_token"]
    if data["ticket"] is not None:
        del data["ticket"]["undo"]
        data["ticket"]["priorities"] = detail.ticket.kinds if detail.ticket and with_kinds else ()
    return {key: _plain(value) for key, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return value


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _code(words: str) -> str | None:
    try:
        return parse_code(words)
    except CodeError:
        return None
