"""Pages of set-up: trips, desks, signs."""

from deskops.desks.views import (
    agencies,
    agency_parts,
    desk_list,
    desks,
    files,
    guidance,
    guided,
    signs,
    sites,
    taking_back,
    topics,
    trips,
)
from deskops.desks.views.blueprint import agencies as agencies_blueprint
from deskops.desks.views.blueprint import blueprint

__all__ = [
    "agencies",
    "agencies_blueprint",
    "agency_parts",
    "blueprint",
    "desk_list",
    "desks",
    "files",
    "guidance",
    "guided",
    "signs",
    "sites",
    "taking_back",
    "topics",
    "trips",
]
