"""Every module that registers timed work, in one place, so that the worker knows them all."""

from deskops.core import housekeeping, messages
from deskops.demands.services import mending, walking

MODULES = (housekeeping, messages, mending, walking)
