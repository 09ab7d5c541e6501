"""Use cases of set-up, by what they change: states, a new trip, the set-up of a trip that stands."""

from deskops.desks.services.setup import add_place, add_site, add_topic, edit_desk
from deskops.desks.services.states import locked_desk, set_desk_state, set_desk_states, set_phase
from deskops.desks.services.trips import create_trip_from_template, reopen_demo_day

__all__ = [
    "add_place",
    "add_site",
    "add_topic",
    "create_trip_from_template",
    "edit_desk",
    "locked_desk",
    "reopen_demo_day",
    "set_desk_state",
    "set_desk_states",
    "set_phase",
]
