"""What citizens and boards are shown: never a name, a phone number or what a demand is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from deskops.balancing.projection import WaitRange
from deskops.control.queries import site_board
from deskops.control.queries.stops import StopLine, stops_in_force
from deskops.core import journal
from deskops.core.database import table_of
from deskops.core.errors import NotFound
from deskops.demands import rules
from deskops.demands.models import Demand, PaperForm
from deskops.demands.outlook import foretold, site_range
from deskops.demands.queries.offers import OfferLine, offer_of
from deskops.demands.queries.tickets import TicketLine, people_ahead, ticket_of_demand, wait_of
from deskops.desks.models import Desk, Place, Trip
from deskops.desks.queries import Catalogue, DeskLabel, SiteLabel, catalogue
from deskops.desks.rules import CLOSING, FAILED, PAUSED
from deskops.public.errors import UnknownReceipt, UnknownSign

DEMANDS, DESKS, PLACES, TRIPS = table_of(Demand), table_of(Desk), table_of(Place), table_of(Trip)
FORMS = table_of(PaperForm)
ON_PAPER = "on_paper"
BOARD_ROWS = 6
# A turn makes some three entries, so that this many hold the last rows even if some are recalled.
ENTRIES_READ = 60
# They came: the number stays until newer ones push it out.
_STAY = frozenset({rules.SERVING, rules.DONE})


@dataclass(frozen=True)
class Call:
    """A number that was called. `desk` is the desk's number, `place` the counter's at that desk."""

    number: int
    desk: int
    place: int
    name: str
    at: str


@dataclass(frozen=True)
class Board:
    """A hall's board. `sequence` is its audience's; `waiting` counts everybody who waits at the site, `wait` is what
    somebody who comes now waits, in minutes from the quickest matter to the slowest; `stopped` are the
    numbers of the desks that an emergency stop holds, `stopped_whole` whether it is all of them.

    `desks` and `places` say what the ids of later calls mean: a desk's number and name, a counter's number.
    """

    sequence: int
    calls: list[Call]
    waiting: int
    wait: WaitRange | None
    desks: dict[int, tuple[int, str]]
    places: dict[int, int]
    stopped: list[int]
    stopped_whole: bool

    def as_json(self) -> dict[str, Any]:
        """As the board's script takes it."""
        return asdict(self)


@dataclass(frozen=True)
class Turn:
    """A citizen's turn. `place` is the number of the counter; `ahead` and `estimate` only while they wait; `stop` is the
    emergency stop that holds their desk, `stopped` the numbers of all desks stopped where they are; `offer` is to be served
    by phone instead.
    """

    trip_id: int
    code: str
    state: str
    ticket: TicketLine | None
    place: int | None
    ahead: int | None
    estimate: WaitRange | None
    offer: OfferLine | None
    stop: StopLine | None
    stopped: list[int]


@dataclass(frozen=True)
class CodeState:
    """What anybody may know by a code. `rehearsed`: it is a rehearsal's, and nobody brought it."""

    state: str
    rehearsed: bool


@dataclass(frozen=True)
class Sign:
    """The desk whose sign somebody stands at."""

    names: Catalogue
    desk: DeskLabel
    state: str

    @property
    def takes_walk_ins(self) -> bool:
        """Whether one can register here."""
        return self.names.trip.phase == "live" and self.state == "open" and self.desk.walk_ins


def site_label(names: Catalogue, site_id: int) -> SiteLabel:
    """A site of the trip. Raises NotFound."""
    site = names.sites.get(site_id)
    if site is None:
        raise NotFound()
    return site


def board(session: Session, trip_id: int, site_id: int) -> Board:
    """The last calls at a site, newest first, as of one point of its audience. Raises NotFound."""
    names = catalogue(session, trip_id)
    site_label(names, site_id)
    sequence = journal.audience_head(session, site_board(site_id))
    after = max(0, sequence - ENTRIES_READ)
    entries = journal.audience_entries(session, site_board(site_id), after=after)
    desks = {desk.id: (desk.number, desk.short) for desk in names.desks.values() if desk.site_id == site_id}
    rows = session.execute(select(PLACES.c.id, PLACES.c.number).where(PLACES.c.desk_id.in_(desks)))
    places = {row.id: row.number for row in rows}
    with foretold(session, trip_id) as (trip, outlook):
        wait = site_range(trip, outlook, site_id)
        waiting = sum(one.place == site_id for one in trip.load.all_waiting())
    stopped = stopped_at(session, trip_id, site_id)
    whole = bool(stopped) and len(stopped) == len(desks)
    return Board(sequence, _calls(entries, desks, places), waiting, wait, desks, places, stopped, whole)


def stopped_at(session: Session, trip_id: int, site_id: int) -> list[int]:
    """The numbers of the desks at a site that failed or are paused, by an emergency stop or otherwise."""
    here = (DESKS.c.trip_id == trip_id, DESKS.c.site_id == site_id, DESKS.c.retired_at.is_(None))
    query = select(DESKS.c.number).where(*here, DESKS.c.state.in_((FAILED, PAUSED)))
    return list(session.scalars(query.order_by(DESKS.c.number)))


