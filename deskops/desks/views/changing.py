"""What pages do that change a set-up so that it can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import current_actor
from deskops.core.errors import NotFound, Refusal
from deskops.core.forms import Form
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.services.changes import Changed

Work = Callable[[UnitOfWork], Changed]
View = Callable[..., ResponseReturnValue]


def refused_on(page: Callable[..., str]) -> Callable[[View], View]:
    """Show a page with the reason where a view is refused; what isn't the actor's to see stays not found. `page` takes the
    refusal and, by name, what the address holds.
    """

    def decorated(view: View) -> View:
        @wraps(view)
        def shown(**ids: Any) -> ResponseReturnValue:
            try:
                return view(**ids)
            except NotFound:
                raise
            except Refusal as refusal:
                return page(refusal, **ids), refusal.status

        return shown

    return decorated


def done(form: Form | None, work: Work) -> dict[str, Any]:
    """Do it once per key; `id` of what was changed, and `change_id`. Raises whatever refusal `work` raises."""

    def performed(uow: UnitOfWork) -> dict[str, Any]:
        made = work(uow)
        return {"id": made.id, "change_id": made.change_id}

    body = {} if form is None else form.model_dump(mode="json")
    return dict(perform(current_actor(), body, performed).data)


def undo_address(trip_id: int | None, change_id: int) -> str:
    """Where a change is taken back; `trip_id` is None for one of agencies."""
    if trip_id is None:
        return url_for("agencies.undo_agencies", change_id=change_id)
    return url_for("desks.undo", trip_id=trip_id, change_id=change_id)


def say_changed(message: str, trip_id: int | None, change_id: int | None) -> None:
    """The next page tells it in a quiet toast, with Undo where anything was different."""
    if change_id is None:
        flash(gettext("Nothing was different; all stays as it was."), "ok")
    else:
        flash({"text": message, "undo": undo_address(trip_id, change_id)}, "ok")  # type: ignore[arg-type]
