"""One trial over a table with a column per question, as in a service without a matching engine of its own.

SQL has the third value: NULL is unknown.
"""

import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.base.workload import Crowd
from benchmarks.rivals.rule_folding import Sense, formula
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import BooleanTest, ChoicesTest, NumberTest, OptionTest, Test
from prescreen.eligibility.criteria.trials import Trial

_ROWS_AT_ONCE = 20_000


class _Sql:
    """Conditions on whole numbers: an option is its index, ticked options are bits."""

    def __init__(self, bank: QuestionBank) -> None:
        self._bank = bank

    def every(self, parts: Sequence[str]) -> str:
        return f"({' AND '.join(parts)})" if parts else "TRUE"

    def some(self, parts: Sequence[str]) -> str:
        return f"({' OR '.join(parts)})" if parts else "FALSE"

    def negated(self, part: str) -> str:
        return f"(NOT {part})"

    def test(self, test: Test, sense: Sense) -> str:
        name = test.question
        match test:
            case BooleanTest():
                return f"({name} = {int(test.expected)})"
            case OptionTest():
                places = ", ".join(str(place) for place in self._places(name, test.options))
                return f"({name} IN ({places}))"
            case ChoicesTest():
                return self._ticks(test)
            case NumberTest():
                limits = (test.equal, test.min, test.max, test.above, test.below)
                signs = zip(("=", ">=", "<=", ">", "<"), limits, strict=True)
                return self.every([f"{name} {sign} {limit}" for sign, limit in signs if limit is not None])

    def _places(self, name: str, options: frozenset[str]) -> list[int]:
        return [place for place, option in enumerate(self._bank[name].option_ids) if option in options]

    def _ticks(self, test: ChoicesTest) -> str:
        def met(options: frozenset[str]) -> tuple[str, int]:
            bits = sum(1 << place for place in self._places(test.question, options))
            return f"({test.question} & {bits})", bits

        parts = []
        if test.all_of is not None:
            parts.append("{} = {}".format(*met(test.all_of)))
        if test.any_of is not None:
            parts.append(f"{met(test.any_of)[0]} <> 0")
        if test.none_of is not None:
            parts.append(f"{met(test.none_of)[0]} = 0")
        return self.every(parts)


class SqliteTable:
    """SQLite in memory, through the driver of the standard library."""

    name = "SQLite, wide table"
    most_people = 1_000_000
    _keeps = "IS NOT FALSE"

    def load(self, crowd: Crowd) -> None:
        self._sql = _Sql(crowd.bank)
        self._database = sqlite3.connect(":memory:")
        names = list(crowd.columns)
        self._database.execute(f"CREATE TABLE people (id INTEGER PRIMARY KEY, {' INTEGER, '.join(names)} INTEGER)")
        marks = ", ".join("?" * (len(names) + 1))
        self._database.executemany(f"INSERT INTO people VALUES ({marks})", _rows(crowd))  # noqa: S608 - made here - our own names
        self._database.commit()

    def rematch(self, trial: Trial) -> tuple[list[int], list[int]]:
        fits = formula(trial, self._sql, Sense.OWN)
        query = f"SELECT id, {fits} AS fits FROM people WHERE fits {self._keeps}"  # noqa: S608 - made here - our own expression
        rows = self._database.execute(query).fetchall()
        return [place for place, fits in rows if fits], [place for place, fits in rows if fits is None]


class SqliteTableByCore(SqliteTable):
    """The same through SQLAlchemy Core's `is_not(False)`, which makes SQLite evaluate every term."""

    name = "SQLite, wide table, asked as SQLAlchemy does"
    _keeps = "IS NOT 0"


def _rows(crowd: Crowd) -> Iterator[tuple[int | None, ...]]:
    for start in range(0, crowd.size, _ROWS_AT_ONCE):
        part = slice(start, min(start + _ROWS_AT_ONCE, crowd.size))
        columns = [
            [value if known else None for value, known in zip(values, crowd.known[name][part].tolist(), strict=True)]
            for name, values in ((name, column[part].tolist()) for name, column in crowd.columns.items())
        ]
        yield from zip(range(part.start, part.stop), *columns, strict=True)


class DuckdbTable:
    """DuckDB in memory, on all cores."""

    name = "DuckDB, wide table"
    most_people = 1_000_000

    def load(self, crowd: Crowd) -> None:
        import duckdb

        self._sql = _Sql(crowd.bank)
        self._database = duckdb.connect()
        masked = {
            name: np.ma.masked_array(column.astype(np.int32), ~crowd.known[name])
            for name, column in crowd.columns.items()
        }
        self._database.register("arriving", {"id": np.arange(crowd.size), **masked})
        self._database.execute("CREATE TABLE people AS SELECT * FROM arriving")
        self._database.unregister("arriving")

    def rematch(self, trial: Trial) -> tuple[Sequence[int], Sequence[int]]:
        fits = formula(trial, self._sql, Sense.OWN)
        inner = f"SELECT id, {fits} AS fits FROM people"  # noqa: S608 - made here - our own expression
        found = self._database.execute(f"SELECT * FROM ({inner}) WHERE fits IS DISTINCT FROM FALSE").fetchnumpy()  # noqa: S608 - made here
        unknown = np.ma.getmaskarray(found["fits"])
        return found["id"][~unknown], found["id"][unknown]
