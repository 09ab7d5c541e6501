"""Reads of templates, and what a template fills in for one demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.accounts.permissions import OFFICIAL
from deskops.core.errors import NotFound
from deskops.demands.queries import DemandDetail
from deskops.desks.models import Trip
from deskops.desks.queries import Catalogue
from deskops.directives import rules
from deskops.directives.models import DirectiveTemplate
from deskops.directives.queries.usual import UsualTemplate, usual_templates
from deskops.followup.rules import USUAL_DAYS

Within = Callable[[int], bool]
"""Whether whoever signs may order an agency."""


@dataclass(frozen=True)
class TemplateLine:
    """A template on a button. `key` names it in addresses; one without an `id` is among the usual ones, in no table."""

    key: str
    kind: str
    title: str
    text: str
    id: int | None = None
    days: int | None = None
    amount: int | None = None
    agency_ids: tuple[int, ...] = ()
    copy_ids: tuple[int, ...] = ()
    user_id: int | None = None
    is_retired: bool = False
    version: int = 1


@dataclass(frozen=True)
class Filled:
    """An order as a template leaves it on the screen, to be signed as it is or changed. `amount` is in rials."""

    kind: str
    text: str = ""
    agency_ids: tuple[int, ...] = ()
    copy_ids: tuple[int, ...] = ()
    days: int | None = None
    amount: int | None = None
    whose_id: int | None = None
    older_ids: tuple[int, ...] = ()
    template_id: int | None = None


def templates_for(
    session: Session, names: Catalogue, user_id: int | None, *, retired: bool = False
) -> list[TemplateLine]:
    """An official's own templates, then the trip's; the usual ones while the trip has none. In the order of the buttons."""
    mine = or_(DirectiveTemplate.user_id.is_(None), DirectiveTemplate.user_id == user_id)
    query = select(DirectiveTemplate).where(DirectiveTemplate.trip_id == names.trip.id, mine)
    if not retired:
        query = query.where(DirectiveTemplate.retired_at.is_(None))
    order = (DirectiveTemplate.user_id.is_(None), DirectiveTemplate.position, DirectiveTemplate.id)
    lines = [_line(row) for row in session.scalars(query.order_by(*order))]
    if any(line.user_id is None for line in lines):
        return lines
    return lines + usual_lines(session, names)


def template_of(session: Session, trip_id: int, template_id: int) -> DirectiveTemplate:
    """One template's row. Raises NotFound."""
    row = session.get(DirectiveTemplate, template_id)
    if row is None or row.trip_id != trip_id:
        raise NotFound()
    return row


def usual_lines(session: Session, names: Catalogue) -> list[TemplateLine]:
    """Those that every trip starts with."""
    kind = session.scalar(select(Trip.kind).where(Trip.id == names.trip.id)) or ""
    return [_usual(one, names) for one in usual_templates(kind)]


def filled(names: Catalogue, actor: Actor, demand: DemandDetail, line: TemplateLine, reach: Within) -> Filled:
    """What a template says of a demand: where it names no agency, the one that most likely has to do it."""
    rule = rules.KINDS[line.kind]
    known = {agency.id for agency in names.offered_agencies()}
    likely = [agency for agency in _likely(names, actor, demand, line.kind) if agency in known]
    best = next(filter(reach, likely), next(iter(likely), None))
    named = tuple(agency for agency in line.agency_ids if agency in known)
    if line.id is None and line.kind == rules.PROMISE and _own_agency(actor, names.trip.id) in likely:
        named = ()
    return Filled(
        kind=line.kind,
        text=line.text,
        agency_ids=(named or ((best,) if best else ())) if rule.is_order else (),
        copy_ids=tuple(agency for agency in line.copy_ids if agency in known),
        days=line.days or _days(names, demand) if rule.is_order else None,
        amount=line.amount if rule.takes_amount else None,
        whose_id=next(iter(likely), None) if rule.names_whose else None,
        template_id=line.id,
    )


def blank(kind: str) -> TemplateLine:
    """An order of a kind with nothing written yet."""
    return TemplateLine(key=kind, kind=kind, title="", text="")


def _likely(names: Catalogue, actor: Actor, demand: DemandDetail, kind: str) -> list[int]:
    """The agencies that an order of this kind may go to, the likeliest first: whose topic it is, whose desk the person came
    to, or would come to, one's own. A promise binds one's own office.
    """
    desk = names.desks.get((demand.ticket.desk_id if demand.ticket is not None else demand.desk_id) or 0)
    topic, own = names.topics.get(demand.topic_id), _own_agency(actor, names.trip.id)
    usual = names.desks.get((topic.default_desk_id if topic else None) or 0)
    asked = [topic.agency_id if topic else None, *(one.agency_id for one in (desk, usual) if one is not None)]
    found = [own, *asked] if kind == rules.PROMISE else [*asked, own]
    return [agency for agency in found if agency is not None]


def _days(names: Catalogue, demand: DemandDetail) -> int:
    topic = names.topics.get(demand.topic_id)
    return (topic.default_days if topic is not None else None) or USUAL_DAYS


def _own_agency(actor: Actor, trip_id: int) -> int | None:
    grants = [grant for grant in actor.grants if grant.role == OFFICIAL and grant.reaches(trip_id)]
    return next((grant.agency_id for grant in grants if grant.agency_id is not None), None)


def _usual(one: UsualTemplate, names: Catalogue) -> TemplateLine:
    named = tuple(
        agency.id for agency in names.offered_agencies() if one.agency and agency.code == one.agency
    )
    return TemplateLine(
        key=f"usual-{one.key}", kind=one.kind, title=str(one.title), text=one.text, days=one.days, agency_ids=named
    )  # fmt: skip


def _line(row: DirectiveTemplate) -> TemplateLine:
    return TemplateLine(
        key=str(row.id), kind=row.kind, title=row.title, text=row.text, id=row.id, days=row.days, amount=row.amount,
        agency_ids=tuple(row.agency_ids), copy_ids=tuple(row.copy_ids), user_id=row.user_id,
        is_retired=row.retired_at is not None, version=row.version,
    )  # fmt: skip
