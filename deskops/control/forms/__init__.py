"""What comes in from the coordinators' room."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from flask import request
from pydantic import BeforeValidator, Field

from deskops.control.rules import ALL, DESK, ROLE, SITE, Aim
from deskops.control.services.broadcasts import NewBroadcast
from deskops.core.errors import InvalidInput
from deskops.core.forms import EMPTY_AS_NONE, Form, Line, Number, OptionalNumber, Text
from deskops.core.i18n import gettext
from deskops.demands.autopilot import Autopilot
from deskops.demands.priorities import MOST_MINUTES, Priorities
from deskops.demands.rules import PRIORITIES
from deskops.desks.forms.fields import Day, Decimal

OptionalDay = Annotated[Day | None, BeforeValidator(lambda value: None if value == "" else value)]


Bonus = Annotated[Decimal, Field(ge=0, le=MOST_MINUTES)]


class DeskStateForm(Form):
    """A desk's new state; `version` is what the asker saw."""

    state: Literal["open", "paused", "closing", "closed", "failed"]
    reason: Annotated[Line, Field(max_length=200)] = ""
    version: OptionalNumber = None


class SendForm(Form):
    """The desk that somebody of the coordinators' list is sent to; or the topic under which another desk can take them."""

    desk_id: OptionalNumber = None
    topic_id: OptionalNumber = None


class MarkForm(Form):
    """What somebody found out; empty takes it back."""

    good: Literal["yes", "no", ""]


class DecisionForm(Form):
    """Go or no-go, and why."""

    go: Literal["yes", "no"]
    reason: Annotated[Line, Field(max_length=200)] = ""


class BroadcastForm(Form):
    """A message. `to`: all, or site:7, desk:12, role:staff; `kind`: at once, or as news of the shift on `day`."""

    text: Annotated[Text, Field(min_length=1, max_length=500)]
    to: Line = "all"
    kind: Literal["normal", "urgent", "shift"] = "normal"
    day: OptionalDay = None

    def new(self, today: date) -> NewBroadcast:
        """As the use case takes it. Raises InvalidInput for an aim that is none, and for news of a day that is over."""
        day = (self.day or today) if self.kind == "shift" else None
        if day is not None and day < today:
            raise InvalidInput({"day": gettext("This day is over. Choose today or a day to come.")})
        return NewBroadcast(self.text, _aim(self.to), self.kind == "urgent", day)


def _aim(to: str) -> Aim:
    kind, _, which = to.partition(":")
    if kind == ROLE and which:
        return Aim(ROLE, role=which[:20])
    if kind in (SITE, DESK) and which.isascii() and which.isdigit() and len(which) < 18:
        return Aim(SITE, site_id=int(which)) if kind == SITE else Aim(DESK, desk_id=int(which))
    if to == ALL:
        return Aim(ALL)
    raise InvalidInput({"to": gettext("Choose one from the list.")})


class RehearsalForm(Form):
    """People an hour, and whether counters serve by themselves: a box that isn't ticked isn't sent."""

    pace: Annotated[Number, Field(ge=0, le=20_000)]
    serves: bool = False


class StopForm(Form):
    """An emergency stop: of a desk where `desk_id` is given, else of the site."""

    site_id: Number
    desk_id: OptionalNumber = None
    choice: Literal["share_out", "keep", "call_back"]
    reason: Annotated[Line, Field(max_length=200)] = ""


class PrioritiesForm(Form):
    """Minutes of bonus by kind, and by topic id; `version` is what was seen."""

    version: Number
    elderly: Bonus
    disabled: Bonus
    infant: Bonus
    far: Bonus
    urgent: Bonus
    own_topic: Bonus
    topics: Annotated[dict[int, Bonus], Field(default_factory=dict, max_length=1000)]

    @classmethod
    def of_page(cls) -> Self:
        """As the page posts it, each topic in a field of its own; errors are by field. Raises InvalidInput."""
        prefix = "topic-"
        plain = {name: request.form[name] for name in cls.model_fields if name in request.form}
        topics = {
            name.removeprefix(prefix): value
            for name, value in request.form.items()
            if name.startswith(prefix) and value.strip()
        }
        try:
            return cls.checked(plain | {"topics": topics})
        except InvalidInput as refusal:
            errors = {name.replace("topics.", prefix): words for name, words in refusal.errors.items()}
            raise InvalidInput(errors) from None

    def minutes(self) -> Priorities:
        """As the service takes it; a topic without minutes isn't named."""
        kinds = {kind: getattr(self, kind) for kind in PRIORITIES}
        topics = {topic_id: worth for topic_id, worth in self.topics.items() if worth}
        return Priorities(kinds, self.urgent, self.own_topic, topics)


class BringBackForm(Form):
    """The version that is to hold again, 0 the usual minutes; `version` is what was seen."""

    version: Number
    earlier: Number


Minutes = Annotated[Decimal, Field(ge=0, le=240)]
HowMany = Annotated[Number, Field(ge=1, le=100)]
AnHour = Annotated[Annotated[Number, Field(ge=0, le=10_000)] | None, EMPTY_AS_NONE]
Mode = Literal["off", "propose", "do"]
TickAct = Literal["relabel", "offer", "walk"]


class AutopilotForm(Form):
    """All of `demands.autopilot.Autopilot`; empty for an hour is no limit. `version` is what was seen."""

    version: Number
    relabel: Mode
    walk: Mode
    offer: Mode
    staff: Mode
    walks_an_hour: AnHour = None
    walks_per_desk: HowMany
    walk_gain_minutes: Minutes
    offer_minutes: Minutes
    counters_an_hour: AnHour = None
    staff_gain_minutes: Annotated[Decimal, Field(ge=0, le=10_000)]
    stay: HowMany

    def autopilot(self) -> Autopilot:
        """As the service takes it."""
        return Autopilot(**self.model_dump(exclude={"version"}))


# Named one by one; more are meant by "all".
MOST_PEOPLE = 10_000


class ProposalsForm(Form):
    """What is proposed of a kind, for all or for those tickets alone."""

    act: TickAct
    all: bool = False
    ticket_ids: Annotated[tuple[Number, ...], Field(max_length=MOST_PEOPLE)] = ()

    def people(self) -> tuple[int, ...] | None:
        """None for all. Raises InvalidInput where nobody is chosen."""
        if self.all:
            return None
        if not self.ticket_ids:
            raise InvalidInput({"ticket_ids": gettext("Choose at least one person, or all.")})
        return self.ticket_ids


class TakeActBackForm(Form):
    """For one person; for everybody whom the act concerned where `ticket_id` is empty."""

    ticket_id: OptionalNumber = None


class DayForm(Form):
    """Which day is looked at; None: today."""

    day: OptionalDay = None
