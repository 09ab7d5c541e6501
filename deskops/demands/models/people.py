"""Tables of what people bring."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from deskops.core.database import Base, UtcDateTime
from deskops.core.files import HOLDS_FILE
from deskops.demands.models.indexes import index_of_known
from deskops.desks.models import OfTrip


class Person(OfTrip, Base):
    """Somebody who came, called or wrote. A person is recognised again by phone and name however typed,
    within a trip: what one trip's staff learn of somebody isn't another trip's to see.
    """

    __tablename__ = "persons"
    __table_args__ = (index_of_known("ix_persons_phone", "trip_id", "phone", of="phone"),)

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
        index_of_known("uq_contacts_external_id", "trip_id", "external_id", of="external_id", unique=True),
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
    """What a person brings. `state` and `outcome` as in rules.py; `code` is public, the receipt's secrets are not.
    `meeting_asked_at`: since when they wish to meet an official about it.
    """

    __tablename__ = "demands"
    __table_args__ = (
        Index("ix_demands_trip_id_id", "trip_id", "id"),
        Index("ix_demands_trip_state", "trip_id", "state", "id"),
        Index("ix_demands_trip_topic", "trip_id", "topic_id", "id"),
        index_of_known("ix_demands_desk", "desk_id", "id", of="desk_id"),
        Index("ix_demands_person_id", "person_id"),
        Index("ix_demands_contact_id", "contact_id"),
        index_of_known("ix_demands_external", "trip_id", "external_number", of="external_number"),
        index_of_known("ix_demands_meeting_asked", "trip_id", "meeting_asked_at", of="meeting_asked_at"),
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
    meeting_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class Attachment(OfTrip, Base):
    """A file that belongs to a demand, such as the photo of a letter. `kind`: letter, note or paper; `media_type` is what
    its content is, whatever it was called; `size` in bytes.
    """

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_demand_id", "demand_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("demands.id"))
    kind: Mapped[str] = mapped_column(String(10))
    file: Mapped[str] = mapped_column(String(64), info=HOLDS_FILE)
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    name: Mapped[str] = mapped_column(String(120), default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[int | None]


class PaperForm(OfTrip, Base):
    """A form on paper and the code that was printed on it, for a desk or for any. `demand_id` once it is typed in.

    Its code is no demand's before that: the two kinds of code differ in their first digits.
    """

    __tablename__ = "paper_forms"
    __table_args__ = (
        Index("ix_paper_forms_batch", "trip_id", "batch"),
        index_of_known("ix_paper_forms_used", "trip_id", "used_at", of="used_at"),
    )

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    batch: Mapped[int] = mapped_column(Integer)
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desks.id"))
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    printed_by: Mapped[int | None]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by: Mapped[int | None]
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demands.id"), unique=True)
