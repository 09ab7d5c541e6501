"""Recorded days on the command line: how one is named, and what is said of it."""

from __future__ import annotations

from datetime import date

import click

from deskops.core.dates import parse_date
from deskops.demands.queries.recorded import Counts


class DayType(click.ParamType[date]):
    """A day, Jalali or Gregorian by its year."""

    name = "day"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return parse_date(value)
        except ValueError:
            self.fail(f"{value!r} is no day such as 2026-11-21 or 1405-08-30.", param, ctx)


DAY = DayType()


def said(counts: Counts) -> str:
    """What was made of the day's demands, every one of them."""
    parts = [
        f"{counts.played:,} people",
        f"{counts.mean_service:,} of them with their topic's mean service, which nobody measured",
        f"{counts.unserved:,} unserved",
        f"left out: {counts.paper:,} typed in from paper",
        f"{counts.other:,} of no live channel, topic or site",
        f"{counts.desks:,} desks without a counter",
    ]
    return "; ".join(parts) + "."
