"""JSON API of presence: scans."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import perform
from deskops.desks.queries import catalogue
from deskops.staff.api.blueprint import api
from deskops.staff.forms.scans import ScanForm, scans_of_request
from deskops.staff.queries.cover import cover_by_desk
from deskops.staff.queries.presences import PAGE, presence_page
from deskops.staff.rules.attendance import MINUTE
from deskops.staff.services.scanning import Answered, record_scans
from deskops.staff.views.scan_words import BAD, answer_json, clock_json

# So many are written in one transaction: a device that was offline for hours must not hold up everybody's writes.
AT_ONCE = 20


@api.post("/scans")
@access("presence.scan")
def scan(trip_id: int) -> ResponseReturnValue:
    """One scan, or `{scans: […], sent_at}`; answers `{scans: […], clock}` in the same order, each by itself. A nonce
    that was sent before gets its answer again, and counts no more.
    """
    asked, sent_at = scans_of_request()
    told: dict[int, dict[str, Any]] = {
        place: _malformed(one) for place, one in enumerate(asked) if isinstance(one, dict)
    }
    good = [(place, one) for place, one in enumerate(asked) if isinstance(one, ScanForm)]
    ahead = timedelta(0)
    for chunk in _chunks(good):
        answers, ahead = _recorded(trip_id, [one for _, one in chunk], sent_at)
        told.update(zip((place for place, _ in chunk), answers, strict=True))
    return jsonify({"scans": [told[place] for place in range(len(asked))], "clock": clock_json(ahead)})


@api.get("/cover")
@access("cover.view")
def cover(trip_id: int) -> ResponseReturnValue:
    """`{at, desks: [{desk_id, planned, present, on_break, on_site, missing, no_show, coming, at_risk, extra}]}`, of desks
    that one may see.
    """
    own = current_actor().desk_ids("cover.view", trip_id)
    now = clock.now()
    with runtime.current().database.reading() as session:
        found = cover_by_desk(session, trip_id, now)
    desks = [
        {"desk_id": desk_id, **asdict(line)}
        for desk_id, line in sorted(found.items())
        if own is None or desk_id in own
    ]
    return jsonify({"at": now.isoformat(), "desks": desks})


@api.get("/presences")
@access("cover.view")
def presences(trip_id: int) -> ResponseReturnValue:
    """`{presences: [{id, staff_id, desk_id, site_id, shift_id, began_at, ended_at, ended_by, break_since, break_minutes}],
    after}` in the order of their ids, 500 at a time: the next page is `?after=` the last `after`, None on the last one.
    `?open=1`: only of those who are there.
    """
    own = current_actor().desk_ids("cover.view", trip_id)
    after, is_open = request.args.get("after", 0, type=int), "open" in request.args
    with runtime.current().database.reading() as session:
        rows = presence_page(session, trip_id, own, after, is_open=is_open)
    last = rows[-1]["id"] if len(rows) == PAGE else None
    return jsonify({"presences": rows, "after": last})


def _chunks(scans: Sequence[tuple[int, ScanForm]]) -> Iterator[Sequence[tuple[int, ScanForm]]]:
    for start in range(0, len(scans), AT_ONCE):
        if start:
            time.sleep(0)  # others of this process get a turn
        yield scans[start : start + AT_ONCE]


def _recorded(
    trip_id: int, forms: list[ScanForm], sent_at: datetime | None
) -> tuple[list[dict[str, Any]], timedelta]:
    actor = current_actor()

    def work(uow: UnitOfWork) -> dict[str, Any]:
        found: Answered = record_scans(uow, actor, trip_id, [form.scan() for form in forms], sent_at)
        names = catalogue(uow.session, trip_id)
        answers = [answer_json(answer, found.times, names) for answer in found.answers]
        return {"scans": answers, "ahead": found.ahead / MINUTE}

    nonces = [form.nonce for form in forms]
    # A request has several parts, and the same part may come again in another request.
    key = hashlib.sha256("\n".join(nonces).encode()).hexdigest()
    data = perform(actor, nonces, work, key=key).data
    return data["scans"], timedelta(minutes=data["ahead"])


def _malformed(faults: dict[str, Any]) -> dict[str, Any]:
    return {
        **faults,
        "code": "malformed",
        "tone": BAD,
        "title": gettext("This scan can't be read"),
        "lines": [*faults["errors"].values()],
    }
