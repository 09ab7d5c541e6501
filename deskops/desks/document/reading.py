"""A set-up file read and checked as a whole: either all of it is right, or every fault is told with its line."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from pydantic import TypeAdapter, ValidationError

from deskops.core.forms import fault_message
from deskops.core.i18n import lazy as _l
from deskops.desks.document.checks import faults_of
from deskops.desks.document.lines import Place, lines_of_records
from deskops.desks.document.records import Setup
from deskops.desks.errors import Fault, SetupFaults

NAME, VERSION = "deskops-setup", 1
FORMAT = f"{NAME}/{VERSION}"
MAX_BYTES = 8 * 1024 * 1024
# More of them help nobody: the file is another one than was meant.
MAX_FAULTS = 200

_SETUP = TypeAdapter(Setup)
_TOML_LINE = re.compile(r"at line (\d+)")


def read_setup(source: bytes | str) -> Setup:
    """Read a file. Raises SetupFaults with everything that is wrong."""
    text = source if isinstance(source, str) else _decoded(source)
    raw = _parsed(text)
    _check_format(raw, text)
    return check_setup(raw, text)


def setup_from_json(body: Any) -> Setup:
    """As `read_setup`, of a JSON object with the same keys. Raises SetupFaults."""
    if not isinstance(body, dict):
        raise SetupFaults([Fault(None, "", _l("A set-up is one JSON object."))])
    _check_format(body, None)
    return check_setup(body)


def check_setup(raw: dict[str, Any], text: str = "") -> Setup:
    """Check what was parsed; `text` is what it was parsed from, for the lines. Raises SetupFaults."""
    try:
        setup = _SETUP.validate_python(raw)
    except ValidationError as error:
        lines = lines_of_records(text)
        raise SetupFaults([_fault(one, raw, lines) for one in error.errors()[:MAX_FAULTS]]) from None
    found = faults_of(setup)
    if found:
        lines = lines_of_records(text)
        raise SetupFaults([Fault(_line(place, lines), _record(place, raw), words) for place, words in found])
    return setup


def _decoded(source: bytes) -> str:
    if len(source) > MAX_BYTES:
        most = MAX_BYTES // 1024 // 1024
        words = _l(
            "The file is larger than %(most)s MB. A set-up is far smaller: choose another file.", most=most
        )
        raise SetupFaults([Fault(None, "", words)])
    try:
        return source.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        words = _l("The file is not in UTF-8. Open it in an editor and save it as UTF-8.")
        raise SetupFaults([Fault(line, "", words)]) from None


def _parsed(text: str) -> dict[str, Any]:
    if text.lstrip().startswith(("{", "PK", "<")):
        raise SetupFaults([Fault(1, "", _other_format())])
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _TOML_LINE.search(str(error))
        if found is None:
            words = _l("The file ends in the middle of a record: it is cut off. Fetch it whole again.")
            raise SetupFaults([Fault(text.count("\n") + 1, "", words)]) from None
        words = _l(
            "This line can't be read. Look for a missing quotation mark, comma or bracket, here or just above."
        )
        raise SetupFaults([Fault(int(found[1]), "", words)]) from None


def _check_format(raw: dict[str, Any], text: str | None) -> None:
    given = raw.get("format")
    if given == FORMAT:
        return
    line = lines_of_records(text).get(("format",), 1) if text is not None else None
    name, _, version = given.partition("/") if isinstance(given, str) else ("", "", "")
    if name != NAME or not (version.isascii() and version.isdecimal()):
        raise SetupFaults([Fault(line, "", _other_format())])
    words = _l(
        "The file has the format %(given)s, this is %(wanted)s. Export it again from an installation of this version,"
        " or start from its list files.",
        given=given,
        wanted=FORMAT,
    )
    raise SetupFaults([Fault(line, "", words)])


def _other_format() -> Any:
    return _l(
        "This is no set-up file of this version: its first line must be %(first)s. Export the set-up again.",
        first=f'format = "{FORMAT}"',
    )


def _fault(error: Any, raw: dict[str, Any], lines: dict[Place, int]) -> Fault:
    place = tuple(error["loc"])
    return Fault(_line(place, lines), _record(place, raw), _words(error, str(place[-1]) if place else ""))


def _words(error: Any, key: str) -> Any:
    if error["type"] in ("missing", "missing_keyword_only_argument"):
        return _l("“%(key)s” is missing. If the file ends too early, fetch it whole again.", key=key)
    if error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return _l("“%(key)s” is not known here. Correct the name, or take it out.", key=key)
    return _l("%(key)s: %(message)s", key=key, message=fault_message(error))


def _line(place: Place, lines: dict[Place, int]) -> int | None:
    """The line of a place, or of what it is in."""
    while place:
        if place in lines:
            return lines[place]
        place = place[:-1]
    return 1 if lines else None


def _record(place: Place, raw: dict[str, Any]) -> str:
    """Such as "desks[education]", or "walks[3]" for what has no code."""
    if len(place) < 2 or not isinstance(place[1], int):
        return ""
    try:
        code = raw[str(place[0])][place[1]]["code"]
    except (LookupError, TypeError):
        code = place[1] + 1
    return f"{place[0]}[{code}]"
