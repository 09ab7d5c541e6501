"""What comes in about presence and badges from people."""

from __future__ import annotations

from typing import Literal

from deskops.core.forms import Form, Number, OptionalNumber


class MarkForm(Form):
    """Somebody is checked in at a desk or out by hand, sent to a break or called back."""

    kind: Literal["in", "out", "break", "back"]
    desk_id: OptionalNumber = None


class AskForm(Form):
    """Who is asked to step in."""

    staff_id: Number


class CallForm(Form):
    """What they said, or that they needn't any more."""

    state: Literal["accepted", "declined", "withdrawn"]


class RenewForm(Form):
    """Why earlier badges are to be worthless; `version` is that of the badge that the asker saw."""

    reason: Literal["lost", "stolen", "damaged", "other"]
    version: Number
