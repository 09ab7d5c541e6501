"""Every route of the application with an address in a small trip, for tests over the whole URL map."""

from dataclasses import dataclass

from flask import Flask

from deskops.accounts.permissions import ROLES, roles_that_may
from tests.security.expected_access import EXPECTED
from tests.small_trip import SmallTrip

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
HIGH = 4711  # an id that nothing has


@dataclass(frozen=True)
class Call:
    """One route by one method, with its address."""

    endpoint: str
    method: str
    path: str
    of_trip: bool

    @property
    def action(self) -> str | None:
        return EXPECTED[self.endpoint]

    @property
    def changes(self) -> bool:
        return self.method in CHANGING

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.endpoint})"

    def roles(self) -> list[str]:
        """Who may, by the matrix."""
        return [role for role in ROLES if role in roles_that_may(self.action or "")]


def samples(trip: SmallTrip) -> dict[str, object]:
    """A value for each place in an address. A new kind of place needs a line here."""
    return {
        "trip_id": trip.id,
        "desk_id": trip.desks["a"],
        "place_id": trip.places["a"][0],
        "asking_id": trip.places["a"][1],
        "site_id": trip.sites["one"],
        "topic_id": trip.topics["loan"],
        "agency_id": HIGH,
        "holiday_id": HIGH,
        "change_id": HIGH,
        "ticket_id": HIGH,
        "print_id": HIGH,
        "replay_id": HIGH,
        "played": "trace.csv",
        "card_id": HIGH,
        "contact_id": HIGH,
        "demand_id": HIGH,
        "user_id": HIGH,
        "grant_id": HIGH,
        "passkey_id": HIGH,
        "token": "no-such-token",
        "to": "agency",
        "to_id": HIGH,
        "answer": "accept",
        "sign_token": "no-such-sign",
        "broadcast_id": HIGH,
        "stop_id": HIGH,
        "advice_id": HIGH,
        "move_id": HIGH,
        "sequence": HIGH,
        "authority_id": HIGH,
        "collective_id": HIGH,
        "referral_id": HIGH,
        "shift_id": HIGH,
        "pattern_id": HIGH,
        "roster_id": HIGH,
        "absence_id": HIGH,
        "call_id": HIGH,
        "swap_id": HIGH,
        "staff_id": HIGH,
        "official_id": HIGH,
        "template_id": HIGH,
        "attachment_id": HIGH,
        "directive_id": HIGH,
        "name": "printer",
        "key": "no-such-key",
        "step": "what",
        "kind": "sites",
        "form": "csv",
        "session_id": HIGH,
        "meeting_id": HIGH,
        "appointment_id": HIGH,
        "code": "1234567890123",
        "filename": "core/tokens.css",
    }


def calls(app: Flask, trip: SmallTrip) -> list[Call]:
    """Every route × method, in a stable order. HEAD and OPTIONS are answered by GET and by Flask."""
    values = samples(trip)
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        unknown = rule.arguments - values.keys()
        assert not unknown, f"{rule.endpoint} has {unknown}: enter a sample value in tests/security/routes.py"
        path = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found.append(Call(rule.endpoint, method, path, "trip_id" in rule.arguments))
    return sorted(found, key=str)


def listed(broken: list[str]) -> str:
    """A message with one line for each broken route."""
    return "\n" + "\n".join(broken)
