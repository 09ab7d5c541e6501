"""A list file imported: all of its rows as one change that can be taken back, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from deskops.accounts.actor import Actor
from deskops.core.codes import new_token
from deskops.core.i18n import gettext
from deskops.core.tables import Sheet
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks import rules
from deskops.desks.document.columns import AGENCIES, CARDS, COLUMNS, DESKS, NAMES, SITES, STAFF_NEEDS, TOPICS
from deskops.desks.document.list_checks import CellFault, Values, need_of_row
from deskops.desks.document.listing import ADD, CHANGE, ListPlan, RowPlan, plan_of
from deskops.desks.errors import PlanChanged
from deskops.desks.events import SetupChanged
from deskops.desks.models import Agency, Desk, DeskHours, DeskTopic, Place, Site, Topic, Trip
from deskops.desks.queries.listing import known_of
from deskops.desks.queries.needs import needs_of_trip
from deskops.desks.services.changes import Changes
from deskops.desks.services.guidance import CardRow, CardWords, add_cards
from deskops.desks.services.leading import Leading
from deskops.desks.services.needs import put_needs, usual_need_row
from deskops.desks.services.numbering import leave_numbers

_MODELS: Mapping[str, Any] = {SITES: Site, AGENCIES: Agency, TOPICS: Topic, DESKS: Desk}
_LINES = ("synonyms", "papers")
_NOT_COLUMNS = frozenset(
    {"site", "agency", "parent", "speeds", "counters", "phones", "opens", "closes", "head", "official"}
)


def import_list(
    uow: UnitOfWork, actor: Actor, trip_id: int, kind: str, sheet: Sheet, seen: str | None = None
) -> ListPlan:
    """Do what the plan of the sheet says, as things stand now; a plan with faults is returned and nothing done. `seen` is
    the sign of the plan that somebody agreed to.

    Raises Forbidden, NotFound, TableRefused, PlanChanged where it would do something else by now.
    """
    require_list(actor, trip_id, kind)
    plan = plan_of(kind, sheet, known_of(uow.session, trip_id, kind))
    if plan.faults:
        return plan
    if seen is not None and seen != plan.sign:
        raise PlanChanged()
    if kind == CARDS:
        return _cards(uow, actor, trip_id, plan)
    if kind == STAFF_NEEDS:
        return _needs(uow, trip_id, plan)
    work = _Import(uow, trip_id, kind)
    work.free_numbers(plan.doing(CHANGE))
    for act, rows in ((ADD, plan.doing(ADD)), (CHANGE, plan.doing(CHANGE))):
        for row in rows:
            work.row(act, row.values)
    work.link()
    work.keep(len(plan.doing(ADD)) + len(plan.doing(CHANGE)))
    return plan


def require_list(actor: Actor, trip_id: int, kind: str) -> None:
    """What somebody must be allowed to import a list. Raises Forbidden, NotFound."""
    actor.require("trip.setup", trip_id)
    if kind == AGENCIES:
        actor.require("agency.manage")


def _cards(uow: UnitOfWork, actor: Actor, trip_id: int, plan: ListPlan) -> ListPlan:
    words = ("title_fa", "body_fa", "title_en", "body_en", "source", "source_kind", "source_date")
    rows = [
        CardRow(
            row.row,
            row.values.get("topic") or "",
            CardWords(**{key: row.values[key] for key in words if row.values.get(key) is not None}),
            row.values.get("good_until"),
        )
        for row in plan.rows
    ]
    headings = {column.key: column.heading for column in COLUMNS[CARDS]}
    refused = [
        CellFault(one.line, None, headings.get(one.field, ""), one.message)
        for one in add_cards(uow, actor, trip_id, rows)
    ]
    return ListPlan(plan.kind, plan.rows, tuple(refused))


def _needs(uow: UnitOfWork, trip_id: int, plan: ListPlan) -> ListPlan:
    rows = [*plan.doing(ADD), *plan.doing(CHANGE)]
    desks = select(Desk).where(Desk.trip_id == trip_id, Desk.retired_at.is_(None)).order_by(Desk.id)
    ids = {desk.code: desk.id for desk in uow.session.scalars(desks.with_for_update(key_share=True))}
    known = needs_of_trip(uow.session, trip_id)
    wanted = {}
    for row in rows:
        desk_id = ids[row.values["code"]]
        wanted[desk_id] = need_of_row(row.values, asdict(known[desk_id]) if desk_id in known else {})
    changes = Changes(uow, trip_id)
    put_needs(uow, changes, wanted)
    changes.keep(plan.kind, trip_id, _label(plan.kind, len(rows)))
    return plan


def _label(kind: str, count: int) -> str:
    return gettext("%(list)s: %(num)s rows of a file", list=NAMES[kind], num=count)


class _Import:
    """Rows written one by one through one `Changes`; what names another row by its code is linked at the end."""

    def __init__(self, uow: UnitOfWork, trip_id: int, kind: str) -> None:
        self.uow, self.trip_id, self.kind = uow, trip_id, kind
        # Agencies outlive trips, and so does the change of them.
        self.changes = Changes(uow, None if kind == AGENCIES else trip_id)
        self.rows = self._known(kind)
        others = {name: self._known(name) for name in (SITES, AGENCIES, TOPICS)}
        self.ids = {name: {code: row.id for code, row in rows.items()} for name, rows in others.items()}
        # Lists don't show what is retired, and so can't take it away: somebody may still wait under a retired topic.
        self.retired = {
            name: {row.id for row in others[name].values() if row.retired_at is not None}
            for name in (AGENCIES, TOPICS)
        }
        self.parents: dict[str, str | None] = {}
        self.last = self._last_position()
        self.usual = _usual_hours(uow, trip_id) if kind == DESKS else None
        self.leading = Leading(uow, self.changes, trip_id)

    def _known(self, kind: str) -> dict[str, Any]:
        model = _MODELS[kind]
        query = select(model) if kind == AGENCIES else select(model).where(model.trip_id == self.trip_id)
        return {row.code: row for row in self.uow.session.scalars(query)}

    def _last_position(self) -> int:
        if self.kind not in (SITES, TOPICS):
            return 0
        model = _MODELS[self.kind]
        query = select(func.max(model.position)).where(model.trip_id == self.trip_id)
        return self.uow.session.scalar(query) or 0

    def free_numbers(self, rows: Iterable[RowPlan]) -> None:
        """Let desks of the file have one another's numbers."""
        if self.kind == DESKS:
            wanted = {row.values["code"]: row.values["number"] for row in rows}
            moving = [
                self.rows[code].id for code, number in wanted.items() if number != self.rows[code].number
            ]
            leave_numbers(self.uow.session, moving)

    def row(self, act: str, values: Values) -> None:
        """Add or change one record; a value of None leaves what is there."""
        facts = self._facts(values, self.rows.get(values["code"]))
        if act == ADD:
            row = _MODELS[self.kind](**self._new(facts))
            self.changes.add(row)
            self.rows[row.code] = row
        else:
            row = self.rows[values["code"]]
            self.changes.update(row, **facts)
        if "parent" in values:
            self.parents[values["code"]] = values["parent"]
        if self.kind == DESKS:
            _DeskParts(self, row).set(values)
            self.leading.put(row, values)

    def _facts(self, values: Values, before: Any) -> Values:
        facts = {
            key: "\n".join(value) if key in _LINES else value
            for key, value in values.items()
            if key not in _NOT_COLUMNS and (value is not None or key == "default_days")
        }
        if "site" in values:
            facts["site_id"] = self.ids[SITES][values["site"]]
        if "agency" in values:
            hidden = before is not None and before.agency_id in self.retired[AGENCIES]
            named = self.ids[AGENCIES].get(values["agency"] or "")
            facts["agency_id"] = before.agency_id if hidden and named is None else named
        return facts

    def _new(self, facts: Values) -> Values:
        if self.kind == AGENCIES:
            return facts
        if self.kind == DESKS:
            desk = {"state": rules.PLANNED, "state_at": self.uow.now, "sign_token": new_token()}
            return desk | facts | {"trip_id": self.trip_id}
        self.last += 1
        return facts | {"trip_id": self.trip_id, "position": self.last}

    def link(self) -> None:
        """Put records under those that they name, now that all are there."""
        for code, parent in self.parents.items():
            above = None if parent is None else self.rows[parent].id
            self.changes.update(self.rows[code], parent_id=above)

    def keep(self, count: int) -> None:
        """One change for all; nothing where nothing differs."""
        kept = self.changes.keep(self.kind, self.trip_id, _label(self.kind, count))
        if kept is not None and self.kind == AGENCIES:
            # The names of agencies are kept in memory with each trip's own.
            self.uow.record(SetupChanged(trip_id=self.trip_id, what="agency", id=self.trip_id))


