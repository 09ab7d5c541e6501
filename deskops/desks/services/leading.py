"""Who a list of desks says is in charge: found by name, or written down as somebody new."""

from __future__ import annotations

from deskops.accounts import services as accounts
from deskops.accounts.actor import Grant
from deskops.accounts.services.managing import add_grant
from deskops.core.text import name_form
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.document.list_checks import Values
from deskops.desks.models import Desk
from deskops.desks.queries.people import LEADERS, leaders_by_name, name_of
from deskops.desks.services.changes import Changes


class Leading:
    """Heads and officials put in charge of desks, one import long.

    Whoever nobody knows becomes a user who holds the role at these desks and has no way in: an administrator gives one,
    or for a head the coordinator. They stay when the import is taken back.
    """

    def __init__(self, uow: UnitOfWork, changes: Changes, trip_id: int) -> None:
        self.uow, self.changes, self.trip_id = uow, changes, trip_id
        self.known = leaders_by_name(uow.session, trip_id)
        self.made: dict[str, int] = {}

    def put(self, desk: Desk, values: Values) -> None:
        """Whom the row names; a column that isn't in the file leaves who is there."""
        for column, role in LEADERS.items():
            if column in values:
                field = f"{column}_user_id"
                user_id = self._user(column, role, values[column], desk, getattr(desk, field))
                self.changes.update(desk, **{field: user_id})

    def _user(self, column: str, role: str, name: str, desk: Desk, present: int | None) -> int | None:
        folded = name_form(name)
        if not folded or folded == name_form(name_of(self.uow.session, present)):
            return present if folded else None
        if found := self.known[column].get(folded):
            return found[0]
        grant = Grant(role, self.trip_id, desk.id)
        if folded in self.made:
            add_grant(self.uow, self.made[folded], grant)
        else:
            self.made[folded] = accounts.create_user(self.uow, name=name, grants=[grant])
        return self.made[folded]
