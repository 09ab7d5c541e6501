"""A recorded day with another rule: choose it, watch it being played, see what came of it, take the files along."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from deskops.accounts.access import access, current_actor
from deskops.balancing.simulation.chart import Words, chart
from deskops.balancing.simulation.policies import POLICIES
from deskops.control.forms.replays import ReplayForm
from deskops.control.queries.replays import ReplayLine, line_of, replays_of
from deskops.control.services import replaying
from deskops.control.views import replay_words
from deskops.control.views.blueprint import blueprint
from deskops.core import clock, files, runtime
from deskops.core.dates import date_text, digits
from deskops.core.errors import NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.web import errors_of, perform, wants_fragment
from deskops.demands.queries.recorded import days_recorded, today_of
from deskops.desks.queries import catalogue

FILES = {"scenario.json": "application/json", "trace.csv": "text/csv; charset=utf-8"}


@blueprint.get("/balance/replay")
@access("balance.replay")
def replays(trip_id: int) -> ResponseReturnValue:
    """The days to choose from, the policies, and what was played before."""
    return _page(trip_id)


@blueprint.post("/balance/replay")
@access("balance.replay")
def ask_replay(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        form = ReplayForm.of_page()
        answer = perform(
            actor,
            form.model_dump(mode="json"),
            lambda uow: {"id": replaying.ask_replay(uow, actor, trip_id, form.day, form.policies).id},
        )
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _page(trip_id, errors_of(refusal, "day")), refusal.status
    return redirect(url_for("control.replay", trip_id=trip_id, replay_id=answer.data["id"]), 303)


@blueprint.get("/balance/replay/<int:replay_id>")
@access("balance.replay")
def replay(trip_id: int, replay_id: int) -> ResponseReturnValue:
    """What came of it; the page asks for this part again while it is being played."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        line = line_of(replaying.replay_of(session, trip_id, replay_id))
    return render_template(
        "control/_replay.html" if wants_fragment() else "control/replay.html",
        trip=names.trip,
        replay=line,
        words=replay_words,
        chart=_chart(line),
    )


@blueprint.post("/balance/replay/<int:replay_id>/cancel")
@access("balance.replay")
def cancel_replay(trip_id: int, replay_id: int) -> ResponseReturnValue:
    actor = current_actor()
    perform(actor, {}, lambda uow: {"id": replaying.cancel_replay(uow, actor, trip_id, replay_id).id})
    flash(gettext("It isn't played any further."), "ok")
    return redirect(url_for("control.replay", trip_id=trip_id, replay_id=replay_id), 303)


@blueprint.get("/balance/replay/<int:replay_id>/<any('scenario.json', 'trace.csv'):played>")
@access("balance.replay")
def replay_file(trip_id: int, replay_id: int, played: str) -> ResponseReturnValue:
    """The scenario or the trace, as `deskops simulate` reads them."""
    with runtime.current().database.reading() as session:
        row = replaying.replay_of(session, trip_id, replay_id)
        digest, day = row.scenario if played == "scenario.json" else row.trace, row.day
    if digest is None:
        raise NotFound()
    content = files.read(runtime.current().settings.data_dir, digest)
    answer = Response(content, content_type=FILES[played])
    answer.headers["Content-Disposition"] = f'attachment; filename="{day}-{played}"'
    return answer


def _chart(line: ReplayLine) -> Markup:
    if not line.lines:
        return Markup()
    words = Words(
        gettext("share of people who waited no longer"), gettext("wait in minutes"), lambda text: digits(text)
    )
    curves = {replay_words.name_of(one.policy): one.curve for one in line.lines}
    title = gettext("Waits on %(day)s by policy", day=date_text(line.day))
    # Every text in it is escaped where it is drawn.
    return Markup(chart(title, curves, words))


def _page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    now: datetime = clock.now()
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        days = days_recorded(session, trip_id, today_of(session, trip_id, now))
        found = replays_of(session, trip_id)
    typed: Any = request.form
    return render_template(
        "control/replays.html",
        trip=names.trip,
        days=[(day.isoformat(), replay_words.day_choice(day, count)) for day, count in days],
        day=typed.get("day") or (days[0][0].isoformat() if days else ""),
        policies=[(name, replay_words.name_of(name), replay_words.NOTES[name]) for name in POLICIES],
        chosen=set(typed.getlist("policies")) or set(replay_words.USUAL),
        replays=found,
        words=replay_words,
        errors=errors or {},
    )
