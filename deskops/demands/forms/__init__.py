"""What comes in at the edge, checked and cleaned. One form for HTML and JSON."""

from deskops.demands.forms.attachments import AttachForm, MeetForm
from deskops.demands.forms.paper import PaperCodeForm, PaperForm, PrintForm, TakeBackForm
from deskops.demands.forms.paper_list import PaperListForm
from deskops.demands.forms.queue import (
    AcceptOfferForm,
    AskForGuidanceForm,
    AtPlaceForm,
    CallTicketForm,
    ChoosePlaceForm,
    ClosingForm,
    ContactForm,
    FindGuidanceForm,
    FinishForm,
    FinishHereForm,
    MomentForm,
    OpenPlaceForm,
    PausePlaceForm,
    QuickContactForm,
    TransferForm,
    UseGuidanceForm,
)
from deskops.demands.forms.registering import EditForm, PriorityForm, RegisterForm

__all__ = [
    "AcceptOfferForm",
    "AskForGuidanceForm",
    "AtPlaceForm",
    "AttachForm",
    "CallTicketForm",
    "ChoosePlaceForm",
    "ClosingForm",
    "ContactForm",
    "EditForm",
    "FindGuidanceForm",
    "FinishForm",
    "FinishHereForm",
    "MeetForm",
    "MomentForm",
    "OpenPlaceForm",
    "PaperCodeForm",
    "PaperForm",
    "PaperListForm",
    "PausePlaceForm",
    "PrintForm",
    "PriorityForm",
    "QuickContactForm",
    "RegisterForm",
    "TakeBackForm",
    "TransferForm",
    "UseGuidanceForm",
]
