"""What comes in at the edge of set-up, checked and cleaned. One form for HTML and JSON."""

from deskops.desks.forms.desks import (
    AllDesksForm,
    EditDeskForm,
    PhaseForm,
    PlaceForm,
    StateForm,
    speeds_of_request,
)

__all__ = [
    "AllDesksForm",
    "EditDeskForm",
    "PhaseForm",
    "PlaceForm",
    "StateForm",
    "speeds_of_request",
]
