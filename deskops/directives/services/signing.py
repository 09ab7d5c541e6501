"""Signing: by whom, within which authority, and calling back before it binds."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.accounts.services.signing import Signature
from deskops.core import jobs
from deskops.core.errors import NotFound
from deskops.core.i18n import gettext
from deskops.core.money import tomans
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.queries import catalogue
from deskops.directives import rules
from deskops.directives.errors import (
    BeyondAuthority,
    DirectiveMoved,
    NotYourOfficial,
    ReasonNeeded,
    TooLateToCallBack,
)
from deskops.directives.events import DirectiveDropped, DirectivePrepared, DirectiveProposed, DirectiveSigned
from deskops.directives.models import Directive, DirectiveAddressee
from deskops.directives.queries.authorities import officials_assisted, officials_of, parents_of, reaches_of
from deskops.directives.services.during import appointment_during, session_under_way
from deskops.directives.services.orders import Order, check_order, check_written, in_its_place, write_order

ISSUE = "directives.issue"


def prepare(uow: UnitOfWork, actor: Actor, trip_id: int, official_id: int, order: Order) -> Directive:
    """An order that waits for its official's signature; they themselves, or who assists them, may write it.

    Raises NotYourOfficial, NotFound, and what `check_order` raises.
    """
    actor.require("directive.prepare", trip_id)
    if official_id != actor.user_id and official_id not in officials_assisted(
        uow.session, trip_id, actor.user_id or 0
    ):
        raise NotYourOfficial()
    if official_id not in officials_of(uow.session, trip_id):
        raise NotFound()
    row = _written(uow, actor, trip_id, official_id, order)
    uow.record(
        DirectivePrepared(trip_id=trip_id, directive_id=row.id, official_id=official_id, order=row.kind)
    )
    return row


def sign_new(uow: UnitOfWork, actor: Actor, trip_id: int, order: Order, signature: Signature) -> Directive:
    """An order that its official writes and signs at once. Raises as `prepare` and `sign`."""
    actor.require("directive.sign", trip_id)
    row = _written(uow, actor, trip_id, _official(actor), order)
    return _signed(uow, actor, row, list(order.agency_ids), signature)


def _written(uow: UnitOfWork, actor: Actor, trip_id: int, official_id: int, order: Order) -> Directive:
    """The order as a draft, in the place of the one that it was made from."""
    if order.supersedes_id is not None:
        order = in_its_place(uow, trip_id, official_id, order)
    check_order(uow.session, trip_id, order)
    if order.draft_id is not None:
        _take_over(uow, actor, trip_id, order.draft_id)
    return write_order(uow, trip_id, official_id, order)


def _take_over(uow: UnitOfWork, actor: Actor, trip_id: int, draft_id: int) -> None:
    """What was prepared or proposed is signed in other words, by who writes them: nobody is refused anything."""
    row = locked_directive(uow, trip_id, draft_id)
    if actor.user_id not in (row.official_id, row.prepared_by, row.proposed_to):
        raise NotFound()
    drop(uow, row, "discard")


def sign(uow: UnitOfWork, actor: Actor, trip_id: int, directive_id: int, signature: Signature) -> Directive:
    """Sign what was prepared for oneself, or proposed to oneself. What is beyond one's authority becomes a proposal to who
    may issue it.

    Raises NotFound, DirectiveMoved, as `check_written`, and BeyondAuthority where there is nobody to propose it to.
    """
    actor.require("directive.sign", trip_id)
    row = locked_directive(uow, trip_id, directive_id)
    if _official(actor) != (row.proposed_to if row.state == rules.PROPOSED else row.official_id):
        raise NotFound()
    check_written(uow.session, row)
    ordered = select(DirectiveAddressee.agency_id).where(
        DirectiveAddressee.directive_id == row.id, DirectiveAddressee.role == rules.ORDER
    )
    return _signed(uow, actor, row, list(uow.session.scalars(ordered)), signature)


def call_back(uow: UnitOfWork, actor: Actor, trip_id: int, directive_id: int) -> Directive:
    """Stop an order that was signed and isn't issued yet. Raises NotFound, TooLateToCallBack, DirectiveMoved."""
    actor.require("directive.sign", trip_id)
    row = locked_directive(uow, trip_id, directive_id)
    if row.official_id != actor.user_id:
        raise NotFound()
    if row.state in rules.NUMBERED:
        raise TooLateToCallBack()
    return drop(uow, row, "call_back")


