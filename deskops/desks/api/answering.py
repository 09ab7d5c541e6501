"""How the API answers a change of a set-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from deskops.accounts.access import current_actor
from deskops.core.forms import Form
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.services.changes import Changed


def answer_changed(
    form: Form, work: Callable[[UnitOfWork], Changed], status: int = 200
) -> ResponseReturnValue:
    """`id`, `version`, and the `change_id` by which it is taken back."""

    def performed(uow: UnitOfWork) -> dict[str, Any]:
        return asdict(work(uow))

    answer = perform(current_actor(), form.model_dump(mode="json"), performed, status=status)
    return jsonify(answer.data), answer.status
