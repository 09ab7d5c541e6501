"""What anybody may know of a letter by its code: whether it is genuine and holds, and never whom it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.desks.queries import TripLabel, catalogue
from deskops.directives import rules
from deskops.directives.models import Directive, DirectiveAddressee
from deskops.public.errors import UnknownLetter


@dataclass(frozen=True)
class LetterState:
    """A letter's order. `state`: issued, superseded or withdrawn, at `ended_at`; `number` and `successor` are year/number,
    `rank` and `office` what the official was.
    """

    trip: TripLabel
    state: str
    kind: str
    number: str
    issued_at: datetime
    rank: str
    office: str
    agencies: list[str]
    copies: list[str]
    ended_at: datetime | None
    successor: str


def letter_of_token(session: Session, token: str) -> LetterState:
    """The letter whose code carries a token. Raises UnknownLetter, whatever is wrong with it."""
    row = session.scalar(select(Directive).where(Directive.token == token))
    if row is None or row.issued_at is None:
        raise UnknownLetter()
    names = catalogue(session, row.trip_id)
    addressed = select(DirectiveAddressee.agency_id, DirectiveAddressee.role).where(
        DirectiveAddressee.directive_id == row.id
    )
    told = {one.agency_id: one.role for one in session.execute(addressed)}
    office = names.agencies.get(row.office_id or 0)
    return LetterState(
        trip=names.trip,
        state=row.state,
        kind=row.kind,
        number=f"{row.year}/{row.number}",
        issued_at=row.issued_at,
        rank=row.rank,
        office="" if office is None else office.name,
        agencies=[names.agencies[one].name for one, role in told.items() if role == rules.ORDER],
        copies=[names.agencies[one].name for one, role in told.items() if role == rules.COPY],
        ended_at=row.ended_at,
        successor=_successor(session, row),
    )


def _successor(session: Session, row: Directive) -> str:
    """The number of the order in its place; empty where there is none."""
    if row.state != rules.SUPERSEDED:
        return ""
    after = select(Directive.year, Directive.number).where(
        Directive.supersedes_id == row.id, Directive.state.in_(rules.NUMBERED)
    )
    newer = session.execute(after.order_by(Directive.id.desc()).limit(1)).first()
    return "" if newer is None else f"{newer.year}/{newer.number}"
