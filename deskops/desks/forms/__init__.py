"""What comes in at the edge of set-up, checked and cleaned. One form for HTML and JSON."""

from deskops.desks.forms.desks import (
    AllDesksForm,
    DeskForm,
    PhaseForm,
    PlaceForm,
    StateForm,
    speeds_of_request,
)

__all__ = [
    "AllDesksForm",
    "DeskForm",
    "PhaseForm",
    "PlaceForm",
    "StateForm",
    "speeds_of_request",
]
