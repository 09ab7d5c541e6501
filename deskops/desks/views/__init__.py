"""Pages of set-up: trips, desks, signs."""

from deskops.desks.views import desks, signs, trips
from deskops.desks.views.blueprint import blueprint

__all__ = ["blueprint", "desks", "signs", "trips"]
