"""Every module that registers timed work, in one place, so that the worker knows them all."""

from deskops.accounts.services import passkeys
from deskops.control.services import advice_runs, autopilot, fairness, rehearsing, replaying, tomorrow
from deskops.core import housekeeping, messages, prints
from deskops.demands.services import closing, learning, mending, priorities, rebalancing, walking
from deskops.desks.services import plan
from deskops.directives.services import issuing, letters
from deskops.sessions.services import holding, reminding
from deskops.staff.services import printing, rostering, swapping, texting, watching

MODULES = (
    advice_runs,
    autopilot,
    closing,
    fairness,
    holding,
    housekeeping,
    issuing,
    learning,
    letters,
    mending,
    messages,
    passkeys,
    plan,
    priorities,
    printing,
    prints,
    rebalancing,
    rehearsing,
    reminding,
    replaying,
    rostering,
    swapping,
    texting,
    tomorrow,
    walking,
    watching,
)
