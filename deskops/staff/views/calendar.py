"""The feed of somebody's shifts: open to whoever has its address, as calendars on phones need it."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from deskops.accounts.access import public_page
from deskops.core import clock, runtime
from deskops.core.config import ConfigurationError
from deskops.core.errors import NotFound
from deskops.core.limits import limiter
from deskops.staff.calendar_links import CalendarLink, calendar_token, read_calendar_token
from deskops.staff.ical import MIME_TYPE
from deskops.staff.queries.calendar import REFRESH_MINUTES, calendar_of

blueprint = Blueprint("calendars", __name__)

# Only misses count: all calendars of one provider ask from the same few addresses.
MISSES_OF_ADDRESS = "20 per minute"


def _missed(response: Response) -> bool:
    return response.status_code == 404


@blueprint.get("/calendar/<token>.ics")
@public_page
@limiter.limit(MISSES_OF_ADDRESS, deduct_when=_missed)
def feed(token: str) -> Response:
    """A calendar as RFC 5545 has it. An address that never was and one that holds no longer get the same answer."""
    link = read_calendar_token(runtime.current().settings.secret_key, token)
    if link is None:
        raise NotFound()
    with runtime.current().database.reading() as session:
        text = calendar_of(session, link, _page(link.trip_id), clock.now())
    response = Response(text, content_type=MIME_TYPE)
    response.headers["Cache-Control"] = f"private, max-age={REFRESH_MINUTES * 60}"
    response.headers["Content-Disposition"] = 'inline; filename="shifts.ics"'
    response.add_etag()
    response.make_conditional(request)
    return response


def calendar_address(link: CalendarLink) -> str:
    """The feed's whole address, as a calendar takes it."""
    token = calendar_token(runtime.current().settings.secret_key, link)
    base = (runtime.current().settings.public_url or request.host_url).rstrip("/")
    return base + url_for("calendars.feed", token=token)


def _page(trip_id: int) -> str:
    """The person's own page; none where no phone could reach it."""
    try:
        base = runtime.current().settings.require_public_url()
    except ConfigurationError:
        return ""
    return base + url_for("staff.my_shifts", trip_id=trip_id)
