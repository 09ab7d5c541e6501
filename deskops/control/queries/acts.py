"""What balancing did and proposes, for the coordinators' page; and whom it moved a second time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.accounts.queries import names_of_users
from deskops.control import events as control
from deskops.control.models import Advice
from deskops.core import journal
from deskops.core.database import table_of
from deskops.core.journal_rows import JournalRow
from deskops.demands import rules, steering
from deskops.demands.events import PrioritiesSet
from deskops.demands.models import MovedAgain, Offer, Proposal, Ticket
from deskops.demands.services import taking_back
from deskops.desks.models import Desk
from deskops.desks.rules import OPEN

TICKETS, OFFERS, PROPOSALS = table_of(Ticket), table_of(Offer), table_of(Proposal)
NOTICES, ADVICE, JOURNAL = table_of(MovedAgain), table_of(Advice), table_of(JournalRow)
DESKS = table_of(Desk)
ACTS_SHOWN = 30
LABELS, WALKS, OFFERS_MADE, HANDED_OVER = "labels", "walks", "offers", "handed_over"
STAFF, SETTINGS, ANSWERS = "staff", "settings", "answers"
# What the page can be narrowed to -> kinds in the journal.
KINDS: dict[str, tuple[str, ...]] = {
    LABELS: (steering.LabelsRenewed.kind,),
    WALKS: (steering.WalksAsked.kind,),
    OFFERS_MADE: (steering.OffersMade.kind,),
    HANDED_OVER: (steering.PeopleHandedOver.kind, steering.PeopleMovedAgain.kind),
    STAFF: (control.AdviceAccepted.kind, control.AdviceRefused.kind, control.AdviceTakenBack.kind),
    SETTINGS: (steering.AutopilotChanged.kind, PrioritiesSet.kind),
    ANSWERS: (
        steering.ActTakenBack.kind,
        steering.ActsProposed.kind,
        steering.ProposalsRefused.kind,
        steering.MovedAgainSeen.kind,
    ),
}
ALL_KINDS = tuple(kind for kinds in KINDS.values() for kind in kinds)
AUTOMATIC, BY_HAND = "automatic", "by_hand"
_FACTS_LEFT_OUT = frozenset({"moves", "reason", "at_desk_id", "minutes"})


@dataclass(frozen=True)
class ActPerson:
    """What an act meant for one person, as in `demands.steering.Moved`. `undoable`: nothing happened to them since."""

    ticket_id: int
    number: int
    from_desk_id: int | None
    to_desk_id: int | None
    from_location: int
    to_location: int
    minutes: float | None
    undoable: bool


@dataclass(frozen=True)
class ActLine:
    """One act. `by` is who did it, empty where nobody did; `reason` a code; `facts` what else the journal says."""

    sequence: int
    at: datetime
    kind: str
    reason: str
    desk_id: int | None
    automatic: bool
    by: str
    people: list[ActPerson]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def undoable(self) -> int:
        """For how many it can still be taken back."""
        return sum(person.undoable for person in self.people)

    def pairs(self) -> list[tuple[int | None, int | None, int]]:
        """From which desk to which, and how many; the most first."""
        counts: dict[tuple[int | None, int | None], int] = {}
        for person in self.people:
            pair = (person.from_desk_id, person.to_desk_id)
            counts[pair] = counts.get(pair, 0) + 1
        return [(*pair, count) for pair, count in sorted(counts.items(), key=lambda item: -item[1])]

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        return asdict(self) | {"at": self.at.isoformat()}


@dataclass(frozen=True)
class ActPage:
    """Acts, newest first; `older` is what to ask for next, None at the end."""

    acts: list[ActLine]
    older: int | None


@dataclass(frozen=True)
class ProposalLine:
    """What would be done with one person; `minutes` as in `demands.models.Proposal`."""

    act: str
    ticket_id: int
    number: int
    location: int
    topic_id: int
    registered_at: datetime
    from_desk_id: int | None
    desk_id: int | None
    minutes: float | None

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        return asdict(self) | {"registered_at": self.registered_at.isoformat()}


@dataclass(frozen=True)
class MovedAgainLine:
    """Somebody who lost a second desk, and where they are now."""

    ticket_id: int
    demand_id: int
    number: int
    status: str
    lost_desk_id: int
    desk_id: int | None
    location: int
    moved_times: int
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """As the API gives it."""
        return asdict(self) | {"at": self.at.isoformat()}


def act_page(
    session: Session, trip_id: int, *, kind: str = "", who: str = "", before: int | None = None
) -> ActPage:
    """A trip's acts of one of KINDS, or of all; `who` AUTOMATIC or BY_HAND; those before a sequence of the journal."""
    conditions = {AUTOMATIC: [JOURNAL.c.actor_id.is_(None)], BY_HAND: [JOURNAL.c.actor_id.is_not(None)]}
    entries = journal.general_entries(
        session,
        trip_id,
        KINDS.get(kind, ALL_KINDS),
        *conditions.get(who, ()),
        before=before,
        limit=ACTS_SHOWN + 1,
    )
    shown = entries[:ACTS_SHOWN]
    names = names_of_users(session, {one.actor_id for one in shown if one.actor_id is not None})
    moves = {one.sequence: _moves(one) for one in shown}
    undoable = _undoable(session, [(one.kind, move) for one in shown for move in moves[one.sequence]])
    gains = _gains(session, shown)
    lines = [_line(one, moves[one.sequence], undoable, names, gains) for one in shown]
    return ActPage(lines, shown[-1].sequence if len(entries) > ACTS_SHOWN else None)


