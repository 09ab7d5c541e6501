"""Use cases of officials' orders."""