def _calls(
    entries: list[journal.Entry], desks: Mapping[int, tuple[int, str]], places: Mapping[int, int]
) -> list[Call]:
    """Each number once, where it was called last; who did not come or waits again is off the board.

    The board's script folds what follows in the same way.
    """
    standing: dict[int, Call] = {}
    for entry in entries:
        told = entry.payload
        if "number" not in told:
            continue
        if told["status"] in _STAY:
            continue
        standing.pop(told["number"], None)
        desk, place = desks.get(told["desk_id"]), places.get(told["place_id"])
        if told["status"] == rules.CALLED and desk is not None and place is not None:
            standing[told["number"]] = Call(told["number"], desk[0], place, desk[1], entry.at.isoformat())
    return list(reversed(standing.values()))[:BOARD_ROWS]


def state_of_code(session: Session, code: str) -> CodeState | None:
    """The state of a demand by its checked code, ON_PAPER for a form that is printed and not yet typed in; None where there
    is neither. Reads nothing else, and as much for each.
    """
    unused = (FORMS.c.code == code, FORMS.c.demand_id.is_(None))
    on_paper = _with_rehearsal(select(literal(ON_PAPER).label("state"), FORMS.c.trip_id).where(*unused))
    in_store = _with_rehearsal(select(DEMANDS.c.state, DEMANDS.c.trip_id).where(DEMANDS.c.code == code))
    row = session.execute(in_store.union_all(on_paper)).first()
    return None if row is None else CodeState(row.state, row.rehearsal_of is not None)


def _with_rehearsal(found: Select[Any]) -> Select[Any]:
    rows = found.subquery()
    return select(rows.c.state, TRIPS.c.rehearsal_of).join(TRIPS, TRIPS.c.id == rows.c.trip_id)


def turn_of_receipt(session: Session, receipt_token: str) -> Turn:
    """The turn of the receipt with this token. Raises UnknownReceipt."""
    columns = (DEMANDS.c.id, DEMANDS.c.trip_id, DEMANDS.c.code, DEMANDS.c.state)
    demand = session.execute(select(*columns).where(DEMANDS.c.receipt_token == receipt_token)).first()
    if demand is None:
        raise UnknownReceipt()
    ticket = ticket_of_demand(session, demand.id)
    waits = ticket is not None and ticket.status == rules.WAITING and ticket.desk_id is not None
    is_active = ticket is not None and ticket.status not in (rules.DONE, rules.LEFT)
    stops = stops_in_force(session, demand.trip_id) if is_active else []
    return Turn(
        trip_id=demand.trip_id,
        code=demand.code,
        state=demand.state,
        ticket=ticket,
        place=_place_number(session, ticket),
        ahead=people_ahead(session, ticket) if ticket is not None and waits else None,
        estimate=wait_of(session, demand.trip_id, ticket) if ticket is not None and waits else None,
        offer=offer_of(session, demand.trip_id, ticket) if ticket is not None and is_active else None,
        stop=next((line for line in stops if ticket and ticket.desk_id in line.desk_ids), None),
        stopped=stopped_at(session, demand.trip_id, ticket.location)
        if ticket is not None and is_active
        else [],
    )


def turn_of_token(session: Session, receipt_token: str) -> tuple[int, int]:
    """Trip and ticket of the receipt with this token. Raises UnknownReceipt."""
    query = select(DEMANDS.c.id, DEMANDS.c.trip_id).where(DEMANDS.c.receipt_token == receipt_token)
    demand = session.execute(query).first()
    ticket = None if demand is None else ticket_of_demand(session, demand.id)
    if demand is None or ticket is None:
        raise UnknownReceipt()
    return demand.trip_id, ticket.id


def is_closing(session: Session, desk_id: int | None) -> bool:
    """Whether a desk takes nobody new and serves only who is there."""
    return session.execute(select(DESKS.c.state).where(DESKS.c.id == desk_id)).scalar() == CLOSING


def _place_number(session: Session, ticket: TicketLine | None) -> int | None:
    if ticket is None or ticket.place_id is None:
        return None
    return session.execute(select(PLACES.c.number).where(PLACES.c.id == ticket.place_id)).scalar()


def sign(session: Session, sign_token: str) -> Sign:
    """The desk whose sign carries a token. Raises UnknownSign."""
    query = select(DESKS.c.id, DESKS.c.trip_id, DESKS.c.state).where(DESKS.c.sign_token == sign_token)
    row = session.execute(query).first()
    if row is None:
        raise UnknownSign()
    names = catalogue(session, row.trip_id)
    return Sign(names, names.desks[row.id], row.state)


def open_neighbours(session: Session, at: Sign) -> list[DeskLabel]:
    """The other desks at a sign's site that take walk-ins now, by number."""
    is_open = (DESKS.c.site_id == at.desk.site_id, DESKS.c.state == "open", DESKS.c.walk_ins.is_(True))
    ids = set(session.scalars(select(DESKS.c.id).where(*is_open)))
    return [desk for desk in at.names.desks.values() if desk.id in ids and desk.id != at.desk.id]
