"""Templates of orders: an official's own, and the trip's."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.core.errors import Forbidden, StaleVersion
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.models import Agency
from deskops.desks.queries import catalogue
from deskops.directives import rules
from deskops.directives.errors import DirectiveMoved, OrderAtFault, TooManyTemplates, UnknownAgency
from deskops.directives.events import TemplatesChanged
from deskops.directives.models import DirectiveTemplate
from deskops.directives.queries.templates import template_of, usual_lines

MOST = 60


@dataclass(frozen=True)
class Template:
    """What a template says. `amount` is in rials; agencies may be left to the desk that the person comes to."""

    kind: str
    title: str
    text: str
    days: int | None = None
    amount: int | None = None
    agency_ids: tuple[int, ...] = ()
    copy_ids: tuple[int, ...] = ()


def add_template(uow: UnitOfWork, actor: Actor, trip_id: int, wanted: Template, *, own: bool) -> int:
    """Add one at the end, one's own or the trip's; returns its id.

    Raises Forbidden, OrderAtFault, UnknownAgency, TooManyTemplates.
    """
    user_id = _owner(actor, trip_id, own)
    checked = _checked(uow.session, wanted)
    if user_id is None:
        _take_over(uow, trip_id)
    return _added(uow, trip_id, user_id, checked)


def change_template(
    uow: UnitOfWork, actor: Actor, trip_id: int, template_id: int, wanted: Template, version: int | None
) -> int:
    """Change one; orders that were given by it stay as they are. Raises NotFound, Forbidden, StaleVersion, and as above."""
    row = _theirs(uow, actor, trip_id, template_id)
    if version is not None and version != row.version:
        raise StaleVersion(details={"version": row.version})
    for name, value in _columns(_checked(uow.session, wanted)).items():
        setattr(row, name, value)
    _changed(uow, row)
    return row.version


def act_on_template(uow: UnitOfWork, actor: Actor, trip_id: int, template_id: int, act: str) -> None:
    """Move it up or down among its like, retire it, or offer it again. Raises NotFound, Forbidden, DirectiveMoved."""
    row = _theirs(uow, actor, trip_id, template_id)
    if act in ("up", "down"):
        _move(uow, row, act)
    elif (act == "retire") == (row.retired_at is not None):
        raise DirectiveMoved(details={"retired": row.retired_at is not None})
    else:
        row.retired_at = uow.now if act == "retire" else None
    _changed(uow, row)


def take_over_usual(uow: UnitOfWork, actor: Actor, trip_id: int) -> int:
    """Write the usual templates into a trip that has none, to be changed there; returns how many."""
    _owner(actor, trip_id, own=False)
    return _take_over(uow, trip_id)


def _take_over(uow: UnitOfWork, trip_id: int) -> int:
    """Whoever adds the trip's first template doesn't lose those that were offered before."""
    of_trip = (DirectiveTemplate.trip_id == trip_id, DirectiveTemplate.user_id.is_(None))
    if uow.session.scalar(select(DirectiveTemplate.id).where(*of_trip).limit(1)) is not None:
        return 0
    lines = usual_lines(uow.session, catalogue(uow.session, trip_id))
    for line in lines:
        kept = Template(line.kind, line.title, line.text, line.days, None, line.agency_ids, ())
        _added(uow, trip_id, None, kept)
    return len(lines)


def _added(uow: UnitOfWork, trip_id: int, user_id: int | None, wanted: Template) -> int:
    like = (DirectiveTemplate.trip_id == trip_id, DirectiveTemplate.user_id.is_not_distinct_from(user_id))
    known, last = uow.session.execute(
        select(func.count(), func.max(DirectiveTemplate.position)).where(*like)
    ).one()
    if known >= MOST:
        raise TooManyTemplates(most=MOST)
    row = DirectiveTemplate(
        trip_id=trip_id, user_id=user_id, position=(last or 0) + 1, version=0, **_columns(wanted)
    )
    uow.session.add(row)
    _changed(uow, row)
    return row.id


def _columns(wanted: Template) -> dict[str, object]:
    lists = {"agency_ids": list(wanted.agency_ids), "copy_ids": list(wanted.copy_ids)}
    same = ("kind", "title", "text", "days", "amount")
    return {name: getattr(wanted, name) for name in same} | lists


def _checked(session: Session, wanted: Template) -> Template:
    """What its kind doesn't take is no mistake of whoever changed the kind: it is left out."""
    rule = rules.KINDS.get(wanted.kind)
    if rule is None or (wanted.days is not None and not 1 <= wanted.days <= rules.MOST_DAYS):
        raise OrderAtFault(field="kind" if rule is None else "days")
    named = {*wanted.agency_ids, *wanted.copy_ids}
    known = select(Agency.id).where(Agency.id.in_(named), Agency.retired_at.is_(None))
    if set(session.scalars(known)) != named:
        raise UnknownAgency(field="agency_ids")
    return Template(
        kind=wanted.kind,
        title=wanted.title,
        text=wanted.text.strip(),
        days=wanted.days if rule.is_order else None,
        amount=wanted.amount if rule.takes_amount else None,
        agency_ids=wanted.agency_ids[: rules.MOST_AGENCIES] if rule.is_order else (),
        copy_ids=wanted.copy_ids[: rules.MOST_AGENCIES],
    )


def _owner(actor: Actor, trip_id: int, own: bool) -> int | None:
    """Whose a new template is. Raises Forbidden for one of one's own where one signs nothing, and for one of the trip where
    one doesn't set it up.
    """
    actor.require("directive.templates", trip_id)
    actor.require("directive.sign" if own else "trip.setup", trip_id)
    return actor.user_id if own else None


def _theirs(uow: UnitOfWork, actor: Actor, trip_id: int, template_id: int) -> DirectiveTemplate:
    row = template_of(uow.session, trip_id, template_id)
    if row.user_id is None:
        _owner(actor, trip_id, own=False)
    elif row.user_id != actor.user_id:
        raise Forbidden()
    return row


def _move(uow: UnitOfWork, row: DirectiveTemplate, act: str) -> None:
    like = (
        DirectiveTemplate.trip_id == row.trip_id,
        DirectiveTemplate.user_id.is_not_distinct_from(row.user_id),
        DirectiveTemplate.retired_at.is_(None),
    )
    query = select(DirectiveTemplate).where(*like).order_by(DirectiveTemplate.position, DirectiveTemplate.id)
    rows = list(uow.session.scalars(query))
    at = rows.index(row) if row in rows else -1
    to = at + (-1 if act == "up" else 1)
    if at < 0 or not 0 <= to < len(rows):
        return
    rows.insert(to, rows.pop(at))
    for position, one in enumerate(rows, start=1):
        one.position = position


def _changed(uow: UnitOfWork, row: DirectiveTemplate) -> None:
    row.version += 1
    uow.session.flush()
    uow.record(TemplatesChanged(trip_id=row.trip_id, official_id=row.user_id))
