"""Who is told of what in every process: the runtime without pages, so that the command line needn't wait for
their import.
"""

from __future__ import annotations

from deskops.accounts import access
from deskops.accounts import scopes as role_scopes
from deskops.control.queries import readiness
from deskops.control.queries.stops import held_shut
from deskops.control.services.following_breaks import follow_breaks
from deskops.control.services.following_moves import follow_moves
from deskops.core import messages, runtime
from deskops.core.config import Settings
from deskops.core.database import Database
from deskops.core.runtime import Runtime
from deskops.demands.load import CACHE
from deskops.demands.queries.topics import demand_counts
from deskops.demands.services.handing_over import share_out
from deskops.demands.services.topics import follow_desks, follow_topics
from deskops.desks import scopes as desks_scopes
from deskops.desks.queries import popularity
from deskops.desks.services import plan
from deskops.directives.services import during
from deskops.live import push
from deskops.live.audiences import audiences_of
from deskops.live.queries import desks_present
from deskops.sessions.queries.meetings import appointment_during
from deskops.sessions.queries.schedule import under_way


def create_runtime(settings: Settings) -> Runtime:
    """Database and subscribers, for the server, the worker and the command line alike."""
    made = Runtime(settings, Database(settings.database_url), audiences_of)
    made.in_transaction += [share_out, follow_topics, follow_desks, follow_moves, follow_breaks]
    # The load first: what is pushed may be computed from it.
    made.after_commit += [CACHE.fold, push.publish]
    CACHE.clear()
    access.forget_recognised()
    role_scopes.provide(desks_scopes.scopes)
    messages.provide(desks_scopes.is_rehearsal)
    popularity.provide(demand_counts)
    readiness.provide(desks_present)
    plan.provide(held_shut)
    during.provide(under_way, appointment_during)
    runtime.install(made)
    return made
