"""Which audiences are told of which event, and how much of it each may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deskops.accounts import events as accounts
from deskops.control import events as control
from deskops.control.queries import coordination, site_board
from deskops.core import prints
from deskops.core.events import DomainEvent
from deskops.core.journal import Entry
from deskops.demands import events as demands
from deskops.demands import steering
from deskops.desks import events as desks
from deskops.directives import events as directives
from deskops.followup import events as followup
from deskops.sessions import events as sessions
from deskops.staff import events as staff

AudiencesOf = Callable[[Any], tuple[str, ...]]
COORDINATION, STAFF, BOARD = "coordination", "staff", "board"
_NAME = re.compile(r"(trip|desk|site):([1-9][0-9]{0,17}):(coordination|staff|board)")
_KNOWN = {("trip", COORDINATION), ("trip", STAFF), ("desk", STAFF), ("site", BOARD)}
# A board stands where everybody looks.
_BOARD_FIELDS = ("number", "desk_id", "place_id", "status")


@dataclass(frozen=True)
class Audience:
    """A name such as "desk:12:staff" in parts: a trip, desk or site, and coordination, staff or board."""

    name: str
    scope: str
    id: int
    role: str

    @property
    def is_digest(self) -> bool:
        """Whether it hears short summaries only, which aren't kept in the journal: the newest says all."""
        return self.scope == "trip" and self.role == STAFF

    @property
    def is_coalesced(self) -> bool:
        """Whether it is pushed figures of what changed, instead of each change."""
        return self.role == COORDINATION


def parse(name: str) -> Audience | None:
    """The audience of a name; None for one that doesn't exist."""
    found = _NAME.fullmatch(name)
    if found is None or (found[1], found[3]) not in _KNOWN:
        return None
    return Audience(name, found[1], int(found[2]), found[3])


def desk_staff(desk_id: int) -> str:
    """Those who work at a desk."""
    return f"desk:{desk_id}:staff"


def digest(trip_id: int) -> str:
    """All consoles of a trip."""
    return f"trip:{trip_id}:staff"


def _coordinators(event: DomainEvent) -> tuple[str, ...]:
    return (coordination(event.trip_id),)


def _queue(event: demands.TicketEvent) -> tuple[str, ...]:
    """The desk that has the person, and the one that had them."""
    at = [desk_staff(desk) for desk in (event.desk_id, event.from_desk_id) if desk is not None]
    return (coordination(event.trip_id), *at)


def _hall(event: demands.TicketEvent) -> tuple[str, ...]:
    """The queue's audiences, and the boards where the person stands or stood. Location 0 is the phone."""
    sites = dict.fromkeys(site for site in (event.location, event.from_location) if site)
    return (*_queue(event), *(site_board(site) for site in sites))


def _desk(event: demands.PlaceEvent | desks.DeskStateChanged) -> tuple[str, ...]:
    return (coordination(event.trip_id), desk_staff(event.desk_id))


def _contact(event: demands.ContactRecorded | demands.ContactTakenBack) -> tuple[str, ...]:
    if event.desk_id is None:
        return _coordinators(event)
    return (coordination(event.trip_id), desk_staff(event.desk_id))


def _queues(event: desks.SetupChanged | demands.PrioritiesSet) -> tuple[str, ...]:
    """The coordinators, and who works at desks that are called otherwise now, or whose people go in another order."""
    return (coordination(event.trip_id), *(desk_staff(desk_id) for desk_id in event.desk_ids))


def _directed(event: directives.DemandDirected | directives.DemandUndirected) -> tuple[str, ...]:
    """The coordinators, and the desk that the person came to."""
    at = [] if event.desk_id is None else [desk_staff(event.desk_id)]
    return (coordination(event.trip_id), *at)


def _site(event: control.DesksStopped | control.DesksResumed) -> tuple[str, ...]:
    return (coordination(event.trip_id), site_board(event.site_id))