def _moves(entry: journal.Entry) -> list[steering.Moved]:
    return [steering.Moved(*one) for one in entry.payload.get("moves", ())]


def _line(
    entry: journal.Entry,
    moves: list[steering.Moved],
    undoable: set[Key],
    names: dict[int, str],
    gains: dict[int, float],
) -> ActLine:
    facts = {name: value for name, value in entry.payload.items() if name not in _FACTS_LEFT_OUT}
    advice_id = entry.payload.get("advice_id")
    if advice_id in gains:
        facts["gain"] = round(gains[advice_id], 1)
    return ActLine(
        sequence=entry.sequence,
        at=entry.at,
        kind=entry.kind,
        reason=entry.payload.get("reason", ""),
        desk_id=entry.payload.get("at_desk_id"),
        automatic=entry.actor_id is None,
        by=names.get(entry.actor_id or 0, ""),
        people=[
            ActPerson(*one[:6], one.minutes, (entry.kind, one.ticket_id, one.changed_at) in undoable)
            for one in moves
        ],
        facts=facts,
    )


def _gains(session: Session, entries: Iterable[journal.Entry]) -> dict[int, float]:
    """What advice promised to save, in person-minutes, by id."""
    ids = {one.payload["advice_id"] for one in entries if "advice_id" in one.payload}
    if not ids:
        return {}
    rows = session.execute(select(ADVICE.c.id, ADVICE.c.gain_minutes).where(ADVICE.c.id.in_(ids)))
    return {row.id: row.gain_minutes for row in rows}


Key = tuple[str, int, float]
"""A kind of act, a ticket, and when that changed last."""


def _undoable(session: Session, moves: list[tuple[str, steering.Moved]]) -> set[Key]:
    """To whom nothing happened since an act."""
    moves = [(kind, move) for kind, move in moves if kind in taking_back.UNDO]
    ids = {move.ticket_id for _, move in moves}
    if not ids:
        return set()
    turn = (TICKETS.c[name] for name in ("id", "desk_id", "location", "changed_at", "walk"))
    query = select(*turn, OFFERS.c.state).outerjoin(OFFERS, OFFERS.c.ticket_id == TICKETS.c.id)
    waiting = query.where(TICKETS.c.id.in_(ids), TICKETS.c.status == rules.WAITING)
    now = {row.id: row for row in session.execute(waiting)}
    left = {move.from_desk_id for _, move in moves}
    serving = select(DESKS.c.id).where(DESKS.c.id.in_(left), DESKS.c.state == OPEN)
    at_work = set(session.scalars(serving))
    return {
        (kind, move.ticket_id, move.changed_at)
        for kind, move in moves
        if (row := now.get(move.ticket_id)) is not None
        and move.still_holds(row)
        and _can_go_back(kind, move, row, at_work)
    }


def _can_go_back(kind: str, move: steering.Moved, row: Any, at_work: set[int]) -> bool:
    """Whether what an act of this kind did to one person can be taken back, as long as nothing happened to them since."""
    if kind == steering.WalksAsked.kind:
        return bool(row.walk == "under_way")
    if kind == steering.OffersMade.kind:
        return bool(row.state == rules.OFFERED)
    return move.from_desk_id in at_work and move.from_location == move.to_location


def open_proposals(session: Session, trip_id: int) -> list[ProposalLine]:
    """What waits for a coordinator's word, by kind of act, the oldest person first."""
    columns = (
        PROPOSALS.c.act,
        TICKETS.c.id,
        TICKETS.c.number,
        TICKETS.c.location,
        TICKETS.c.topic_id,
        TICKETS.c.registered_at,
        TICKETS.c.desk_id.label("from_desk_id"),
        PROPOSALS.c.desk_id,
        PROPOSALS.c.minutes,
    )
    query = (
        select(*columns)
        .join(TICKETS, TICKETS.c.id == PROPOSALS.c.ticket_id)
        .where(PROPOSALS.c.trip_id == trip_id, PROPOSALS.c.state == rules.OFFERED)
        .where(TICKETS.c.status == rules.WAITING)
        .order_by(PROPOSALS.c.act, TICKETS.c.registered_at, TICKETS.c.id)
    )
    return [ProposalLine(*row) for row in session.execute(query)]


def moved_again(session: Session, trip_id: int) -> list[MovedAgainLine]:
    """Of whom the coordinators haven't taken note yet, the newest first."""
    columns = (
        TICKETS.c.id,
        TICKETS.c.demand_id,
        TICKETS.c.number,
        TICKETS.c.status,
        NOTICES.c.desk_id.label("lost_desk_id"),
        TICKETS.c.desk_id,
        TICKETS.c.location,
        TICKETS.c.moved_times,
        NOTICES.c.at,
    )
    query = select(*columns).join(TICKETS, TICKETS.c.id == NOTICES.c.ticket_id)
    unseen = query.where(NOTICES.c.trip_id == trip_id, NOTICES.c.seen_at.is_(None))
    rows = session.execute(unseen.order_by(NOTICES.c.at.desc(), NOTICES.c.id).limit(200))
    return [MovedAgainLine(*row) for row in rows]


def count_moved_again(session: Session, trip_id: int) -> int:
    """Of how many the coordinators haven't taken note yet."""
    query = select(func.count()).where(NOTICES.c.trip_id == trip_id, NOTICES.c.seen_at.is_(None))
    return int(session.execute(query).scalar_one())
