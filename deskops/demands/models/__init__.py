"""Tables of what people bring, of their turns, and of how these are steered."""

from deskops.demands.models.learning import LearnedTime, Learning
from deskops.demands.models.people import Attachment, Contact, Demand, PaperForm, Person
from deskops.demands.models.queue import IS_ACTIVE, IS_AT_PLACE, Offer, Ticket
from deskops.demands.models.steering import AutopilotSetting, MovedAgain, PrioritySetting, Proposal

__all__ = [
    "IS_ACTIVE",
    "IS_AT_PLACE",
    "Attachment",
    "AutopilotSetting",
    "Contact",
    "Demand",
    "LearnedTime",
    "Learning",
    "MovedAgain",
    "Offer",
    "PaperForm",
    "Person",
    "PrioritySetting",
    "Proposal",
    "Ticket",
]
