"""Every module that registers timed work, in one place, so that the worker knows them all."""

from deskops.control.services import rehearsing
from deskops.core import housekeeping, messages
from deskops.demands.services import closing, learning, mending, rebalancing, walking
from deskops.desks.services import plan

MODULES = (housekeeping, messages, closing, learning, mending, plan, rebalancing, rehearsing, walking)
