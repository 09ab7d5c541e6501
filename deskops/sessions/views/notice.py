"""Announcing officials' hours: the text for others, the page, the calendar and the poster."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.errors import Refusal
from deskops.core.i18n import LANGUAGES, ngettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.queries import catalogue
from deskops.desks.views.changing import refused_on
from deskops.sessions import rules
from deskops.sessions.queries.notice import announced, notice_text
from deskops.sessions.queries.schedule import sessions_ahead
from deskops.sessions.services import planning
from deskops.sessions.views.blueprint import blueprint, public_address


@blueprint.get("/sessions/notice")
@access("session.view")
def notice(trip_id: int) -> ResponseReturnValue:
    """What is announced, in words to copy; and what isn't yet."""
    return _page(trip_id)


@blueprint.post("/sessions/announce")
@access("session.plan")
@refused_on(lambda refusal, trip_id: _page(trip_id, refusal))
def announce(trip_id: int) -> ResponseReturnValue:
    """All that is planned ahead goes into the public notice."""
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        return {"ids": planning.announce(uow, actor, trip_id)}

    ids = perform(actor, {}, work).data["ids"]
    flash(ngettext("%(num)s session is announced.", "%(num)s sessions are announced.", len(ids)), "ok")
    return redirect(url_for("sessions.notice", trip_id=trip_id), 303)


def _page(trip_id: int, refusal: Refusal | None = None) -> str:
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        ahead = sessions_ahead(session, trip_id, clock.now(), rules.SESSION_STATES)
    lines = announced(ahead)
    code = names.trip.code
    address = public_address("notices.notice", code=code)
    return render_template(
        "sessions/notice.html",
        trip=names.trip,
        trip_id=trip_id,
        texts={language: notice_text(names, lines, address, language) for language in LANGUAGES},
        waiting=sum(line.state == rules.PLANNED for line in ahead),
        announced=len(lines),
        address=address,
        feed=public_address("notices.feed", code=code),
        poster=url_for("notices.poster", code=code),
        problem=None if refusal is None else refusal.text(),
    )
