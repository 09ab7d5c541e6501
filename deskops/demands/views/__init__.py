"""Pages of this room, one file for each thing that people do. Importing them registers their routes."""

import deskops.demands.views.acts
import deskops.demands.views.attachments
import deskops.demands.views.closing
import deskops.demands.views.console
import deskops.demands.views.editing
import deskops.demands.views.guidance
import deskops.demands.views.intake
import deskops.demands.views.lists
import deskops.demands.views.offers
import deskops.demands.views.paper
import deskops.demands.views.paper_list
import deskops.demands.views.paper_mistakes
import deskops.demands.views.places
import deskops.demands.views.printing
import deskops.demands.views.receipt  # noqa: F401
from deskops.demands.views.room import blueprint

__all__ = ["blueprint"]
