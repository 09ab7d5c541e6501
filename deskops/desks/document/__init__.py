"""The set-up of a trip as one file that people read and edit: format "deskops-setup/1", in TOML.

Template, past trip and file are the same thing: a `Setup`. One reader, one writer.
"""

from deskops.desks.document.cards import Card
from deskops.desks.document.reading import FORMAT, check_setup, read_setup, setup_from_json
from deskops.desks.document.records import (
    Agency,
    Contact,
    County,
    Desk,
    Holiday,
    Hours,
    Language,
    Seat,
    Setup,
    Site,
    Topic,
    Walk,
)
from deskops.desks.document.writing import setup_as_json, write_setup

__all__ = [
    "FORMAT",
    "Agency",
    "Card",
    "Contact",
    "County",
    "Desk",
    "Holiday",
    "Hours",
    "Language",
    "Seat",
    "Setup",
    "Site",
    "Topic",
    "Walk",
    "check_setup",
    "read_setup",
    "setup_as_json",
    "setup_from_json",
    "write_setup",
]
