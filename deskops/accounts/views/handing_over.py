"""The page that shows a new link, badge code or token, once."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from deskops.accounts.queries import lists
from deskops.core import clock, runtime
from deskops.core.config import LOOPBACK_HOSTS


def link_address(token: str) -> str:
    """The address to hand on: at the public URL, or else at the address under which the asker reached us."""
    base = (runtime.current().settings.public_url or request.host_url).rstrip("/")
    return base + url_for("accounts.link_page", token=token)


def hand_over(kind: str, secret: str, user_id: int, back: str) -> ResponseReturnValue:
    """Answer the press on the button itself: a page with an address of its own would stay in histories.

    `kind`: link, badge or token.
    """
    with runtime.current().database.reading() as session:
        user = lists.user_details(session, user_id, clock.now())
    only_here = kind == "link" and urlsplit(secret).hostname in LOOPBACK_HOSTS
    return render_template(
        "accounts/handing_over.html", kind=kind, secret=secret, user=user, back=back, only_here=only_here
    )
