"""Agencies as a tree: added, edited, moved, retired and deleted; their contacts and their calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.core.errors import InvalidInput, NotFound, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks import rules
from deskops.desks.errors import CodeTaken, InUse, RetiredAbove, StillBelow, UnderItself
from deskops.desks.models import Agency, AgencyContact, Holiday
from deskops.desks.queries.uses import uses_of_agency
from deskops.desks.services.changes import Changed, Changes

AGENCY, CONTACT, HOLIDAY = "agency", "contact", "holiday"
KINDS = ("ministry", "governor", "office", "company", "bank", "agency")


@dataclass(frozen=True, kw_only=True)
class AgencyEdit:
    """What an agency is to be. `kind` as in KINDS; `days_off` names days of rules.WEEK, none where it goes by the agency
    above, then the trip.
    """

    name_fa: str
    name_en: str = ""
    short_fa: str = ""
    short_en: str = ""
    kind: str = "agency"
    parent_id: int | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    days_off: tuple[str, ...] = ()

    def columns(self) -> dict[str, object]:
        """As the row holds it."""
        off = ",".join(day for day in rules.WEEK if day in self.days_off)
        return asdict(self) | {"days_off": off}


@dataclass(frozen=True, kw_only=True)
class ContactEdit:
    """Whom to ring, and what they are there."""

    name: str
    position: str = ""
    phone: str = ""
    email: str = ""


def add_agency(uow: UnitOfWork, actor: Actor, code: str, edit: AgencyEdit) -> Changed:
    """Add an agency, at the top or under another. Raises Forbidden, CodeTaken, RetiredAbove, InvalidInput."""
    actor.require("agency.manage")
    if uow.session.scalar(select(Agency.id).where(Agency.code == code)) is not None:
        raise CodeTaken(field="code")
    _check(uow, None, edit)
    agency = Agency(code=code, version=1, **edit.columns())
    return _kept(uow, agency, lambda changes: changes.add(agency))


def edit_agency(uow: UnitOfWork, actor: Actor, agency_id: int, version: int, edit: AgencyEdit) -> Changed:
    """Change an agency, and what it stands under.

    Raises Forbidden, NotFound, StaleVersion, UnderItself, RetiredAbove, InvalidInput.
    """
    agency = _locked(uow, actor, agency_id)
    if version != agency.version:
        raise StaleVersion(details={"yours": version, "current": agency.version})
    _check(uow, agency, edit)
    return _kept(uow, agency, lambda changes: changes.update(agency, **edit.columns()))


def retire_agency(uow: UnitOfWork, actor: Actor, agency_id: int) -> Changed:
    """Offer it nowhere any more; what names it goes on naming it. Raises Forbidden, NotFound, StillBelow."""
    agency = _locked(uow, actor, agency_id)
    below = select(Agency).where(Agency.parent_id == agency_id, Agency.retired_at.is_(None))
    names = [child.name for child in uow.session.scalars(below.order_by(Agency.id))]
    if names:
        raise StillBelow(names=gettext(", ").join(names))
    retired_at = agency.retired_at or uow.now
    return _kept(uow, agency, lambda changes: changes.update(agency, retired_at=retired_at))


def restore_agency(uow: UnitOfWork, actor: Actor, agency_id: int) -> Changed:
    """Offer it again. Raises Forbidden, NotFound, RetiredAbove."""
    agency = _locked(uow, actor, agency_id)
    _refuse_retired(uow, agency.parent_id)
    return _kept(uow, agency, lambda changes: changes.update(agency, retired_at=None))


def delete_agency(uow: UnitOfWork, actor: Actor, agency_id: int) -> Changed:
    """Delete an agency that nothing names, with its contacts and its days off. Raises Forbidden, NotFound, InUse."""
    agency = _locked(uow, actor, agency_id)
    uses = uses_of_agency(uow.session, agency)
    if uses:
        raise InUse(details={"uses": [asdict(use) for use in uses]}, uses="; ".join(use.text for use in uses))
    changes = Changes(uow, None)
    for model in (AgencyContact, Holiday):
        for row in uow.session.scalars(select(model).where(model.agency_id == agency_id)):
            changes.remove(row)
    uow.session.flush()
    changes.remove(agency)
    return Changed(agency_id, agency.version, changes.keep(AGENCY, agency_id, agency.name))


def set_contact(
    uow: UnitOfWork, actor: Actor, agency_id: int, contact_id: int | None, edit: ContactEdit
) -> Changed:
    """Add somebody to ring, or change one. Raises Forbidden, NotFound."""
    agency = _locked(uow, actor, agency_id)
    changes = Changes(uow, None)
    if contact_id is None:
        changes.add(AgencyContact(agency_id=agency_id, **asdict(edit)))
    else:
        changes.update(_contact(uow, agency_id, contact_id), **asdict(edit))
    return _kept_part(changes, CONTACT, agency, edit.name)


def remove_contact(uow: UnitOfWork, actor: Actor, agency_id: int, contact_id: int) -> Changed:
    """Raises Forbidden, NotFound."""
    agency = _locked(uow, actor, agency_id)
    contact = _contact(uow, agency_id, contact_id)
    changes = Changes(uow, None)
    changes.remove(contact)
    return _kept_part(changes, CONTACT, agency, contact.name)


def add_holiday(
    uow: UnitOfWork, actor: Actor, agency_id: int | None, day: date, name: str, *, works: bool
) -> Changed:
    """A day out of the week's order, of one agency or of all (None). Raises Forbidden, NotFound, InvalidInput."""
    agency = _known(uow, actor, agency_id)
    taken = select(Holiday.id).where(Holiday.day == day, Holiday.agency_id.is_not_distinct_from(agency_id))
    if uow.session.scalar(taken) is not None:
        raise InvalidInput({"day": gettext("This day is in the list already.")})
    holiday = Holiday(agency_id=agency_id, day=day, name=name, works=works)
    changes = Changes(uow, None)
    changes.add(holiday)
    return _kept_part(changes, HOLIDAY, agency, name or day.isoformat())


