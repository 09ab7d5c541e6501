"""Every module that registers timed work, in one place, so that the worker knows them all."""

from deskops.control.services import advice_runs, autopilot, fairness, rehearsing, replaying, tomorrow
from deskops.core import housekeeping, messages
from deskops.demands.services import closing, learning, mending, priorities, rebalancing, walking
from deskops.desks.services import plan
from deskops.staff.services import clearing, printing, rostering, swapping, texting, watching

MODULES = (
    advice_runs,
    autopilot,
    clearing,
    closing,
    fairness,
    housekeeping,
    learning,
    mending,
    messages,
    plan,
    priorities,
    printing,
    rebalancing,
    rehearsing,
    replaying,
    rostering,
    swapping,
    texting,
    tomorrow,
    walking,
    watching,
)
