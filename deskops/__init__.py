"""deskops: runs the people's desks of a trip."""
