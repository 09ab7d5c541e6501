"""What must still hold once a change is taken back: a change is compared with what stands by its own columns alone, so two
that were sound by themselves may not be so together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.orm import Session

from deskops.core.database import table_of
from deskops.desks import rules
from deskops.desks.models import Agency, Desk, DeskHours, DeskTopic, Site, StaffNeed, Topic
from deskops.desks.queries.needs import needs_of_desks

_AGENCIES, _TOPICS, _DESKS, _SITES = table_of(Agency), table_of(Topic), table_of(Desk), table_of(Site)
_HOURS, _SKILLS, _NEEDS = table_of(DeskHours), table_of(DeskTopic), table_of(StaffNeed)
Key = Mapping[str, Any]


def is_sound(session: Session, rows: Collection[Mapping[str, Any]]) -> bool:
    """Whether the rows of a change, as they stand in the database now, fit what is around them."""
    touched: dict[str, list[Key]] = {}
    for row in rows:
        touched.setdefault(row["table"], []).append(row["key"])
    return all(check(session, touched[table]) for table, check in _CHECKS.items() if table in touched)


def _ids(rows: Collection[Key], key: str = "id") -> set[int]:
    return {row[key] for row in rows}


def _agencies(session: Session, touched: Collection[Key]) -> bool:
    whole = _is_tree(session, _AGENCIES, "parent_id", touched)
    return whole and _none_below_retired(session, _AGENCIES, touched)


def _topics(session: Session, touched: Collection[Key]) -> bool:
    whole = all(_is_tree(session, _TOPICS, column, touched) for column in ("parent_id", "merged_into_id"))
    return whole and _none_below_retired(session, _TOPICS, touched)


def _is_tree(session: Session, table: Table, column: str, touched: Collection[Key]) -> bool:
    """Whether none of the touched rows is led back to itself."""
    leads = {row.id: row[1] for row in session.execute(select(table.c.id, table.c[column]))}
    return not any(rules.is_within(leads, leads[one], one) for one in _ids(touched) & leads.keys())


def _none_below_retired(session: Session, table: Table, touched: Collection[Key]) -> bool:
    above, ids = table.alias(), _ids(touched)
    return _none(
        session,
        table,
        above.c.id == table.c.parent_id,
        or_(table.c.id.in_(ids), above.c.id.in_(ids)),
        table.c.retired_at.is_(None),
        above.c.retired_at.is_not(None),
    )


def _desks(session: Session, touched: Collection[Key]) -> bool:
    at_work = _DESKS.c.state.not_in((rules.PLANNED, rules.CLOSED))
    unsound = or_(
        ~(_DESKS.c.walk_ins | _DESKS.c.calls),
        _DESKS.c.retired_at.is_not(None) & at_work,
    )
    here = _DESKS.c.id.in_(_ids(touched))
    return _none(session, _DESKS, here, unsound) and _none_at_retired(session, here)


def _sites(session: Session, touched: Collection[Key]) -> bool:
    return _none_at_retired(session, _DESKS.c.site_id.in_(_ids(touched)))


def _none_at_retired(session: Session, desks: ColumnElement[bool]) -> bool:
    retired = select(_SITES.c.id).where(_SITES.c.retired_at.is_not(None))
    return _none(session, _DESKS, desks, _DESKS.c.retired_at.is_(None), _DESKS.c.site_id.in_(retired))


def _skills(session: Session, touched: Collection[Key]) -> bool:
    here = _DESKS.c.id.in_(_ids(touched, "desk_id"))
    return _none(session, _DESKS, here, _DESKS.c.id.not_in(select(_SKILLS.c.desk_id)))


def _hours(session: Session, touched: Collection[Key]) -> bool:
    here = _HOURS.c.desk_id.in_(_ids(touched, "desk_id"))
    return _none(session, _HOURS, here, _HOURS.c.closes <= _HOURS.c.opens)


def _none(session: Session, table: Table, *conditions: ColumnElement[bool]) -> bool:
    return session.execute(select(*table.primary_key).where(*conditions).limit(1)).first() is None


def _needs(session: Session, touched: Collection[Key]) -> bool:
    ids = _ids(touched)
    desks = session.scalars(select(_NEEDS.c.desk_id).where(_NEEDS.c.id.in_(ids))).all()
    return all(rules.need_fault(need) is None for need in needs_of_desks(session, desks).values())


_CHECKS: Mapping[str, Callable[[Session, Collection[Key]], bool]] = {
    _AGENCIES.name: _agencies,
    _TOPICS.name: _topics,
    _DESKS.name: _desks,
    _SITES.name: _sites,
    _SKILLS.name: _skills,
    _HOURS.name: _hours,
    _NEEDS.name: _needs,
}
