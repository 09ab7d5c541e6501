"""JSON API of what is set up."""

import deskops.desks.api.document
import deskops.desks.api.guidance  # noqa: F401
from deskops.desks.api import desk_list, setup, topics
from deskops.desks.api.agencies import agencies_api
from deskops.desks.api.trips import api

__all__ = ["agencies_api", "api", "desk_list", "setup", "topics"]
