"""JSON API of directives. Importing it registers its routes."""

import deskops.directives.api.authorities
import deskops.directives.api.collectives
import deskops.directives.api.letters
import deskops.directives.api.ordering
import deskops.directives.api.orders
import deskops.directives.api.referrals
import deskops.directives.api.templates  # noqa: F401
from deskops.directives.api.blueprint import api

__all__ = ["api"]
