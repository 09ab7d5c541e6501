"""When officials answer people, for everybody: a page, a calendar and a poster."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from deskops.core import clock, runtime
from deskops.core.i18n import using_language
from deskops.core.limits import limiter
from deskops.core.qr import qr_svg
from deskops.desks.queries import Catalogue, catalogue
from deskops.public.rendering import address, language_of_address, page, plain
from deskops.sessions import rules
from deskops.sessions.queries.meetings import invitation as invited_by
from deskops.sessions.queries.notice import (
    REFRESH_MINUTES,
    announced,
    calendar_entry,
    channel_words,
    trip_of_code,
)
from deskops.sessions.queries.schedule import SessionLine, by_day, sessions_ahead, where_of
from deskops.sessions.views.blueprint import public_address
from deskops.staff.ical import MIME_TYPE, calendar_text

blueprint = Blueprint("notices", __name__)
FOR_ALL = "public, max-age=300"
# Only misses count: nobody guesses a token of 128 bits.
MISSES_OF_ADDRESS = "20 per minute"


def _missed(response: Response) -> bool:
    return response.status_code == 404


@blueprint.get("/s/<code>")
@plain
def notice(code: str) -> Response:
    """Which official answers when, where and how."""
    names, lines = _announced(code)
    return _page("public/notice.html", names, lines, feed=address("notices.feed", code=code))


@blueprint.get("/s/<code>/poster")
@plain
def poster(code: str) -> Response:
    """The same on one sheet for walls and doors, printed by the browser."""
    names, lines = _announced(code)
    held = [line for line in lines if line.state != rules.CANCELLED]
    where = public_address("notices.notice", code=code)
    return _page("public/poster.html", names, held, notice=where, qr=qr_svg(where))


@blueprint.get("/s/<code>.ics")
@plain
def feed(code: str) -> Response:
    """A calendar as RFC 5545 has it, to which everybody can subscribe."""
    names, lines = _announced(code)
    where = public_address("notices.notice", code=code)
    with using_language(language_of_address()):
        entries = [calendar_entry(names, line, where) for line in lines]
        text = calendar_text(names.trip.name, entries, REFRESH_MINUTES)
    response = Response(text, content_type=MIME_TYPE)
    response.headers["Cache-Control"] = f"public, max-age={REFRESH_MINUTES * 60}"
    response.headers["Content-Disposition"] = 'inline; filename="officials.ics"'
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/m/<token>")
@limiter.limit(MISSES_OF_ADDRESS, deduct_when=_missed)
@plain
def invitation(token: str) -> Response:
    """Somebody's invitation to a meeting, by the QR code of their letter or the address in their message."""
    with runtime.current().database.reading() as session:
        trip_id, meeting, appointment = invited_by(session, token)
        names = catalogue(session, trip_id)
    return page(
        "public/invitation.html",
        trip=names.trip,
        names=names,
        meeting=meeting,
        appointment=appointment,
        code=qr_svg(public_address("notices.invitation", token=token)),
        is_held=meeting.state != rules.CANCELLED and appointment.state != rules.CANCELLED,
    )


def _announced(code: str) -> tuple[Catalogue, list[SessionLine]]:
    with runtime.current().database.reading() as session:
        trip_id = trip_of_code(session, code)
        lines = sessions_ahead(session, trip_id, clock.now(), rules.SESSION_STATES)
        return catalogue(session, trip_id), announced(lines)


def _page(template: str, names: Catalogue, lines: list[SessionLine], **more: Any) -> Response:
    return page(
        template,
        cache=FOR_ALL,
        trip=names.trip,
        names=names,
        days=by_day(lines),
        where_of=where_of,
        channel_words=channel_words,
        **more,
    )
