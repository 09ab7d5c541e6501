"""Fields that several forms of demands share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from deskops.core import clock
from deskops.core.forms import Number
from deskops.core.i18n import lazy

Kind = Literal["request", "claim", "complaint", "criticism", "suggestion", "idea", "report", "thanks"]
Language = Literal["fa", "az", "ku", "ar", "en"]
Languages = Annotated[str, Field(pattern=r"^(fa|az|ku|ar|en)(,(fa|az|ku|ar|en))*$", max_length=60)]

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)


def _chosen(value: Any) -> Any:
    if value == "":
        raise PydanticCustomError("chosen", "%s", {"message": lazy("Choose one from the list.")})
    return value


def _possible(value: datetime) -> datetime:
    """Clocks may differ a little; what lies beyond could not even be shown in Tehran's time."""
    if not EARLIEST <= value <= clock.now() + AHEAD:
        raise ValueError
    return value


Chosen = Annotated[Number, BeforeValidator(_chosen)]
Moment = Annotated[AwareDatetime, AfterValidator(_possible)]
