"""JSON of accounts: what a passkey is asked."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from deskops.accounts.access import access, current_actor
from deskops.accounts.errors import NoPasskeysHere
from deskops.accounts.forms import PasskeyQuestion
from deskops.accounts.proving import relying_party
from deskops.accounts.services import passkeys
from deskops.core.limits import limiter
from deskops.core.unit_of_work import unit_of_work

api = Blueprint("accounts_api", __name__, url_prefix="/api/v1/account")


@api.post("/passkeys/ask")
@access("account.sign")
@limiter.limit("30 per minute", key_func=lambda: f"passkey:{current_actor().user_id}")
def ask_passkey() -> ResponseReturnValue:
    """A challenge, good once and for five minutes, in the shape that browsers take."""
    question, actor = PasskeyQuestion.of_request(), current_actor()
    party = relying_party()
    if party is None:
        raise NoPasskeysHere()
    ask = passkeys.ask_to_add if question.purpose == passkeys.ADD else passkeys.ask_to_sign
    with unit_of_work(actor) as uow:
        return ask(uow, actor, party)
