"""Cell suppression, against an attacker who tries every table that fits what is shown.

The attacker knows the meaning of the marks, and the totals, and tries all whole numbers. The oracle shares no code with
the product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from prescreen.workflow.statistics.cell_suppression import (
    FEW,
    TOTAL,
    Shown,
    SuppressionMark,
    protected_parts,
    protected_table,
)

BEYOND = 9
"""How far above the truth the reader tries counts that are kept back."""

Parts = Mapping[str, int]
parts_of = some.dictionaries(some.sampled_from("abcde"), some.integers(0, 14), min_size=1, max_size=5)
COLUMNS = ("sent", "contacted", "enrolled")


def tables(columns: int, most: int) -> some.SearchStrategy[dict[str, dict[str, int]]]:
    row = some.fixed_dictionaries({column: some.integers(0, most) for column in COLUMNS[:columns]})
    return some.dictionaries(some.sampled_from("abc"), row, min_size=1, max_size=3)


def possible(shown: Shown, most: int) -> Sequence[int]:
    """Return every value that a count may have by what stands in its place."""
    if shown is SuppressionMark.FEW:
        return range(1, FEW)
    return range(FEW, most + 1) if shown is SuppressionMark.HIDDEN else [shown]


def fits(shown: Shown, value: int) -> bool:
    return value in possible(shown, max(value, FEW))


def readings_of_parts(shown: Mapping[str, Shown], most: int) -> Iterator[dict[str, int]]:
    """Yield every way to fill in what is kept back of the parts of a total."""
    names = [name for name in shown if name != TOTAL]
    for values in product(*(possible(shown[name], most) for name in names)):
        if fits(shown[TOTAL], sum(values)):
            yield dict(zip(names, values, strict=True)) | {TOTAL: sum(values)}


def given_away(shown: Mapping[str, Shown], readings: Sequence[Mapping[str, int]]) -> list[str]:
    """Return the small counts that have one and the same value however the rest is filled in."""
    few = [name for name, count in shown.items() if count is SuppressionMark.FEW]
    return [name for name in few if len({reading[name] for reading in readings}) < 2]


@pytest.mark.parametrize("fixed", [False, True])
@given(parts=parts_of)
@example(parts={"a": 1, "b": 5})
@example(parts={"a": 4, "b": 4, "c": 4})
@example(parts={"a": 1, "b": 1, "c": 100})
@example(parts={"a": 3, "b": 40})
@example(parts={"a": 2})
def test_no_small_part_of_a_total_can_be_worked_out(parts: Parts, fixed: bool) -> None:
    shown = protected_parts(parts, fixed=fixed)

    if shown is not None:
        most = max(parts.values()) + BEYOND
        assert given_away(shown, list(readings_of_parts(shown, most))) == []


@given(parts=parts_of)
def test_what_is_shown_of_parts_is_true_and_zero_is_never_kept_back(parts: Parts) -> None:
    shown = protected_parts(parts)

    for name, value in {**parts, TOTAL: sum(parts.values())}.items():
        assert shown is None or (fits(shown[name], value) and (value or shown[name] == 0))


def test_a_reader_finds_what_is_kept_back_where_nothing_but_the_small_count_is() -> None:
    shown: dict[str, Shown] = {"a": SuppressionMark.FEW, "b": 40, "c": 12, TOTAL: 55}

    assert given_away(shown, list(readings_of_parts(shown, 60))) == ["a"]


def test_one_small_count_takes_the_next_smallest_with_it_and_no_more() -> None:
    assert protected_parts({"a": 3, "b": 40, "c": 12}) == {
        "a": SuppressionMark.FEW,
        "b": 40,
        "c": SuppressionMark.HIDDEN,
        TOTAL: 55,
    }


def test_two_small_counts_hide_each_other() -> None:
    assert protected_parts({"a": 3, "b": 40, "c": 2}) == {
        "a": SuppressionMark.FEW,
        "b": 40,
        "c": SuppressionMark.FEW,
        TOTAL: 45,
    }


def test_without_small_counts_everything_is_shown() -> None:
    assert protected_parts({"a": 5, "b": 0, "c": 12}) == {"a": 5, "b": 0, "c": 12, TOTAL: 17}


def test_of_fewer_than_five_in_all_nothing_is_shown_where_the_total_would_tell() -> None:
    assert protected_parts({"a": 1, "b": 1, "c": 1, "d": 1}) is None


def readings_of_table(
    shown: Mapping[str, Mapping[str, Shown]], sums: Parts, columns: Sequence[str], most: int
) -> Iterator[dict[str, int]]:
    """Yield every way to fill in a table whose sums of columns are known, row by row."""
    if not shown:
        if not any(sums.values()):
            yield {}
        return
    name, *others = shown
    row = shown[name]
    for values in product(*(possible(row[column], min(most, sums[column])) for column in columns)):
        left = {column: sums[column] - value for column, value in zip(columns, values, strict=True)}
        if min(left.values()) >= 0 and fits(row[TOTAL], sum(values)):
            here = {f"{name} {column}": value for column, value in zip(columns, values, strict=True)}
            for rest in readings_of_table({other: shown[other] for other in others}, left, columns, most):
                yield here | {f"{name} {TOTAL}": sum(values)} | rest


def flat(table: Mapping[str, Mapping[str, Shown]]) -> dict[str, Shown]:
    return {f"{name} {column}": count for name, row in table.items() for column, count in row.items()}


def given_away_by_table(table: Mapping[str, Mapping[str, int]], columns: Sequence[str]) -> list[str]:
    sums = {column: sum(row[column] for row in table.values()) for column in columns}
    shown = protected_table(table, columns)
    if shown is None:
        return []
    return given_away(flat(shown), list(readings_of_table(shown, sums, columns, max(sums.values()) + 1)))


@given(table=tables(2, 9))
@example(table={"a": {"sent": 1, "contacted": 9}, "b": {"sent": 9, "contacted": 1}})
def test_no_small_cell_of_a_table_can_be_worked_out_from_it_and_its_totals(table) -> None:
    assert given_away_by_table(table, COLUMNS[:2]) == []


@given(table=tables(3, 7))
def test_no_small_cell_of_a_wider_table_can_be_worked_out_either(table) -> None:
    assert given_away_by_table(table, COLUMNS) == []


def test_a_reader_finds_a_small_cell_where_one_other_of_its_row_is_kept_back_but_none_of_its_column() -> None:
    shown: dict[str, dict[str, Shown]] = {
        "a": {"sent": SuppressionMark.FEW, "contacted": SuppressionMark.HIDDEN, TOTAL: 13},
        "b": {"sent": 9, "contacted": 8, TOTAL: 17},
    }
    sums = {"sent": 12, "contacted": 18}

    assert given_away(flat(shown), list(readings_of_table(shown, sums, COLUMNS[:2], 30))) == ["a sent"]


def test_a_table_whose_column_is_small_as_a_whole_is_not_shown() -> None:
    assert protected_table({"a": {"sent": 10, "contacted": 2}, "b": {"sent": 9, "contacted": 1}}, COLUMNS[:2]) is None


def test_a_table_of_large_counts_is_shown_as_it_is() -> None:
    table = {"a": {"sent": 10, "contacted": 6}, "b": {"sent": 0, "contacted": 5}}

    shown = protected_table(table, COLUMNS[:2])

    assert shown == {name: {**row, TOTAL: sum(row.values())} for name, row in table.items()}
