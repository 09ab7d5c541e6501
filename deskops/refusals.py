"""Refusals become answers here, once: status, page or JSON, in the user's language. (The socket's answers are
in live/.)
"""

from __future__ import annotations

import logging
from urllib.parse import quote, urlsplit

from flask import Flask, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from psycopg.errors import NumericValueOutOfRange
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from deskops.core.database import refusal_of
from deskops.core.errors import (
    DatabaseUnavailable,
    NotFound,
    Refusal,
    SignInNeeded,
    TooLarge,
    TooManyAttempts,
)
from deskops.core.i18n import gettext

log = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = "2"
DRAINED_AT_MOST = 32 * 1024 * 1024


def init_refusals(app: Flask) -> None:
    """Register the one mapping of errors."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(OperationalError, _store_error)
    app.register_error_handler(PoolTimeout, lambda _error: _refused(DatabaseUnavailable()))
    # A number beyond what the database can hold: nothing has such an id.
    app.register_error_handler(OverflowError, lambda _error: _refused(NotFound()))
    app.register_error_handler(DataError, _unfit_data)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crashed)
    app.after_request(_say_when_to_return)


def _store_error(error: OperationalError) -> ResponseReturnValue:
    refusal = refusal_of(error)
    return _crashed(error) if refusal is None else _refused(refusal)


def _say_when_to_return(response: Response) -> Response:
    if response.status_code == 503:
        response.headers.setdefault("Retry-After", RETRY_AFTER_SECONDS)
    return response


def _unfit_data(error: DataError) -> ResponseReturnValue:
    """PostgreSQL's words for a number that is too large; anything else of the kind is our own mistake."""
    too_large = isinstance(error.orig, NumericValueOutOfRange)
    return _refused(NotFound()) if too_large else _crashed(error)


def wants_json() -> bool:
    """Whether the asker is a program: the API, or a script of ours that sends and takes JSON."""
    return request.path.startswith("/api/") or request.is_json


def _refused(refusal: Refusal) -> ResponseReturnValue:
    if wants_json():
        return jsonify(refusal.as_json()), refusal.status
    if isinstance(refusal, SignInNeeded) and request.method == "GET" and "HX-Request" not in request.headers:
        return redirect(f"/sign-in?next={quote(request.full_path.rstrip('?'))}")
    return _page(refusal.status, refusal.text()), refusal.status


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error  # a redirect, or a page that the one who refused has made already
    if status == 413:
        return _too_large()
    known: dict[int, Refusal] = {404: NotFound(), 429: TooManyAttempts()}
    if status in known:
        return _refused(known[status])
    message = gettext("This request can't be answered. Go back and try again.")
    if wants_json():
        return jsonify({"error": {"code": f"http_{status}", "message": message}}), status
    return _page(status, message), status


def _too_large() -> ResponseReturnValue:
    """The limit and the size, and on a page the way back to the form."""
    size = request.content_length
    if request.mimetype == "multipart/form-data":
        _drain(size or 0)
    refusal = TooLarge(request.max_content_length or 0, size)
    if wants_json():
        return _refused(refusal)
    came_from = urlsplit(request.referrer or "")
    back = came_from.path if came_from.netloc == request.host else ""
    action = {"href": back, "label": gettext("Back to the form")} if back else None
    return _page(refusal.status, refusal.text(), action), refusal.status


def _drain(size: int) -> None:
    """Read what still comes in and drop it: a browser that is cut off while it sends shows no answer at all."""
    left = min(size, DRAINED_AT_MOST)
    while left > 0 and (chunk := request.environ["wsgi.input"].read(min(left, 64 * 1024))):
        left -= len(chunk)


def _crashed(error: Exception) -> ResponseReturnValue:
    log.exception("unexpected error", exc_info=error)
    message = gettext(
        "Something went wrong on our side. Nothing was saved. Try again; if it happens again, tell a coordinator."
    )
    if wants_json():
        return jsonify({"error": {"code": "internal", "message": message}}), 500
    return _page(500, message), 500


def _page(status: int, message: str, action: dict[str, str] | None = None) -> str:
    titles = {
        401: gettext("Please sign in"),
        403: gettext("Not allowed"),
        404: gettext("Not found"),
        413: gettext("This is too large"),
        503: gettext("Just a moment"),
    }
    title = titles.get(status, gettext("This did not work"))
    if "HX-Request" in request.headers:
        return message
    return render_template("core/error.html", title=title, message=message, code=status, action=action)
