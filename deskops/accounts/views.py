"""Sign-in, one's own account, users, and the admission of staff: all views of the room."""

from __future__ import annotations

from deskops.accounts import admission_views, own_views, sign_in_views, user_views
from deskops.accounts.blueprint import blueprint

__all__ = ["admission_views", "blueprint", "own_views", "sign_in_views", "user_views"]
