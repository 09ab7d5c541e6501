"""Persons, contacts, demands, tickets and the queue."""
