"""The form of an order as it stands on the screen: from a template, from another order, or as it was typed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.core import clock
from deskops.core.errors import NotFound
from deskops.core.money import typed_tomans
from deskops.demands.queries import DemandDetail
from deskops.desks.queries import Catalogue
from deskops.directives import rules
from deskops.directives.models import Directive
from deskops.directives.queries.authorities import reaches_of
from deskops.directives.queries.orders import DirectiveLine, directive_of
from deskops.directives.queries.templates import Filled, TemplateLine, Within, blank, filled

_LISTS = ("agency_ids", "copy_ids", "older_ids")


@dataclass(frozen=True)
class OnScreen:
    """What the fields hold, as text; lists as sets of ids. `kind` decides which of them are shown."""

    kind: str
    text: str = ""
    days: str = ""
    tomans: str = ""
    older: str = ""
    whose_id: str = ""
    template_id: str = ""
    supersedes_id: str = ""
    draft_id: str = ""
    official_id: str = ""
    agency_ids: frozenset[int] = frozenset()
    copy_ids: frozenset[int] = frozenset()
    older_ids: frozenset[int] = frozenset()

    @property
    def rule(self) -> rules.Kind:
        """What an order of this kind is made of."""
        return rules.KINDS[self.kind]


def as_asked(
    session: Session, names: Catalogue, official: Actor, demand: DemandDetail, templates: list[TemplateLine]
) -> OnScreen | None:
    """What the address asks for: a template, a kind, a draft to be changed, or an order to be replaced. None where it asks
    for none of them. Raises NotFound for an order of another trip.
    """
    for name in ("draft", "supersedes"):
        source = request.args.get(name, type=int)
        if source is not None:
            line = directive_of(session, names.trip.id, source, clock.now())
            return _of_order(line, name)
    line_asked = _asked_template(templates)
    if line_asked is None:
        return None
    reach = _reach_of(session, official, names)
    return _of_template(filled(names, official, demand, line_asked, reach))


def as_typed() -> OnScreen:
    """What was sent, to be shown again; a button may have asked for another kind. Raises NotFound for a kind that isn't."""
    kind = request.form.get("other_kind") or request.form.get("kind", "")
    if kind not in rules.KINDS:
        raise NotFound()
    sent: dict[str, Any] = {name: frozenset(_numbers(request.form.getlist(name))) for name in _LISTS}
    plain = (
        "text", "days", "tomans", "older", "whose_id", "template_id", "supersedes_id", "draft_id", "official_id",
    )  # fmt: skip
    return OnScreen(kind=kind, **sent | {name: request.form.get(name, "") for name in plain})


def with_newest(screen: OnScreen | None, earlier_ids: list[int]) -> OnScreen | None:
    """An order to follow up an older demand is most likely about the person's last one; `earlier_ids` are newest first."""
    is_new = screen is not None and not (screen.draft_id or screen.supersedes_id)
    if screen is None or not is_new or screen.kind != rules.FOLLOW_UP or not earlier_ids:
        return screen
    return replace(screen, older_ids=frozenset(earlier_ids[:1]))


def with_usual(screen: OnScreen, usual: OnScreen) -> OnScreen:
    """What another kind needs and nobody has typed yet is as usual."""
    empty = {
        name: getattr(usual, name) for name in ("days", "whose_id", "agency_ids") if not getattr(screen, name)
    }
    return replace(screen, **empty)


def usual_of_kind(
    session: Session, names: Catalogue, official: Actor, demand: DemandDetail, kind: str
) -> OnScreen:
    """An order of a kind without a template."""
    return _of_template(filled(names, official, demand, blank(kind), _reach_of(session, official, names)))


def _asked_template(templates: list[TemplateLine]) -> TemplateLine | None:
    kind = request.args.get("kind", "")
    if kind in rules.KINDS:
        return blank(kind)
    key = request.args.get("template", "")
    return next((line for line in templates if line.key == key), None)


def _reach_of(session: Session, official: Actor, names: Catalogue) -> Within:
    reaches = reaches_of(session, names.trip.id, official.user_id or 0, clock.now())
    parents = {agency.id: agency.parent_id for agency in names.agencies.values()}
    return partial(_within, reaches, parents)


def _within(reaches: list[rules.Reach], parents: dict[int, int | None], agency_id: int) -> bool:
    return any(not reach.out_of_reach(parents, (agency_id,)) for reach in reaches)


def _of_template(order: Filled) -> OnScreen:
    return OnScreen(
        kind=order.kind,
        text=order.text,
        days=_text(order.days),
        tomans="" if order.amount is None else typed_tomans(order.amount),
        whose_id=_text(order.whose_id),
        template_id=_text(order.template_id),
        agency_ids=frozenset(order.agency_ids),
        copy_ids=frozenset(order.copy_ids),
    )


def _of_order(line: DirectiveLine, asked: str) -> OnScreen:
    row: Directive = line.row
    return OnScreen(
        kind=row.kind,
        text=row.text,
        days=_text(row.days),
        tomans="" if row.amount is None else typed_tomans(row.amount),
        whose_id=_text(row.whose_id),
        template_id=_text(row.template_id),
        agency_ids=frozenset(line.agency_ids),
        copy_ids=frozenset(line.copy_ids),
        older_ids=frozenset(one.id for one in line.about if one.role == rules.OLDER),
        draft_id=_text(row.id) if asked == "draft" else "",
        supersedes_id=_text(row.id) if asked == "supersedes" else _text(row.supersedes_id),
        official_id=_text(row.official_id),
    )


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def _numbers(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10]
