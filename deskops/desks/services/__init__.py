"""Use cases of set-up, by what they change: states, a new trip, the set-up of a trip that stands."""

from deskops.desks.services.desks import edit_desk
from deskops.desks.services.guidance import (
    add_card,
    add_cards,
    ask_for_card,
    edit_card,
    retire_card,
    review_card,
)
from deskops.desks.services.setup import add_place, add_site
from deskops.desks.services.states import locked_desk, set_desk_state, set_desk_states, set_phase
from deskops.desks.services.trips import create_trip_from_template, create_trip_of_setup, reopen_demo_day

__all__ = [
    "add_card",
    "add_cards",
    "add_place",
    "add_site",
    "ask_for_card",
    "create_trip_from_template",
    "create_trip_of_setup",
    "edit_card",
    "edit_desk",
    "locked_desk",
    "reopen_demo_day",
    "retire_card",
    "review_card",
    "set_desk_state",
    "set_desk_states",
    "set_phase",
]
