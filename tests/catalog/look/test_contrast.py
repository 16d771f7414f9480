"""Contrast is that of the accessibility guidelines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.look.contrast import contrast, luminance

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLORS, COLORS)
def test_contrast_is_the_same_in_either_order_and_from_1_to_21(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21


@given(COLORS)
def test_a_color_has_no_contrast_to_itself_and_the_most_to_black_or_white(one: str) -> None:
    to_black, to_white = contrast(one, "#000000"), contrast(one, "#ffffff")

    assert contrast(one, one) == 1
    assert to_black * to_white == pytest.approx(21)


@given(COLORS, st.sampled_from((1, 3, 5)))
def test_more_of_any_channel_is_brighter(one: str, at: int) -> None:
    channel = int(one[at : at + 2], 16)
    more = f"{one[:at]}{min(channel + 1, 255):02x}{one[at + 2 :]}"

    assert luminance(more) >= luminance(one)
    assert (luminance(more) > luminance(one)) == (channel < 255)


# As told by https://webaim.org/resources/contrastchecker/, whose numbers are cut off after two places.
@pytest.mark.parametrize(
    ("color", "ground", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#777777", "#ffffff", 4.47),
        ("#767676", "#ffffff", 4.54),
        ("#949494", "#ffffff", 3.03),
        ("#ff0000", "#ffffff", 3.99),
        ("#0000ff", "#ffffff", 8.59),
        ("#00ff00", "#000000", 15.3),
    ],
)
def test_known_pairs_have_their_known_contrast(color: str, ground: str, ratio: float) -> None:
    assert contrast(color, ground) == pytest.approx(ratio, abs=0.01)
