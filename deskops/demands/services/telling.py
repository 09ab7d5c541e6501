"""Who is told that somebody was moved: the person, by a text message, and the coordinators where it happens again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, insert, select, update

from deskops.accounts.actor import Actor
from deskops.balancing.state import PHONE
from deskops.core.database import table_of
from deskops.core.dates import digits
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.models import MovedAgain
from deskops.demands.services import texting
from deskops.demands.steering import Moved, MovedAgainSeen, PeopleMovedAgain
from deskops.desks.queries import Catalogue, catalogue

NOTICES = table_of(MovedAgain)
Pairs = Iterable[tuple[Row[Any], Row[Any]]]


def moved(before: Row[Any], row: Row[Any], minutes: float | None = None) -> Moved:
    """What became of one person, for the fact of the whole act."""
    return Moved(
        row.id,
        row.number,
        before.desk_id,
        row.desk_id,
        before.location,
        row.location,
        row.changed_at.timestamp(),
        None if minutes is None else round(minutes, 1),
    )


def tell_people(uow: UnitOfWork, trip_id: int, pairs: Pairs, *, fails: bool) -> None:
    """A text message to whom it sends elsewhere, or whose desk `fails`; and to whom no desk could take until now, if they
    were told so. Who waits for a call waits for it wherever it comes from.
    """
    concerned = [
        (before, row)
        for before, row in pairs
        if row.location != PHONE
        and (fails or before.location != row.location or (before.desk_id is None and row.moved_times > 0))
    ]
    if not concerned:
        return
    names = catalogue(uow.session, trip_id)
    texting.write_to_each(uow, [_letter(names, before, row) for before, row in concerned])


def _letter(names: Catalogue, before: Row[Any], row: Row[Any]) -> texting.Letter:
    if row.desk_id is None:
        return texting.Letter(row, f"no-desk:{row.id}:{row.moved_times}", _nobody_yet(row))
    went_back = before.location != row.location
    words = _go_back(names, row) if went_back else _other_desk(names, row)
    # Once for each desk that they get: one that comes and goes doesn't write to them each time.
    return texting.Letter(row, f"desk:{row.id}:{row.desk_id}:{row.location}:{went_back:d}", words)


def _other_desk(names: Catalogue, row: Row[Any]) -> texting.Words:
    def words(address: str) -> str:
        return gettext(
            "Number %(number)s: you wait for desk %(desk)s now, %(site)s. You keep your turn. %(address)s",
            address=address,
            **_at(names, row),
        )

    return words


def _go_back(names: Catalogue, row: Row[Any]) -> texting.Words:
    def words(address: str) -> str:
        return gettext(
            "Number %(number)s: where you walk to, nobody can take you now. Please go back to %(site)s: desk %(desk)s"
            " serves you there, and you keep your turn. %(address)s",
            address=address,
            **_at(names, row),
        )

    return words


def stay_where_you_are(names: Catalogue, row: Row[Any]) -> texting.Words:
    """To somebody who was asked to walk, and need not."""

    def words(address: str) -> str:
        return gettext(
            "Number %(number)s: please stay where you are, you need not walk: %(site)s, and you keep your turn. %(address)s",
            number=digits(row.number),
            site=names.sites[row.location].name,
            address=address,
        )

    return words


def _nobody_yet(row: Row[Any]) -> texting.Words:
    def words(address: str) -> str:
        return gettext(
            "Number %(number)s: your desk can't go on, and no other can take you yet. You keep your turn, and we write to"
            " you as soon as one can. %(address)s",
            number=digits(row.number),
            address=address,
        )

    return words


def _at(names: Catalogue, row: Row[Any]) -> dict[str, str]:
    desk, site = names.desks[row.desk_id], names.sites[row.location]
    return {"number": digits(row.number), "desk": digits(desk.number), "site": site.name}


def tell_coordinators(uow: UnitOfWork, trip_id: int, pairs: Pairs, reason: str) -> None:
    """Of those whom we had moved before: this is the exception, and somebody should look after them."""
    again = [(b, row) for b, row in pairs if b.desk_id is not None and b.moved_times > 0]
    if not again:
        return
    rows = [
        {"trip_id": trip_id, "ticket_id": row.id, "desk_id": before.desk_id, "at": uow.now}
        for before, row in again
    ]
    uow.session.execute(insert(NOTICES), rows)
    by_desk: dict[int, list[int]] = {}
    for before, row in again:
        by_desk.setdefault(before.desk_id, []).append(row.number)
    for desk_id, numbers in sorted(by_desk.items()):
        uow.record(
            PeopleMovedAgain(
                trip_id=trip_id,
                at_desk_id=desk_id,
                reason=reason,
                count=len(numbers),
                numbers=tuple(numbers),
            )
        )


def see_moved_again(uow: UnitOfWork, actor: Actor, trip_id: int) -> int:
    """A coordinator has seen of whom it tells; returns of how many. Raises Forbidden."""
    actor.require("balance.decide", trip_id)
    unseen = (NOTICES.c.trip_id == trip_id, NOTICES.c.seen_at.is_(None))
    found = uow.session.scalars(select(NOTICES.c.id).where(*unseen).with_for_update()).all()
    if found:
        seen = {"seen_at": uow.now, "seen_by": actor.user_id}
        uow.session.execute(update(NOTICES).where(NOTICES.c.id.in_(found)).values(**seen))
        uow.record(MovedAgainSeen(trip_id=trip_id, count=len(found)))
    return len(found)
