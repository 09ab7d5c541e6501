"""What happens to staff, by what it is about."""

from deskops.staff.events.people import StaffAdded
from deskops.staff.events.shifts import ShiftsPlanned

__all__ = ["ShiftsPlanned", "StaffAdded"]
