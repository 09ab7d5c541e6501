"""Pages without sign-in: tracking, self check-in; and the hall's board."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor, form_token
from deskops.accounts.actor import PUBLIC
from deskops.accounts.views.words import RANK_NAMES
from deskops.control.queries import site_board
from deskops.core import clock, runtime
from deskops.core.codes import CodeError, CodeFault, new_token, parse_code
from deskops.core.errors import InvalidInput, TooManyAttempts
from deskops.core.i18n import LANGUAGES, gettext, using_language
from deskops.core.identity import PhoneError, parse_phone
from deskops.core.limits import limiter
from deskops.core.web import perform
from deskops.demands.errors import PhoneNeeded
from deskops.desks.queries import catalogue
from deskops.directives.views import words
from deskops.public import queries
from deskops.public.forms import CheckInForm, OfferForm
from deskops.public.queries.letters import letter_of_token
from deskops.public.rendering import NO_STORE, address, language_of_address, message_page, page, plain
from deskops.public.services import answer_offer as answer_by_token
from deskops.public.services import check_in as register_at_sign

blueprint = Blueprint("public", __name__)

FOR_ALL = "public, max-age=300"
FOR_ONE = "private, max-age=10"
# Only misses count: a hall full of people behind one address may look up its own codes.
MISSES_OF_ADDRESS = "20 per minute"
MISSES_OF_ALL = "600 per minute"
# Generous, since a whole hall shares the address of its wireless network.
CHECK_INS_OF_ADDRESS = "30 per minute; 600 per hour"
CHECK_INS_OF_SIGN = "20 per minute"
CHECK_INS_OF_PHONE = "3 per hour"
ANSWERS_OF_TURN = "10 per minute"


def _missed(response: Response) -> bool:
    return response.status_code == 404


def _everybody() -> str:
    return "everybody"


def _sign() -> str:
    return str((request.view_args or {}).get("sign_token"))


def _token() -> str:
    return str((request.view_args or {}).get("token"))


def _phone() -> str:
    """The number however it is typed; empty for what the form will refuse anyway."""
    try:
        return parse_phone(request.form.get("phone", ""))
    except PhoneError:
        return ""


@blueprint.errorhandler(429)
def too_many(_error: Exception) -> ResponseReturnValue:
    with using_language(language_of_address()):
        return message_page(TooManyAttempts().text(), 429)


@blueprint.get("/t")
@plain
def track() -> Response:
    """The form for a tracking code; `?code=` leads on to its own address."""
    typed = request.args.get("code")
    if typed is None:
        return page("public/track.html", cache=FOR_ALL, typed="", error="")
    try:
        return _redirect(address("public.tracked", code=parse_code(typed)))
    except CodeError as error:
        return _not_found(typed, _fault(error))


@blueprint.get("/t/<path:code>")
@limiter.limit(MISSES_OF_ADDRESS, deduct_when=_missed)
@limiter.limit(MISSES_OF_ALL, key_func=_everybody, deduct_when=_missed)
@plain
def tracked(code: str) -> Response:
    """The status behind a code. An unknown code and an impossible one get answers of one shape."""
    try:
        parsed = parse_code(code)
    except CodeError as error:
        return _not_found(code, _fault(error))
    with runtime.current().database.reading() as session:
        found = queries.state_of_code(session, parsed)
    if found is None:
        return _not_found(
            code, gettext("There is no demand under this code. Compare it with your receipt, digit by digit.")
        )
    return page(
        "public/status.html", cache=FOR_ONE, code=parsed, state=found.state, rehearsed=found.rehearsed
    )


def _not_found(typed: str, error: str) -> Response:
    return page("public/track.html", status=404, cache=FOR_ONE, typed=typed[:40], error=error)


def _fault(error: CodeError) -> str:
    if error.fault is CodeFault.LENGTH:
        return gettext("A tracking code has 13 digits; you typed %(digits)s.", digits=error.digits)
    if error.fault is CodeFault.CHECK_DIGIT:
        return gettext("One of the digits is wrong. Compare the code with your receipt, digit by digit.")
    return gettext("A tracking code has digits only. You find it on your receipt.")


@blueprint.get("/r/<token>")
@limiter.limit(MISSES_OF_ADDRESS, deduct_when=_missed)
@plain
def receipt(token: str) -> Response:
    """A citizen's turn, by the code printed on their receipt."""
    return _turn_page(token)


@blueprint.get("/l/<token>")
@limiter.limit(MISSES_OF_ADDRESS, deduct_when=_missed)
@limiter.limit(MISSES_OF_ALL, key_func=_everybody, deduct_when=_missed)
@plain
def letter(token: str) -> Response:
    """Whether a letter is genuine and still holds, by the code printed on it."""
    with runtime.current().database.reading() as session:
        found = letter_of_token(session, token)
    return page(
        "public/letter.html",
        cache=FOR_ONE,
        letter=found,
        trip=found.trip,
        kinds=words.KINDS,
        ranks=RANK_NAMES,
    )


