"""JSON API of sites and desks as they are set up, under /api/v1/trips."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from flask.typing import ResponseReturnValue
from pydantic import BeforeValidator, Field

from deskops.accounts.access import access, current_actor
from deskops.core.forms import Form, Number
from deskops.desks.api.answering import answer_changed
from deskops.desks.api.trips import api
from deskops.desks.document.clock import minutes_of_clock
from deskops.desks.forms.desks import EditDeskForm, NewDeskForm
from deskops.desks.forms.needs import NeedForm
from deskops.desks.forms.sites import EditSiteForm, NewSiteForm
from deskops.desks.services import desks, sites
from deskops.desks.services.hours import set_hours
from deskops.desks.services.needs import set_need

Factor = Annotated[float, Field(ge=1.0, le=3.0, allow_inf_nan=False)]
Minutes = Annotated[float, Field(allow_inf_nan=False)]
Clock = Annotated[int, BeforeValidator(minutes_of_clock)]


class NewSiteBody(NewSiteForm):
    """`walks` maps ids of sites to minutes."""

    walks: dict[int, Minutes] = Field(default_factory=dict)


class EditSiteBody(EditSiteForm):
    """The same; without `walks` the ways stay as they are."""

    walks: dict[int, Minutes] | None = None


class NewDeskBody(NewDeskForm):
    """`speeds` maps ids of topics to the factor that service takes, from 1 to 3."""

    speeds: dict[int, Factor]


class EditDeskBody(EditDeskForm):
    speeds: dict[int, Factor]


class HoursBody(Form):
    """`hours` maps days to the times of opening and closing, as in {"2026-11-22": ["08:00", "14:00"]}."""

    version: Number
    hours: dict[date, tuple[Clock, Clock]]


@api.post("/<int:trip_id>/sites")
@access("trip.setup")
def create_site(trip_id: int) -> ResponseReturnValue:
    form = NewSiteBody.of_request()
    actor = current_actor()
    wanted = (form.code, form.edit(), form.walks)
    return answer_changed(form, lambda uow: sites.add_site(uow, actor, trip_id, *wanted), 201)


@api.put("/<int:trip_id>/sites/<int:site_id>")
@access("trip.setup")
def change_site(trip_id: int, site_id: int) -> ResponseReturnValue:
    form = EditSiteBody.of_request()
    actor = current_actor()
    wanted = (form.version, form.edit(), form.walks)
    return answer_changed(form, lambda uow: sites.edit_site(uow, actor, trip_id, site_id, *wanted))


@api.post("/<int:trip_id>/desks")
@access("trip.setup")
def create_desk(trip_id: int) -> ResponseReturnValue:
    form = NewDeskBody.of_request()
    actor = current_actor()
    wanted = (form.code, form.edit(form.speeds), form.span())
    return answer_changed(form, lambda uow: desks.add_desk(uow, actor, trip_id, *wanted), 201)


@api.put("/<int:trip_id>/desks/<int:desk_id>")
@access("trip.setup")
def change_desk(trip_id: int, desk_id: int) -> ResponseReturnValue:
    form = EditDeskBody.of_request()
    actor = current_actor()
    wanted = (form.version, form.edit(form.speeds))
    return answer_changed(form, lambda uow: desks.edit_desk(uow, actor, trip_id, desk_id, *wanted))


@api.put("/<int:trip_id>/desks/<int:desk_id>/hours")
@access("trip.setup")
def change_desk_hours(trip_id: int, desk_id: int) -> ResponseReturnValue:
    """All the hours of a desk; days that aren't named are days on which it is not open."""
    form = HoursBody.of_request()
    actor = current_actor()
    return answer_changed(form, lambda uow: set_hours(uow, actor, trip_id, desk_id, form.version, form.hours))


@api.put("/<int:trip_id>/desks/<int:desk_id>/need")
@access("trip.setup")
def change_desk_need(trip_id: int, desk_id: int) -> ResponseReturnValue:
    """The staff that a desk needs, as in {"version": 1, "minimum": 2, "target": 4, "supervisors": 1, "languages": ["ku"]};
    without a minimum nobody says it any more.
    """
    form = NeedForm.of_request()
    actor, need = current_actor(), form.need()
    return answer_changed(form, lambda uow: set_need(uow, actor, trip_id, desk_id, form.version, need))
