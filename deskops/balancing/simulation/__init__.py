"""Plays a scenario's people through a policy: the shipped rule, or one of those it is held against.

Minutes from midnight of day 1 throughout; the shipped rules get them as epoch seconds.
"""
