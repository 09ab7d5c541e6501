"""Forms on paper, for when all power is gone: their codes are reserved as they are printed, and they are typed in later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from deskops.accounts.actor import Actor
from deskops.core import numbers
from deskops.core.codes import new_paper_code
from deskops.core.database import table_of
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules
from deskops.demands.errors import TooManyForms
from deskops.demands.events import FormsPrinted, FormTypedIn, ServedOnPaper
from deskops.demands.models import PaperForm
from deskops.demands.services import intake
from deskops.demands.services.intake import Registration
from deskops.demands.services.paper_checks import Ending, at_its_site, desk_of_form, problems, unused_form
from deskops.demands.services.tickets import Act

FORMS = table_of(PaperForm)
# Each takes some 4 ms to make: more at once would keep others waiting for seconds.
MOST_FORMS = 600


@dataclass(frozen=True)
class TypedIn:
    """What a form became. `ticket` is None where the person was served on paper."""

    demand_id: int
    code: str
    ticket: Row[Any] | None


def reserve(
    uow: UnitOfWork, trip_id: int, desk_ids: Sequence[int], copies: int, loose: int = 0
) -> int | None:
    """Reserve codes for `copies` forms of each of the trip's desks and for `loose` ones of no desk; returns the batch's
    number, None where that is no form at all. Raises TooManyForms.
    """
    owners = [*(desk_id for desk_id in desk_ids for _ in range(copies)), *[None] * loose]
    if len(owners) > MOST_FORMS:
        raise TooManyForms(count=len(owners), most=MOST_FORMS)
    if not owners:
        return None
    batch = numbers.take(uow.session, f"paper:{trip_id}")
    shared = {"trip_id": trip_id, "batch": batch, "printed_at": uow.now, "printed_by": uow.actor.user_id}
    codes = _new_codes(uow, len(owners))
    rows = [shared | {"code": code, "desk_id": desk} for code, desk in zip(codes, owners, strict=True)]
    uow.session.execute(insert(FORMS), rows)
    uow.record(FormsPrinted(trip_id=trip_id, batch=batch, count=len(rows)))
    return batch


def _new_codes(uow: UnitOfWork, count: int) -> list[str]:
    """Codes of no form. Among so many random ones a collision is rare, not impossible."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {new_paper_code() for _ in range(count - len(codes))}
        taken = select(FORMS.c.code).where(FORMS.c.code.in_(fresh))
        codes |= fresh - set(uow.session.execute(taken).scalars())
    return list(codes)


def type_in(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    code: str,
    wanted: Registration,
    *,
    at: datetime,
    ending: Ending | None = None,
) -> TypedIn:
    """Make the demand of a form, at the time that was written on it: into a queue now, or ended where it was served on
    paper. A walk-in without a site waits at that of the form's desk; a form of any desk belongs to the topic's default one.

    Raises Forbidden; FormTypedInAlready, which names the first demand; NoSuchForm, FormOfAnotherTrip, CodeOfReceipt;
    TimeAhead, TimeBeforeTrip, EndBeforeBeginning; PaperClosed, ServingDeskNeeded, UnknownOutcome, NoteNeeded; and as
    `intake.take_in`.
    """
    actor.require("paper.enter", trip_id)
    form = unused_form(uow.session, trip_id, code, for_update=True)
    wanted = at_its_site(uow.session, form, wanted)
    for refusal in problems(uow.session, form, wanted, at=at, ending=ending, now=uow.now):
        raise refusal
    doing = Act(uow, actor, at)
    if ending is None:
        made = intake.take_in(doing, replace(doing, at=uow.now), trip_id, wanted, code)
        typed_in = TypedIn(made.demand_id, code, made.ticket)
    else:
        typed_in = TypedIn(_served(doing, form, wanted, ending), code, None)
    used = {"used_at": uow.now, "used_by": actor.user_id, "demand_id": typed_in.demand_id}
    uow.session.execute(update(FORMS).where(FORMS.c.code == code).values(used))
    uow.record(FormTypedIn(trip_id=trip_id, demand_id=typed_in.demand_id, batch=form.batch), at)
    return typed_in


def _served(doing: Act, form: Row[Any], wanted: Registration, ending: Ending) -> int:
    """The demand of somebody who was served on paper, once nothing is wrong with what was written."""
    state = rules.OUTCOMES[ending.outcome]
    desk_id = ending.desk_id or desk_of_form(doing.uow.session, form, wanted.topic_id)
    assert desk_id is not None
    demand = intake.add_demand(
        doing,
        form.trip_id,
        wanted,
        form.code,
        desk_id,
        desk_id=desk_id,
        state=state,
        outcome=ending.outcome,
        outcome_note=ending.note,
        closed_at=ending.at if state == rules.CLOSED else None,
    )
    served = ServedOnPaper(
        trip_id=form.trip_id, demand_id=demand["id"], desk_id=desk_id, outcome=ending.outcome, state=state
    )
    doing.uow.record(served, ending.at)
    return int(demand["id"])
