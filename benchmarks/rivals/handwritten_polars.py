"""One trial as a polars expression written by hand, without this project's compiler. Null is unknown, as in SQL."""

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.base.workload import Crowd
from benchmarks.rivals.rule_folding import Sense, formula
from prescreen.eligibility.criteria.questions import QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import BooleanTest, ChoicesTest, NumberTest, OptionTest, Test
from prescreen.eligibility.criteria.trials import Trial

if TYPE_CHECKING:
    import polars as pl


class PolarsByHand:
    """polars, on all cores, with the narrowest columns that hold the values."""

    name = "polars, by hand"
    most_people = 1_000_000

    def load(self, crowd: Crowd) -> None:
        import polars as pl

        self._writer = _Expressions(crowd.bank)
        columns = {
            question.id: pl.Series(question.id, _narrow(question.type, crowd.columns[question.id]))
            for question in crowd.bank
        }
        known = {f"{name} known": mask for name, mask in crowd.known.items()}
        frame = pl.DataFrame({**columns, **known}).with_row_index("id")
        self._people = frame.select("id", *(pl.when(pl.col(f"{name} known")).then(pl.col(name)) for name in columns))

    def rematch(self, trial: Trial) -> tuple[Sequence[int], Sequence[int]]:
        import polars as pl

        fits = formula(trial, self._writer, Sense.OWN).alias("fits")
        found = self._people.lazy().select("id", fits).filter(pl.col("fits") | pl.col("fits").is_null()).collect()
        unknown = found["fits"].is_null()
        return found["id"].filter(~unknown).to_numpy(), found["id"].filter(unknown).to_numpy()


def _narrow(type_: QuestionType, column: "np.ndarray") -> "np.ndarray":
    match type_:
        case QuestionType.BOOLEAN:
            return column == 1
        case QuestionType.CHOICE:
            return column.astype(np.int8)
        case _:
            return column.astype(np.int32)


class _Expressions:
    def __init__(self, bank: QuestionBank) -> None:
        self._bank = bank

    def every(self, parts: Sequence["pl.Expr"]) -> "pl.Expr":
        import polars as pl

        return reduce(and_, parts) if parts else pl.lit(value=True)

    def some(self, parts: Sequence["pl.Expr"]) -> "pl.Expr":
        import polars as pl

        return reduce(or_, parts) if parts else pl.lit(value=False)

    def negated(self, part: "pl.Expr") -> "pl.Expr":
        return ~part

    def test(self, test: Test, sense: Sense) -> "pl.Expr":
        import polars as pl

        column = pl.col(test.question)
        match test:
            case BooleanTest():
                return column if test.expected else ~column
            case OptionTest():
                return self.some([column == place for place in self._places(test.question, test.options)])
            case ChoicesTest():
                return self._ticks(column, test)
            case NumberTest():
                limits = (test.equal, test.min, test.max, test.above, test.below)
                compared = ("eq", "ge", "le", "gt", "lt")
                given = zip(compared, limits, strict=True)
                return self.every([getattr(column, name)(int(limit)) for name, limit in given if limit is not None])

    def _places(self, name: str, options: frozenset[str]) -> list[int]:
        return [place for place, option in enumerate(self._bank[name].option_ids) if option in options]

    def _ticks(self, column: "pl.Expr", test: ChoicesTest) -> "pl.Expr":
        def bits(options: frozenset[str]) -> int:
            return sum(1 << place for place in self._places(test.question, options))

        parts = [(column & bits(test.all_of)) == bits(test.all_of)] if test.all_of is not None else []
        parts += [(column & bits(test.any_of)) != 0] if test.any_of is not None else []
        parts += [(column & bits(test.none_of)) == 0] if test.none_of is not None else []
        return self.every(parts)
