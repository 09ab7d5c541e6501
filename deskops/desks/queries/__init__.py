"""Reads of what is set up: the names that every room shows, and the lists and figures of the set-up pages."""

from deskops.desks.queries.catalogue import (
    AgencyLabel,
    Catalogue,
    DeskLabel,
    Label,
    SiteLabel,
    TopicLabel,
    TripLabel,
    catalogue,
)
from deskops.desks.queries.document import setup_document
from deskops.desks.queries.lists import (
    DeskDetail,
    DeskLine,
    PlaceLine,
    TripFigures,
    TripLine,
    desk_detail,
    desk_lines,
    figures_of,
    places_of_trip,
    trip_lines,
)

__all__ = [
    "AgencyLabel",
    "Catalogue",
    "DeskDetail",
    "DeskLabel",
    "DeskLine",
    "Label",
    "PlaceLine",
    "SiteLabel",
    "TopicLabel",
    "TripFigures",
    "TripLabel",
    "TripLine",
    "catalogue",
    "desk_detail",
    "desk_lines",
    "figures_of",
    "places_of_trip",
    "setup_document",
    "trip_lines",
]
