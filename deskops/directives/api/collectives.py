"""JSON API of one matter that many people share, and of the ties to it."""

from __future__ import annotations

from dataclasses import asdict

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.core import clock, runtime
from deskops.core.web import perform
from deskops.directives.api.blueprint import api
from deskops.directives.queries.orders import orders_on_collective
from deskops.directives.services import sharing
from deskops.followup.forms import CollectiveForm, CollectiveStateForm, TieForm
from deskops.followup.queries.collectives import collective_json, collective_of, demands_of
from deskops.followup.services import collectives as services

_COLLECTIVE = "/collectives/<int:collective_id>"


@api.get(_COLLECTIVE)
@access("collective.view")
def collective(trip_id: int, collective_id: int) -> ResponseReturnValue:
    """The collective demand with a page of its demands, `[{id, code, name, topic_id, county, state, outcome, tied_at}]`,
    going on at `next_before`, and with the ids and states of the orders on it.
    """
    with runtime.current().database.reading() as session:
        line = collective_of(session, trip_id, collective_id)
        page = demands_of(session, collective_id, request.args.get("before", type=int))
        orders = orders_on_collective(session, trip_id, collective_id, clock.now())
    tied_demands = [asdict(one) | {"tied_at": one.tied_at.isoformat()} for one in page.lines]
    return jsonify(
        collective_json(line)
        | {"tied": tied_demands, "next_before": page.next_before}
        | {"directives": [{"id": order.row.id, "state": order.row.state} for order in orders]}
    )


@api.patch(_COLLECTIVE)
@access("collective.tie")
def change_collective(trip_id: int, collective_id: int) -> ResponseReturnValue:
    """All of `title`, `topic_id`, `county` and `note`; `version` is what was seen. Answers `{version}`."""
    actor, form = current_actor(), CollectiveForm.of_request()
    answer = perform(
        actor,
        form.model_dump(),
        lambda uow: {
            "version": services.change_collective(
                uow, actor, trip_id, collective_id, form.subject(), form.version
            )
        },
    )
    return jsonify(answer.data)


@api.post(f"{_COLLECTIVE}/state")
@access("collective.tie")
def set_collective_state(trip_id: int, collective_id: int) -> ResponseReturnValue:
    """`state` open or closed."""
    actor, form = current_actor(), CollectiveStateForm.of_request()
    answer = perform(
        actor,
        form.model_dump(),
        lambda uow: {"version": services.set_state(uow, actor, trip_id, collective_id, form.state)},
    )
    return jsonify(answer.data)


@api.post(f"{_COLLECTIVE}/tie")
@access("collective.tie")
def tie_demands(trip_id: int, collective_id: int) -> ResponseReturnValue:
    """`demand_ids`. What was ordered on the matter already holds for them too. Answers `{tied, left_out}`."""
    actor, form = current_actor(), TieForm.of_request()
    answer = perform(
        actor,
        form.model_dump(),
        lambda uow: sharing.tie(uow, actor, trip_id, collective_id, form.demand_ids).as_json(),
    )
    return jsonify(answer.data)


@api.post(f"{_COLLECTIVE}/demands/<int:demand_id>/untie")
@access("collective.tie")
def untie_demand(trip_id: int, collective_id: int, demand_id: int) -> ResponseReturnValue:
    """It stands alone again. Answers `{id}` of the demand."""
    actor = current_actor()
    answer = perform(
        actor, {}, lambda uow: {"id": sharing.untie(uow, actor, trip_id, collective_id, demand_id)}
    )
    return jsonify(answer.data)