def remove_holiday(uow: UnitOfWork, actor: Actor, agency_id: int | None, holiday_id: int) -> Changed:
    """Raises Forbidden, NotFound."""
    agency = _known(uow, actor, agency_id)
    query = select(Holiday).where(Holiday.id == holiday_id, Holiday.agency_id.is_not_distinct_from(agency_id))
    holiday = uow.session.scalar(query)
    if holiday is None:
        raise NotFound()
    changes = Changes(uow, None)
    changes.remove(holiday)
    return _kept_part(changes, HOLIDAY, agency, holiday.name or holiday.day.isoformat())


def _kept_part(changes: Changes, what: str, agency: Agency | None, label: str) -> Changed:
    """Of something that belongs to an agency, or to all of them."""
    if agency is None:
        return Changed(0, 0, changes.keep(what, 0, label))
    words = f"{label} ({agency.name})"
    return Changed(agency.id, agency.version, changes.keep(what, agency.id, words))


def _kept(uow: UnitOfWork, agency: Agency, work: Callable[[Changes], None]) -> Changed:
    changes = Changes(uow, None)
    work(changes)
    return Changed(agency.id, agency.version, changes.keep(AGENCY, agency.id, agency.name))


def _locked(uow: UnitOfWork, actor: Actor, agency_id: int) -> Agency:
    actor.require("agency.manage")
    agency = uow.session.scalar(select(Agency).where(Agency.id == agency_id).with_for_update())
    if agency is None:
        raise NotFound()
    return agency


def _known(uow: UnitOfWork, actor: Actor, agency_id: int | None) -> Agency | None:
    actor.require("agency.manage")
    return None if agency_id is None else _locked(uow, actor, agency_id)


def _contact(uow: UnitOfWork, agency_id: int, contact_id: int) -> AgencyContact:
    query = select(AgencyContact).where(AgencyContact.id == contact_id, AgencyContact.agency_id == agency_id)
    contact = uow.session.scalar(query)
    if contact is None:
        raise NotFound()
    return contact


def _check(uow: UnitOfWork, agency: Agency | None, edit: AgencyEdit) -> None:
    """That it stands where it can, and works on some day."""
    if len(set(edit.days_off)) == len(rules.WEEK):
        raise InvalidInput({"days_off": gettext("An agency works on one day of the week at least.")})
    if agency is not None and edit.parent_id is not None:
        # Two who move agencies under each other at one moment would both see the tree as it was.
        rows = uow.session.execute(select(Agency.id, Agency.parent_id).with_for_update())
        parents = {row.id: row.parent_id for row in rows}
        if rules.is_within(parents, edit.parent_id, agency.id):
            raise UnderItself(field="parent_id", name=agency.name)
    if agency is None or edit.parent_id != agency.parent_id:
        _refuse_retired(uow, edit.parent_id)


def _refuse_retired(uow: UnitOfWork, parent_id: int | None) -> None:
    if parent_id is None:
        return
    parent = uow.session.get(Agency, parent_id)
    if parent is None:
        raise InvalidInput({"parent_id": gettext("Choose one from the list.")})
    if parent.retired_at is not None:
        raise RetiredAbove(field="parent_id", name=parent.name)
