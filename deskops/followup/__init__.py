"""The month after: referrals and the matters that many people share."""
