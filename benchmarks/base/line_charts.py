"""Line charts as SVG: two panels with logarithmic axes, readable on light and on dark."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

from benchmarks.base.report import Curve

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM, _LABELS = 460, 400, 62, 46, 48, 310
_COLOURS = ("ours", "c1", "c2", "c3", "c4", "c5", "c6")
_STYLE = """
  svg { background: #fff } text { font: 13px system-ui, sans-serif; fill: #222 } .title { font-weight: 600 }
  .grid { stroke: #ddd } .curve { fill: none; stroke-width: 2 } .ours { stroke-width: 3.5 }
  .ours { stroke: #0b6bcb; fill: #0b6bcb } .c1 { stroke: #b35900; fill: #b35900 } .c2 { stroke: #7a3e9d; fill: #7a3e9d }
  .c3 { stroke: #1a7f37; fill: #1a7f37 } .c4 { stroke: #b3261e; fill: #b3261e } .c5 { stroke: #5f6b7a; fill: #5f6b7a }
  .c6 { stroke: #0f766e; fill: #0f766e }
  text.ours, text.c1, text.c2, text.c3, text.c4, text.c5, text.c6 { stroke: none } path.curve { fill: none }
  @media (prefers-color-scheme: dark) {
    svg { background: #14181d } text { fill: #e6e6e6 } .grid { stroke: #39414b }
    .ours { stroke: #6cb2ff; fill: #6cb2ff } .c1 { stroke: #ffa657; fill: #ffa657 }
    .c2 { stroke: #d2a8ff; fill: #d2a8ff }
    .c3 { stroke: #7ee787; fill: #7ee787 } .c4 { stroke: #ff8b82; fill: #ff8b82 } .c5 { stroke: #a9b4c0; fill: #a9b4c0 }
    .c6 { stroke: #5eead4; fill: #5eead4 }
  }
"""


def picture(panels: Sequence[tuple[str, str, Sequence[Curve]]]) -> str:
    """Return a picture of panels: a title, the label of the horizontal axis, and the curves, our own first."""
    across = _LEFT + _WIDTH + _LABELS
    drawn = "\n".join(
        f'<g transform="translate({place * across} 0)">{_panel(title, along, curves)}</g>'
        for place, (title, along, curves) in enumerate(panels)
        if any(curve.points for curve in curves)
    )
    width, height = across * len(panels), _TOP + _HEIGHT + _BOTTOM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="How the cost grows">\n<style>{_STYLE}</style>\n{drawn}\n</svg>\n'
    )


def _panel(title: str, along: str, curves: Sequence[Curve]) -> str:
    points = [point for curve in curves for point in curve.points]
    across = _Axis([x for x, _ in points], _LEFT, _LEFT + _WIDTH)
    up = _Axis([y for _, y in points], _TOP + _HEIGHT, _TOP)
    parts = [f'<text class="title" x="{_LEFT}" y="24">{escape(title)}</text>']
    for mark in across.marks:
        x = across.at(mark)
        parts.append(f'<line class="grid" x1="{x:.0f}" y1="{_TOP}" x2="{x:.0f}" y2="{_TOP + _HEIGHT}"/>')
        parts.append(f'<text x="{x:.0f}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle">{mark:,.0f}</text>')
    for mark in up.marks:
        y = up.at(mark)
        parts.append(f'<line class="grid" x1="{_LEFT}" y1="{y:.0f}" x2="{_LEFT + _WIDTH}" y2="{y:.0f}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{_duration(mark)}</text>')
    middle, bottom = _LEFT + _WIDTH / 2, _TOP + _HEIGHT + 40
    parts.append(f'<text x="{middle:.0f}" y="{bottom}" text-anchor="middle">{escape(along)}</text>')
    return "\n".join(parts + _curves(curves, across, up))


def _curves(curves: Sequence[Curve], across: "_Axis", up: "_Axis") -> list[str]:
    """Return the curves, each with its name at its end, moved down where it would cover another name."""
    parts: list[str] = []
    taken: list[float] = []
    ends = {curve.name: up.at(curve.points[-1][1]) for curve in curves if curve.points}
    for curve, colour in zip(curves, _COLOURS, strict=False):
        places = [(across.at(x), up.at(y)) for x, y in curve.points]
        line = " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path class="curve {colour}" d="M{line}"/>')
        parts += [f'<circle class="{colour}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places]
    for curve, colour in sorted(zip(curves, _COLOURS, strict=False), key=lambda pair: ends.get(pair[0].name, 0)):
        y = max([ends[curve.name] + 4, *(one + 16 for one in taken)])
        taken = [y]
        x = _LEFT + _WIDTH + 8
        parts.append(f'<text class="{colour}" x="{x}" y="{y:.0f}">{escape(curve.name)}</text>')
    return parts


class _Axis:
    """A logarithmic axis over whole powers of ten, between two coordinates."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self._low, self._high = floor(log10(min(values))), max(ceil(log10(max(values))), floor(log10(min(values))) + 1)
        self._start, self._end = start, end

    @property
    def marks(self) -> list[float]:
        """Return the powers of ten on the axis."""
        return [10.0**power for power in range(self._low, self._high + 1)]

    def at(self, value: float) -> float:
        """Return the coordinate of a value."""
        share = (log10(value) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)


def _duration(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size * 0.999:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds * 1e9:,.0f} ns"
