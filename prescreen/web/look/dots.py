"""A share as a hundred dots. A module of its own, as each thing that is drawn for a page."""

from markupsafe import Markup

from prescreen.catalog.criteria.article_reader import DOTS

_A_ROW, _APART, _START = 20, 7, 3.5
_ROUND = 'fill="none" stroke="currentColor" stroke-linecap="round"'


def dots(filled: int) -> tuple[str, Markup]:
    """Return the view box of a hundred dots and what draws them: the filled ones large, the others small.

    Each row is one line whose dashes have no length, so that a dot costs nothing.

    >>> dots(1)[1].partition("/>")[0]
    Markup('<path class="hot" stroke-width="5" fill="none" ... stroke-dasharray="0 7" d="M3.5 3.5h1"')
    """
    drawn = _path('class="hot" stroke-width="5"', 0, filled) + _path('class="soft" stroke-width="2"', filled, DOTS)
    return f"0 0 {_A_ROW * _APART} {DOTS // _A_ROW * _APART}", Markup(drawn)  # noqa: S704  # ours


def _path(looks: str, first: int, end: int) -> str:
    """Return the line through some dots, row by row; a little longer than to its last dot, which is then never lost."""
    rows = [(max(first, row), min(end, row + _A_ROW)) for row in range(0, DOTS, _A_ROW)]
    lines = [
        f"M{start % _A_ROW * _APART + _START} {start // _A_ROW * _APART + _START}h{(stop - start - 1) * _APART + 1}"
        for start, stop in rows
        if start < stop
    ]
    return f'<path {looks} {_ROUND} stroke-dasharray="0 {_APART}" d="{"".join(lines)}"/>' if lines else ""
