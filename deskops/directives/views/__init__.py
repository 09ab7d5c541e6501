"""Pages of directives. Importing them registers their routes."""

import deskops.directives.views.assistants
import deskops.directives.views.authorities
import deskops.directives.views.collectives
import deskops.directives.views.deciding
import deskops.directives.views.letters
import deskops.directives.views.many
import deskops.directives.views.orders
import deskops.directives.views.referrals
import deskops.directives.views.representative
import deskops.directives.views.templates  # noqa: F401
from deskops.directives.views.blueprint import blueprint

__all__ = ["blueprint"]
