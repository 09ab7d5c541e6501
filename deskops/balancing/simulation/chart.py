"""The waits of each policy by percentile, as an SVG image."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from math import log10
from typing import NamedTuple

from deskops.balancing.simulation.judging import CURVE

WIDTH, HEIGHT = 960, 540
LEFT, RIGHT, TOP, BOTTOM = 70, 200, 50, 60
TICKS = (0.0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)
ROUGH_LINES = 6
LEGEND_STEP = 22
# Told apart by those who don't see all colours; lines beyond are dashed.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#000000")
DASHES = ("", "7 4", "2 3")


class Words(NamedTuple):
    """What the axes say, and how a number is written."""

    share: str = "share of people who waited no longer"
    wait: str = "wait in minutes"
    number: Callable[[str], str] = str


def chart(title: str, curves: Mapping[str, Sequence[float]], words: Words = Words()) -> str:  # noqa: B008  # immutable
    """`curves`: minutes at the percentiles of `CURVE` by policy, under the names that are shown. The axis is stretched
    towards the longest waits.
    """
    highest = max(1.0, *(max(curve) for curve in curves.values()))
    worst_first = sorted(curves, key=lambda policy: -curves[policy][-1])
    marks = {policy: _stroke(number) for number, policy in enumerate(curves)}
    body = [
        *_axes(highest, words),
        *(_line(curves[policy], highest, marks[policy], policy) for policy in curves),
        *(part for row, policy in enumerate(worst_first) for part in _legend(row, policy, marks[policy])),
    ]
    return "\n".join([*_head(title), *body, "</svg>", ""])


def _head(title: str) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'role="img" aria-labelledby="title" font-family="sans-serif" font-size="13" fill="#222">'
    )
    yield f'<title id="title">{escape(title)}</title>'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    yield f'<text x="{LEFT}" y="28" font-size="17">{escape(title)}</text>'


def _axes(highest: float, words: Words) -> Iterator[str]:
    step = _step(highest)
    minutes = 0.0
    while minutes <= highest:
        y = _y(minutes, highest)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{words.number(f"{minutes:g}")}</text>'
        minutes += step
    for share in TICKS:
        x, said = _x(share), words.number(f"{100 * share:g} %")
        yield f'<path d="M{x:.1f} {HEIGHT - BOTTOM}v6" stroke="#222"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{said}</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">{escape(words.share)}</text>'
    yield f'<text transform="translate(18 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(words.wait)}</text>'


def _line(curve: Sequence[float], highest: float, stroke: str, policy: str) -> str:
    points = " ".join(
        f"{_x(share):.1f},{_y(wait, highest):.1f}" for share, wait in zip(CURVE, curve, strict=True)
    )
    return f'<polyline points="{points}" fill="none" {stroke}><title>{escape(policy)}</title></polyline>'


def _legend(row: int, policy: str, stroke: str) -> Iterator[str]:
    x, y = WIDTH - RIGHT + 20, TOP + 10 + row * LEGEND_STEP
    yield f'<path d="M{x} {y}h28" {stroke}/>'
    yield f'<text x="{x + 36}" y="{y + 4}">{escape(policy)}</text>'


def _stroke(number: int) -> str:
    dashes = DASHES[number // len(COLOURS) % len(DASHES)]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'stroke="{COLOURS[number % len(COLOURS)]}" stroke-width="2"{dashed}'


def _x(share: float) -> float:
    """Each tenth of those who wait longer takes the same room."""
    return LEFT + (WIDTH - LEFT - RIGHT) * log10(1.0 - share) / log10(1.0 - CURVE[-1])


def _y(minutes: float, highest: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * minutes / highest


def _step(highest: float) -> float:
    """A round distance of lines that gives about half a dozen."""
    rough = highest / ROUGH_LINES
    power = 10.0 ** int(log10(rough)) if rough >= 1 else 1.0
    return next((power * factor for factor in (1, 2, 5) if power * factor >= rough), power * 10)
