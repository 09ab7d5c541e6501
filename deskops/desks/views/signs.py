"""The sign that stands at a desk, on A4, with the code that phones read."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access
from deskops.core import runtime
from deskops.core.config import ConfigurationError
from deskops.core.errors import NotFound
from deskops.core.i18n import LANGUAGES, gettext, using_language
from deskops.core.qr import qr_svg
from deskops.core.text import persian_digits
from deskops.desks import queries
from deskops.desks.views.blueprint import blueprint


@blueprint.get("/<int:trip_id>/desks/<int:desk_id>/sign")
@access("sign.print")
def sign(trip_id: int, desk_id: int) -> ResponseReturnValue:
    """Refused where the public address is missing or a loopback one: the sign would be waste paper."""
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
    desk = names.desks.get(desk_id)
    if desk is None:
        raise NotFound()
    settings = runtime.current().settings
    try:
        address = settings.require_public_url() + url_for("public.check_in", sign_token=desk.sign_token)
    except ConfigurationError:
        refused = {"trip": names.trip, "desk": desk, "url": settings.public_url}
        return render_template("desks/sign_refused.html", **refused), 409
    agency = names.agencies.get(desk.agency_id or 0)
    return render_template(
        "desks/sign.html",
        trip=names.trip,
        desk=desk,
        agency=agency or desk,
        ministry=names.ministry_above(desk.agency_id),
        topics=names.topics_of(desk_id)[:8],
        address=address,
        code=qr_svg(address),
        number_fa=persian_digits(str(desk.number)),
        invitation=_invitation(),
    )


def _invitation() -> dict[str, str]:
    """What the sign says beside its code, in both languages."""
    words = {}
    for language in LANGUAGES:
        with using_language(language):
            words[language] = gettext("Read this code and take your turn with your phone.")
    return words
