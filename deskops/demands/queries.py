"""Reads of demands and queues, as plain dataclasses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from deskops.core.codes import CodeError, group_code, parse_code
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.core.text import search_words
from deskops.demands import rules, search
from deskops.demands.models import Demand, Person, Ticket

DEMANDS, PERSONS, TICKETS = table_of(Demand), table_of(Person), table_of(Ticket)
PAGE_SIZE = 50


@dataclass(frozen=True)
class Filter:
    """What a list of demands shows. `before` is the id under which the page begins."""

    words: str = ""
    state: str | None = None
    topic_id: int | None = None
    desk_id: int | None = None
    before: int = search.LAST

    @classmethod
    def of_args(cls, args: Mapping[str, str]) -> Self:
        """From a query string; what doesn't fit is left out, since a list with a wrong filter is still a list."""
        state = args.get("state", "")
        return cls(
            words=args.get("q", "")[:200],
            state=state if state in rules.DEMAND_STATES else None,
            topic_id=_number(args.get("topic_id")),
            desk_id=_number(args.get("desk_id")),
            before=_number(args.get("before")) or search.LAST,
        )


@dataclass(frozen=True)
class DemandLine:
    """A demand in a list."""

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
    version: int
    name: str
    phone: str | None
    national_id: str | None
    ticket: TicketLine | None

    @property
    def grouped_code(self) -> str:
        """The code as it is read out."""
        return group_code(self.code)


@dataclass(frozen=True)
class TicketLine:
    """A turn in a queue, without anything personal."""

    id: int
    demand_id: int
    number: int
    status: str
    channel: str
    location: int
    topic_id: int
    desk_id: int | None
    place_id: int | None
    user_id: int | None
    urgent: bool
    language: str
    walk: str
    registered_at: datetime
    changed_at: datetime
    undo: str | None
    version: int


def demand_page(session: Session, trip_id: int, wanted: Filter) -> DemandPage:
    """A page of a trip's demands, by code, by words or by filter; newest first."""
    conditions: list[ColumnElement[bool]] = [DEMANDS.c.trip_id == trip_id, DEMANDS.c.id < wanted.before]
    code = _code(wanted.words)
    if code is not None:
        conditions.append(DEMANDS.c.code == code)
    elif wanted.words.strip():
        ids = search.find(session, trip_id, search_words(wanted.words), before=wanted.before, limit=PAGE_SIZE + 1)
        conditions.append(DEMANDS.c.id.in_(ids))
    for name in ("state", "topic_id", "desk_id"):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(DEMANDS.c[name] == value)
    names = [*(DEMANDS.c[name] for name in DemandLine.__dataclass_fields__ if name != "name"), PERSONS.c.name]
    query = select(*names).join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id).where(*conditions)
    rows = session.execute(query.order_by(DEMANDS.c.id.desc()).limit(PAGE_SIZE + 1)).all()
    lines = [DemandLine(**row._asdict()) for row in rows[:PAGE_SIZE]]
    return DemandPage(lines, lines[-1].id if len(rows) > PAGE_SIZE else None)


def demand_detail(session: Session, trip_id: int, demand_id: int) -> DemandDetail:
    """One demand of a trip. Raises NotFound."""
    return _detail(session, DEMANDS.c.id == demand_id, DEMANDS.c.trip_id == trip_id)


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
    wanted = {name for name in DemandDetail.__dataclass_fields__} - {"name", "phone", "national_id", "ticket"}
    columns = [column for column in DEMANDS.c if column.name in wanted]
    query = select(*columns, *person).join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id).where(*conditions)
    row = session.execute(query).first()
    if row is None:
        raise NotFound()
    return DemandDetail(**row._asdict(), ticket=ticket_of_demand(session, row.id))


def ticket_of_demand(session: Session, demand_id: int) -> TicketLine | None:
    """The newest turn of a demand."""
    lines = _tickets(session, TICKETS.c.demand_id == demand_id, newest_first=True, limit=1)
    return lines[0] if lines else None


def ticket(session: Session, trip_id: int, ticket_id: int) -> TicketLine:
    """One turn. Raises NotFound."""
    lines = _tickets(session, TICKETS.c.id == ticket_id, TICKETS.c.trip_id == trip_id)
    if not lines:
        raise NotFound()
    return lines[0]


def desk_tickets(session: Session, trip_id: int, desk_id: int, limit: int = 200) -> list[TicketLine]:
    """Everybody who waits for, is at, or is put aside by a desk, oldest first."""
    active = TICKETS.c.status.in_(rules.ACTIVE)
    return _tickets(session, TICKETS.c.trip_id == trip_id, TICKETS.c.desk_id == desk_id, active, limit=limit)


def unassigned_tickets(session: Session, trip_id: int, limit: int = 200) -> list[TicketLine]:
    """The coordinators' list: those whom no open desk can take."""
    conditions = (TICKETS.c.trip_id == trip_id, TICKETS.c.desk_id.is_(None), TICKETS.c.status == rules.WAITING)
    return _tickets(session, *conditions, limit=limit)


def ticket_at_place(session: Session, place_id: int) -> TicketLine | None:
    """Who is called to, or served at, a counter."""
    lines = _tickets(session, TICKETS.c.place_id == place_id, TICKETS.c.status.in_(rules.AT_PLACE), limit=1)
    return lines[0] if lines else None


def undoable_ticket(session: Session, trip_id: int, user_id: int | None, since: datetime) -> TicketLine | None:
    """The turn with which a user did something that may still be taken back."""
    lines = _tickets(
        session,
        TICKETS.c.trip_id == trip_id,
        TICKETS.c.user_id == user_id,
        TICKETS.c.undo.is_not(None),
        TICKETS.c.done_at > since,
        newest_first=True,
        limit=1,
    )
    return lines[0] if lines else None


def people_ahead(session: Session, line: TicketLine) -> int:
    """How many wait at the same place for the same desk and came before."""
    ahead = _tickets(
        session,
        TICKETS.c.trip_id == _trip_of(session, line.id),
        TICKETS.c.desk_id == line.desk_id,
        TICKETS.c.location == line.location,
        TICKETS.c.status == rules.WAITING,
        TICKETS.c.registered_at < line.registered_at,
        limit=1000,
    )
    return len(ahead)


def _trip_of(session: Session, ticket_id: int) -> int:
    return int(session.execute(select(TICKETS.c.trip_id).where(TICKETS.c.id == ticket_id)).scalar_one())


def _tickets(
    session: Session, *conditions: ColumnElement[bool], newest_first: bool = False, limit: int | None = None
) -> list[TicketLine]:
    columns = [TICKETS.c[name] for name in TicketLine.__dataclass_fields__]
    order = TICKETS.c.id.desc() if newest_first else TICKETS.c.registered_at
    rows: Sequence[Row[Any]] = session.execute(select(*columns).where(*conditions).order_by(order).limit(limit)).all()
    return [TicketLine(**row._asdict()) for row in rows]


def page_json(page: DemandPage) -> dict[str, Any]:
    """A list page as the API gives it."""
    lines = [asdict(line) | {"registered_at": line.registered_at.isoformat()} for line in page.lines]
    return {"demands": lines, "next_before": page.next_before}


def detail_json(detail: DemandDetail) -> dict[str, Any]:
    """A demand as the API gives it; the receipt's secrets stay out."""
    data = asdict(detail)
    del data["secret"], data["receipt_token"]
    if data["ticket"] is not None:
        del data["ticket"]["undo"]
    return {key: _plain(value) for key, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return value


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


def _code(words: str) -> str | None:
    try:
        return parse_code(words)
    except CodeError:
        return None
