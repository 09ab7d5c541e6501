"""Database, clock, journal, jobs, messages and the like. No word of the domain here."""
