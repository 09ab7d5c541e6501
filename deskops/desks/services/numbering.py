"""Desks' numbers, which are unique in a trip at every moment: desks that exchange theirs leave them first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.core.errors import InvalidInput
from deskops.core.i18n import gettext
from deskops.desks.models import Desk

DESKS = table_of(Desk)
EXCHANGE, IN_ORDER = "exchange", "in_order"


def numbers_after(desks: Sequence[Desk], how: str | None) -> dict[int, int]:
    """The numbers that desks are to have, by id: EXCHANGE is for two, IN_ORDER deals their own out in the order of the
    list. Raises InvalidInput.
    """
    if how is None:
        return {}
    if how == EXCHANGE and len(desks) != 2:
        raise InvalidInput({"numbers": gettext("Tick the two desks that are to exchange their numbers.")})
    in_list = sorted(desks, key=lambda desk: (desk.position, desk.number))
    numbers = sorted(desk.number for desk in desks)
    if how == EXCHANGE:
        numbers = [desk.number for desk in reversed(in_list)]
    return {desk.id: number for desk, number in zip(in_list, numbers, strict=True)}


def leave_numbers(session: Session, desk_ids: Collection[int]) -> None:
    """Free the numbers of desks that get others in this transaction; rows in memory keep what they had, so that a change
    still knows it.
    """
    # No sign has a negative number, and no two desks have one id.
    session.execute(update(DESKS).where(DESKS.c.id.in_(desk_ids)).values(number=-DESKS.c.id))
