"""What is set up: trips, sites, agencies, topics, desks, places, hours."""
