"""The sign that stands at a desk, on A4, with the code that phones read."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from deskops.accounts.access import access
from deskops.core import runtime
from deskops.core.config import ConfigurationError
from deskops.core.errors import NotFound
from deskops.core.i18n import LANGUAGES, gettext, using_language
from deskops.core.qr import qr_svg
from deskops.core.text import persian_digits
from deskops.desks import queries
from deskops.desks.queries import AgencyLabel, Catalogue, DeskLabel, TopicLabel
from deskops.desks.views.blueprint import blueprint

TOPICS_SHOWN = 8


@dataclass(frozen=True)
class DeskSign:
    """What stands on a desk's sign. `agency` is the desk itself where it has none; `code` leads phones to `address`."""

    desk: DeskLabel
    agency: AgencyLabel | DeskLabel
    ministry: AgencyLabel | None
    topics: list[TopicLabel]
    address: str
    code: Markup
    number_fa: str


@blueprint.get("/<int:trip_id>/desks/<int:desk_id>/sign")
@access("sign.print")
def sign(trip_id: int, desk_id: int) -> ResponseReturnValue:
    """Refused where the public address is missing or a loopback one: the sign would be waste paper."""
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
    desk = names.desks.get(desk_id)
    if desk is None:
        raise NotFound()
    try:
        base = runtime.current().settings.require_public_url()
    except ConfigurationError:
        back = url_for("desks.desk", trip_id=trip_id, desk_id=desk_id)
        return print_refused(names, back), 409
    return render_template(
        "desks/sign.html",
        trip=names.trip,
        desk=desk,
        signs=[sign_of(names, desk, base)],
        invitation=invitation(),
    )


def sign_of(names: Catalogue, desk: DeskLabel, base: str) -> DeskSign:
    """A desk's sign, with codes below the public address `base`."""
    address = base + url_for("public.check_in", sign_token=desk.sign_token)
    return DeskSign(
        desk=desk,
        agency=names.agencies.get(desk.agency_id or 0) or desk,
        ministry=names.ministry_above(desk.agency_id),
        topics=names.topics_of(desk.id)[:TOPICS_SHOWN],
        address=address,
        code=qr_svg(address),
        number_fa=persian_digits(str(desk.number)),
    )


def print_refused(names: Catalogue, back: str) -> str:
    """Why nothing with codes can be printed here; `back` is where the reader came from."""
    url = runtime.current().settings.public_url
    return render_template("desks/sign_refused.html", trip=names.trip, back=back, url=url)


def invitation() -> dict[str, str]:
    """What the sign says beside its code, in both languages."""
    words = {}
    for language in LANGUAGES:
        with using_language(language):
            words[language] = gettext("Read this code and take your turn with your phone.")
    return words
