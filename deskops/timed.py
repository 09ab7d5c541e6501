"""Every module that registers timed work, in one place, so that the worker knows them all."""

from deskops.control.services import advice_runs, autopilot, fairness, rehearsing, replaying, tomorrow
from deskops.core import housekeeping, messages
from deskops.demands.services import closing, learning, mending, priorities, rebalancing, walking
from deskops.desks.services import plan

MODULES = (
    advice_runs,
    autopilot,
    closing,
    fairness,
    housekeeping,
    learning,
    mending,
    messages,
    plan,
    priorities,
    rebalancing,
    rehearsing,
    replaying,
    tomorrow,
    walking,
)
