"""JSON API of demands, of the queue and of forms on paper."""

import deskops.demands.api.paper
import deskops.demands.api.tickets  # noqa: F401
from deskops.demands.api.demands import api

__all__ = ["api"]
