"""Small charts drawn by the server: these functions return shapes in one coordinate system, a template draws them.

A chart is `WIDTH` units wide, about the pixels of a narrow telephone, where its text stays readable.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 320
_TEXT_HEIGHT, _BAR_HEIGHT, _GAP = 20, 16, 12
_STEP_HEIGHT, _SLOPE_HEIGHT = 18, 16
_MOST_LETTERS = 27
_THIN = 1.5
"""The least width of a bar that is not empty, so that it can be seen."""


@dataclass(frozen=True, slots=True)
class Value:
    """One bar of a chart: its label, its parts by style, and the value in words.

    Without parts there is no bar: the value is hidden.
    """

    label: str
    words: str
    parts: tuple[tuple[str, int], ...] = ()

    @property
    def whole(self) -> int:
        """Return the sum of all parts."""
        return sum(count for _style, count in self.parts)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, with the name of the style that fills it."""

    style: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    """Text that begins (or, with `at_end`, ends) at a point of its baseline."""

    text: str
    x: float
    y: float
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """The shapes of a chart, from the top. `slopes` are the corners of the quadrilaterals between two steps."""

    height: float
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]
    slopes: tuple[str, ...] = ()
    width: int = WIDTH


def bars(values: Sequence[Value], *, shares: bool = False) -> Chart:
    """Return a chart of horizontal bars, each under its label; the longest is as wide as the chart.

    `shares`: every bar is as wide as the chart, to compare the proportions of parts.
    """
    most = max((value.whole for value in values), default=0)
    boxes: list[Box] = []
    labels: list[Label] = []
    top = 0.0
    for value in values:
        labels += _labels(value, top)
        boxes += _bar(value, top + _TEXT_HEIGHT, value.whole if shares else most)
        top += _TEXT_HEIGHT + _GAP + (_BAR_HEIGHT if value.parts else 0)
    return Chart(max(0.0, top - _GAP), tuple(boxes), tuple(labels))


def _bar(value: Value, top: float, most: int) -> list[Box]:
    if not value.parts:
        return []
    boxes, left = [Box("ground", 0, top, WIDTH, _BAR_HEIGHT)], 0.0
    for style, count in value.parts:
        width = _length(count, most)
        boxes += [Box(style, left, top, width, _BAR_HEIGHT)] if width else []
        left += width
    return boxes


def funnel(values: Sequence[Value]) -> Chart:
    """Return a chart with a centred step for each value, and slopes between the steps."""
    most = max((value.whole for value in values), default=0)
    boxes: list[Box] = []
    labels: list[Label] = []
    slopes: list[str] = []
    for place, value in enumerate(values):
        top = place * (_TEXT_HEIGHT + _STEP_HEIGHT + _SLOPE_HEIGHT)
        labels += _labels(value, top)
        boxes += [_step(value, top + _TEXT_HEIGHT, most)] if value.parts else []
        if place and value.parts and values[place - 1].parts:
            slopes.append(_slope(_step(values[place - 1], top - _SLOPE_HEIGHT - _STEP_HEIGHT, most), boxes[-1]))
    height = len(values) * (_TEXT_HEIGHT + _STEP_HEIGHT + _SLOPE_HEIGHT) - (_SLOPE_HEIGHT if values else 0)
    return Chart(height, tuple(boxes), tuple(labels), tuple(slopes))


def _step(value: Value, top: float, most: int) -> Box:
    width = _length(value.whole, most)
    style = value.parts[0][0]
    return Box(style, round((WIDTH - width) / 2, 2), top, width, _STEP_HEIGHT)


def _slope(upper: Box, lower: Box) -> str:
    """Return the corners between the lower edge of one step and the upper edge of the next."""
    bottom, top = upper.y + upper.height, lower.y
    corners = (
        (upper.x, bottom),
        (upper.x + upper.width, bottom),
        (lower.x + lower.width, top),
        (lower.x, top),
    )
    return " ".join(f"{x:g},{y:g}" for x, y in corners)


def _labels(value: Value, top: float) -> list[Label]:
    base = top + _TEXT_HEIGHT - 5
    room = max(8, _MOST_LETTERS + 12 - len(value.words))
    return [Label(shortened(value.label, room), 0, base), Label(value.words, WIDTH, base, at_end=True)]


def _length(count: int, most: int) -> float:
    if not count or not most:
        return 0.0
    return max(_THIN, round(WIDTH * count / most, 2))


def shortened(text: str, most: int = _MOST_LETTERS) -> str:
    """Return a text shortened to at most `most` characters.

    >>> shortened("leg pain"), shortened("a very long name of a criterion", 12)
    ('leg pain', 'a very long…')
    """
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
