"""What devices that scan badges send."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from deskops.core.errors import InvalidInput
from deskops.core.forms import EMPTY_AS_NONE, Form, Line, json_body
from deskops.core.i18n import gettext
from deskops.core.i18n import lazy as _l
from deskops.staff.services.scanning import NewScan

MOST_SCANS = 200
_MOST_TEXT = 400
_HIGHEST_ID = 2**31 - 1

# A clock that lost its battery says 1970. Much before it, and much later, nothing could be put right.
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_NO_TIME = _l("This is no time of a clock. Send it such as 2026-11-22T08:00:00Z.")

Nonce = Annotated[Line, Field(min_length=8, max_length=40, pattern=r"^[\w.:-]+$")]
Id = Annotated[int, Field(ge=1, le=_HIGHEST_ID)]
OptionalId = Annotated[Id | None, EMPTY_AS_NONE]


def _cut(value: Any) -> Any:
    """Whatever a scanner sends beyond a badge's length is no badge, and nothing to refuse a request for."""
    return value[:_MOST_TEXT] if isinstance(value, str) else value


def _of_a_clock(at: datetime) -> datetime:
    if not _EARLIEST <= at <= _LATEST:
        raise PydanticCustomError("clock", "%s", {"message": _NO_TIME})
    return at


At = Annotated[AwareDatetime, AfterValidator(_of_a_clock)]


class ScanForm(Form):
    """One badge that was held up. Where the device stands is a desk or, without one, a site's entrance."""

    badge: Annotated[str, BeforeValidator(_cut)]
    kind: Literal["in", "out", "break", "back"] = "in"
    desk_id: OptionalId = None
    site_id: OptionalId = None
    at: At
    nonce: Nonce
    source: Literal["scanner", "camera"] = "scanner"

    def scan(self) -> NewScan:
        """As the service takes it."""
        return NewScan(**self.model_dump())


class ScansForm(Form):
    """A request: one scan, or up to 200 of a device that was offline. `sent_at` is the device's time as it sends."""

    scans: Annotated[tuple[Any, ...], Field(min_length=1, max_length=MOST_SCANS)]
    sent_at: At | None = None


def scans_of_request() -> tuple[list[ScanForm | dict[str, Any]], datetime | None]:
    """Each scan, or the faults of one that can't be read: `{nonce, errors}`. Raises InvalidInput for the whole."""
    body = json_body()
    if not isinstance(body, dict):
        raise InvalidInput({"": gettext("The body must be a JSON object.")})
    if "scans" not in body:
        body = {"scans": [{name: value for name, value in body.items() if name != "sent_at"}]} | {
            name: value for name, value in body.items() if name == "sent_at"
        }
    form = ScansForm.checked(body)
    return [_read(scan) for scan in form.scans], form.sent_at


def _read(scan: Any) -> ScanForm | dict[str, Any]:
    if not isinstance(scan, dict):
        return {"nonce": None, "errors": {"": gettext("The body must be a JSON object.")}}
    try:
        return ScanForm.checked(scan)
    except InvalidInput as error:
        nonce = scan.get("nonce")
        return {"nonce": nonce if isinstance(nonce, str) else None, "errors": error.errors}
