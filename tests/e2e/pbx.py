"""A telephone system that speaks to the stage's server, so that it is this server that pushes."""

from typing import Any

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.core.unit_of_work import unit_of_work
from tests.e2e.stage import Stage


class Pbx:
    """Registers, calls and serves through the JSON API."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        with unit_of_work(SYSTEM) as uow:
            user_id = accounts.create_user(uow, name="PBX", grants=[Grant("integration", stage.trip.id)])
            token = accounts.make_api_token(uow, user_id, "pbx")
        self.headers = {"Authorization": f"Bearer {token}"}

    def does(self, path: str, **body: Any) -> Any:
        """Press a button; gives the answer."""
        address = f"/api/v1/trips/{self.stage.trip.id}{path}"
        answer = self.stage.server.post(address, json=body, headers=self.headers)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def registers(self, topic: str = "loan") -> int:
        """A walk-in at site one; gives the ticket's id."""
        trip = self.stage.trip
        body = {"topic_id": trip.topics[topic], "site_id": trip.sites["one"]}
        return int(self.does("/demands", **body)["ticket"]["id"])
