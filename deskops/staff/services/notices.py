"""Text messages about what somebody else did, each in its reader's language."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import select

from deskops.accounts.models import User
from deskops.core import messages
from deskops.core.database import table_of
from deskops.core.i18n import LANGUAGES, PERSIAN, using_language
from deskops.core.unit_of_work import UnitOfWork
from deskops.staff.models import StaffMember
from deskops.staff.services.texting import SMS

STAFF, USERS = table_of(StaffMember), table_of(User)


def tell(
    uow: UnitOfWork, trip_id: int, staff_ids: Collection[int], once_key: str, words: Callable[[], str]
) -> None:
    """One message to each, once a key; `words` is called in the reader's language. None to whom has no mobile number."""
    query = (
        select(STAFF.c.id, STAFF.c.mobile, USERS.c.language)
        .outerjoin(USERS, USERS.c.id == STAFF.c.user_id)
        .where(STAFF.c.trip_id == trip_id, STAFF.c.id.in_(staff_ids), STAFF.c.retired_at.is_(None))
    )
    written = []
    for row in uow.session.execute(query):
        if row.mobile:
            with using_language(row.language if row.language in LANGUAGES else PERSIAN):
                text = words()
            written.append(messages.Letter(trip_id, SMS, row.mobile, text, f"{once_key}:{row.id}"))
    messages.queue_all(uow.session, written, uow.now)
