"""Why somebody doesn't work a shift: a code, and words of their own after it."""

from __future__ import annotations

ILL, FAMILY, OTHER_DUTY, NO_WAY_THERE, OTHER = "ill", "family", "duty", "travel", "other"
REASONS = (ILL, FAMILY, OTHER_DUTY, NO_WAY_THERE, OTHER)
SWAPPED = "swapped"


def kept_reason(code: str, words: str) -> str:
    """As it is kept with the shift or the absence."""
    return f"{code}: {words}" if words else code


def told_reason(kept: str) -> tuple[str, str]:
    """(code, words) of what is kept; the code is empty where somebody wrote in words alone."""
    code, _, words = kept.partition(": ")
    return (code, words) if code in (*REASONS, SWAPPED) else ("", kept)