class _DeskParts:
    """Topics, places and hours of one desk."""

    def __init__(self, work: _Import, desk: Desk) -> None:
        self.work, self.desk = work, desk
        self.session, self.changes = work.uow.session, work.changes

    def set(self, values: Values) -> None:
        self._topics(values["speeds"])
        places = list(
            self.session.scalars(select(Place).where(Place.desk_id == self.desk.id).order_by(Place.number))
        )
        is_new = not places
        if is_new and values.get("counters") is None and values.get("phones") is None:
            values = values | {"phones" if self.desk.is_headquarters else "counters": 1}
        for kind, key in (("counter", "counters"), ("phone", "phones")):
            if values.get(key) is not None:
                self._places(places, kind, values[key])
        if is_new:
            self.changes.add(usual_need_row(self.desk, len(places)))
        self._hours(values.get("opens"), values.get("closes"))

    def _topics(self, speeds: Mapping[str, float]) -> None:
        wanted = {self.work.ids[TOPICS][code]: factor for code, factor in speeds.items()}
        query = select(DeskTopic).where(DeskTopic.desk_id == self.desk.id)
        known = {row.topic_id: row for row in self.session.scalars(query)}
        for topic_id in known.keys() - wanted.keys() - self.work.retired[TOPICS]:
            self.changes.remove(known[topic_id])
        for topic_id, factor in wanted.items():
            own = factor == rules.OWN_FACTOR
            if topic_id in known:
                self.changes.update(known[topic_id], factor=factor, own=own)
            else:
                self.changes.add(DeskTopic(desk_id=self.desk.id, topic_id=topic_id, factor=factor, own=own))

    def _places(self, places: list[Place], kind: str, wanted: int) -> None:
        of_kind = [place for place in places if place.kind == kind]
        unused = [place for place in of_kind if place.state == "closed" and place.version == 1]
        for place in list(reversed(unused))[: max(0, len(of_kind) - wanted)]:
            self.changes.remove(place)
            places.remove(place)
        # Its number is given anew.
        self.session.flush()
        for _ in range(wanted - len(of_kind)):
            number = max((place.number for place in places), default=0) + 1
            facts = {"number": number, "kind": kind, "state": "closed", "state_at": self.work.uow.now}
            place = Place(trip_id=self.desk.trip_id, desk_id=self.desk.id, **facts)
            self.changes.add(place)
            places.append(place)

    def _hours(self, opens: int | None, closes: int | None) -> None:
        assert self.work.usual is not None
        days, usual_opens, usual_closes = self.work.usual
        known = list(self.session.scalars(select(DeskHours).where(DeskHours.desk_id == self.desk.id)))
        if opens is not None and closes is not None:
            for row in known:
                self.changes.update(row, opens=opens, closes=closes)
        if not known:
            times = {
                "opens": usual_opens if opens is None else opens,
                "closes": usual_closes if closes is None else closes,
            }
            for day in days:
                self.changes.add(DeskHours(desk_id=self.desk.id, day=day, **times))


def _usual_hours(uow: UnitOfWork, trip_id: int) -> tuple[list[date], int, int]:
    """The trip's days, and the hours that most of its desks have on them."""
    trip = uow.session.get_one(Trip, trip_id)
    hours = select(DeskHours).join(Desk, Desk.id == DeskHours.desk_id).where(Desk.trip_id == trip_id)
    rows = list(uow.session.scalars(hours.where(DeskHours.day >= trip.starts_on)))
    times = [(row.opens, row.closes) for row in rows]
    opens, closes = max(set(times), key=times.count, default=(8 * 60, 18 * 60))
    last = trip.ends_on or trip.starts_on
    span = [trip.starts_on + timedelta(days=number) for number in range((last - trip.starts_on).days + 1)]
    return sorted({row.day for row in rows}) or span, opens, closes
