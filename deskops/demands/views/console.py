"""The console of one counter: the page, and the part of it that every act renews."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.accounts.actor import Actor
from deskops.core import clock, runtime
from deskops.core.errors import Refusal
from deskops.core.web import wants_fragment
from deskops.demands import queries, rules
from deskops.demands.queries import Console
from deskops.demands.services.tickets import may_at
from deskops.demands.views import words
from deskops.demands.views.room import blueprint, message_of, toast

NOT_THEIRS = ("closed", "occupied")


@blueprint.get("/trips/<int:trip_id>/places/<int:place_id>/console")
@access("place.work")
def console(trip_id: int, place_id: int) -> ResponseReturnValue:
    return _page(trip_id, place_id)


def seen(trip_id: int, place_id: int) -> ResponseReturnValue:
    """The counter after an act that shows on it by itself, and needs no message."""
    if not wants_fragment():
        return redirect(url_for("demands.console", trip_id=trip_id, place_id=place_id), 303)
    answer = make_response(_page(trip_id, place_id))
    answer.headers["HX-Trigger"] = "acted"
    return answer


def done(
    trip_id: int, place_id: int, text: str, undo: int | None = None, undo_at: str = ""
) -> ResponseReturnValue:
    """The counter after an act, and a message; `undo` is the ticket whose act can be taken back, `undo_at` the address
    where another act can.
    """
    if not wants_fragment():
        flash(text, "ok")
        return redirect(url_for("demands.console", trip_id=trip_id, place_id=place_id), 303)
    address = undo_at
    if undo is not None:
        address = url_for("demands.undo", trip_id=trip_id, place_id=place_id, ticket_id=undo)
    shown = _shown(trip_id, place_id)
    answer = make_response(_rendered(shown))
    # At a counter that they have left nobody can be had back.
    answer.headers.update(toast(text, undo="" if shown["elsewhere"] else address, acted={}))
    return answer


def refused(trip_id: int, place_id: int, refusal: Refusal) -> ResponseReturnValue:
    """The counter as it stands, and why the act was refused."""
    message = message_of(refusal)
    answer = make_response(_page(trip_id, place_id, message), refusal.status)
    if wants_fragment():
        answer.headers.update(toast(message, kind="bad"))
    return answer


def _page(trip_id: int, place_id: int, problem: str | None = None) -> str:
    return _rendered(_shown(trip_id, place_id, problem))


def _rendered(shown: dict[str, Any]) -> str:
    template = "demands/_console.html" if wants_fragment() else "demands/console.html"
    return render_template(template, **shown)


def _shown(trip_id: int, place_id: int, problem: str | None = None) -> dict[str, Any]:
    """All that the counter's page needs; `elsewhere`: another counter at which the actor works, where this isn't theirs."""
    actor, now = current_actor(), clock.now()
    with runtime.current().database.reading() as session:
        limit = runtime.current().settings.undo_seconds
        shown = queries.console_of(session, trip_id, place_id, now, limit)
        names = queries.names_of(session, trip_id)
        heads = may_at(actor, "place.answer_help", trip_id, shown.desk.id)
        asking = queries.help_asked(session, trip_id, frozenset({shown.desk.id})) if heads else ()
        mode = _mode(actor, shown)
        theirs = mode not in NOT_THEIRS
        elsewhere = None if theirs else queries.counter_of(session, trip_id, actor.user_id)
    return {
        "trip_id": trip_id,
        "trip": names,
        "names": names,
        "c": shown,
        "mode": mode,
        "elsewhere": elsewhere,
        "help_wanted": [place for place in asking if place.id != place_id],
        "problem": problem,
        "outcomes": _outcomes(),
    }


def _mode(actor: Actor, shown: Console) -> str:
    """What the operator can do now: open, go on, wait, call, or attend to who is there."""
    place = shown.place
    if place.state == "closed" or place.user_id != actor.user_id:
        return "closed" if place.state == "closed" else "occupied"
    if place.state == "paused":
        return "paused"
    if shown.current is not None:
        return shown.current.status
    return "ready" if place.ready else "free"


def _outcomes() -> list[dict[str, Any]]:
    """Outcomes with their keys: 1 to 9, then 0."""
    return [
        {"code": code, "label": label, "digit": number % 10, "needs_note": code in rules.NEEDS_NOTE}
        for number, (code, label) in enumerate(words.OUTCOMES.items(), start=1)
    ]
