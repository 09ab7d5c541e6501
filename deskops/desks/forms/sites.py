"""Forms of sites and the ways between them."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import request
from pydantic import Field

from deskops.core.errors import InvalidInput
from deskops.core.forms import Form, Number, Text
from deskops.core.i18n import gettext
from deskops.desks.forms.fields import Code, Name, OtherName, Short, decimal_text
from deskops.desks.services.sites import LONGEST_WALK, SiteEdit


class SiteForm(Form):
    """A site as it is to be; the minutes to other sites come as one field each, or as `walks` by JSON."""

    name_fa: Name
    name_en: OtherName = ""
    short_fa: Short = ""
    short_en: Short = ""
    kind: Literal["building", "hall"] = "building"
    address: Annotated[Text, Field(max_length=1000)] = ""
    map_text: Annotated[Text, Field(max_length=2000)] = ""

    def edit(self) -> SiteEdit:
        """As the service takes it."""
        return SiteEdit(**{name: getattr(self, name) for name in SiteForm.model_fields})


class NewSiteForm(SiteForm):
    code: Code


class EditSiteForm(SiteForm):
    """`version` is what was seen."""

    version: Number


def walks_of_request() -> dict[int, float]:
    """Minutes by site id from the fields `walk-<site id>`; an empty one means that nobody is asked to walk there.

    Raises InvalidInput with the fields at fault.
    """
    walks, errors = {}, {}
    for name, text in request.form.items():
        site_id = name.removeprefix("walk-")
        if name == site_id or not text.strip() or not (site_id.isascii() and site_id.isdigit()):
            continue
        try:
            walks[int(site_id[:9])] = float(decimal_text(text))
        except ValueError:
            errors[name] = gettext("Type minutes, from 1 to %(most)s, or nothing.", most=LONGEST_WALK)
    if errors:
        raise InvalidInput(errors)
    return walks
