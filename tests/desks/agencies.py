"""Agencies that the tests of set-up begin with."""

from datetime import date
from typing import Any

from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.desks.models import Agency
from deskops.desks.services import agencies as services
from deskops.desks.services.agencies import AgencyEdit, ContactEdit
from deskops.desks.services.changes import Changed


def an_edit(name: str = "اداره آزمون", **changes: Any) -> AgencyEdit:
    return AgencyEdit(name_fa=name, **changes)


def add(code: str, parent: Changed | None = None, actor: Actor = SYSTEM, **changes: Any) -> Changed:
    """An agency, under another where one is given."""
    edit = an_edit(parent_id=None if parent is None else parent.id, **changes)
    with unit_of_work(actor) as uow:
        return services.add_agency(uow, actor, code, edit)


def agency_of(agency_id: int) -> Agency:
    with runtime.current().database.reading() as session:
        return session.get_one(Agency, agency_id)


def an_office() -> Changed:
    """An office under a ministry, with all that its page can show."""
    ministry = add(
        "test-ministry", name="وزارت آزمون", name_en="Test ministry", kind="ministry", days_off=("thu", "fri")
    )
    office = add(
        "test-office", ministry, name_en="Test office", short_fa="آزمون", short_en="Test", phone="02112345678"
    )
    with unit_of_work(SYSTEM) as uow:
        person = ContactEdit(
            name="مینا نمونه", position="رئیس دفتر", phone="02112345679", email="mina@test.example"
        )
        services.set_contact(uow, SYSTEM, office.id, None, person)
        services.add_holiday(uow, SYSTEM, office.id, date(2026, 11, 24), "روز آزمون", works=False)
        services.add_holiday(uow, SYSTEM, None, date(2026, 11, 27), "جمعه کاری", works=True)
    return office
