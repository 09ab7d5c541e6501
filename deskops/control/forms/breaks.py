"""What comes in about breaks."""

from __future__ import annotations

from deskops.core.forms import Form, OptionalNumber


class RelieverForm(Form):
    """A staff member who goes on at the counter of whoever rests; nobody: it is left empty."""

    reliever_id: OptionalNumber = None
