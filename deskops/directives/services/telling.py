"""People are told what was ordered about their demands."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select

from deskops.core.database import table_of
from deskops.core.dates import digits
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.models import Demand
from deskops.demands.services import texting
from deskops.desks.queries import Catalogue, catalogue
from deskops.directives import rules
from deskops.directives.models import Directive

DEMANDS = table_of(Demand)


def tell_people(
    uow: UnitOfWork, row: Directive, demand_ids: Collection[int], agency_ids: Collection[int]
) -> None:
    """A text message to each of them, once an order."""
    names = catalogue(uow.session, row.trip_id)
    columns = (DEMANDS.c.id.label("demand_id"), DEMANDS.c.trip_id)
    query: Select[Any] = select(*columns).where(DEMANDS.c.id.in_(demand_ids)).order_by(DEMANDS.c.id)
    letters = [
        texting.Letter(one, f"directive:{row.id}:{one.demand_id}", _words(names, row, agency_ids))
        for one in uow.session.execute(query)
    ]
    texting.write_to_each(uow, letters)


def _words(names: Catalogue, row: Directive, agency_ids: Collection[int]) -> texting.Words:
    number, whose = digits(row.number or 0), row.whose_id

    def words(address: str) -> str:
        agencies = gettext(", ").join(names.agencies[agency_id].name for agency_id in agency_ids)
        if agencies:
            return gettext(
                "Order %(number)s on your demand: %(agencies)s is to act on it. %(address)s",
                number=number, agencies=agencies, address=address,
            )  # fmt: skip
        if row.kind == rules.DOCUMENTS:
            return gettext("Papers are needed for your demand. What to bring: %(address)s", address=address)
        if whose is not None:
            return gettext(
                "Your demand is a matter of %(agency)s. What to do: %(address)s",
                agency=names.agencies[whose].name, address=address,
            )  # fmt: skip
        return gettext("Your demand was answered: %(address)s", address=address)

    return words
