"""Tables of what is followed up."""

from deskops.followup.models.collectives import Collective, CollectiveDemand
from deskops.followup.models.referrals import IS_OPEN, Referral

__all__ = ["IS_OPEN", "Collective", "CollectiveDemand", "Referral"]
