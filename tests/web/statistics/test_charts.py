"""Charts: bars in proportion to their values, inside their tracks, and labels that fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from prescreen.eligibility.criteria.text import shortened
from prescreen.web.statistics.charts import Bar, Box, Value, bars, value
from prescreen.workflow.statistics.cell_suppression import SuppressionMark


def drawn(*values: Value, whole: int = 0, shares: bool = False) -> tuple[Bar, ...]:
    return bars("states", values, whole=whole, shares=shares).bars


def of(count: int) -> Value:
    return value("a state", str(count), "fa", count)


def test_bars_are_as_long_as_their_numbers_are_large_and_the_longest_fills_its_track() -> None:
    assert [[box.width for box in bar.boxes] for bar in drawn(of(40), of(10), of(20))] == [[100], [25], [50]]


def test_bars_of_a_whole_are_shares_of_it() -> None:
    assert [box.width for bar in drawn(of(40), of(10), whole=80) for box in bar.boxes] == [50, 12.5]


def test_a_small_count_is_dashed_and_of_one_length_and_what_is_kept_back_has_no_bar() -> None:
    few, hidden = drawn(
        value("a", "fewer than 5", "fa", SuppressionMark.FEW), value("b", "not shown", "fa", SuppressionMark.HIDDEN)
    )

    assert few.boxes == (Box("few", 0, 4.0),)
    assert (hidden.boxes, hidden.words) == ((), "not shown")


def test_a_bar_that_is_nearly_nothing_is_still_seen_and_nothing_has_none() -> None:
    _most, least, none = drawn(of(100_000), of(1), of(0))

    assert least.boxes[0].width > 0.2
    assert none.boxes == ()


def test_the_parts_of_a_bar_follow_each_other_and_come_to_the_whole() -> None:
    [bar] = drawn(Value("a", "", (("ff", 10), ("fn", 20), ("fo", 10))), shares=True)

    assert bar.boxes == (Box("ff", 0, 25), Box("fn", 25, 50), Box("fo", 75, 25))


@given(some.lists(some.integers(0, 10**6), max_size=8), some.integers(0, 10**6))
def test_no_bar_leaves_its_track(counts: list[int], whole: int) -> None:
    chart = drawn(*map(of, counts), whole=whole)

    assert all(box.x >= 0 and box.x + box.width <= 100 for bar in chart for box in bar.boxes)


@pytest.mark.parametrize("values", [[], [of(0)], [value("a", "?", "fa", SuppressionMark.HIDDEN)]])
def test_a_chart_of_nothing_is_drawn(values: list[Value]) -> None:
    assert [bar.boxes for bar in drawn(*values)] == [()] * len(values)


def test_a_long_label_ends_at_a_word() -> None:
    assert shortened("You have tried pills, and a plan", 24) == "You have tried pills…"
    assert shortened("short", 24) == "short"
