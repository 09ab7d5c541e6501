"""Reads of what is followed up."""
