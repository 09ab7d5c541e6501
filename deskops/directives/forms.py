"""What comes in at the edge about orders, checked and cleaned. One form for pages and JSON."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from deskops.accounts.forms import ProofForm
from deskops.core import money
from deskops.core.dates import day_bounds
from deskops.core.errors import InvalidInput
from deskops.core.forms import EMPTY_AS_NONE, Form, Line, Number, OptionalNumber, Text
from deskops.core.i18n import gettext, lazy
from deskops.desks.forms.fields import Day
from deskops.directives import rules
from deskops.directives.queries.letters import AGENCY, PERSON, LetterFilter, LetterKey, To
from deskops.directives.services.authorities import Limits, Written
from deskops.directives.services.orders import Order
from deskops.directives.services.templates import Template


def _rials(value: Any) -> Any:
    if not isinstance(value, str):
        return value * money.RIALS_PER_TOMAN if isinstance(value, int) else value
    try:
        return money.rials(value)
    except ValueError:
        message = lazy("Type the amount in tomans, such as 15,000,000 or 15 million.")
        raise PydanticCustomError("amount", "%s", {"message": message}) from None


Kind = Literal[
    "refer", "introduce", "inspect", "promise", "follow_up",
    "documents", "guidance", "out_of_authority", "refuse", "thank",
]  # fmt: skip
# Typed in tomans, kept in rials.
Tomans = Annotated[
    Annotated[int, Field(gt=0, le=rules.MOST_RIALS)] | None, BeforeValidator(_rials), EMPTY_AS_NONE
]
OptionalDay = Annotated[Day | None, EMPTY_AS_NONE]
OrderText = Annotated[Text, Field(max_length=4000)]


class OrderForm(Form):
    """An order as it is filled in. `older` holds tracking codes as they are typed, with commas or on lines of their own;
    `tomans` the amount. What a kind doesn't take is left out, whatever a page sent along.
    """

    kind: Kind
    text: OrderText = ""
    demand_ids: tuple[Number, ...] = ()
    collective_id: OptionalNumber = None
    older: Annotated[Text, Field(max_length=400)] = ""
    older_ids: tuple[Number, ...] = ()
    agency_ids: tuple[Number, ...] = ()
    copy_ids: tuple[Number, ...] = ()
    days: OptionalNumber = None
    tomans: Tomans = None
    whose_id: OptionalNumber = None
    template_id: OptionalNumber = None
    supersedes_id: OptionalNumber = None
    draft_id: OptionalNumber = None

    def order(self, **more: Any) -> Order:
        """As the services take it, once `older` is looked up."""
        same = (
            "kind", "text", "collective_id", "agency_ids", "copy_ids", "days", "whose_id", "template_id",
            "supersedes_id", "draft_id", "demand_ids", "older_ids",
        )  # fmt: skip
        return Order(**({name: getattr(self, name) for name in same} | {"amount": self.tomans} | more))


class SignedOrderForm(ProofForm, OrderForm):
    """Signed at once."""


class PreparedOrderForm(OrderForm):
    """For an official to sign."""

    official_id: Number


class ReasonForm(Form):
    reason: Annotated[Text, Field(max_length=400)] = ""


class TemplateForm(Form):
    """A template. `own`: the official's, else the trip's; `version` is what was seen of one that is changed."""

    kind: Kind
    title: Annotated[Line, Field(min_length=1, max_length=80)]
    text: OrderText = ""
    days: OptionalNumber = None
    tomans: Tomans = None
    agency_ids: tuple[Number, ...] = ()
    copy_ids: tuple[Number, ...] = ()
    own: bool = False
    version: OptionalNumber = None

    def template(self) -> Template:
        """As the service takes it."""
        same = ("kind", "title", "text", "days", "agency_ids", "copy_ids")
        return Template(**{name: getattr(self, name) for name in same}, amount=self.tomans)


class TemplateActForm(Form):
    act: Literal["up", "down", "retire", "restore"]


class AssistantForm(Form):
    official_id: Number
    user_id: Number


class LimitsForm(Form):
    """How far orders go: `scope` every agency, `these` of `agency_ids` or none; `money` none, up to `tomans`, or any."""

    scope: Literal["every", "these", "none"]
    agency_ids: tuple[Number, ...] = ()
    money: Literal["none", "up_to", "any"] = "none"
    tomans: Tomans = None

    def limits(self) -> Limits:
        """As the services take it. Raises InvalidInput where what was chosen isn't filled in."""
        missing = {}
        if self.scope == "these" and not self.agency_ids:
            missing["agency_ids"] = gettext("Choose the agencies, or that there are none.")
        if self.money == "up_to" and self.tomans is None:
            missing["tomans"] = gettext("Type the amount in tomans, such as 15,000,000 or 15 million.")
        if missing:
            raise InvalidInput(missing)
        rials = {"none": 0, "any": None, "up_to": self.tomans}[self.money]
        agency_ids = self.agency_ids if self.scope == "these" else ()
        return Limits(every_agency=self.scope == "every", agency_ids=agency_ids, most_rials=rials)


class AuthorityForm(LimitsForm):
    """`since` and `until` are days, the last one counted in; empty: from now, and for good."""

    official_id: Number
    superior_id: OptionalNumber = None
    since: OptionalDay = None
    until: OptionalDay = None
    reason: Annotated[Line, Field(max_length=200)] = ""

    def written(self) -> Written:
        """As the services take it. Raises InvalidInput."""
        return Written(
            official_id=self.official_id,
            limits=self.limits(),
            superior_id=self.superior_id,
            starts_at=None if self.since is None else day_bounds(self.since)[0],
            ends_at=None if self.until is None else day_bounds(self.until)[1],
            reason=self.reason,
        )


class DelegationForm(LimitsForm):
    """For so many hours or days from now on."""

    official_id: Number
    length: Annotated[Number, Field(ge=1, le=720)]
    unit: Literal["hours", "days"] = "hours"
    reason: Annotated[Line, Field(max_length=200)] = ""

    @property
    def lasts(self) -> timedelta:
        return timedelta(**{self.unit: self.length})


class LettersForm(Form):
    """Which letters: those not printed yet (`printed` "no"), or any."""

    day: OptionalDay = None
    official_id: OptionalNumber = None
    agency_id: OptionalNumber = None
    to: Annotated[To | None, EMPTY_AS_NONE] = None
    printed: Literal["no", "any"] = "no"

    def wanted(self, desks: Collection[int] | None) -> LetterFilter:
        """As it is looked for; `desks` bound whoever asks."""
        unprinted = self.printed == "no"
        return LetterFilter(self.day, self.official_id, self.agency_id, self.to, unprinted, desks)


class LetterForm(Form):
    """Whose letter: an agency's, or that of the person of a demand."""

    agency_id: OptionalNumber = None
    demand_id: OptionalNumber = None

    def key(self, directive_id: int) -> LetterKey:
        """Raises InvalidInput unless exactly one is named."""
        if (self.agency_id is None) == (self.demand_id is None):
            raise InvalidInput({"agency_id": gettext("Name an agency or a demand.")})
        if self.agency_id is not None:
            return LetterKey(directive_id, AGENCY, self.agency_id)
        return LetterKey(directive_id, PERSON, self.demand_id or 0)