@blueprint.post("/r/<token>/offer/<answer>")
@limiter.limit(MISSES_OF_ADDRESS, deduct_when=_missed)
@limiter.limit(ANSWERS_OF_TURN, key_func=_token)
@plain
def answer_offer(token: str, answer: str) -> Response:
    """Accept, refuse, or wait where one stood after all; a second press leads to the same turn."""
    try:
        form = OfferForm.of_request()
        perform(
            PUBLIC, form.model_dump(), lambda uow: {"answer": answer_by_token(uow, token, answer, form.phone)}
        )
    except (InvalidInput, PhoneNeeded) as refusal:
        problem = refusal.errors.get("phone", "") if isinstance(refusal, InvalidInput) else refusal.text()
        return _turn_page(token, problem, 422)
    # Another address than the turn's own, which the phone may have kept for a moment.
    return _redirect(address("public.receipt", token=token, answered=answer), 303)


def _turn_page(token: str, problem: str = "", status: int = 200) -> Response:
    with runtime.current().database.reading() as session:
        turn = queries.turn_of_receipt(session, token)
        names = catalogue(session, turn.trip_id)
        closes = turn.ticket is not None and queries.is_closing(session, turn.ticket.desk_id)
    desk = names.desks.get(turn.ticket.desk_id or 0) if turn.ticket else None
    return page(
        "public/turn.html",
        status=status,
        cache=FOR_ONE if status == 200 else NO_STORE,
        turn=turn,
        trip=names.trip,
        desk=desk,
        desk_closes=closes,
        site=desk and names.sites[desk.site_id],
        new="new" in request.args,
        problem=problem,
        token=token,
        csrf_token=form_token(current_actor()),
        now=clock.now(),
    )


@blueprint.get("/c/<sign_token>")
@plain
def check_in(sign_token: str) -> Response:
    """The form that a desk's sign leads to."""
    return _check_in_page(sign_token)


@blueprint.post("/c/<sign_token>")
@limiter.limit(CHECK_INS_OF_ADDRESS)
@limiter.limit(CHECK_INS_OF_SIGN, key_func=_sign)
@limiter.limit(CHECK_INS_OF_PHONE, key_func=_phone, exempt_when=lambda: not _phone())
@plain
def register_by_sign(sign_token: str) -> Response:
    """Register who stands at the sign; a second press leads to the same turn."""
    try:
        form = CheckInForm.of_request()
    except InvalidInput as error:
        return _check_in_page(sign_token, error.errors)

    def work(uow: Any) -> dict[str, Any]:
        return {"receipt": register_at_sign(uow, sign_token, form).receipt_token}

    answer = perform(PUBLIC, form.model_dump(), work, status=201)
    return _redirect(address("public.receipt", token=answer.data["receipt"], new=""), 303)


def _check_in_page(sign_token: str, errors: dict[str, str] | None = None) -> Response:
    with runtime.current().database.reading() as session:
        at = queries.sign(session, sign_token)
        others = [] if at.takes_walk_ins else queries.open_neighbours(session, at)
    if not at.takes_walk_ins:
        return page("public/closed.html", status=409, at=at, others=others)
    topics = at.names.assignable_topics()
    return page(
        "public/check_in.html",
        status=422 if errors else 200,
        at=at,
        own_topics=[topic for topic in topics if topic.id in at.desk.speeds],
        other_topics=[topic for topic in topics if topic.id not in at.desk.speeds],
        typed=request.form,
        errors=errors or {},
        key=request.form.get("idempotency_key") or new_token(),
        csrf_token=form_token(current_actor()),
    )


def _redirect(where: str, status: int = 302) -> Response:
    response = redirect(where, status)
    assert isinstance(response, Response)
    return response


@blueprint.get("/trips/<int:trip_id>/boards")
@access("board.view")
def boards(trip_id: int) -> ResponseReturnValue:
    """The sites whose board can be shown."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
    desks = {
        site_id: [desk for desk in names.working_desks() if desk.site_id == site_id]
        for site_id in names.sites
    }
    return render_template("public/boards.html", trip=names.trip, sites=names.offered_sites(), desks=desks)


@blueprint.get("/trips/<int:trip_id>/boards/<int:site_id>")
@access("board.view")
def board(trip_id: int, site_id: int) -> ResponseReturnValue:
    """A hall's board, for a television that nobody touches for days."""
    with runtime.current().database.reading() as session:
        names = catalogue(session, trip_id)
        shown = queries.board(session, trip_id, site_id)
    return render_template(
        "public/board.html",
        title=f"{names.trip.short} – {names.sites[site_id].short}",
        trip_id=trip_id,
        site_id=site_id,
        audience=site_board(site_id),
        board=shown.as_json(),
        stopped_words={language: _stopped_words(language) for language in LANGUAGES},
    )


def _stopped_words(language: str) -> dict[str, str]:
    """Everybody in the hall has to understand a stop: the board says it in every language."""
    with using_language(language):
        return {
            "whole": gettext("All desks here are stopped for now. Please follow the staff."),
            "desks": gettext("Stopped for now: desks {desks}. Look at your phone or ask the staff."),
        }


@blueprint.get("/api/v1/trips/<int:trip_id>/boards/<int:site_id>")
@access("board.view")
def board_json(trip_id: int, site_id: int) -> ResponseReturnValue:
    with runtime.current().database.reading() as session:
        return jsonify(queries.board(session, trip_id, site_id).as_json())
