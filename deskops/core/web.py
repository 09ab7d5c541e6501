"""The HTTP edge's one way to change something: idempotency, transaction, answer."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any, Protocol

from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from deskops.core import idempotency, runtime
from deskops.core.errors import DatabaseUnavailable, InvalidInput, Refusal, WriteConflict
from deskops.core.idempotency import Answer
from deskops.core.unit_of_work import HasUserId, UnitOfWork, unit_of_work

Work = Callable[[UnitOfWork], dict[str, Any]]
TRIES = 3


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


def perform(actor: Caller, body: Any, work: Work, *, status: int = 200, key: str | None = None) -> Answer:
    """Run one use case in one transaction, once per idempotency key: the request's, or `key`, at most 80 characters, of one
    that does several. `work` returns JSON-able data.

    Raises whatever refusal `work` raises (nothing is kept then), or KeyReused.
    """
    return _tried(actor, _named(actor, body, key), work, status, TRIES)


def answered(actor: Caller, body: Any) -> Answer | None:
    """What the request's key was answered before, for who must ask ahead of `perform`. Raises KeyReused."""
    return _seen(_named(actor, body, None))


def _named(actor: Caller, body: Any, key: str | None) -> idempotency.Request:
    route = f"{request.method} {request.path}"[:120]
    return idempotency.Request(actor.key, route, key or idempotency_key(), body)


def _tried(actor: Caller, named: idempotency.Request, work: Work, status: int, tries: int) -> Answer:
    """Work first, and look for an earlier answer only where it fails: repeats are rare.

    A repeat fails: its answer can't be kept a second time, or what was done can't be done again. So does who
    was slower, with the same number or counter, or rows that both wanted: the next try sees what was written.
    """
    try:
        return _once(actor, named, work, status)
    except DatabaseUnavailable as error:
        if not isinstance(error, WriteConflict) or tries == 1:
            raise
    except (IntegrityError, Refusal) as error:
        if (seen := _seen(named)) is not None:
            return seen
        if isinstance(error, Refusal) or tries == 1:
            raise
    return _tried(actor, named, work, status, tries - 1)


def _once(actor: Caller, named: idempotency.Request, work: Work, status: int) -> Answer:
    with unit_of_work(actor) as uow:
        answer = Answer(status, work(uow))
        idempotency.keep(uow.session, named, answer, uow.now)
        return answer


def _seen(named: idempotency.Request) -> Answer | None:
    with runtime.current().database.reading() as session:
        return idempotency.find(session, named)


def wants_fragment() -> bool:
    """Whether htmx asks, and takes a part of the page."""
    return "HX-Request" in request.headers


def errors_of(refusal: Refusal, otherwise: str) -> dict[str, str]:
    """Messages by field of a form; what is about none stands at `otherwise`."""
    if isinstance(refusal, InvalidInput):
        return {name.split(".")[0]: text for name, text in refusal.errors.items()}
    return {refusal.field or otherwise: refusal.text()}


def told(answer: ResponseReturnValue, text: str, kind: str = "ok") -> ResponseReturnValue:
    """A fragment, with a message for the person."""
    headers = {"HX-Trigger": json.dumps({"toast": {"text": text, "kind": kind}})}
    return Response(str(answer), headers=headers)
