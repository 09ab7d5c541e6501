"""Row 9: several people edit one demand at once, through two server processes."""

import threading
from collections import Counter
from typing import Any

import pytest
import requests

from tests.faults.clients import session_of
from tests.faults.installation import Installation, Server, serving
from tests.faults.oracle import Oracle
from tests.faults.scale import TIMEOUT, scaled

pytestmark = [pytest.mark.faults, pytest.mark.postgresql, pytest.mark.timeout(TIMEOUT)]
EDITORS = 8
EDITS = scaled(15, 200)


class Editor(threading.Thread):
    """Reads the number in a demand's text, adds one, saves; on a 409 goes on from what the other one saved."""

    def __init__(self, server: Server, user: dict[str, Any], address: str) -> None:
        super().__init__(daemon=True)
        self.session = session_of(server, user)
        self.url = server.url + address
        self.statuses: Counter[int] = Counter()
        self.refusals: list[dict[str, Any]] = []

    def run(self) -> None:
        seen = self.session.get(self.url, timeout=15).json()
        version, text = seen["version"], seen["text"]
        while self.statuses[200] < EDITS:
            answer = self._save(version, text)
            self.statuses[answer.status_code] += 1
            if answer.status_code == 200:
                version, text = answer.json()["version"], str(int(text) + 1)
            elif answer.status_code == 409:
                error = answer.json()["error"]
                self.refusals.append(error)
                version, text = error["current"], error["present"]["text"]

    def _save(self, version: int, text: str) -> requests.Response:
        return self.session.patch(self.url, json={"version": version, "text": str(int(text) + 1)}, timeout=15)


def test_no_edit_is_lost_and_losers_are_told_both_versions(installation: Installation) -> None:
    installation.prepare(users={"staff": EDITORS})
    trip = installation.trip
    users = trip["users"]["staff"]
    with serving(installation, count=2) as servers:
        demands = f"/api/v1/trips/{trip['id']}/demands"
        person = {"topic_id": trip["topics"]["loan"], "site_id": trip["sites"]["one"], "text": "0"}
        made = session_of(servers[0], users[0]).post(servers[0].url + demands, json=person, timeout=15).json()
        address = f"{demands}/{made['demand']['id']}"
        editors = [Editor(servers[n % 2], user, address) for n, user in enumerate(users)]
        for editor in editors:
            editor.start()
        for editor in editors:
            editor.join(600)
    [(text, version)] = Oracle(installation.url).rows("SELECT text, version FROM demands")
    assert (text, version) == (str(EDITORS * EDITS), 1 + EDITORS * EDITS)
    assert set().union(*(editor.statuses for editor in editors)) <= {200, 409, 503}
    refusals = [refusal for editor in editors for refusal in editor.refusals]
    assert refusals, "nobody got in anybody's way: the test proves nothing"
    assert all(refusal["yours"] < refusal["current"] for refusal in refusals)
    assert Oracle(installation.url).broken() == {}
