"""A share as a hundred dots: as many large ones as the share says, and each of the others small."""

import re

from hypothesis import given
from hypothesis import strategies as st

from prescreen.web.look.dots import DOTS, dots

LINE = re.compile(r"M([\d.]+) ([\d.]+)h(\d+)")
APART = 7


def places(path: str) -> list[tuple[float, float]]:
    """Return where a line with dashes of no length, 7 apart, has its dots."""
    lines = [tuple(map(float, found)) for found in LINE.findall(path)]
    return [(x + step * APART, y) for x, y, long in lines for step in range(int(long // APART) + 1)]


@given(st.integers(0, DOTS))
def test_so_many_are_large_and_all_have_a_place_of_their_own(filled: int):
    view_box, paths = dots(filled)
    large, small = [
        places("".join(one for one in paths.split("/>") if one.startswith(f'<path class="{style}"')))
        for style in ("hot", "soft")
    ]

    assert (len(large), len(small)) == (filled, DOTS - filled)
    assert len({*large, *small}) == DOTS
    assert view_box == "0 0 140 35"
    assert all(0 < x < 140 and 0 < y < 35 for x, y in (*large, *small))


@given(st.integers(1, DOTS - 1))
def test_the_large_ones_come_first_as_one_reads(filled: int):
    _, paths = dots(filled)
    large, small = [places(one) for one in paths.split("/>")[:2]]

    assert max((y, x) for x, y in large) < min((y, x) for x, y in small)
