"""Forms of topics."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from deskops.core.forms import EMPTY_AS_NONE, Form, Number, OptionalNumber, Text
from deskops.core.text import name_form
from deskops.desks.forms.fields import Code, Decimal, Name, OtherName, Short, parted
from deskops.desks.services.topics import BulkEdit, TopicEdit


def _lines(text: str) -> str:
    """One a line, each once however typed; commas part them too."""
    parts = [part.strip() for line in text.splitlines() for part in line.replace("،", ",").split(",")]
    first: dict[str, str] = {}
    for part in parts:
        first.setdefault(name_form(part), part)
    first.pop("", None)
    return "\n".join(first.values())


Synonyms = Annotated[Text, Field(max_length=4000), AfterValidator(_lines)]
# The limits inside: outside they would be asked of nothing, too.
_DayCount = Annotated[Number, Field(ge=1, le=365)]
Days = Annotated[_DayCount | None, EMPTY_AS_NONE]


class TopicForm(Form):
    """A topic as it is to be; a group only holds others. `synonyms` and `papers` hold one a line."""

    name_fa: Name
    name_en: OtherName = ""
    short_fa: Short = ""
    short_en: Short = ""
    parent_id: OptionalNumber = None
    group: bool = False
    synonyms: Synonyms = ""
    mean_minutes: Annotated[Decimal, Field(ge=0.5, le=240)] = 8.0
    agency_id: OptionalNumber = None
    default_desk_id: OptionalNumber = None
    papers: Annotated[Text, Field(max_length=4000)] = ""
    default_days: Days = None

    def edit(self) -> TopicEdit:
        """As the service takes it."""
        return TopicEdit(**self.model_dump(exclude={"code", "version", "group"}), assignable=not self.group)


class NewTopicForm(TopicForm):
    code: Code


class EditTopicForm(TopicForm):
    """`version` is what was seen."""

    version: Number


class BulkForm(Form):
    """What the ticked topics are to have in common, or that they retire; what is empty stays with each."""

    topic_ids: tuple[Number, ...] = ()
    act: Literal["set", "retire"] = "set"
    agency_id: OptionalNumber = None
    default_desk_id: OptionalNumber = None
    default_days: Days = None

    def edit(self) -> BulkEdit:
        """As the service takes it: somebody who retires topics doesn't change them too."""
        if self.act == "retire":
            return BulkEdit(retire=True)
        return BulkEdit(**self.model_dump(exclude={"topic_ids", "act"}))


class OrderForm(Form):
    """Topics in the order that they are to have among themselves; a button has but one value, and parts them by commas."""

    topic_ids: Annotated[tuple[Number, ...], BeforeValidator(parted)]


class MergeForm(Form):
    into_id: Number
