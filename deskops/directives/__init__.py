"""Officials' orders: prepared, signed, numbered, carried to the agencies that must obey them, and their letters."""
