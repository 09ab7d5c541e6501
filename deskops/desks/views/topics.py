"""A trip's topics: the tree with its order and what is done to several at once, and the page of one."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import runtime
from deskops.core.dates import digits
from deskops.core.errors import Refusal
from deskops.core.i18n import gettext
from deskops.core.web import errors_of
from deskops.desks import queries, rules
from deskops.desks.errors import InUse
from deskops.desks.forms.agencies import ActForm
from deskops.desks.forms.topics import BulkForm, EditTopicForm, MergeForm, NewTopicForm, OrderForm
from deskops.desks.queries import Catalogue
from deskops.desks.queries.topics import topic_detail, topic_tree
from deskops.desks.services import topics as services
from deskops.desks.views.blueprint import blueprint
from deskops.desks.views.changing import done, refused_on, say_changed


@blueprint.get("/<int:trip_id>/topics")
@access("trip.setup")
def topics(trip_id: int) -> ResponseReturnValue:
    return _tree_page(trip_id)


@blueprint.post("/<int:trip_id>/topics")
@access("trip.setup")
@refused_on(lambda refusal, trip_id: _tree_page(trip_id, errors_of(refusal, "topic_ids")))
def edit_topics(trip_id: int) -> ResponseReturnValue:
    """What is done to all that are ticked."""
    actor = current_actor()
    form = BulkForm.of_request()
    made = done(form, lambda uow: services.edit_topics(uow, actor, trip_id, form.topic_ids, form.edit()))
    say_changed(gettext("The topics were changed."), trip_id, made["change_id"])
    return redirect(url_for("desks.topics", trip_id=trip_id), 303)


@blueprint.post("/<int:trip_id>/topics/order")
@access("trip.setup")
def order_topics(trip_id: int) -> ResponseReturnValue:
    """Sent by a button, or by whoever dragged a topic: either way the list comes back as it is now."""
    actor = current_actor()
    form = OrderForm.of_request()
    made = done(form, lambda uow: services.order_topics(uow, actor, trip_id, form.topic_ids))
    say_changed(gettext("The order was changed."), trip_id, made["change_id"])
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Refresh": "true"})
    return redirect(url_for("desks.topics", trip_id=trip_id) + f"#topic-{form.topic_ids[0]}", 303)


@blueprint.get("/<int:trip_id>/topics/new")
@access("trip.setup")
def new_topic(trip_id: int) -> ResponseReturnValue:
    return _form_page(trip_id, None, {"parent_id": request.args.get("parent_id", "")})


@blueprint.post("/<int:trip_id>/topics/new")
@access("trip.setup")
@refused_on(
    lambda refusal, trip_id: _form_page(trip_id, None, request.form.to_dict(), errors_of(refusal, "name_fa"))
)
def add_topic(trip_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = NewTopicForm.of_request()
    made = done(form, lambda uow: services.add_topic(uow, actor, trip_id, form.code, form.edit()))
    say_changed(
        gettext("The topic was added. Say on the desks' pages which desks do it."), trip_id, made["change_id"]
    )
    return redirect(url_for("desks.topic", trip_id=trip_id, topic_id=made["id"]), 303)


@blueprint.get("/<int:trip_id>/topics/<int:topic_id>")
@access("trip.setup")
def topic(trip_id: int, topic_id: int) -> ResponseReturnValue:
    return _form_page(trip_id, topic_id)


@blueprint.post("/<int:trip_id>/topics/<int:topic_id>")
@access("trip.setup")
@refused_on(
    lambda refusal, trip_id, topic_id: _form_page(
        trip_id, topic_id, request.form.to_dict(), errors_of(refusal, "name_fa")
    )
)
def edit_topic(trip_id: int, topic_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = EditTopicForm.of_request()
    wanted = (form.version, form.edit())
    made = done(form, lambda uow: services.edit_topic(uow, actor, trip_id, topic_id, *wanted))
    say_changed(gettext("The topic was changed."), trip_id, made["change_id"])
    return redirect(url_for("desks.topic", trip_id=trip_id, topic_id=topic_id), 303)


@blueprint.post("/<int:trip_id>/topics/<int:topic_id>/merge")
@access("trip.setup")
@refused_on(
    lambda refusal, trip_id, topic_id: _form_page(trip_id, topic_id, None, errors_of(refusal, "into_id"))
)
def merge_topic(trip_id: int, topic_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = MergeForm.of_request()
    made = done(form, lambda uow: services.merge_topic(uow, actor, trip_id, topic_id, form.into_id))
    message = gettext("The topic was merged. Who waits goes on waiting, under the other one.")
    say_changed(message, trip_id, made["change_id"])
    return redirect(url_for("desks.topic", trip_id=trip_id, topic_id=topic_id), 303)


@blueprint.post("/<int:trip_id>/topics/<int:topic_id>/act")
@access("trip.setup")
@refused_on(lambda refusal, trip_id, topic_id: _form_page(trip_id, topic_id, refused=refusal))
def act_on_topic(trip_id: int, topic_id: int) -> ResponseReturnValue:
    """Retire it, bring it back, or delete it; who uses it is named where it can't go."""
    actor = current_actor()
    acts = {
        "retire": (
            services.retire_topic,
            gettext("The topic was retired. Who waits under it is still served."),
        ),
        "restore": (services.restore_topic, gettext("The topic is back.")),
        "delete": (services.delete_topic, gettext("The topic was deleted.")),
    }
    form = ActForm.of_request()
    service, message = acts[form.act]
    made = done(form, lambda uow: service(uow, actor, trip_id, topic_id))
    say_changed(message, trip_id, made["change_id"])
    if form.act == "delete":
        return redirect(url_for("desks.topics", trip_id=trip_id), 303)
    return redirect(url_for("desks.topic", trip_id=trip_id, topic_id=topic_id), 303)


