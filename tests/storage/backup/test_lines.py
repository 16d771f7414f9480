"""Lines of rows: SQLite's own values, written as PostgreSQL's COPY writes them, and read again."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.storage.backup.lines import Stored, blocks, joined, line_in_sql, rows_of

DECLARED = ("INTEGER", "CHAR(32)", "BLOB", "BOOLEAN", "DATETIME", "TEXT", "JSON", "DATE")
# SQLite's own text functions end at a NUL, which PostgreSQL cannot hold.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES: dict[str, st.SearchStrategy[Stored]] = {
    "INTEGER": st.integers(-(1 << 63), (1 << 63) - 1),
    "CHAR(32)": st.uuids().map(lambda one: one.hex),
    "BLOB": st.binary(),
    "BOOLEAN": st.integers(0, 1),
    "DATETIME": st.datetimes().map(lambda at: at.strftime("%Y").zfill(4) + at.strftime("-%m-%d %H:%M:%S.%f")),
    "TEXT": TEXTS,
    "JSON": st.lists(TEXTS).map(lambda one: json.dumps(one, ensure_ascii=False)),
    "DATE": st.dates().map(str),
}
ROWS = st.lists(st.tuples(*(st.none() | VALUES[declared] for declared in DECLARED)), min_size=1, max_size=4)
COLUMNS = [(f'"{name}"', declared) for name, declared in zip("abcdefgh", DECLARED, strict=True)]


@given(ROWS)
def test_rows_that_were_written_as_lines_are_read_again(rows: list[tuple[Stored, ...]]) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"CREATE TABLE t ({', '.join(map(' '.join, COLUMNS))})")
        database.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        written = joined(database.execute(f"SELECT {line_in_sql(COLUMNS)} FROM t").fetchall())  # noqa: S608 - ours

    assert written.count(b"\n") == len(rows)
    assert rows_of(written, DECLARED) == [list(row) for row in rows]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"1\n", "a column too few"),
        (b"x\t\\N\n", "no number"),
        (b"1\t\\\\xZZ\n", "no bytes"),
        (b"1\ta\tb\n", "too many"),
    ],
)
def test_a_line_that_is_no_such_row_is_refused(line: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        rows_of(line, ("INTEGER", "BLOB"))
    assert why


def test_blocks_hold_whole_lines_and_no_more_than_they_must() -> None:
    lines = [b"x" * 300_000 + b"\n"] * 10

    made = list(blocks(lines))

    assert b"".join(made) == b"".join(lines)
    assert {len(block) // len(lines[0]) for block in made} == {4, 2}
