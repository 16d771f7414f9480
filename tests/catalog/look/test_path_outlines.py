"""Path data is drawn as SVG draws it, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.look.look import OUR_MARK
from prescreen.catalog.look.path_outlines import LONGEST_PATH, PathError, outlines

SQUARE = ((1.0, 1.0), (5.0, 1.0), (5.0, 5.0), (1.0, 5.0))


@pytest.mark.parametrize(
    "path",
    [
        "M1 1L5 1L5 5L1 5Z",
        "M1 1H5V5H1Z",
        "m1 1h4v4h-4z",
        "M1,1,5,1,5,5,1,5",
        "m1 1 4 0 0 4-4 0z",
        " M1.0 1.L5,1 5,5 1,5 z ",
        "M1 1l4 0 0 4-4 0",
    ],
)
def test_one_shape_written_in_many_ways_is_one(path: str) -> None:
    assert outlines(path) == (SQUARE,)


def test_after_a_shape_is_closed_drawing_goes_on_where_it_began() -> None:
    assert outlines("M1 1h4v4h-4zl4 0 0 4-4 0z") == (SQUARE, SQUARE)


def test_a_curve_begins_and_ends_where_it_says_and_stays_between_its_points() -> None:
    [shape] = outlines("M0 0C0 4 4 4 4 0z")

    assert (shape[0], shape[-1]) == ((0, 0), (4, 0))
    assert max(y for _x, y in shape) == pytest.approx(3)
    assert shape[6] == pytest.approx((2, 3))


def test_a_smooth_curve_goes_on_as_the_last_one_ended() -> None:
    assert outlines("M0 0C0 4 4 4 4 2S8 0 8 2z") == outlines("M0 0C0 4 4 4 4 2C4 0 8 0 8 2z")
    assert outlines("M0 0h4S8 0 8 2z") == outlines("M0 0h4C4 0 8 0 8 2z")


def test_our_mark_has_five_teeth_of_which_one_is_lit() -> None:
    assert (len(outlines(OUR_MARK.path)), len(outlines(OUR_MARK.spark))) == (4, 1)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "a path begins with 'M'"),
        ("L1 1", "a path begins with 'M'"),
        ("M1 1", "the path encloses nothing"),
        ("M1 1L3", "'L' cannot have 1 numbers; it takes 2"),
        ("M1 1Z4", "'Z' cannot have 1 numbers; it takes 0"),
        ("M1 1L2 2 Q1 1 2 2", "'Q' is not drawn"),
        ("M1 1e5 3", "'e' is not drawn"),
        ("M1 1L2 &quot;", "'&' is no number"),
        ("M1 1L٣ 3", "'٣' is no number"),
        ("M0 0" + "h1" * LONGEST_PATH, "at most 2000 are drawn"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(path: str, why: str) -> None:
    with pytest.raises(PathError, match=why):
        outlines(path)


@given(st.text(alphabet="MmLlHhVvCcSsZzAa0123456789.-+, \"<>&'", max_size=60).map(lambda rest: f"M{rest}"))
def test_whatever_is_drawn_holds_nothing_that_could_leave_its_attribute(path: str) -> None:
    try:
        outlines(path)
    except PathError:
        return
    assert not set(path) & set("\"<>&'")
