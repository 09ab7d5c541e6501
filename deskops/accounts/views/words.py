"""Roles and ranks in words."""

from __future__ import annotations

from deskops.accounts import permissions
from deskops.core.i18n import lazy as _l

ROLE_NAMES = {
    permissions.ADMINISTRATOR: _l("Administrator"),
    permissions.COORDINATOR: _l("Coordinator"),
    permissions.STAFF: _l("Staff"),
    permissions.DESK_HEAD: _l("Desk head"),
    permissions.OFFICIAL: _l("Official"),
    permissions.FOLLOW_UP: _l("Follow-up officer"),
    permissions.AGENCY_OFFICER: _l("Agency officer"),
    permissions.INSPECTOR: _l("Inspector"),
    permissions.INTEGRATION: _l("System"),
    permissions.BOARD: _l("Board"),
    permissions.GATE: _l("Entrance"),
}
RANK_NAMES = {
    "minister": _l("Minister"),
    "deputy": _l("Deputy"),
    "representative": _l("Representative"),
    "governor": _l("Governor"),
}
