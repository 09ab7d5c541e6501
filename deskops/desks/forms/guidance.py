"""What comes in at the edge about guidance cards. One form for HTML and JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from deskops.core.forms import EMPTY_AS_NONE, Form, Line, Number, OptionalNumber, Text
from deskops.desks.forms.fields import Day
from deskops.desks.services.guidance import LONGEST_BODY, LONGEST_TITLE, CardEdit, CardWords

OptionalDay = Annotated[Day | None, EMPTY_AS_NONE]
# A filter needs a number for the cards of no topic.
GENERAL = 0
SourceKind = Literal["circular", "law", "web", "other"]


class CardForm(Form):
    """A card as it is to be; `topic_id` empty for a general one. Days Jalali or Gregorian, in any digits."""

    topic_id: OptionalNumber = None
    title_fa: Annotated[Line, Field(min_length=1, max_length=LONGEST_TITLE)]
    title_en: Annotated[Line, Field(max_length=LONGEST_TITLE)] = ""
    body_fa: Annotated[Text, Field(min_length=1, max_length=LONGEST_BODY)]
    body_en: Annotated[Text, Field(max_length=LONGEST_BODY)] = ""
    source_kind: SourceKind = "other"
    source: Annotated[Line, Field(max_length=400)] = ""
    source_date: OptionalDay = None
    good_until: OptionalDay = None
    review_months: Annotated[Number, Field(ge=1, le=60)] = 6

    def edit(self) -> CardEdit:
        """As the service takes it."""
        of_card = {"topic_id", "good_until", "review_months", "version"}
        return CardEdit(
            words=CardWords(**self.model_dump(exclude=of_card)),
            topic_id=self.topic_id,
            good_until=self.good_until,
            review_months=self.review_months,
        )


class EditCardForm(CardForm):
    """The same of a card that is there; `version` is what the editor saw."""

    version: Number


class ReviewCardForm(Form):
    """One press."""


class RetireCardForm(Form):
    retired: bool


class CardFilterForm(Form):
    """Which cards a list shows: those in use unless `shown` says otherwise."""

    q: Annotated[Line, Field(max_length=200)] = ""
    topic_id: OptionalNumber = None
    shown: Literal["", "out_of_date", "retired", "all"] = ""
    page: Annotated[Number, Field(ge=1, le=10_000)] = 1

    def takes(self, topic_id: int | None, retired: bool, flag: str | None) -> bool:
        """Whether a card is asked for. `flag` as in rules."""
        if self.topic_id is not None and self.topic_id != (topic_id or GENERAL):
            return False
        if self.shown == "all":
            return True
        if self.shown == "retired":
            return retired
        return not retired and (not self.shown or flag is not None)
