"""What is printed in one press: chosen among what is somebody's to print, with codes reserved for the forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deskops.accounts.actor import Actor
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.services import paper
from deskops.desks.queries import Catalogue, DeskLabel
from deskops.desks.services.signs import mark_signs_printed

PARTS = ("signs", "cards", "queue", "forms")
ALL, SOME = "all", "some"


@dataclass(frozen=True)
class PrintOrder:
    """`parts` of PARTS; `which` is ALL, SOME for the ids in `desks`, or a site's id; so many `copies` of forms for each
    desk, and `loose` ones of no desk.
    """

    parts: Sequence[str]
    which: str
    desks: Sequence[int]
    copies: int
    loose: int


@dataclass(frozen=True)
class Pack:
    """What is in a document: its desks, and the batch of its forms, None where it has none."""

    order: PrintOrder
    desks: list[int]
    batch: int | None

    def address(self) -> dict[str, Any]:
        """What the document's address says."""
        shown = None if self.order.which == ALL else ",".join(map(str, self.desks))
        return {"parts": ",".join(self.order.parts), "desks": shown, "batch": self.batch}


def own_desks(actor: Actor, names: Catalogue) -> dict[int, DeskLabel]:
    """The desks whose papers are the actor's to print."""
    own = actor.desk_ids("sign.print", names.trip.id)
    return {desk.id: desk for desk in names.desks.values() if own is None or desk.id in own}


def prepare(uow: UnitOfWork, actor: Actor, names: Catalogue, order: PrintOrder) -> Pack:
    """Note that signs are printed, and reserve the codes of forms. Raises NotFound, TooManyForms."""
    desks = _chosen(order, own_desks(actor, names))
    trip_id = names.trip.id
    copies, loose = (order.copies, order.loose) if "forms" in order.parts else (0, 0)
    if "signs" in order.parts:
        mark_signs_printed(uow, trip_id, desks)
    return Pack(order, desks, paper.reserve(uow, trip_id, desks, copies, loose))


def _chosen(order: PrintOrder, own: dict[int, DeskLabel]) -> list[int]:
    """Raises NotFound for desks that are another's to print for, and for a site without any."""
    if order.which == ALL:
        return [*own]
    if order.which == SOME:
        chosen = [desk_id for desk_id in own if desk_id in order.desks]
        found = len(chosen) == len(set(order.desks))
    else:
        chosen = [desk.id for desk in own.values() if desk.site_id == int(order.which)]
        found = bool(chosen)
    if not found:
        raise NotFound()
    return chosen
