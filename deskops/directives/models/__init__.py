"""Tables of officials' orders."""

from deskops.directives.models.authorities import Assistant, Authority, AuthorityAgency
from deskops.directives.models.orders import (
    Directive,
    DirectiveAddressee,
    DirectiveDemand,
    DirectiveReferral,
    DirectiveTemplate,
)

__all__ = [
    "Assistant",
    "Authority",
    "AuthorityAgency",
    "Directive",
    "DirectiveAddressee",
    "DirectiveDemand",
    "DirectiveReferral",
    "DirectiveTemplate",
]
