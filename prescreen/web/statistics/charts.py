"""Bars drawn by the server: lengths are shares of a track in percent, so that they fit any width.

A chart is a table: each bar stands between its label and its number, which are its text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from prescreen.workflow.statistics.cell_suppression import Shown, SuppressionMark

_THIN, _FEW = 0.5, 4.0
"""The least length of a bar that is not empty, so that it can be seen; and that of every count that is too small."""


@dataclass(frozen=True, slots=True)
class Value:
    """One bar of a chart: its label, its parts by style, and the value in words.

    `is_few`: the count is kept back because it is small; without parts or that, there is no bar. `note` says more.
    """

    label: str
    words: str
    parts: tuple[tuple[str, int], ...] = ()
    is_few: bool = False
    note: str = ""

    @property
    def whole(self) -> int:
        """Return the sum of all parts."""
        return sum(count for _style, count in self.parts)


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a bar, in percent of its track, with the name of the style that fills it."""

    style: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: a label, a bar, the value in words."""

    label: str
    words: str
    boxes: tuple[Box, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from the top, what they are of, and the words for each style where there are several."""

    caption: str
    bars: tuple[Bar, ...]
    legend: tuple[tuple[str, str], ...] = ()


def value(label: str, words: str, style: str, shown: Shown, note: str = "") -> Value:
    """Return a bar of one part: empty for none, dashed for few, left out for a count that is kept back."""
    parts = ((style, shown),) if isinstance(shown, int) and shown else ()
    return Value(label, words, parts, shown is SuppressionMark.FEW, note)


def bars(
    caption: str,
    values: Sequence[Value],
    *,
    whole: int = 0,
    shares: bool = False,
    legend: tuple[tuple[str, str], ...] = (),
) -> Chart:
    """Return a chart in which `whole`, or else the longest bar, fills its track.

    `shares`: every bar does, to compare the proportions of its parts.
    """
    most = max((whole, *(one.whole for one in values)))
    return Chart(caption, tuple(_bar(one, one.whole if shares else most) for one in values), legend)


def _bar(value: Value, most: int) -> Bar:
    boxes, left = list[Box](), 0.0
    for style, count in value.parts:
        width = _length(count, most)
        boxes.append(Box(style, left, width))
        left = round(left + width, 2)
    if value.is_few:
        boxes = [Box("few", 0, _FEW)]
    return Bar(value.label, value.words, tuple(boxes), value.note)


def _length(count: int, most: int) -> float:
    return max(_THIN, round(100 * count / most, 2)) if count else 0.0
