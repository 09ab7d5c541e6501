"""The HTTP edge's one way to change something: idempotency, transaction, answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Protocol

from flask import request
from sqlalchemy.exc import IntegrityError

from deskops.core import idempotency
from deskops.core.idempotency import Answer
from deskops.core.unit_of_work import HasUserId, UnitOfWork, unit_of_work

Work = Callable[[UnitOfWork], dict[str, Any]]


class Caller(HasUserId, Protocol):
    """An actor with a stable name for its idempotency keys."""

    @property
    def key(self) -> str:
        """Such as "user:7" or "public"."""


def idempotency_key() -> str:
    """The request's key, from the header or the form; a request without one is its own."""
    given = request.headers.get("Idempotency-Key") or request.form.get("idempotency_key") or ""
    # PostgreSQL can't hold a NUL byte.
    return given.replace("\0", "")[:80] or uuid.uuid4().hex


def perform(actor: Caller, body: Any, work: Work, *, status: int = 200) -> Answer:
    """Run one use case in one transaction, once per idempotency key. `work` returns JSON-able data.

    Raises whatever refusal `work` raises (nothing is kept then), or KeyReused.
    """
    named = idempotency.Request(actor.key, f"{request.method} {request.path}"[:120], idempotency_key(), body)
    try:
        return _once(actor, named, work, status)
    except IntegrityError:
        # Another process was quicker: with this key, or to the same number or counter. Now its answer is
        # found,
        # or `work` sees what it wrote and says why this can't be done.
        return _once(actor, named, work, status)


def _once(actor: Caller, named: idempotency.Request, work: Work, status: int) -> Answer:
    with unit_of_work(actor) as uow:
        seen = idempotency.find(uow.session, named)
        if seen is not None:
            return seen
        answer = Answer(status, work(uow))
        idempotency.keep(uow.session, named, answer, uow.now)
        return answer
