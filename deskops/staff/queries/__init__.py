"""Reads of staff, by what they are about."""

from deskops.staff.queries.counting import (
    Duty,
    Laid,
    duties_by_desk,
    laid_by_desk,
    on_duty_count,
    staff_count,
)

__all__ = ["Duty", "Laid", "duties_by_desk", "laid_by_desk", "on_duty_count", "staff_count"]
