"""Guidance cards in a set-up file: each as it stands, without the editions that it had before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from deskops.desks.document.kinds import Address, Name, OtherName, Text, cleaned_text
from deskops.desks.document.labels import strict

Body = Annotated[str, BeforeValidator(cleaned_text), Field(min_length=1, max_length=4000)]
# The words of a card, as the columns of its editions are called.
CARD_WORDS = ("title_fa", "title_en", "body_fa", "body_en", "source_kind", "source", "source_date")
SourceKind = Literal["circular", "law", "web", "other"]


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What staff tell people about a topic, or a general answer where `topic` is None. It is out of date once `good_until`
    is past, or so many months after `reviewed_on`: the day of the import where nobody says it.
    """

    topic: str | None = None
    title_fa: Name
    title_en: OtherName = ""
    body_fa: Body
    body_en: Text = ""
    source_kind: SourceKind = "other"
    source: Address = ""
    source_date: date | None = None
    good_until: date | None = None
    review_months: Annotated[int, Field(ge=1, le=60)] = 6
    reviewed_on: date | None = None
