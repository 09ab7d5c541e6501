"""Every room's tables in one place, so that migrations see them all."""

from deskops.accounts import models as accounts_models
from deskops.control import models as control_models
from deskops.core import files, idempotency, jobs, journal_rows, messages, numbers, prints
from deskops.core.database import Base
from deskops.demands import models as demands_models
from deskops.desks import models as desks_models
from deskops.directives import models as directives_models
from deskops.followup import models as followup_models
from deskops.live import models as live_models
from deskops.sessions import models as sessions_models
from deskops.staff import models as staff_models

MODULES = (
    accounts_models,
    control_models,
    demands_models,
    desks_models,
    directives_models,
    files,
    followup_models,
    idempotency,
    jobs,
    journal_rows,
    live_models,
    messages,
    numbers,
    prints,
    sessions_models,
    staff_models,
)
metadata = Base.metadata
