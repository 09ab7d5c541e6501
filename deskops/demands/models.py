"""Tables of what people bring, and of their turn."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    literal_column,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime, table_of
from deskops.demands import rules
from deskops.desks.models import OfTrip

_ACTIVE = text("status IN ({})".format(", ".join(f"'{status}'" for status in rules.ACTIVE)))
_AT_PLACE = text("status IN ({})".format(", ".join(f"'{status}'" for status in rules.AT_PLACE)))


def _known(name: str, *columns: str, of: str, unique: bool = False) -> Index:
    """An index of the rows in which one column, mostly empty at first, is known: nothing else need write to it."""
    is_known = text(f"{of} IS NOT NULL")
    return Index(name, *columns, unique=unique, sqlite_where=is_known, postgresql_where=is_known)


class Person(OfTrip, Base):
    """Somebody who came, called or wrote. A person is recognised again by phone and name however typed,
    within a trip: what one trip's staff learn of somebody isn't another trip's to see.
    """

    __tablename__ = "persons"
    __table_args__ = (_known("ix_persons_phone", "trip_id", "phone", of="phone"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_search: Mapped[str] = mapped_column(String(240))
    phone: Mapped[str | None] = mapped_column(String(20))
    national_id: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(5), default="fa")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Contact(OfTrip, Base):
    """One walk-in, call, letter or web form. `result`: open, registered, nothing_to_register, unanswered."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_trip_at", "trip_id", "at"),
        _known("uq_contacts_external_id", "trip_id", "external_id", of="external_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    result: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(20), default="")
    external_id: Mapped[str | None] = mapped_column(String(60))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    user_id: Mapped[int | None]


class Demand(OfTrip, Base):
    """What a person brings. `state` and `outcome` as in rules.py; `code` is public, the receipt's secrets are not."""

    __tablename__ = "demands"
    __table_args__ = (
        Index("ix_demands_trip_id_id", "trip_id", "id"),
        Index("ix_demands_trip_state", "trip_id", "state", "id"),
        Index("ix_demands_trip_topic", "trip_id", "topic_id", "id"),
        _known("ix_demands_desk", "desk_id", "id", of="desk_id"),
        Index("ix_demands_person_id", "person_id"),
        Index("ix_demands_contact_id", "contact_id"),
        _known("ix_demands_external", "trip_id", "external_number", of="external_number"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    code: Mapped[str] = mapped_column(String(13), unique=True)
    secret: Mapped[str] = mapped_column(String(4))
    receipt_token: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(10))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    text: Mapped[str] = mapped_column(Text, default="")
    county: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(400), default="")
    language: Mapped[str] = mapped_column(String(5), default="fa")
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    external_number: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str | None] = mapped_column(String(30))
    outcome_note: Mapped[str] = mapped_column(Text, default="")
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    registered_by: Mapped[int | None]
    version: Mapped[int] = mapped_column(Integer, default=1)


class PaperForm(OfTrip, Base):
    """A form on paper and the code that was printed on it, for a desk or for any. `demand_id` once it is typed in.

    Its code is no demand's before that: the two kinds of code differ in their first digits.
    """

    __tablename__ = "paper_forms"
    __table_args__ = (
        Index("ix_paper_forms_batch", "trip_id", "batch"),
        _known("ix_paper_forms_used", "trip_id", "used_at", of="used_at"),
    )

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    batch: Mapped[int] = mapped_column(Integer)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    printed_by: Mapped[int | None]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by: Mapped[int | None]
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demands.id"), unique=True)


class Ticket(OfTrip, Base):
    """The demand's turn. `location` is the site it waits at, 0 for the phone; `desk_id` its provisional or serving desk.

    Status: waiting, called, serving, held, no_show, invited, done, left. `day` is the one whose number it has.
    `walk`: none, under_way, arrived. `told_minutes` is the wait that was told at registration, `projected_minutes` what the
    projection alone said; both None for who was taken at once.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("trip_id", "day", "number"),
        Index("ix_tickets_active", "trip_id", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
        Index("ix_tickets_desk_active", "desk_id", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
        Index(
            "ix_tickets_at_place", "place_id", unique=True, sqlite_where=_AT_PLACE, postgresql_where=_AT_PLACE
        ),
        _known("ix_tickets_trip_done", "trip_id", "done_at", of="done_at"),
        Index("ix_tickets_demand_id", "demand_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"))
    day: Mapped[date] = mapped_column(Date)
    number: Mapped[int] = mapped_column(Integer)
    location: Mapped[int] = mapped_column(Integer)
    channel: Mapped[str] = mapped_column(String(10))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    only_desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    user_id: Mapped[int | None]
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    language: Mapped[str] = mapped_column(String(5), default="fa")
    bonus_minutes: Mapped[float] = mapped_column(Float, default=0.0)
    walk: Mapped[str] = mapped_column(String(10), default="none")
    may_walk: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    projected_minutes: Mapped[float | None] = mapped_column(Float)
    told_minutes: Mapped[float | None] = mapped_column(Float)
    status: Mapped[str] = mapped_column(String(10))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    serving_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undo: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=1)


class Offer(OfTrip, Base):
    """To be served by phone instead of waiting at a site, once a turn. `state` as in rules.py.

    `location` is where the person stood; `wait_minutes` the wait projected there then, None where nobody there could serve.
    """

    __tablename__ = "offers"
    __table_args__ = (Index("ix_offers_trip_made", "trip_id", "made_at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), unique=True)
    location: Mapped[int] = mapped_column(Integer)
    wait_minutes: Mapped[float | None] = mapped_column(Float)
    state: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[int | None]


class Learning(Base):
    """How far the worker has learned from a trip's journal, and by which factor its projections are off (its logarithm)."""

    __tablename__ = "learning"

    trip_id: Mapped[int] = mapped_column(ForeignKey("trips.id", ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer)
    correction: Mapped[float] = mapped_column(Float, default=0.0)


class LearnedTime(OfTrip, Base):
    """A topic's service time as it really is. `believed` is what the set-up said when it was begun with: what is learned
    holds as long as the set-up says no other. `weight` in services.
    """

    __tablename__ = "learned_times"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    believed: Mapped[float] = mapped_column(Float)
    mean_minutes: Mapped[float] = mapped_column(Float)
    weight: Mapped[float] = mapped_column(Float)
    served: Mapped[int] = mapped_column(Integer)


# A partial index serves only a query that repeats its condition to the letter, without parameters: SQLite plans before it
# knows them. Every look at tickets that are still active must say so by one of these.
_STATUS = table_of(Ticket).c.status
IS_ACTIVE = _STATUS.in_([literal_column(f"'{status}'") for status in rules.ACTIVE])
IS_AT_PLACE = _STATUS.in_([literal_column(f"'{status}'") for status in rules.AT_PLACE])
