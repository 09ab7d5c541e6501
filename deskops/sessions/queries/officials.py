"""Who the officials of a trip are, by name and position."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from deskops.accounts.models import GrantRow, User
from deskops.accounts.permissions import OFFICIAL
from deskops.accounts.views.words import RANK_NAMES
from deskops.core.database import table_of
from deskops.core.i18n import gettext
from deskops.desks.queries import Catalogue

GRANTS, USERS = table_of(GrantRow), table_of(User)


@dataclass(frozen=True)
class Official:
    """`active` is False for an account that was closed, whose past sessions still name it."""

    id: int
    name: str
    rank: str | None
    agency_id: int | None
    active: bool

    def position(self, names: Catalogue) -> str:
        """Rank and agency in the current language, such as "Representative, Ministry of Roads"."""
        rank = str(RANK_NAMES[self.rank]) if self.rank in RANK_NAMES else ""
        agency = names.agencies.get(self.agency_id or 0)
        parts = [part for part in (rank, agency.name if agency is not None else "") if part]
        return (
            gettext("%(rank)s, %(agency)s", rank=parts[0], agency=parts[1]) if parts[1:] else "".join(parts)
        )


def officials(session: Session, trip_id: int) -> dict[int, Official]:
    """By id, in order of their names; what is said of this trip comes before what is said of all."""
    reaches = or_(GRANTS.c.trip_id == trip_id, GRANTS.c.trip_id.is_(None))
    query = (
        select(USERS.c.id, USERS.c.name, USERS.c.active, GRANTS.c.rank, GRANTS.c.agency_id)
        .join(GRANTS, GRANTS.c.user_id == USERS.c.id)
        .where(GRANTS.c.role == OFFICIAL, reaches)
        .order_by(USERS.c.name, USERS.c.id, GRANTS.c.trip_id.is_(None), GRANTS.c.id)
    )
    found: dict[int, Official] = {}
    for row in session.execute(query):
        found.setdefault(row.id, Official(row.id, row.name, row.rank, row.agency_id, row.active))
    return found


def official_of(known: dict[int, Official], user_id: int, session: Session) -> Official:
    """One of them; who is none any more still has a name."""
    if user_id in known:
        return known[user_id]
    name = session.scalar(select(USERS.c.name).where(USERS.c.id == user_id))
    return Official(user_id, name or "", None, None, False)
