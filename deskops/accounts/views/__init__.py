"""Sign-in, one's own account, users, and the admission of staff: all views of the room."""

from __future__ import annotations

from deskops.accounts.views import admission, own, sign_in, signing, users
from deskops.accounts.views.blueprint import blueprint

__all__ = ["admission", "blueprint", "own", "sign_in", "signing", "users"]
