"""Jinja filters over core.dates and core.codes. Each shows nothing for None, so that templates need no
guard.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from deskops.core import dates, money
from deskops.core.codes import group_code
from deskops.core.i18n import PERSIAN, lang


def init_filters(app: Flask) -> None:
    """Add `digits`, `number`, `jalali`, `moment`, `clock`, `ago`, `elapsed`, `minutes_range`, `code`,
    `tomans`,
    `last_day` and `time_tag`.
    """
    filters: dict[str, Callable[..., str]] = {
        "digits": dates.digits,
        "number": dates.number,
        "decimal": dates.decimal,
        "jalali": dates.date_text,
        "moment": dates.datetime_text,
        "clock": dates.clock_time,
        "ago": dates.ago,
        "elapsed": dates.elapsed,
        "minutes_range": dates.minutes_range,
        "code": lambda code: dates.digits(group_code(code)),
        "tomans": money.tomans,
        "last_day": dates.last_day_text,
        "time_tag": time_tag,
    }
    app.jinja_env.filters.update({name: _filter(function) for name, function in filters.items()})


def time_tag(instant: datetime, text: str | None = None) -> Markup:
    """A `<time>` element with `text` (date and time if none is given); in English the Jalali date is its
    title.
    """
    shown = dates.datetime_text(instant) if text is None else text
    machine = instant.astimezone(UTC).isoformat(timespec="seconds")
    if lang() == PERSIAN:
        return Markup('<time datetime="{}">{}</time>').format(machine, shown)
    title = dates.jalali_datetime(instant, "long")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(machine, title, shown)


def _filter(function: Callable[..., str]) -> Callable[..., str]:
    # With the context passed Jinja can't work out a constant while it compiles, in whatever language that
    # happens.
    @pass_context
    def filtered(_context: Context, value: Any, *args: Any, **options: Any) -> str:
        return "" if value is None else function(value, *args, **options)

    return filtered
