"""Which audiences are told of which event."""

from __future__ import annotations

from deskops.core.events import DomainEvent


def audiences_of(event: DomainEvent) -> tuple[str, ...]:
    """Stable names, such as "desk:12:staff"; none for an event that is silent on purpose."""
    return ()
