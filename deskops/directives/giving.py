"""Orders and who is met on the way, as they come in: one road for pages and programs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from deskops.accounts.access import current_actor
from deskops.accounts.proving import perform_signed
from deskops.accounts.services.signing import Signature
from deskops.core.idempotency import Answer
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.uploads import Upload
from deskops.core.web import perform
from deskops.demands.forms import MeetForm
from deskops.demands.services.attachments import attach
from deskops.demands.services.met import register_met
from deskops.directives.forms import OrderForm, PreparedOrderForm, SignedOrderForm
from deskops.directives.services import signing
from deskops.directives.services.older import older_demands
from deskops.directives.services.orders import Order


def signed(trip_id: int, form: SignedOrderForm, photo: Upload | None, demand_id: int | None = None) -> Answer:
    """Sign the order of this request, once a key. Raises as `perform_signed` and `signing.sign_new`."""
    actor = current_actor()

    def work(uow: UnitOfWork, signature: Signature) -> dict[str, Any]:
        order = _order(uow, trip_id, form, photo, demand_id)
        row = signing.sign_new(uow, actor, trip_id, order, signature)
        due = None if row.issues_at is None else row.issues_at.isoformat()
        return {"id": row.id, "state": row.state, "issues_at": due}

    return perform_signed(actor, form, _body(form, photo), work, status=201)


def prepared(
    trip_id: int, form: PreparedOrderForm, photo: Upload | None, demand_id: int | None = None
) -> Answer:
    """Leave the order of this request for its official to sign. Raises as `signing.prepare`."""
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        order = _order(uow, trip_id, form, photo, demand_id)
        row = signing.prepare(uow, actor, trip_id, form.official_id, order)
        return {"id": row.id, "state": row.state}

    return perform(actor, _body(form, photo), work, status=201)


def met(trip_id: int, form: MeetForm, letter: Upload | None) -> Answer:
    """Register them with their letter, once a key: `{id}` of the demand. Raises IntakeClosed, UnknownTopic."""
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        demand_id = register_met(uow, actor, trip_id, form.registration())
        if letter is not None:
            attach(uow, actor, trip_id, demand_id, "letter", letter)
        return {"id": demand_id}

    body = form.model_dump(mode="json") | {"letter": None if letter is None else letter.digest}
    return perform(actor, body, work, status=201)


def _order(
    uow: UnitOfWork, trip_id: int, form: OrderForm, photo: Upload | None, demand_id: int | None
) -> Order:
    about = form.demand_ids if demand_id is None else (demand_id, *form.demand_ids)
    older = (*form.older_ids, *older_demands(uow.session, trip_id, form.older))
    order = form.order(demand_ids=tuple(dict.fromkeys(about)), older_ids=tuple(dict.fromkeys(older)))
    kept = photo.store(uow) if photo is not None else _photo_before(uow.session, trip_id, form)
    return replace(order, photo=kept)


def _photo_before(session: Session, trip_id: int, form: OrderForm) -> str | None:
    """What was prepared with a note keeps it when its official changes the words."""
    return signing.photo_of_draft(session, trip_id, form.draft_id) if form.draft_id is not None else None


def _body(form: OrderForm, photo: Upload | None) -> dict[str, Any]:
    return form.model_dump(mode="json") | {"photo": None if photo is None else photo.digest}
