"""Refusals of set-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deskops.core.errors import Refusal
from deskops.core.i18n import gettext, lazy


@dataclass(frozen=True)
class Fault:
    """One fault of a file: `line` counts from 1, None where there is none to show; `record` is as in "desks[education]"."""

    line: int | None
    record: str
    words: Any

    def text(self) -> str:
        """In the current language, as one sentence."""
        where = [gettext("line %(line)s", line=self.line)] if self.line is not None else []
        where += [self.record] if self.record else []
        return f"{' · '.join(where)}: {self.words}" if where else str(self.words)

    def as_json(self) -> dict[str, Any]:
        """For JSON answers."""
        return {"line": self.line, "record": self.record, "message": str(self.words)}


class DeskStateRefused(Refusal):
    """`wanted` can't follow the desk's present state."""

    code = "desk_state_refused"
    message = lazy("The desk can't be put into this state now. Look at its present state, then choose again.")


class ReasonNeeded(Refusal):
    status = 422
    code = "reason_needed"
    message = lazy("Say why: the people who wait and the coordinators will see it.")


class CodeTaken(Refusal):
    code = "code_taken"
    message = lazy("This code is already used. Choose another.")


class PlaceInUse(Refusal):
    code = "place_in_use"
    message = lazy("Place %(number)s was worked at and must stay. Close it instead.")


class InUse(Refusal):
    """`details` name who uses it."""

    code = "in_use"
    message = lazy("This can't be deleted, it is in use: %(uses)s. Retire it instead: history keeps it.")


class DesksStandHere(Refusal):
    """A site is retired after its desks."""

    code = "desks_stand_here"
    message = lazy("Desks still stand here: %(names)s. Move or retire them first.")


class DeskStillOpen(Refusal):
    code = "desk_still_open"
    message = lazy("This desk is still at work. Close it on the page for closing the day, then retire it.")


class DeskRetired(Refusal):
    code = "desk_retired"
    message = lazy("This desk is retired. Bring it back first.")


class WalkToItself(Refusal):
    """A pair of one and the same site."""

    status = 422
    code = "walk_to_itself"
    message = lazy("%(name)s is no walk away from itself. Choose another site.")


class UnderItself(Refusal):
    status = 422
    code = "under_itself"
    message = lazy("%(name)s can't stand under itself or below itself. Choose another place for it.")


class RetiredAbove(Refusal):
    status = 422
    code = "retired_above"
    message = lazy("%(name)s is retired. Bring it back first, or choose another.")


class MergeRefused(Refusal):
    status = 422
    code = "merge_refused"
    message = lazy(
        "A topic is merged into another topic of the list: not into itself, a retired one or a group."
    )


class StillBelow(Refusal):
    code = "still_below"
    message = lazy("This still stands below it: %(names)s. Move or retire that first.")


class ChangedSince(Refusal):
    code = "changed_since"
    message = lazy(
        "This was changed again since, or is in use now, and can't be taken back. Change it by hand."
    )


class PlanChanged(Refusal):
    code = "plan_changed"
    message = lazy("The set-up was changed since you looked. See what the list would do now, then import it.")


class SetupFaults(Refusal):
    """A set-up file that can't be taken as it is, with everything that is wrong with it."""

    status = 422
    code = "setup_faults"
    message = lazy("The file has faults, and nothing of it was imported. Correct them, then import it again.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(field="file")
        self.faults = list(faults)

    def as_json(self) -> dict[str, Any]:
        """With every fault: line, record, message."""
        answer = super().as_json()
        answer["error"]["faults"] = [fault.as_json() for fault in self.faults]
        return answer
