"""Refusals of officials' orders."""

from __future__ import annotations

from deskops.core.errors import Refusal
from deskops.core.i18n import fill, lazy


class OrderAtFault(Refusal):
    """What was filled in doesn't fit the kind of order; `field` says where."""

    status = 422
    code = "order_at_fault"

    def text(self) -> str:
        """What is missing in that field."""
        return str(_FAULTS.get(self.field or "", _FAULTS["kind"]))


_FAULTS = {
    "kind": lazy("Choose what is to be done."),
    "text": lazy("Write what is ordered."),
    "agency_ids": lazy("Choose the agencies that are to do it; an answer to the person alone needs none."),
    "days": lazy("Say within how many working days, 1 to 365; an answer to the person alone has none."),
    "amount": lazy("An amount belongs to an introduction to a bank, and is more than zero."),
    "whose_id": lazy("Choose whose matter it is."),
}


class NotYourOfficial(Refusal):
    status = 403
    code = "not_your_official"
    message = lazy(
        "You don't prepare orders for this official. Ask a coordinator to enter you as their assistant."
    )


class BeyondAuthority(Refusal):
    """`details` hold the `agency_ids` out of reach, or `most_rials`, the limit that the amount is above; `agencies` and
    `limit` are the same in words.
    """

    status = 403
    code = "beyond_authority"
    message = lazy(
        "This is beyond your authority, and nobody is named who could issue it. Leave out what is beyond it, or ask a"
        " coordinator to name who decides."
    )

    def text(self) -> str:
        """What is beyond it first."""
        words = _BEYOND_AGENCIES if self.params.get("agencies") else _BEYOND_AMOUNT
        why = fill(str(words), self.params) if any(self.params.values()) else ""
        return f"{why} {self.message}".strip()


_BEYOND_AGENCIES = lazy("You may not order: %(agencies)s.")
_BEYOND_AMOUNT = lazy("The amount is above your limit of %(limit)s.")


class SuperiorCircle(Refusal):
    status = 422
    code = "superior_circle"
    message = lazy(
        "What this person may not decide comes back to the same official. Choose somebody who stands above both."
    )


class NotAnOfficial(Refusal):
    """Whoever is named signs nothing in this trip."""

    status = 422
    code = "not_an_official"
    message = lazy(
        "This person is no official of this trip. Choose another from the list, or give them the role first."
    )


class MoreThanOwn(Refusal):
    status = 422
    code = "more_than_own"
    message = lazy(
        "You can delegate only what is within one line of your own authority, and nothing that was delegated to you. Choose"
        " fewer agencies or a lower amount."
    )


class DelegationTooLong(Refusal):
    status = 422
    code = "delegation_too_long"
    message = lazy("Authority is delegated for hours or days, 30 days at most. Choose a shorter time.")


class EndsBeforeItBegins(Refusal):
    status = 422
    code = "ends_before_it_begins"
    message = lazy("The end is not after the beginning. Choose a later day, or leave it empty.")


class DemandDecided(Refusal):
    """`details` say what it is now."""

    code = "demand_decided"
    message = lazy(
        "This demand is closed already, so no new order can be given on it. Register what the person brings now, and order"
        " there to follow up the old one."
    )


class DirectiveMoved(Refusal):
    """The act doesn't fit its state; `details` say what it is."""

    code = "directive_moved"
    message = lazy("This order has changed meanwhile. What you see now is how it stands.")


class TooLateToCallBack(Refusal):
    code = "too_late_to_call_back"
    message = lazy(
        "This order is issued and has its number. Withdraw it with a reason, or issue another in its place."
    )


class ReasonNeeded(Refusal):
    status = 422
    code = "reason_needed"
    message = lazy("Say why. The reason stays with the order.")


class UnknownAgency(Refusal):
    status = 422
    code = "unknown_agency"
    message = lazy("One of these agencies isn't there any more. Choose again from the list.")


class TooManyDemands(Refusal):
    status = 422
    code = "too_many_demands"
    message = lazy(
        "One order can be given on %(most)s demands at once. Choose fewer, or tie them to a collective demand."
    )


class UnknownOlderDemand(Refusal):
    status = 422
    code = "unknown_older_demand"
    message = lazy(
        "No demand of this trip has the code %(typed)s. Look at the receipt again, or search for the person by name."
    )


class TooManyTemplates(Refusal):
    code = "too_many_templates"
    message = lazy("There are %(most)s templates already. Retire those that nobody uses.")


class NotAnAssistant(Refusal):
    """Whoever is named holds no role in this trip with which orders can be prepared."""

    status = 422
    code = "not_an_assistant"
    message = lazy(
        "This person has no role in this trip with which orders can be prepared. Give them one first."
    )


class NoLetter(Refusal):
    """The order isn't numbered yet, or binds no more; `details` say what it is."""

    code = "no_letter"
    message = lazy(
        "Only an issued order that still holds has a letter. Look at the order: another may be in its place."
    )


class NoLetters(Refusal):
    status = 422
    code = "nothing_to_print"
    message = lazy("There are no letters like this. Choose another day, or all letters instead of new ones.")


class TooManyLetters(Refusal):
    status = 422
    code = "too_many_to_print"
    message = lazy(
        "These are %(letters)s letters; at most %(most)s are printed at once. Choose a day, an official or an agency."
    )
