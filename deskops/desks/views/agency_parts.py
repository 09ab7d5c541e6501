"""What belongs to an agency: whom to ring there, and the days out of the week's order; and those of all agencies."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core.i18n import gettext
from deskops.desks.forms.agencies import ContactForm, HolidayForm
from deskops.desks.services import agencies as services
from deskops.desks.views.agency_page import address_of, calendar_page, changed
from deskops.desks.views.blueprint import agencies
from deskops.desks.views.changing import Work, done, say_changed


@agencies.post("/<int:agency_id>/contacts")
@access("agency.manage")
def add_contact(agency_id: int) -> ResponseReturnValue:
    return _set_contact(agency_id, None)


@agencies.post("/<int:agency_id>/contacts/<int:contact_id>")
@access("agency.manage")
def set_contact(agency_id: int, contact_id: int) -> ResponseReturnValue:
    return _set_contact(agency_id, contact_id)


@agencies.post("/<int:agency_id>/contacts/<int:contact_id>/delete")
@access("agency.manage")
def remove_contact(agency_id: int, contact_id: int) -> ResponseReturnValue:
    actor = current_actor()
    made = done(None, lambda uow: services.remove_contact(uow, actor, agency_id, contact_id))
    say_changed(gettext("The contact was deleted."), None, made["change_id"])
    return redirect(url_for("agencies.agency", agency_id=agency_id), 303)


@agencies.post("/<int:agency_id>/holidays")
@access("agency.manage")
def add_holiday(agency_id: int) -> ResponseReturnValue:
    return _add_holiday(agency_id)


@agencies.post("/holidays")
@access("agency.manage")
def add_holiday_of_all() -> ResponseReturnValue:
    return _add_holiday(None)


@agencies.post("/<int:agency_id>/holidays/<int:holiday_id>/delete")
@access("agency.manage")
def remove_holiday(agency_id: int, holiday_id: int) -> ResponseReturnValue:
    return _remove_holiday(agency_id, holiday_id)


@agencies.post("/holidays/<int:holiday_id>/delete")
@access("agency.manage")
def remove_holiday_of_all(holiday_id: int) -> ResponseReturnValue:
    return _remove_holiday(None, holiday_id)


@agencies.get("/calendar")
@access("agency.manage")
def calendar() -> ResponseReturnValue:
    return calendar_page()


def _set_contact(agency_id: int, contact_id: int | None) -> ResponseReturnValue:
    actor = current_actor()

    def work(form: ContactForm) -> Work:
        return lambda uow: services.set_contact(uow, actor, agency_id, contact_id, form.edit())

    prefix = "contact" if contact_id is None else f"contact-{contact_id}"
    return changed(agency_id, ContactForm, work, gettext("The contact was saved."), prefix)


def _add_holiday(agency_id: int | None) -> ResponseReturnValue:
    actor = current_actor()

    def work(form: HolidayForm) -> Work:
        day = (form.day, form.name)
        return lambda uow: services.add_holiday(uow, actor, agency_id, *day, works=form.works)

    return changed(agency_id, HolidayForm, work, gettext("The day was added."), "holiday")


def _remove_holiday(agency_id: int | None, holiday_id: int) -> ResponseReturnValue:
    actor = current_actor()
    made = done(None, lambda uow: services.remove_holiday(uow, actor, agency_id, holiday_id))
    say_changed(gettext("The day was taken out of the list."), None, made["change_id"])
    return redirect(address_of(agency_id), 303)
