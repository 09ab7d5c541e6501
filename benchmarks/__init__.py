"""Measurements of the figures that deskops has to reach: `python -m benchmarks --list`."""
