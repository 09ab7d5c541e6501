"""Pages of staff."""

from deskops.staff.views.blueprint import blueprint

__all__ = ["blueprint"]
