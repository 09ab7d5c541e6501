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
from deskops.desks.queries.document import setup_of_trip
from deskops.desks.queries.guidance import (
    CardDetail,
    CardUses,
    EditionText,
    card_detail,
    gaps_of,
    said_about,
    uses_by_card,
)
from deskops.desks.queries.guidance_search import FoundCard, cards_of_trip, find_cards
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
from deskops.desks.queries.signs import signs_printed

__all__ = [
    "AgencyLabel",
    "CardDetail",
    "CardUses",
    "Catalogue",
    "DeskDetail",
    "DeskLabel",
    "DeskLine",
    "EditionText",
    "FoundCard",
    "Label",
    "PlaceLine",
    "SiteLabel",
    "TopicLabel",
    "TripFigures",
    "TripLabel",
    "TripLine",
    "card_detail",
    "cards_of_trip",
    "catalogue",
    "desk_detail",
    "desk_lines",
    "figures_of",
    "find_cards",
    "gaps_of",
    "places_of_trip",
    "said_about",
    "setup_of_trip",
    "signs_printed",
    "trip_lines",
    "uses_by_card",
]
