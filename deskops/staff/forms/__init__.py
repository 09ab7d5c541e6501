"""Forms of staff, by what they are about."""