AUDIENCES: dict[type[DomainEvent], AudiencesOf] = {
    demands.DemandRegistered: _queue,
    demands.TicketCalled: _hall,
    demands.TicketServing: _hall,
    demands.TicketHeld: _hall,
    demands.TicketReturned: _hall,
    demands.TicketTransferred: _hall,
    demands.TicketRerouted: _queue,
    demands.TicketTopicChanged: _queue,
    demands.TicketKept: _queue,
    demands.TicketInvited: _hall,
    demands.TicketBegun: _queue,
    demands.TicketToCallBack: _hall,
    demands.TicketBackAtPlace: _hall,
    demands.TicketNotShown: _hall,
    demands.TicketDone: _hall,
    demands.TicketLeft: _hall,
    demands.TicketTakenBack: _hall,
    demands.TicketSentWalking: _hall,
    demands.TicketTurnedBack: _hall,
    demands.TicketArrived: _queue,
    demands.TicketUndone: _hall,
    demands.TicketPriorityChanged: _queue,
    demands.PrioritiesSet: _queues,
    steering.PeopleMovedAgain: _coordinators,
    steering.MovedAgainSeen: _coordinators,
    demands.PlaceOpened: _desk,
    demands.PlaceReady: _desk,
    demands.PlacePaused: _desk,
    demands.PlaceClosed: _desk,
    demands.HelpAsked: _desk,
    demands.HelpAnswered: _desk,
    demands.ContactRecorded: _contact,
    demands.ContactTakenBack: _contact,
    demands.DemandEdited: _coordinators,
    demands.DemandMet: _coordinators,
    control.ReadinessMarked: _coordinators,
    control.GoDecided: _coordinators,
    control.BroadcastSent: _coordinators,
    control.BroadcastWithdrawn: _coordinators,
    control.BroadcastRead: _coordinators,
    control.AdviceMade: _coordinators,
    control.AdviceExpired: _coordinators,
    control.AdviceAccepted: _coordinators,
    control.AdviceRefused: _coordinators,
    control.AdviceTakenBack: _coordinators,
    control.StaffMoveAsked: _coordinators,
    control.StaffMoveOrdered: _coordinators,
    control.BreakAsked: _coordinators,
    control.BreakWithdrawn: _coordinators,
    control.BreakBegan: _coordinators,
    control.BreakOver: _coordinators,
    control.StaffMoveBegun: _coordinators,
    control.StaffMoveArrived: _coordinators,
    control.StaffMoveDeclined: _coordinators,
    control.StaffMoveTakenBack: _coordinators,
    control.DesksStopped: _site,
    control.DesksResumed: _site,
    staff.PresenceChanged: _coordinators,
    staff.ShiftsMissed: _coordinators,
    staff.ShiftsAtRisk: _coordinators,
    staff.ReplacementAsked: _coordinators,
    staff.ReplacementAnswered: _coordinators,
    desks.DeskStateChanged: _desk,
    desks.SetupChanged: _queues,
    desks.TripPhaseChanged: _coordinators,
    staff.RosterApproved: _coordinators,
    staff.RosterChanged: _coordinators,
    staff.DeskShiftsChanged: _coordinators,
    staff.AbsenceSaid: _coordinators,
    staff.AbsenceTakenBack: _coordinators,
    staff.ShiftsConfirmed: _coordinators,
    staff.SwapChanged: _coordinators,
    directives.DirectiveIssued: _coordinators,
    directives.DirectiveEnded: _coordinators,
    directives.DemandDirected: _directed,
    directives.DemandUndirected: _directed,
    followup.ReferralOpened: _coordinators,
    sessions.SessionsLaid: _coordinators,
    sessions.SessionsAnnounced: _coordinators,
    sessions.SessionChanged: _coordinators,
    sessions.SessionCancelled: _coordinators,
    sessions.SessionBegun: _coordinators,
    sessions.SessionEnded: _coordinators,
    sessions.PresenceNoted: _coordinators,
    sessions.MeetingPlanned: _coordinators,
    sessions.MeetingCancelled: _coordinators,
    sessions.AppointmentMoved: _coordinators,
    followup.ReferralCancelled: _coordinators,
    followup.DemandTied: _coordinators,
    followup.DemandUntied: _coordinators,
}

