"""Use cases of staff, by what they are about."""

from deskops.staff.services.adding import NewStaff, add_staff
from deskops.staff.services.dealing import plan_shifts

__all__ = ["NewStaff", "add_staff", "plan_shifts"]
