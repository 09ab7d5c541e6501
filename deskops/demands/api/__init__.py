"""JSON API of demands and their files, of the queue, of the day's end, of printing and of forms on paper."""

import deskops.demands.api.attachments
import deskops.demands.api.closing
import deskops.demands.api.offers
import deskops.demands.api.paper
import deskops.demands.api.printing
import deskops.demands.api.tickets  # noqa: F401
from deskops.demands.api.demands import api

__all__ = ["api"]
