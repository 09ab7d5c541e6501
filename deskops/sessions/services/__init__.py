"""Use cases of officials' hours and meetings."""
