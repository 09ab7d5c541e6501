"""What happens between the call and the end of a service, and how the last step is taken back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from deskops.accounts.actor import Actor
from deskops.core import runtime
from deskops.core.database import table_of
from deskops.core.errors import Forbidden, Refusal
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import (
    DeskNotOpen,
    NoteNeeded,
    NotYourPlace,
    PlaceBusy,
    PlaceLeft,
    PlaceNotOpen,
    QueueBusy,
    TicketMoved,
    TooLateToUndo,
    UnknownOutcome,
)
from deskops.demands.events import (
    TicketArrived,
    TicketCalled,
    TicketDone,
    TicketHeld,
    TicketLeft,
    TicketNotShown,
    TicketReturned,
    TicketServing,
    TicketUndone,
)
from deskops.demands.models import Demand
from deskops.demands.services import offers
from deskops.demands.services.claim import call_next, check_desk_open
from deskops.demands.services.places import (
    empty_place_of,
    locked_place,
    open_place_of,
    taken,
    works_at,
)
from deskops.demands.services.sharing import desk_on_return, offered
from deskops.demands.services.tickets import (
    TICKETS,
    Act,
    act,
    check_version,
    is_taken,
    may_at,
    move,
    put,
    ticket_of,
)
from deskops.desks.models import GuidanceUse

DEMANDS, GUIDANCE_USES = table_of(Demand), table_of(GuidanceUse)
# What may keep a counter from calling the next person, while the end of the last one stands.
NOBODY_CALLED = (DeskNotOpen, PlaceNotOpen, PlaceBusy, PlaceLeft, QueueBusy)


def serve(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    ticket_id: int,
    *,
    at: datetime | None = None,
    version: int | None = None,
) -> Row[Any]:
    """The person called is here. Raises TicketMoved, NotYourPlace, StaleVersion."""
    doing, row = _mine(uow, actor, trip_id, ticket_id, at, version)
    return move(doing, row, "serve", TicketServing, serving_at=doing.at)


def hold(
    uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int, *, version: int | None = None
) -> Row[Any]:
    """Put the person aside for a moment; the counter is free for another. Raises as `serve`."""
    doing, row = _mine(uow, actor, trip_id, ticket_id, None, version)
    return move(doing, row, "hold", TicketHeld)


def resume(uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int, place_id: int) -> Row[Any]:
    """Go on with somebody on hold, at an empty counter of the same desk. A desk that was paused or closed meanwhile
    ends what it began: they are no new call. Raises TicketMoved, NotYourPlace, PlaceNotOpen, PlaceBusy.
    """
    doing = act(uow, actor, trip_id)
    place = empty_place_of(uow, actor, trip_id, place_id)
    row = ticket_of(uow, trip_id, ticket_id)
    if row.desk_id != place.desk_id:
        raise NotYourPlace()
    taken(place)
    return move(doing, row, "resume", TicketServing, place_id=place.id, user_id=place.user_id)


def return_to_queue(uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int) -> Row[Any]:
    """Somebody on hold waits again, with their old age. Raises TicketMoved, NotYourPlace."""
    doing, row = _mine(uow, actor, trip_id, ticket_id, None, None)
    desk_id = desk_on_return(uow, row, row.desk_id)
    return move(doing, row, "return", TicketReturned, place_id=None, user_id=None, desk_id=desk_id)


def no_show(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    ticket_id: int,
    *,
    at: datetime | None = None,
    version: int | None = None,
) -> Row[Any]:
    """Nobody came. The ticket can be recalled; who was promised a call and isn't reached waits where they stood again.

    Raises as `serve`.
    """
    doing, row = _mine(uow, actor, trip_id, ticket_id, at, version)
    if offers.is_promised_call(uow, row):
        return offers.unreached(doing, row)
    return move(doing, row, "no_show", TicketNotShown, undoable=True)


def recall(uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int, place_id: int) -> Row[Any]:
    """Call again somebody who was called to this desk. Who did not come is a new call, and needs an open desk.

    Raises TicketMoved, NotYourPlace, PlaceNotOpen, PlaceBusy, DeskNotOpen.
    """
    doing = act(uow, actor, trip_id)
    place = open_place_of(uow, actor, trip_id, place_id)
    row = ticket_of(uow, trip_id, ticket_id)
    if row.desk_id != place.desk_id or (row.status == rules.CALLED and row.place_id != place.id):
        raise NotYourPlace()
    if row.status == rules.NO_SHOW:
        check_desk_open(uow, place)
        if is_taken(uow, place_id):
            raise PlaceBusy()
    taken(place)
    values = {"place_id": place.id, "user_id": place.user_id, "called_at": doing.at}
    return move(doing, row, "recall", TicketCalled, undoable=row.status == rules.NO_SHOW, **values)


def finish(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    ticket_id: int,
    *,
    outcome: str,
    note: str = "",
    at: datetime | None = None,
    version: int | None = None,
) -> Row[Any]:
    """End the service with an outcome, which the demand keeps. Raises UnknownOutcome, NoteNeeded, and as `serve`."""
    state = rules.demand_state_after(outcome)
    if state is None:
        raise UnknownOutcome(field="outcome")
    if outcome in rules.NEEDS_NOTE and not note:
        raise NoteNeeded(field="note")
    doing, row = _mine(uow, actor, trip_id, ticket_id, at, version)
    done = move(doing, row, "finish", TicketDone, undoable=True, done_at=doing.at)
    closed = doing.at if state == rules.CLOSED else None
    _set_demand(
        doing, row, state=state, outcome=outcome, outcome_note=note, closed_at=closed, desk_id=row.desk_id
    )
    return done


def finish_and_call_next(
    uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int, place_id: int, **ending: Any
) -> Refusal | None:
    """End the service as `finish` does, and call the next person to the counter.

    The end stands where nobody can be called; the reason is returned. Raises as `finish`, and NotYourPlace.
    """
    place = locked_place(uow, trip_id, place_id)
    was_shut = place.state == "closed"
    finish(uow, actor, trip_id, ticket_id, **ending)
    if place.state == "closed" and not was_shut:
        # Whoever worked there was to go elsewhere as soon as this service ended.
        return PlaceLeft()
    try:
        call_next(uow, actor, trip_id, place_id)
    except NOBODY_CALLED as refusal:
        return refusal
    return None


def leave(
    uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int, *, at: datetime | None = None
) -> Row[Any]:
    """The person went away, or the caller hung up. The demand itself stays registered. Raises TicketMoved, NotYourPlace."""
    doing = act(uow, actor, trip_id, at)
    row = ticket_of(uow, trip_id, ticket_id)
    _check_near(uow, actor, row)
    return move(doing, row, "leave", TicketLeft, done_at=doing.at)


def arrive(uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int) -> Row[Any]:
    """Who was asked to walk is there, with the age that they have; a counter that stands ready calls them at once.

    Raises TicketMoved, NotYourPlace.
    """
    doing = act(uow, actor, trip_id)
    row = ticket_of(uow, trip_id, ticket_id)
    _check_near(uow, actor, row)
    if row.status != rules.WAITING or row.walk != "under_way":
        raise TicketMoved(details={"status": row.status, "version": row.version})
    # Where no desk could take them meanwhile, they may be asked to walk once more.
    walk = "none" if row.desk_id is None else "arrived"
    return offered(doing, put(doing, row, rules.WAITING, TicketArrived, walk=walk))


def undo(uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int) -> Row[Any]:
    """Take back the last call, recall, no-show, finish or answer to an offer, one's own or at one's own counter,
    within a minute.

    Raises TooLateToUndo; Forbidden where somebody else did it; PlaceBusy, PlaceNotOpen where the person can't come back.
    """
    doing = act(uow, actor, trip_id)
    row, memory = _with_its_memory(uow, trip_id, ticket_id)
    # A counter that stood ready was called to by whoever registered: it is the operator's call all the same.
    if actor.user_id not in {memory["by"], row.user_id} and not may_at(
        actor, "queue.steer", trip_id, row.desk_id
    ):
        raise Forbidden()
    limit = runtime.current().settings.undo_seconds
    status = rules.undone(memory["action"], row.status, memory["at"], doing.at.timestamp(), limit)
    if status is None:
        raise TooLateToUndo()
    fields = dict(memory["fields"])
    for name in ("called_at", "serving_at", "done_at"):
        fields[name] = None if fields[name] is None else datetime.fromtimestamp(fields[name], UTC)
    if status in rules.AT_PLACE:
        place = empty_place_of(uow, actor, trip_id, fields["place_id"])
        taken(place)
        # Somebody else may sit there by now, and must be able to go on.
        fields["user_id"] = place.user_id
    if status == rules.WAITING:
        fields["desk_id"] = desk_on_return(uow, row, fields["desk_id"], fields.get("location"))
    if memory["action"] == "finish":
        _set_demand(
            doing, row, state=rules.REGISTERED, outcome=None, outcome_note="", closed_at=None, desk_id=None
        )
        _take_back_guidance(doing, row)
    offers.follow_undo(uow, row.id, memory["action"])
    return put(doing, row, status, TicketUndone, undo=None, **fields)


def _mine(
    uow: UnitOfWork, actor: Actor, trip_id: int, ticket_id: int, at: datetime | None, version: int | None
) -> tuple[Act, Row[Any]]:
    """A ticket at the actor's own counter. Raises NotYourPlace, StaleVersion, NotFound."""
    doing = act(uow, actor, trip_id, at)
    row = ticket_of(uow, trip_id, ticket_id)
    check_version(row, version)
    if row.user_id != actor.user_id and not may_at(actor, "place.relieve", trip_id, row.desk_id):
        raise NotYourPlace()
    return doing, row


