"""What a guided set-up starts from, and what stands in its fields before anybody types."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.core import runtime
from deskops.core.dates import date_text, digits, jalali_parts
from deskops.core.errors import InvalidInput, NotFound
from deskops.core.i18n import gettext
from deskops.desks import queries
from deskops.desks.document import FORMAT, Setup, read_setup
from deskops.desks.document.choosing import OWN_BUILDINGS, hall_of, opening_of, without_addresses
from deskops.desks.document.clock import clock_of_minutes
from deskops.desks.forms.guided import StartForm
from deskops.desks.queries.drafts import Draft, free_trip_code
from deskops.desks.scopes import is_rehearsal
from deskops.desks.template import province

_PAGES = {
    "name_fa": "what",
    "name_en": "what",
    "code": "what",
    "where": "where",
    "hall_name": "where",
    "hall_address": "where",
    "desks": "agencies",
}


def uploaded(form: StartForm) -> tuple[bytes, str]:
    """The file that came with the form, with its name. Raises InvalidInput where it's missing."""
    if form.start != "file":
        return b"", ""
    file = request.files.get("file")
    content = file.read() if file is not None else b""
    if file is None or not content:
        raise InvalidInput(
            {"file": gettext("Choose the set-up file. An empty one has nothing to start from.")}
        )
    return content, file.filename or ""


def base_of(start: str, trip_id: int | None, content: bytes, actor: Actor) -> Setup:
    """Raises SetupFaults for a file with faults, InvalidInput or NotFound for a trip that isn't there."""
    if start == "file":
        return _read(content)
    if start == "empty":
        return _EMPTY
    if start == "template":
        return without_addresses(province())
    if trip_id is None:
        raise InvalidInput({"trip_id": gettext("Choose the trip to start from.")})
    if not actor.may("trip.setup", trip_id):
        raise NotFound()
    with runtime.current().database.reading() as session:
        if is_rehearsal(session, trip_id):
            raise NotFound()
        return queries.setup_of_trip(session, trip_id)


# A page is asked for again and again while its file stays the same.
_read = lru_cache(maxsize=4)(read_setup)
_EMPTY = Setup(format=FORMAT, name_fa="-", agencies=(), sites=(), topics=(), desks=())


def defaults(session: Session, base: Setup, draft: Draft) -> dict[str, Any]:
    """Every field's text before anybody typed."""
    opening, hall = opening_of(base), hall_of(base)
    of_file, unnamed = draft.start == "file", draft.start in ("template", "empty")
    kind = draft.answers["kind"]
    return {
        "kind": kind,
        "name_fa": "" if unnamed else base.name_fa,
        "name_en": "" if unnamed else base.name_en,
        "code": free_trip_code(
            session, base.code if of_file and base.code else f"{kind}-{jalali_parts(draft.began)[0]}"
        ),
        "starts_on": date_text(base.starts_on) if of_file and base.starts_on else "",
        "live_days": digits(opening.live_days),
        "days_before": digits(opening.days_before),
        "opens": digits(clock_of_minutes(opening.opens)),
        "closes": digits(clock_of_minutes(opening.closes)),
        "where": OWN_BUILDINGS,
        "hall_name": hall.name_fa if hall else "",
        "hall_address": hall.address if hall else "",
        "desks": [desk.code for desk in base.desks],
    } | {f"places-{desk.code}": digits(desk.places) for desk in base.desks}


def page_of(errors: Mapping[str, str]) -> str:
    """The page that the first of the fields at fault stands on."""
    field = next(iter(errors), "")
    return "counters" if field.startswith("places-") else _PAGES.get(field, "when")
