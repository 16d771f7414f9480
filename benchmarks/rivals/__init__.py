"""Other engines for the same work, one module each, behind one interface.

A package is needed only to use its module, not to import it: one that is not installed is reported and left out.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

from numpy.typing import NDArray

from benchmarks.base.workload import Crowd, Values
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Trial

Numbers: TypeAlias = "Sequence[int] | NDArray[Any]"
"""Whole numbers, as an engine gives them."""


class Judge(Protocol):
    """Judges one person against many trials."""

    name: str
    most_trials: int

    def prepare(self, bank: QuestionBank, trials: Sequence[Trial]) -> None:
        """Compile the trials. Raise ImportError where the package is not installed."""

    def judge(self, values: Values) -> Numbers:
        """Return 0 (ineligible), 1 (undetermined) or 2 (potentially eligible) for every trial, in order."""


class Matcher(Protocol):
    """Judges many people against one trial."""

    name: str
    most_people: int

    def load(self, crowd: Crowd) -> None:
        """Load the people. Raise ImportError where the package is not installed."""

    def rematch(self, trial: Trial) -> tuple[Numbers, Numbers]:
        """Return the indexes of the potentially eligible and of the undetermined people."""


def judges() -> list[Callable[[], Judge]]:
    """Return the rivals at one person and many trials; plain closures, the reference of all ratios, first."""
    from benchmarks.rivals import cel_rust, handwritten_closures, json_logic, zen_engine

    return [
        handwritten_closures.Closures,
        cel_rust.CelInRust,
        zen_engine.ZenEngine,
        json_logic.JsonLogicInRust,
        json_logic.JsonLogicInPython,
    ]


def matchers() -> list[Callable[[], Matcher]]:
    """Return the rivals at one trial and many people; SQLite, the reference of all ratios, first."""
    from benchmarks.rivals import handwritten_polars, sql_tables

    return [
        sql_tables.SqliteTable,
        sql_tables.SqliteTableByCore,
        sql_tables.DuckdbTable,
        handwritten_polars.PolarsByHand,
    ]