def _with_its_memory(uow: UnitOfWork, trip_id: int, ticket_id: int) -> tuple[Row[Any], dict[str, Any]]:
    """A ticket and what undoing needs; the counter where it was is locked before it, as in every act.

    Raises NotFound, TooLateToUndo; TicketMoved where somebody changed it between the look and the lock.
    """
    mine = (TICKETS.c.id == ticket_id, TICKETS.c.trip_id == trip_id)
    kept = uow.session.execute(select(TICKETS.c.undo).where(*mine)).scalar()
    memory: dict[str, Any] | None = json.loads(kept) if kept else None
    if memory is not None and memory["fields"]["place_id"] is not None:
        locked_place(uow, trip_id, memory["fields"]["place_id"])
    row = ticket_of(uow, trip_id, ticket_id)
    if row.undo != kept:
        raise TicketMoved(details={"status": row.status, "version": row.version})
    if memory is None:
        raise TooLateToUndo()
    return row, memory


def _check_near(uow: UnitOfWork, actor: Actor, row: Row[Any]) -> None:
    """Who is with nobody is the business of their desk's staff; of everybody's while no desk has them."""
    if row.desk_id is not None and not works_at(uow, actor, row.trip_id, row.desk_id):
        raise NotYourPlace()


def _take_back_guidance(doing: Act, ticket: Row[Any]) -> None:
    """What a card said at the end that is taken back wasn't said; what it said at an earlier end was."""
    at_the_end = (GUIDANCE_USES.c.demand_id == ticket.demand_id, GUIDANCE_USES.c.at >= ticket.done_at)
    doing.uow.session.execute(delete(GUIDANCE_USES).where(*at_the_end))


def _set_demand(doing: Act, ticket: Row[Any], **values: Any) -> None:
    statement = update(DEMANDS).where(DEMANDS.c.id == ticket.demand_id)
    doing.uow.session.execute(statement.values(version=DEMANDS.c.version + 1, **values))