def _tree_page(trip_id: int, errors: dict[str, str] | None = None) -> str:
    words = request.args.get("q", "")[:200]
    by_use, retired = request.args.get("order") == "use", "retired" in request.args
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        lines = topic_tree(session, names, words, retired=retired, by_use=by_use)
    return render_template(
        "desks/topics.html",
        trip=names.trip,
        names=names,
        lines=lines,
        words=words,
        by_use=by_use,
        retired=retired,
        orderable=not (words or by_use),
        ticked=set(request.form.getlist("topic_ids")),
        typed=request.form,
        errors=errors or {},
        **_options(names),
    )


def _form_page(
    trip_id: int,
    topic_id: int | None,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    refused: Refusal | None = None,
) -> str:
    """The page of one topic, or of a new one."""
    with runtime.current().database.reading() as session:
        names = queries.catalogue(session, trip_id)
        detail = None if topic_id is None else topic_detail(session, trip_id, topic_id)
    known = None if detail is None else detail.topic
    stored = {} if known is None else _stored(known)
    return render_template(
        "desks/topic.html",
        trip=names.trip,
        names=names,
        detail=detail,
        shown=stored if typed is None else typed,
        groups=_may_be_above(names, topic_id),
        errors=errors or {},
        refused=refused,
        offers_retiring=isinstance(refused, InUse) and known is not None and known.retired_at is None,
        merge_options=[(other.id, other.name) for other in names.assignable_topics() if other.id != topic_id],
        **_options(names),
    )


def _options(names: Catalogue) -> dict[str, list[tuple[int, str]]]:
    """The agencies and desks that a topic's demands can be given to."""
    agencies = sorted(names.offered_agencies(), key=lambda agency: agency.name)
    return {
        "agency_options": [(agency.id, agency.name) for agency in agencies],
        "desk_options": [(desk.id, f"{digits(desk.number)} – {desk.name}") for desk in names.working_desks()],
    }


def _stored(known: queries.TopicLabel) -> dict[str, Any]:
    """The fields as they stand."""
    values = {name: getattr(known, name) for name in EditTopicForm.model_fields if name != "group"}
    minutes = f"{known.mean_minutes:g}"
    return {name: "" if value is None else value for name, value in values.items()} | {
        "group": not known.assignable,
        "mean_minutes": minutes,
    }


def _may_be_above(names: Catalogue, topic_id: int | None) -> list[tuple[queries.TopicLabel, int]]:
    """The groups that a topic can stand in, with their depth."""
    parents = {topic.id: topic.parent_id for topic in names.topics.values()}
    here = None if topic_id is None else parents.get(topic_id)
    return [
        (group, depth)
        for group, depth in rules.in_tree_order(names.topics.values())
        if not group.assignable
        and (group.retired_at is None or group.id == here)
        and (topic_id is None or not rules.is_within(parents, group.id, topic_id))
    ]
