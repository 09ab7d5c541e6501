"""Reads of officials' hours and meetings."""
