"""JSON API of staff."""

from deskops.staff.api.blueprint import api

__all__ = ["api"]
