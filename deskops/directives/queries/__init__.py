"""Reads of officials' orders."""
