"""The comb: each tooth stands for a trial, and a crowd of them is drawn in proportion."""

from hypothesis import given
from hypothesis import strategies as st

from prescreen.web.look.comb import MOST_TEETH, comb, scaled

COUNTS = st.lists(st.integers(0, 3_000), min_size=1, max_size=6)


@given(COUNTS)
def test_what_is_there_has_a_tooth_and_what_is_not_has_none(counts: list[int]):
    assert [bool(drawn) for drawn in scaled(counts)] == [bool(count) for count in counts]


@given(COUNTS)
def test_a_crowd_fills_the_comb_and_no_more(counts: list[int]):
    assert sum(scaled(counts)) == min(sum(counts), MOST_TEETH)


@given(COUNTS)
def test_more_of_one_kind_never_have_fewer_teeth(counts: list[int]):
    drawn = sorted(zip(counts, scaled(counts), strict=True))
    assert [teeth for _count, teeth in drawn] == sorted(teeth for _count, teeth in drawn)


def test_a_screen_reader_passes_over_it():
    assert 'aria-hidden="true"' in comb((("f", 3),))
