"""Reads of demands and queues, as plain dataclasses; one file for each thing that is looked at."""

from deskops.demands.queries.console import Console, console_of, desk_waiting, help_asked, transfer_choices
from deskops.demands.queries.contacts import ContactLine, ContactPage, contact_page, contact_page_json
from deskops.demands.queries.history import Step, history_of
from deskops.demands.queries.lists import (
    DemandDetail,
    DemandLine,
    DemandPage,
    Filter,
    demand_detail,
    demand_of_code,
    demand_of_receipt,
    demand_page,
    demands_of_person,
    detail_json,
    page_json,
)
from deskops.demands.queries.setup import Names, intake_choices, names_of, own_languages, place_choices
from deskops.demands.queries.tickets import (
    TicketLine,
    desk_tickets,
    people_ahead,
    ticket,
    ticket_at_place,
    ticket_of_demand,
    tickets_at_places,
    unassigned_tickets,
    wait_of,
)

__all__ = [
    "Console",
    "ContactLine",
    "ContactPage",
    "DemandDetail",
    "DemandLine",
    "DemandPage",
    "Filter",
    "Names",
    "Step",
    "TicketLine",
    "console_of",
    "contact_page",
    "contact_page_json",
    "demand_detail",
    "demand_of_code",
    "demand_of_receipt",
    "demand_page",
    "demands_of_person",
    "desk_tickets",
    "desk_waiting",
    "detail_json",
    "help_asked",
    "history_of",
    "intake_choices",
    "names_of",
    "own_languages",
    "page_json",
    "people_ahead",
    "place_choices",
    "ticket",
    "ticket_at_place",
    "ticket_of_demand",
    "tickets_at_places",
    "transfer_choices",
    "unassigned_tickets",
    "wait_of",
]
