"""The page of a device that reads badges, at a desk or at a site's entrance."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.accounts.passwords import device_key
from deskops.core import runtime
from deskops.core.dates import digits
from deskops.core.i18n import gettext
from deskops.desks.queries import Catalogue, catalogue
from deskops.staff.views.blueprint import blueprint


@blueprint.get("/scan")
@access("presence.scan")
def scan_page(trip_id: int) -> ResponseReturnValue:
    """`?at=desk:3` or `?at=site:1` says where the device stands; otherwise it is asked once, and remembers."""
    actor = current_actor()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
    places = _places(names, actor.desk_ids("presence.scan", trip_id))
    known = {key for _, options in places for key, _ in options}
    asked = request.args.get("at", "")
    return render_template(
        "staff/scan.html",
        trip=names.trip,
        trip_id=trip_id,
        places=places,
        chosen=asked if asked in known else _only(known),
        secret=device_key(runtime.current().settings.secret_key, actor.user_id or 0, trip_id),
    )


def _places(names: Catalogue, own: frozenset[int] | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Entrances, for whoever is bound to no desk, and desks."""
    entrances = [(f"site:{site.id}", site.short) for site in names.offered_sites()] if own is None else []
    desks = [
        (f"desk:{desk.id}", f"{digits(desk.number)} – {desk.short}")
        for desk in names.working_desks()
        if own is None or desk.id in own
    ]
    groups = [(gettext("Entrances"), entrances), (gettext("Desks"), desks)]
    return [(label, options) for label, options in groups if options]


def _only(known: set[str]) -> str:
    return next(iter(known)) if len(known) == 1 else ""
