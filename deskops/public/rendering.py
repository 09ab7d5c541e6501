"""Plain pages for everybody: cached HTTP without cookie, session or nonce. The address says the language."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, make_response, request, url_for

from deskops.accounts.access import public_page
from deskops.core.errors import Refusal
from deskops.core.i18n import LANGUAGES, PERSIAN, direction, gettext, using_language

NO_STORE = "no-store"


def language_of_address() -> str:
    """`?lang=en`, else Persian. Cookies are not read: one address has one content."""
    asked = request.args.get("lang")
    return asked if asked in LANGUAGES else PERSIAN


def plain(view: Callable[..., Response]) -> Callable[..., Response]:
    """Declare a page open to everybody, in the address's language; its refusals are plain pages too."""

    @wraps(view)
    def answered(**values: Any) -> Response:
        with using_language(language_of_address()):
            try:
                return view(**values)
            except Refusal as refusal:
                return message_page(refusal.text(), refusal.status)

    return public_page(answered)


def page(template: str, *, status: int = 200, cache: str = NO_STORE, **values: Any) -> Response:
    """A plain page. Not by `render_template`: its context holds a nonce, and what the session says."""
    language = language_of_address()
    context = {"lang": language, "dir": direction(), "address": address, "path": request.path} | values
    response = make_response(current_app.jinja_env.get_template(template).render(context), status)
    response.headers["Cache-Control"] = cache
    return response


def message_page(message: str, status: int, title: str = "") -> Response:
    """Something that can't be done, and what to do instead."""
    return page(
        "public/message.html", status=status, title=title or gettext("This did not work"), message=message
    )


def address(endpoint: str, **values: Any) -> str:
    """The address of another plain page in the same language."""
    language = language_of_address()
    if language != PERSIAN:
        values["lang"] = language
    return url_for(endpoint, **values)
