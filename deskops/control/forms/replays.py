"""What comes in about recorded days that are played again."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from flask import request
from pydantic import Field

from deskops.core.forms import Form
from deskops.desks.forms.fields import Day

Name = Literal[
    "pool",
    "same-speed-pool",
    "fixed-map",
    "shortest-queue",
    "least-wait",
    "late-binding",
    "rule",
    "rule-offer",
    "rule-advice",
    "rule-full",
]


class ReplayForm(Form):
    """A day, and the policies to play it with."""

    day: Day
    policies: Annotated[tuple[Name, ...], Field(min_length=1)]

    @classmethod
    def of_page(cls) -> Self:
        """Ticked on the page."""
        return cls.checked({"day": request.form.get("day", ""), "policies": request.form.getlist("policies")})