def discard(uow: UnitOfWork, actor: Actor, trip_id: int, directive_id: int, reason: str = "") -> Directive:
    """Throw a draft or a proposal away: its writer or its official; or decline what was proposed to oneself.

    Raises NotFound, DirectiveMoved, ReasonNeeded for a refusal without one.
    """
    row = locked_directive(uow, trip_id, directive_id)
    if row.state == rules.PROPOSED and row.proposed_to == actor.user_id:
        if not reason.strip():
            raise ReasonNeeded(field="reason")
        row.reason = reason.strip()
        return drop(uow, row, "decline")
    if actor.user_id not in (row.official_id, row.prepared_by):
        raise NotFound()
    return drop(uow, row, "discard")


def drop(uow: UnitOfWork, row: Directive, act: str) -> Directive:
    """It will not be issued. Raises DirectiveMoved."""
    move(row, act)
    row.ended_at, row.ended_by = uow.now, uow.actor.user_id
    uow.record(
        DirectiveDropped(
            trip_id=row.trip_id, directive_id=row.id, official_id=row.official_id, state=row.state
        )
    )
    return row


def move(row: Directive, act: str) -> None:
    """Raises DirectiveMoved for an act that its state doesn't allow."""
    state = rules.after(row.state, act)
    if state is None:
        raise DirectiveMoved(details={"state": row.state})
    row.state, row.version = state, row.version + 1


def photo_of_draft(session: Session, trip_id: int, directive_id: int) -> str | None:
    """The handwritten note of what was prepared."""
    mine = (Directive.id == directive_id, Directive.trip_id == trip_id)
    return session.scalar(select(Directive.photo).where(*mine))


def locked_directive(uow: UnitOfWork, trip_id: int, directive_id: int) -> Directive:
    """The row, locked until the commit. Raises NotFound."""
    query = select(Directive).where(Directive.id == directive_id, Directive.trip_id == trip_id)
    row = uow.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound()
    return row


def _signed(
    uow: UnitOfWork, actor: Actor, row: Directive, agency_ids: list[int], signature: Signature
) -> Directive:
    reaches = reaches_of(uow.session, row.trip_id, _official(actor), uow.now)
    parents = parents_of(uow.session)
    reach = rules.best_reach(reaches, parents, agency_ids, row.amount)
    if reach is None:
        return _proposed(uow, actor, row, agency_ids, reaches)
    move(row, "sign")
    if row.official_id != actor.user_id:
        row.proposed_by = row.official_id
    row.official_id, row.behalf_of = _official(actor), reach.behalf_of
    row.signed_at, row.issues_at = uow.now, uow.now + rules.CALL_BACK_FOR
    row.signed_with, row.device = signature.method, signature.device[:120]
    row.session_id = row.session_id or session_under_way(uow.session, row.trip_id, row.official_id, uow.now)
    row.appointment_id = row.appointment_id or appointment_during(
        uow.session, row.trip_id, row.official_id, row.id
    )
    uow.record(
        DirectiveSigned(
            trip_id=row.trip_id,
            directive_id=row.id,
            official_id=row.official_id,
            behalf_of=row.behalf_of,
            signed_with=row.signed_with,
            device=row.device,
            order=row.kind,
        )
    )
    jobs.add(
        uow.session,
        ISSUE,
        {"directive_id": row.id},
        row.issues_at,
        unique_key=f"{ISSUE}:{row.id}:{row.version}",
    )
    return row


def _proposed(
    uow: UnitOfWork, actor: Actor, row: Directive, agency_ids: list[int], reaches: list[rules.Reach]
) -> Directive:
    officials = officials_of(uow.session, row.trip_id)
    superior = next((reach.superior_id for reach in reaches if reach.superior_id in officials), None)
    if superior is None or superior == actor.user_id:
        raise _beyond(uow, row, agency_ids, reaches)
    if row.state == rules.DRAFT:
        move(row, "propose")
    row.proposed_to = superior
    uow.record(
        DirectiveProposed(
            trip_id=row.trip_id,
            directive_id=row.id,
            official_id=row.official_id,
            proposed_to=superior,
            order=row.kind,
        )
    )
    return row


def _beyond(
    uow: UnitOfWork, row: Directive, agency_ids: list[int], reaches: list[rules.Reach]
) -> BeyondAuthority:
    """Names what is out of reach, so that it can be left out."""
    lacking = rules.beyond(reaches, parents_of(uow.session), agency_ids)
    agencies = catalogue(uow.session, row.trip_id).agencies
    named = (agencies[agency_id].name for agency_id in lacking.agency_ids)
    return BeyondAuthority(
        field="agency_ids" if lacking.agency_ids else "tomans",
        details={"agency_ids": list(lacking.agency_ids), "most_rials": lacking.most_rials},
        agencies=gettext(", ").join(named),
        limit="" if lacking.most_rials is None else tomans(lacking.most_rials),
    )


def _official(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotFound()
    return actor.user_id
