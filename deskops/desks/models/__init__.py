"""Tables of what is set up."""

from deskops.desks.models.agencies import Agency, AgencyContact, Holiday
from deskops.desks.models.changes import SetupChange
from deskops.desks.models.drafts import SetupDraft
from deskops.desks.models.guidance import GuidanceCard, GuidanceEdition, GuidanceGap, GuidanceUse
from deskops.desks.models.needs import StaffNeed
from deskops.desks.models.sites import Desk, DeskHours, DeskTopic, Place, SignPrint, Site, SiteWalk
from deskops.desks.models.topics import Topic
from deskops.desks.models.trips import Named, OfTrip, Trip

__all__ = [
    "Agency",
    "AgencyContact",
    "Desk",
    "DeskHours",
    "DeskTopic",
    "GuidanceCard",
    "GuidanceEdition",
    "GuidanceGap",
    "GuidanceUse",
    "Holiday",
    "Named",
    "OfTrip",
    "Place",
    "SetupChange",
    "SetupDraft",
    "SignPrint",
    "Site",
    "SiteWalk",
    "StaffNeed",
    "Topic",
    "Trip",
]
