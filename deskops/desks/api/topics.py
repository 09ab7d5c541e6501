"""JSON API of a trip's topics, under /api/v1/trips/<trip>/topics. The trip's own address lists them."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.desks.api.answering import answer_changed
from deskops.desks.api.trips import api
from deskops.desks.forms.topics import EditTopicForm, MergeForm, NewTopicForm
from deskops.desks.services import topics as services


@api.post("/<int:trip_id>/topics")
@access("trip.setup")
def add_topic(trip_id: int) -> ResponseReturnValue:
    form = NewTopicForm.of_request()
    actor = current_actor()
    return answer_changed(
        form, lambda uow: services.add_topic(uow, actor, trip_id, form.code, form.edit()), 201
    )


@api.put("/<int:trip_id>/topics/<int:topic_id>")
@access("trip.setup")
def edit_topic(trip_id: int, topic_id: int) -> ResponseReturnValue:
    """The whole topic as it is to be, with the version that was seen."""
    form = EditTopicForm.of_request()
    actor = current_actor()
    wanted = (form.version, form.edit())
    return answer_changed(form, lambda uow: services.edit_topic(uow, actor, trip_id, topic_id, *wanted))


@api.post("/<int:trip_id>/topics/<int:topic_id>/merge")
@access("trip.setup")
def merge_topic(trip_id: int, topic_id: int) -> ResponseReturnValue:
    form = MergeForm.of_request()
    actor = current_actor()
    return answer_changed(form, lambda uow: services.merge_topic(uow, actor, trip_id, topic_id, form.into_id))