# No screen that is open changes by these: accounts and agencies belong to no trip, a new trip has no viewers, imported
# demands and those served on paper are in no queue, what was said is told by the ticket's end, waits are told anew every
# half minute, bonuses are told of with what set them, what balancing did is told by each turn, an offer shows on the
# person's own page until it moves their turn, people are planned before they work, nobody watches a printer, a
# rehearsal has screens of its own, an order binds nobody before it is issued, and a file shows where its demand is read.
SILENT: frozenset[type[DomainEvent]] = frozenset(
    {
        accounts.UserCreated,
        accounts.UsersCreated,
        control.RehearsalStarted,
        control.RehearsalChanged,
        control.RehearsalEnded,
        control.ReplayAsked,
        control.ReplayCancelled,
        accounts.RolesChanged,
        accounts.SignedIn,
        accounts.SignedOut,
        accounts.UserDisabled,
        accounts.UserEnabled,
        accounts.CredentialMade,
        accounts.CredentialRevoked,
        accounts.SignInRefused,
        accounts.SigningRefused,
        accounts.PasswordChanged,
        accounts.SessionsEnded,
        demands.DemandsImported,
        demands.FileAttached,
        demands.FormsPrinted,
        demands.FormTypedIn,
        demands.FormTakenBack,
        demands.ServedOnPaper,
        demands.GuidanceGiven,
        demands.OfferMade,
        demands.OfferRefused,
        demands.OfferWithdrawn,
        demands.WaitsLearned,
        steering.LabelsRenewed,
        steering.WalksAsked,
        steering.OffersMade,
        steering.PeopleHandedOver,
        steering.ActTakenBack,
        steering.ActsProposed,
        steering.ProposalsRefused,
        steering.AutopilotChanged,
        demands.BonusesChanged,
        desks.AgenciesChanged,
        desks.SignsPrinted,
        desks.TripCreated,
        directives.LettersPrinted,
        prints.PrintAsked,
        prints.PrintCancelled,
        prints.Printed,
        staff.PatternChanged,
        staff.RosterAsked,
        staff.RosterDiscarded,
        staff.RosterEnded,
        staff.RosterSettingsChanged,
        staff.StaffAdded,
        staff.StaffChanged,
        staff.ScanRefused,
        staff.BadgeRenewed,
        staff.ShiftsPlanned,
        staff.CalendarRenewed,
        directives.DirectivePrepared,
        directives.DirectiveProposed,
        directives.DirectiveSigned,
        directives.DirectiveDropped,
        directives.TemplatesChanged,
        directives.AuthoritySet,
        directives.AuthorityDelegated,
        directives.AuthorityRevoked,
        followup.CollectiveMade,
        followup.CollectiveChanged,
        directives.AssistantNamed,
        directives.AssistantRemoved,
        sessions.SessionReminded,
        sessions.AppointmentsDrawn,
        sessions.PanelNoted,
        sessions.MeetingAsked,
    }
)


def audiences_of(event: DomainEvent) -> tuple[str, ...]:
    """Stable names, such as "desk:12:staff"; none for an event that is silent on purpose."""
    named = AUDIENCES.get(type(event))
    return () if named is None else named(event)


def visible(audience: Audience, entry: Entry) -> dict[str, Any]:
    """An entry as the audience may see it: `{sequence, kind, at, …}`."""
    payload = entry.payload
    if audience.role == BOARD:
        payload = {name: payload[name] for name in _BOARD_FIELDS if name in payload}
    return {"sequence": entry.sequence, "kind": entry.kind, "at": entry.at.isoformat(), **payload}


def desks_of(payload: dict[str, Any]) -> set[int]:
    """The desks whose figures an event changes."""
    named = (payload.get("desk_id"), payload.get("from_desk_id"))
    return {desk_id for desk_id in named if desk_id is not None}
