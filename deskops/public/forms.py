"""What citizens send."""

from __future__ import annotations

from deskops.core.forms import Form, Number, Phone
from deskops.demands.forms.fields import Language


class CheckInForm(Form):
    """A walk-in at a desk's sign. Without a phone number the receipt's address is all they have."""

    topic_id: Number
    phone: Phone = ""
    language: Language = "fa"


class OfferForm(Form):
    """An answer to the offer to be served by phone; the number is needed of who gave none."""

    phone: Phone = ""
