"""Charts: bars in proportion to their values, inside the drawing, and labels that fit."""

from __future__ import annotations

import pytest

from prescreen.web.statistics.charts import WIDTH, Box, Chart, Value, bars, funnel, shortened


def value(count: int | None, label: str = "a state") -> Value:
    return Value(label, "?" if count is None else str(count), () if count is None else (("plain", count),))


def filled(chart: Chart) -> list[Box]:
    return [box for box in chart.boxes if box.style != "ground"]


def test_bars_are_as_long_as_their_numbers_are_large_and_the_longest_fills_the_chart() -> None:
    chart = bars([value(40), value(10), value(20)])

    assert [box.width for box in filled(chart)] == [WIDTH, WIDTH / 4, WIDTH / 2]
    assert {box.x for box in chart.boxes} == {0}


def test_what_is_not_shown_has_a_label_and_no_bar() -> None:
    chart = bars([value(40), value(None), value(20)])

    assert len(filled(chart)) == 2
    assert [label.text for label in chart.labels if label.at_end] == ["40", "?", "20"]


def test_a_bar_that_is_nearly_nothing_is_still_seen() -> None:
    assert filled(bars([value(100_000), value(1)]))[1].width > 1


def test_the_parts_of_a_bar_follow_each_other_and_come_to_the_whole() -> None:
    chart = bars([Value("a", "", (("permits", 10), ("unknown", 20), ("forbids", 10)))], shares=True)

    parts = filled(chart)
    assert [(part.style, part.x, part.width) for part in parts] == [
        ("permits", 0, WIDTH / 4),
        ("unknown", WIDTH / 4, WIDTH / 2),
        ("forbids", WIDTH * 3 / 4, WIDTH / 4),
    ]


def test_shares_are_of_one_length_whatever_they_are_of() -> None:
    chart = bars([Value("a", "", (("permits", 4), ("forbids", 4))), Value("b", "", (("permits", 100),))], shares=True)

    assert [box.width for box in filled(chart)] == [WIDTH / 2, WIDTH / 2, WIDTH]


def test_lines_do_not_cover_each_other() -> None:
    chart = bars([value(3), value(None), value(9)])

    tops = [box.y for box in filled(chart)]
    bases = [label.y for label in chart.labels if not label.at_end]
    assert bases == sorted(bases)
    assert all(base < top for base, top in zip((bases[0], bases[2]), tops, strict=True))
    assert tops[0] + filled(chart)[0].height < bases[1]
    assert max(box.y + box.height for box in chart.boxes) == chart.height


def test_the_steps_of_a_funnel_stand_in_the_middle_and_slopes_join_their_corners() -> None:
    chart = funnel([value(100), value(50), value(10)])

    middles = {box.x + box.width / 2 for box in chart.boxes}
    assert middles == {WIDTH / 2}
    assert [box.width for box in chart.boxes] == [WIDTH, WIDTH / 2, WIDTH / 10]
    first, second, _ = chart.boxes
    bottom = first.y + first.height
    assert chart.slopes[0] == f"0,{bottom:g} {WIDTH},{bottom:g} {WIDTH * 3 // 4},{second.y:g} {WIDTH // 4},{second.y:g}"
    assert len(chart.slopes) == 2


def test_no_slope_leads_to_a_step_that_is_not_shown() -> None:
    assert funnel([value(100), value(None), value(10)]).slopes == ()


@pytest.mark.parametrize("draw", [bars, funnel])
@pytest.mark.parametrize("values", [[], [value(0)], [value(None)], [value(0), value(None)]])
def test_a_chart_of_nothing_is_drawn(draw, values: list[Value]) -> None:
    chart = draw(values)

    assert filled(chart) == [] or {box.width for box in filled(chart)} == {0}
    assert chart.height >= 0


def test_a_label_leaves_room_for_its_number() -> None:
    [label, words] = bars([Value("a criterion of a great many letters indeed", "1,234 · 100%", (("plain", 1),))]).labels

    assert len(label.text) + len(words.text) < 40
    assert label.text.endswith("…")
    assert shortened("short") == "short"
