"""Languages: which one a text is shown in, and gettext over the Persian catalogue.

English is the message itself. The current language is a context variable with the request behind it, so
that worker, command line and socket handlers translate just as pages do. (Flask-Babel keeps language and
catalogue in the application context, and returns English without one.)
"""

from __future__ import annotations

import gettext as gnu
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from babel.support import LazyProxy
from flask import Flask, current_app, g, has_request_context, request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from deskops.core.assets import asset_dir
from deskops.core.text import persian_digits

PERSIAN = "fa"
ENGLISH = "en"
LANGUAGES = (PERSIAN, ENGLISH)
LANGUAGE_COOKIE = "lang"

_PREFERENCE = "deskops_language_preference"
_SETTLED = "deskops_language"
_INTEGER_PLACE = re.compile(r"(?<!%)((?:%%)*%\(\w+\))[di]")

_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def lang() -> str:
    """`fa` or `en`: the block's own, else the browser's choice, else the user's preference, else Persian."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    return g.get(_SETTLED) or _of_request() if has_request_context() else PERSIAN


def settle_language() -> None:
    """Called once the request's user is known: a page asks thousands of times, and the answer stays."""
    setattr(g, _SETTLED, _of_request())


def direction() -> str:
    """`rtl` or `ltr`, for the page's `dir`."""
    return "rtl" if lang() == PERSIAN else "ltr"


@contextmanager
def using_language(language: str) -> Iterator[None]:
    """Everything in the block is in `language`, inside a request or outside. Raises ValueError for an
    unknown one.
    """
    if language not in LANGUAGES:
        raise ValueError(f"Unknown language {language!r}.")
    token = _chosen.set(language)
    try:
        yield
    finally:
        _chosen.reset(token)


def gettext(message: str, /, **variables: Any) -> str:
    """The message in the current language, its places filled as by `fill`; without variables it is left as
    it is.
    """
    translated = _catalogue(lang()).gettext(message)
    return fill(translated, variables) if variables else translated


def ngettext(singular: str, plural: str, num: int, /, **variables: Any) -> str:
    """The form for `num`, which also fills the place `num`."""
    return fill(_catalogue(lang()).ngettext(singular, plural, num), {"num": num, **variables})


def lazy(message: str, /, **variables: Any) -> LazyProxy:
    """A text for constants, translated each time it is shown; `str()` makes it plain."""
    return LazyProxy(gettext, message, enable_cache=False, **variables)


_ = gettext


def fill(message: str, variables: Mapping[str, Any]) -> str:
    """`message % variables`, with whole numbers in Persian digits where the language is Persian."""
    return _localised(message) % _shown(variables)


def init_i18n(app: Flask, preference: Callable[[], str | None] | None = None) -> None:
    """Give templates `_`, `{% trans %}`, `lang()` and `direction()`.

    `preference` returns the signed-in user's language or None; until `settle_language` it is asked for each text where
    the browser has not chosen, so it must only look at what is loaded already.
    """
    app.extensions[_PREFERENCE] = preference
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension adds it
    app.jinja_env.globals.update(
        gettext=_template_gettext, ngettext=_template_ngettext, lang=lang, direction=direction
    )


def _of_request() -> str:
    cookie = request.cookies.get(LANGUAGE_COOKIE)
    if cookie in LANGUAGES:
        return cookie
    preference = current_app.extensions.get(_PREFERENCE)
    preferred = preference() if preference else None
    return preferred if preferred in LANGUAGES else PERSIAN


@cache
def _catalogue(language: str) -> gnu.NullTranslations:
    """A missing catalogue raises FileNotFoundError: better no start than pages in the wrong language."""
    if language == ENGLISH:
        return gnu.NullTranslations()
    return gnu.translation("messages", asset_dir("translations"), [language])


def _localised(message: str) -> str:
    return _INTEGER_PLACE.sub(r"\1s", message) if lang() == PERSIAN else message


def _shown(variables: Mapping[str, Any]) -> dict[str, Any]:
    if lang() != PERSIAN:
        return dict(variables)
    return {name: _digits(value) for name, value in variables.items()}


def _digits(value: Any) -> Any:
    return persian_digits(str(value)) if type(value) is int else value


def _template_fill(context: EvalContext, message: str, variables: Mapping[str, Any]) -> str:
    """Jinja's own rule: a template's message is always a format, and what fills it is escaped."""
    text = _localised(message)
    return (Markup(text) if context.autoescape else text) % _shown(variables)


@pass_eval_context
def _template_gettext(context: EvalContext, message: str, /, **variables: Any) -> str:
    return _template_fill(context, _catalogue(lang()).gettext(message), variables)


@pass_eval_context
def _template_ngettext(
    context: EvalContext, singular: str, plural: str, num: int, /, **variables: Any
) -> str:
    translated = _catalogue(lang()).ngettext(singular, plural, num)
    return _template_fill(context, translated, {"num": num, **variables})
