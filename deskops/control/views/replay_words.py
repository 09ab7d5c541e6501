"""What the pages of replays say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from deskops.control.queries.replays import Line
from deskops.control.services.replaying import CANCELLED, DONE, FAILED, REALLY, RUNNING
from deskops.core.dates import date_text, digits, number
from deskops.core.errands import ASKED
from deskops.core.i18n import gettext, lazy, ngettext

USUAL = ("fixed-map", "late-binding", "rule-offer")

NAMES = {
    REALLY: lazy("As it was"),
    "pool": lazy("One pool, full speed"),
    "same-speed-pool": lazy("One pool, usual speed"),
    "fixed-map": lazy("Paper map"),
    "shortest-queue": lazy("Shortest queue"),
    "least-wait": lazy("Least wait"),
    "late-binding": lazy("Longest wait first"),
    "rule": lazy("The rule"),
    "rule-offer": lazy("The rule with the phone"),
    "rule-advice": lazy("The rule with advice"),
    "rule-full": lazy("The whole rule"),
}
NOTES = {
    "pool": lazy("A limit: every counter serves everybody, as fast as their own desk would."),
    "same-speed-pool": lazy("A limit: every counter serves everybody, a little slower."),
    "fixed-map": lazy("Each topic has its desk, as on a sheet of paper."),
    "shortest-queue": lazy("Everybody is given the desk with the fewest people at registration."),
    "least-wait": lazy("Everybody is given the desk with the least expected wait at registration."),
    "late-binding": lazy("A free counter takes whoever has waited longest."),
    "rule": lazy("Rules A to C: nobody is offered the phone, no staff moves."),
    "rule-offer": lazy("Rules A to D: who would wait long is offered to be served by phone."),
    "rule-advice": lazy("Rules A to C, and staff moves as advised."),
    "rule-full": lazy("Rules A to F: the phone is offered, and staff moves as advised. Takes longest."),
}
STATES = {
    ASKED: lazy("Waits for its turn"),
    RUNNING: lazy("Being played"),
    DONE: lazy("Played"),
    FAILED: lazy("Could not be played"),
    CANCELLED: lazy("Cancelled"),
}
STATE_KINDS = {ASKED: "info", RUNNING: "info", DONE: "ok", FAILED: "bad", CANCELLED: ""}

# Figure, times what, decimals.
FIGURES = (
    ("mean", lazy("Mean wait"), 1, 1),
    ("p50", lazy("Half waited up to"), 1, 1),
    ("p95", lazy("95 percent up to"), 1, 1),
    ("p99", lazy("99 percent up to"), 1, 1),
    ("unserved", lazy("Not served"), 1, 0),
    ("overtaken", lazy("Overtaken, percent"), 100, 1),
    ("walks_per_1000", lazy("Walks in 1,000"), 1, 0),
    ("accepted", lazy("By phone instead"), 1, 0),
    ("staff_moves", lazy("Staff moves"), 1, 0),
    ("estimates_within_5", lazy("Told right, percent"), 100, 0),
)


def name_of(policy: str) -> str:
    return str(NAMES[policy])


def day_choice(day: date, count: int) -> str:
    """A day in the list of those that can be played."""
    people = ngettext("%(num)s person", "%(num)s people", count)
    return f"{date_text(day, 'long')} ({people})"


def headings() -> list[tuple[str, str]]:
    return [(str(heading), "number") for _, heading, _, _ in FIGURES]


def cells(line: Line) -> Iterator[tuple[str, str]]:
    """Each figure's heading, and the figure; a dash where the policy has none."""
    for figure, heading, times, decimals in FIGURES:
        value = line.figures.get(figure)
        yield str(heading), "–" if value is None else number(value * times, decimals)


def counted(counts: dict[str, int]) -> list[str]:
    """What was made of the day's demands, every one of them."""
    said = [ngettext("%(num)s person is played.", "%(num)s people are played.", counts["played"])]
    if counts["mean_service"]:
        said.append(
            gettext(
                "Of %(num)s of them nobody measured the service: it is taken to last as long as others of the topic.",
                num=digits(counts["mean_service"]),
            )
        )
    if counts["unserved"]:
        said.append(gettext("%(num)s of them were not served on that day.", num=digits(counts["unserved"])))
    if counts["paper"]:
        said.append(gettext("Left out: %(num)s typed in from paper later.", num=digits(counts["paper"])))
    if counts["other"]:
        said.append(gettext("Left out: %(num)s whose topic or site is no more.", num=digits(counts["other"])))
    if counts["desks"]:
        said.append(gettext("Left out: %(num)s desks without a counter.", num=digits(counts["desks"])))
    return said
