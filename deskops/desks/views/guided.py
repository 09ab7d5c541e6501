"""The guided set-up: one question a page, answers kept on the server, a working trip at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deskops.accounts.access import access, current_actor, forget_recognised
from deskops.accounts.actor import Actor
from deskops.core import runtime
from deskops.core.errors import InvalidInput, NotFound, Refusal
from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.core.web import perform
from deskops.desks import queries, rules
from deskops.desks.document import Setup
from deskops.desks.document.choosing import chosen
from deskops.desks.errors import SetupFaults
from deskops.desks.forms.guided import StartForm, checked_step, choices_of
from deskops.desks.queries.drafts import Draft, draft_of
from deskops.desks.services.drafts import NEW_TRIP, begin_draft, create_trip_of_draft, keep_answers
from deskops.desks.template import province
from deskops.desks.views import starting
from deskops.desks.views.blueprint import blueprint

CHECK = "check"
STEPS = {
    "what": _l("What is it called?"),
    "when": _l("When is it?"),
    "where": _l("Where do the desks stand?"),
    "agencies": _l("Which agencies have a desk?"),
    "counters": _l("How many counters?"),
    CHECK: _l("Is everything right?"),
}
# A checkbox that isn't ticked sends nothing, so the page says which fields it holds.
TICKS = "desks"


@dataclass(frozen=True)
class Guided:
    """A set-up under way: the draft, what it starts from, and the answers over their defaults."""

    draft: Draft
    base: Setup
    answers: dict[str, Any]

    @property
    def codes(self) -> dict[str, int]:
        """The desks to choose from, with their places."""
        return {desk.code: desk.places for desk in self.base.desks}

    @property
    def steps(self) -> list[str]:
        """Without desks there is nothing to ask about them."""
        return [step for step in STEPS if self.base.desks or step not in ("agencies", "counters")]

    def chosen(self) -> Setup:
        """Raises InvalidInput."""
        return chosen(self.base, choices_of(self.answers, self.answers["kind"], self.codes))


@blueprint.get("/new")
@access("trip.create")
def new_trip() -> ResponseReturnValue:
    return _start_page()


@blueprint.post("/new")
@access("trip.create")
def begin() -> ResponseReturnValue:
    """From the template, a past trip, a file or nothing; a file with faults is refused with all of them."""
    actor = current_actor()
    try:
        form = StartForm.of_request()
        content, name = starting.uploaded(form)
        base = starting.base_of(form.start, form.trip_id, content, actor)

        answers = {"kind": base.kind if form.start == "file" else form.kind}
        start = str(form.trip_id) if form.start == "trip" else form.start

        def work(uow: Any) -> dict[str, Any]:
            begun = begin_draft(
                uow, actor, NEW_TRIP, start=start, name=name, answers=answers, content=content
            )
            return {"token": begun}

        token = perform(
            actor, form.model_dump() | {"name": name, "size": len(content)}, work, status=201
        ).data["token"]
    except SetupFaults as refusal:
        return _start_page({"file": refusal.text()}, refusal.faults), refusal.status
    except InvalidInput as error:
        return _start_page(error.errors), 422
    first = CHECK if form.start == "file" and base.code and base.starts_on else "what"
    return redirect(url_for("desks.guided_step", token=token, step=first), 303)


@blueprint.get("/new/<token>/<step>")
@access("trip.create")
def guided_step(token: str, step: str) -> ResponseReturnValue:
    return _step_page(_guided(token), step)


@blueprint.post("/new/<token>/<step>")
@access("trip.create")
def answer_step(token: str, step: str) -> ResponseReturnValue:
    """Keeps what was typed whatever it is; goes on only where it will do."""
    if step == CHECK and request.form.get("go") != "back":
        return _create(token)
    guided, actor = _guided(token), current_actor()
    if step == CHECK:
        return redirect(url_for("desks.guided_step", token=token, step=_beside(guided, CHECK, "back")), 303)
    typed = _typed(guided, step)

    def work(uow: Any) -> dict[str, Any]:
        keep_answers(uow, actor, token, typed)
        return {}

    perform(actor, typed, work)
    go = request.form.get("go", "next")
    if go in ("all", "none"):
        return redirect(url_for("desks.guided_step", token=token, step=step), 303)
    if go == "next":
        try:
            checked_step(step, guided.answers | typed, guided.codes)
        except InvalidInput as error:
            return _step_page(_guided(token), step, error.errors), 422
    return redirect(url_for("desks.guided_step", token=token, step=_beside(guided, step, go)), 303)


def _create(token: str) -> ResponseReturnValue:
    actor = current_actor()

    def work(uow: Any) -> dict[str, Any]:
        # Looked up in here, so that a second press finds its answer where the first has used the draft up.
        setup = _guided_in(uow.session, token).chosen()
        return {"id": create_trip_of_draft(uow, actor, token, setup)}

    try:
        trip_id = perform(actor, {"token": token}, work, status=201).data["id"]
    except NotFound:
        raise
    except InvalidInput as error:
        return _step_page(_guided(token), CHECK, error.errors), 422
    except Refusal as refusal:
        return _step_page(_guided(token), "what", {refusal.field or "code": refusal.text()}), refusal.status
    # Whoever leads one trip leads the new one too, from this moment.
    forget_recognised()
    flash(gettext("The trip is set up. Look through its desks, then open them."), "ok")
    return redirect(url_for("desks.trip_home", trip_id=trip_id), 303)


def _guided(token: str) -> Guided:
    with runtime.current().database.reading() as session:
        return _guided_in(session, token)


def _guided_in(session: Session, token: str) -> Guided:
    actor = current_actor()
    draft = draft_of(session, actor.user_id, token, NEW_TRIP)
    past = int(draft.start) if draft.start.isdecimal() else None
    base = starting.base_of(draft.start, past, draft.content, actor)
    return Guided(draft, base, starting.defaults(session, base, draft) | draft.answers)


def _typed(guided: Guided, step: str) -> dict[str, Any]:
    """The fields of the page, as they were typed."""
    hidden = ("csrf_token", "idempotency_key", "go", TICKS)
    typed: dict[str, Any] = {name: text[:2000] for name, text in request.form.items() if name not in hidden}
    if step == "agencies":
        every = {"all": list(guided.codes), "none": []}
        ticked = request.form.getlist(TICKS)
        typed[TICKS] = every.get(
            request.form.get("go", ""), [code for code in guided.codes if code in ticked]
        )
    known = {*guided.answers, *(f"places-{code}" for code in guided.codes)}
    return {name: value for name, value in typed.items() if name in known}


def _beside(guided: Guided, step: str, go: str) -> str:
    if step not in guided.steps:
        raise NotFound()
    place = guided.steps.index(step) + (-1 if go == "back" else 1)
    return guided.steps[max(0, min(place, len(guided.steps) - 1))]


def _start_page(errors: dict[str, str] | None = None, faults: Any = ()) -> str:
    actor = current_actor()
    with runtime.current().database.reading() as session:
        lines = queries.trip_lines(session, actor.trip_ids())
    return render_template(
        "desks/new/start.html",
        trips=[("", gettext("Choose a trip")), *_copied(lines, actor)],
        template=province(),
        typed=request.form,
        errors=errors or {},
        faults=faults,
    )


def _copied(lines: list[queries.TripLine], actor: Actor) -> list[tuple[int, str]]:
    """The past trips that a new one can be made from: a rehearsal is wiped whole, and copies one of them."""
    return [
        (line.trip.id, line.trip.name)
        for line in lines
        if line.trip.rehearsal_of is None and actor.may("trip.setup", line.trip.id)
    ]


def _step_page(guided: Guided, step: str, errors: dict[str, str] | None = None) -> str:
    if step not in guided.steps:
        raise NotFound()
    made: Setup | None = None
    if step == CHECK and not errors:
        try:
            made = guided.chosen()
        except InvalidInput as error:
            errors = error.errors
    return render_template(
        f"desks/new/{step}.html",
        guided=guided,
        base=guided.base,
        answers=guided.answers,
        chosen=frozenset(guided.answers[TICKS]),
        is_office=guided.answers["kind"] == rules.OFFICE,
        made=made,
        step=step,
        steps={name: STEPS[name] for name in guided.steps},
        at=starting.page_of(errors or {}) if step == CHECK else "",
        errors=errors or {},
    )
